"""What a validator can do about a tap: store, accept, refuse, ask again. Each ends with the tap's outcome.

Outcomes are those of `Presentation`: "completed", "declined", "lost", "ignored".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.terminal import TransactionRecord
from conformance.sim.terminal.latency import STORAGE_US
from conformance.sim.terminal.parts.flash import TornTap
from conformance.sim.terminal.parts.recent import PaidTap

if TYPE_CHECKING:
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated, Purchase
    from conformance.sim.terminal.parts.clock import Clock
    from conformance.sim.terminal.parts.flash import FlashWindow
    from conformance.sim.terminal.parts.indicator import Indicator
    from conformance.sim.terminal.parts.recent import RecentTaps
    from conformance.sim.terminal.parts.record_store import RecordStore


class Till:
    """The record store, the indicator, the flash records and the paid taps, as one tap uses them."""

    def __init__(
        self, clock: Clock, records: RecordStore, indicator: Indicator, flash: FlashWindow, recent: RecentTaps
    ) -> None:
        self._clock = clock
        self._records = records
        self._indicator = indicator
        self._flash = flash
        self._recent = recent

    def store(
        self, kind: str, terms: Purchase, initiated: Initiated | None = None, *, reason: str = ""
    ) -> None:
        """Append a record of this kind about a tap, as far as the card told about itself."""
        self._clock.advance(STORAGE_US)
        at_ms, local = self._clock.now_ms, self._clock.local.isoformat()
        unpredictable = terms.unpredictable_number.hex().upper()
        if initiated is None:
            record = TransactionRecord(
                0, kind, at_ms, local, terms.amount, unpredictable_number=unpredictable, reason=reason
            )
        else:
            record = TransactionRecord(
                number=0,
                kind=kind,
                at_ms=at_ms,
                date_time=local,
                amount=terms.amount,
                pan=initiated.pan,
                psn=initiated.psn,
                atc=initiated.atc,
                cryptogram=initiated.cryptogram.hex().upper(),
                unpredictable_number=unpredictable,
                iad=initiated.issuer_application_data.encode().hex().upper(),
                tvr=bytes(5).hex(),
                reason=reason,
            )
        self._records.append(record)

    def complete(self, transaction: Transaction) -> str:
        """Store the sale, then show it, and remember the card for a moment (TR-01, TR-09)."""
        initiated = transaction.initiated
        self.store("sale", initiated.purchase, initiated)
        self._recent.remember(PaidTap(transaction, self._clock.now_ms))
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

    def warn_of_repetition(self) -> str:
        """Show that this card has just paid (TR-09)."""
        self._show("do-not-repeat")
        return "ignored"

    def keep(self, transaction: Transaction) -> str:
        """Keep a tap that lacks its last record, and ask for the card (TR-05a)."""
        self._flash.keep(TornTap(transaction, self._clock.now_ms))
        return self.ask_again()

    def set_aside(self, torn: TornTap, reason: str) -> None:
        """Move a torn tap to the exception records (TR-06, TR-07)."""
        self._flash.remove(torn)
        initiated = torn.transaction.initiated
        self.store("exception", initiated.purchase, initiated, reason=reason)

    def _show(self, signal: str, *, text: str | None = None, balance: int | None = None) -> None:
        self._indicator.show(self._clock.now_ms, signal, text=text, balance=balance)
