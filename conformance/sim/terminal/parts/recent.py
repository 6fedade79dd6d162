"""The taps that were paid a moment ago, so that a card held too long does not pay twice (TR-09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.kernel.contactless import Transaction
    from conformance.model.terminal import Parameters


@dataclass(frozen=True, slots=True)
class PaidTap:
    """A completed transaction and when its sale was stored."""

    transaction: Transaction
    at_ms: int


@dataclass(slots=True)
class RecentTaps:
    """Paid taps, oldest first, and the interval in which a card is not to pay again; in milliseconds."""

    interval_ms: int = 2_000
    taps: tuple[PaidTap, ...] = ()

    def load(self, parameters: Parameters) -> None:
        """Put a downloaded interval in force; None stays."""
        if parameters.anti_passback_ms is not None:
            self.interval_ms = parameters.anti_passback_ms

    def remember(self, tap: PaidTap) -> None:
        """Keep this tap, and let go of those that are older than the interval."""
        fresh = (each for each in self.taps if tap.at_ms - each.at_ms <= self.interval_ms)
        self.taps = (*fresh, tap)
