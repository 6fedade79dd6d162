"""The way from a point-of-sale terminal to its acquirer: a sale goes out, and what cannot stand is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import iso8583
from conformance.codec.iso8583 import Business, CardRead, Message, PanEntry, ReversalReason
from conformance.codec.tags import Tag
from conformance.sim.terminal.bank_line import Attempt, BankLine, for_card
from conformance.sim.terminal.settlement import MERCHANT

if TYPE_CHECKING:
    from conformance.kernel.issuer import OnlineAnswer, OnlineRequest
    from conformance.kernel.result import Result
    from conformance.sim.terminal.chassis import Chassis


class Bank:
    """The host of one transaction, as the kernel calls it; `settle` says what became of the transaction."""

    def __init__(self, chassis: Chassis, entry: PanEntry, amount: int) -> None:
        self._line = BankLine(chassis)
        self._entry = entry
        self._amount = amount
        self._attempt = Attempt()

    def __call__(self, request: OnlineRequest) -> OnlineAnswer | None:
        """Send the sale, once nothing waits to be reversed; None where no answer came (AC-07)."""
        if not self._line.send_reversals():
            return None
        answer = self._line.send(self._attempt, self._sale(request))
        return None if answer is None else for_card(answer)

    def settle(self, result: Result) -> None:
        """Nothing to undo where the issuer's answer came and stands, or was a refusal (AC-09, AC-10)."""
        if self._attempt.answer is None:
            return
        if result.reversal_due:
            self._line.chassis.reversals.blame(self._attempt.trace, ReversalReason.TERMINAL_FAULT.value)
        else:
            self._line.chassis.reversals.drop(self._attempt.trace)

    def _sale(self, request: OnlineRequest) -> Message:
        values = dict(request.values)
        card = CardRead.chip(self._entry, values, values.get(Tag.PIN_DATA, b""))
        trace = self._line.next_trace() % 1_000_000
        return iso8583.build(Business.SALE, MERCHANT, trace, amount=self._amount, card=card)
