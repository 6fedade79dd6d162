"""Flash records (闪卡): torn taps that wait for their card, kept over a power cycle (TR-05a to TR-08).

A tap is kept when its last READ RECORD was sent and no answer came: the card may have paid. Until T1 the
terminal asks for that card; until T2 a return completes the tap; then it becomes an exception record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.model.terminal import FlashRecord

if TYPE_CHECKING:
    from conformance.kernel.contactless import Transaction
    from conformance.model.terminal import Parameters


@dataclass(slots=True)
class Sale:
    """What a tap is about, which the device completes as the card tells more of itself.

    `kind` is that of the record when it succeeds; `details` are the sector's own part of it. A sale that the
    host has taken already is not `due` to it any more.
    """

    kind: str = "sale"
    details: dict[str, str] = field(default_factory=dict)
    due: bool = True


@dataclass(frozen=True, slots=True)
class TornTap:
    """A transaction that lacks its last record, when it was torn, and what its sale is about."""

    transaction: Transaction
    torn_at_ms: int
    sale: Sale = field(default_factory=Sale)

    @property
    def shown(self) -> FlashRecord:
        """What an observer sees of it."""
        initiated = self.transaction.initiated
        return FlashRecord(initiated.pan, initiated.atc, initiated.purchase.amount, self.torn_at_ms)


@dataclass(slots=True)
class FlashWindow:
    """The torn taps that wait, oldest first, and the limits in force; times in milliseconds."""

    t1_ms: int = 10_000
    t2_ms: int = 60_000
    capacity: int = 3
    waiting: tuple[TornTap, ...] = ()

    def load(self, parameters: Parameters) -> None:
        """Put downloaded windows in force; what is None stays."""
        if parameters.flash_t1_ms is not None:
            self.t1_ms = parameters.flash_t1_ms
        if parameters.flash_t2_ms is not None:
            self.t2_ms = parameters.flash_t2_ms
        if parameters.flash_capacity is not None:
            self.capacity = parameters.flash_capacity

    def keep(self, torn: TornTap) -> None:
        self.waiting = (*self.waiting, torn)

    def remove(self, torn: TornTap) -> None:
        self.waiting = tuple(each for each in self.waiting if each is not torn)

    def asks(self, now_ms: int) -> bool:
        """True while some card is asked to come back (before its T1)."""
        return any(now_ms - torn.torn_at_ms < self.t1_ms for torn in self.waiting)
