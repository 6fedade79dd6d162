"""Sales whose card left at its last record: they wait for it, also over a power cycle (PB-7.5, TR-05a)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.kernel.result import Result
from conformance.kernel.transaction import Outcome
from conformance.model.terminal import FlashRecord
from conformance.sim.terminal.parts.flash import FlashWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.kernel.qpboc import Tapped
    from conformance.sim.terminal.pos.order import Order


@dataclass(frozen=True, slots=True)
class TornSale:
    """A torn tap, what was keyed in for it, and when it was torn."""

    state: Tapped
    order: Order
    torn_at_ms: int

    @property
    def as_lost(self) -> Result:
        """What is known of it, for a record."""
        return Result(Outcome.LOST, values=self.state.values, path=self.state.path, contactless=True)

    @property
    def shown(self) -> FlashRecord:
        """What an observer sees of it."""
        lost = self.as_lost
        return FlashRecord(lost.pan, lost.atc, self.order.amount, self.torn_at_ms)


@dataclass(slots=True)
class TornSales:
    """The torn sales that wait, oldest first; of `limits` the windows and the capacity are used."""

    limits: FlashWindow = field(default_factory=FlashWindow)
    waiting: tuple[TornSale, ...] = ()

    def remove(self, torn: TornSale) -> None:
        self.waiting = tuple(each for each in self.waiting if each is not torn)

    @property
    def in_excess(self) -> Sequence[TornSale]:
        """The oldest, as many as there is no room for."""
        return self.waiting[: max(0, len(self.waiting) - self.limits.capacity)]

    @property
    def shown(self) -> Sequence[FlashRecord]:
        return [torn.shown for torn in self.waiting]

    def settled_by(self, result: Result) -> Sequence[TornSale]:
        """Take out the torn sales of a card that has begun anew, and return those that may have been paid.

        A card that did not show the torn sale, and whose next ATC is this transaction's, rolled it back.
        """
        own = [torn for torn in self.waiting if result.atc and torn.as_lost.pan == result.pan]
        undone = [torn for torn in own if torn.as_lost.atc + 1 == result.atc]
        for torn in undone:
            self.remove(torn)
        return [torn for torn in own if torn not in undone]
