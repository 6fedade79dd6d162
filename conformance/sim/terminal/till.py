"""What a terminal can do about a tap: store, accept, refuse, ask again. Each ends with the tap's outcome.

Outcomes are those of `Presentation`: "completed", "declined", "lost", "ignored".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.codec.tags import Tag
from conformance.kernel.initiate import CardDecision
from conformance.model.terminal import TransactionRecord
from conformance.sim.terminal.latency import STORAGE_US
from conformance.sim.terminal.parts.flash import TornTap
from conformance.sim.terminal.parts.recent import PaidTap
from conformance.sim.terminal.settlement import objects_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated, Purchase
    from conformance.sim.terminal.chassis import Chassis
    from conformance.sim.terminal.parts.flash import FlashWindow, Sale
    from conformance.sim.terminal.parts.recent import RecentTaps

_INFORMATION: Final = {CardDecision.TC: b"\x40", CardDecision.ARQC: b"\x80", CardDecision.AAC: b"\x00"}
_OF_A_SALE: Final[Mapping[int, bytes]] = {
    Tag.TRANSACTION_TYPE: bytes(1),
    Tag.AMOUNT_OTHER: bytes(6),
    Tag.TERMINAL_CAPABILITIES: bytes.fromhex("000048"),  # no CVM, DDA; own assumption
    Tag.POS_ENTRY_MODE: bytes.fromhex("07"),
}
_IN_THE_RECORD_ITSELF: Final = (Tag.TTQ, Tag.AMOUNT_AUTHORISED, Tag.UNPREDICTABLE_NUMBER)


class Till:
    """The record store, the indicator, the flash records and the paid taps, as one tap uses them."""

    def __init__(self, chassis: Chassis, flash: FlashWindow, recent: RecentTaps, sale: Sale) -> None:
        self._chassis = chassis
        self._flash = flash
        self._recent = recent
        self._sale = sale

    @property
    def sale(self) -> Sale:
        """What the tap is about that this till serves."""
        return self._sale

    def store(
        self,
        kind: str,
        terms: Purchase,
        initiated: Initiated | None = None,
        *,
        reason: str = "",
        sale: Sale | None = None,
    ) -> TransactionRecord:
        """Append a record of this kind about a tap, as far as the card told about itself; StoreFull."""
        self._chassis.clock.advance(STORAGE_US)
        return self._chassis.records.append(self.drawn_up(kind, terms, initiated, reason=reason, sale=sale))

    def drawn_up(
        self,
        kind: str,
        terms: Purchase,
        initiated: Initiated | None = None,
        *,
        reason: str = "",
        sale: Sale | None = None,
    ) -> TransactionRecord:
        """The record that `store` appends, still without its number."""
        clock, about = self._chassis.clock, sale or self._sale
        return TransactionRecord(
            number=0,
            kind=kind,
            at_ms=clock.now_ms,
            date_time=clock.local.isoformat(),
            amount=terms.amount,
            unpredictable_number=terms.unpredictable_number.hex().upper(),
            reason=reason,
            details=dict(about.details),
            **({} if initiated is None else _of_card(initiated)),
            objects=_settled(initiated) if initiated is not None and kind == "sale" and about.due else {},
        )

    def complete(self, transaction: Transaction, sale: Sale | None = None) -> str:
        """Store the sale, then show it, and remember the card for a moment (TR-01, TR-09)."""
        initiated = transaction.initiated
        self.store((sale or self._sale).kind, initiated.purchase, initiated, sale=sale)
        self._recent.remember(PaidTap(transaction, self._chassis.clock.now_ms))
        left = initiated.left
        self._show("accepted", balance=left.amount if left else None)
        return "completed"

    def refuse(self, text: str | None = None, *, balance: int | None = None) -> str:
        """Show that nothing was sold."""
        self._show("declined", text=text, balance=balance)
        return "declined"

    def ask_again(self) -> str:
        """Show that the card shall come back."""
        self._show("present-again")
        return "lost"

    def ask_for_one_card(self) -> str:
        """Show that one card at a time is served (TR-32)."""
        self._show("one-card")
        return "ignored"

    def warn_of_repetition(self) -> str:
        """Show that this card has just paid (TR-09)."""
        self._show("do-not-repeat")
        return "ignored"

    def keep(self, transaction: Transaction) -> str:
        """Keep a tap that lacks its last record, and ask for the card (TR-05a)."""
        self._flash.keep(TornTap(transaction, self._chassis.clock.now_ms, self._sale))
        return self.ask_again()

    def set_aside(self, torn: TornTap, reason: str) -> None:
        """Move a torn tap to the exception records (TR-06, TR-07); StoreFull, and then it still waits."""
        initiated = torn.transaction.initiated
        self.store("exception", initiated.purchase, initiated, reason=reason, sale=torn.sale)
        self._flash.remove(torn)

    def _show(self, signal: str, *, text: str | None = None, balance: int | None = None) -> None:
        chassis = self._chassis
        chassis.indicator.show(chassis.clock.now_ms, signal, text=text, balance=balance)


def _of_card(initiated: Initiated) -> dict[str, Any]:
    """What a record holds of the card."""
    return {
        "pan": initiated.pan,
        "psn": initiated.psn,
        "atc": initiated.atc,
        "cryptogram": initiated.cryptogram.hex().upper(),
        "iad": initiated.issuer_application_data.encode().hex().upper(),
        "tvr": bytes(5).hex(),
    }


def _settled(initiated: Initiated) -> Mapping[str, str]:
    """What the issuer needs to recompute the certificate, besides what the record names itself (OF-01)."""
    terms = initiated.purchase.values
    told = {tag: value for tag, value in terms.items() if tag not in _IN_THE_RECORD_ITSELF}
    own: Mapping[int, bytes] = {Tag.CID: _INFORMATION[initiated.decision], Tag.AIP: initiated.values[Tag.AIP]}
    return objects_of({**_OF_A_SALE, **told, **own})
