"""What the counter sends to its bank, and what it owes it: reversals and script results, over power cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.codec import iso8583
from conformance.codec.iso8583 import (
    SCRIPT_RESULTS,
    Business,
    CardRead,
    Original,
    PanEntry,
    ReversalReason,
)
from conformance.sim.terminal.bank_line import BankLine, can_be_packed, for_card
from conformance.sim.terminal.hospital_counter.rules import WRONG_PIN

if TYPE_CHECKING:
    from conformance.codec.iso8583 import Message
    from conformance.kernel.issuer import OnlineAnswer
    from conformance.kernel.result import Result
    from conformance.model.terminal import TransactionRecord
    from conformance.sim.terminal.chassis import Chassis
    from conformance.sim.terminal.hospital_counter.books import Books
from conformance.sim.terminal.hospital_counter.rules import CounterRules

_BUSINESS: Final = {
    "sale": Business.SALE,
    "deposit": Business.SALE,
    "pre-authorisation": Business.PRE_AUTHORISATION,
    "completion": Business.COMPLETION,
    "refund": Business.REFUND,
    "void": Business.VOID,
    "cancel": Business.PRE_AUTHORISATION_CANCEL,
    "completion-void": Business.COMPLETION_VOID,
}
_DEBITS, _CREDITS = ("sale", "deposit", "completion"), ("void", "refund", "completion-void")
_DATED = ("refund", "completion")  # their field 61 has the day of the original too


@dataclass(slots=True)
class Attempt:
    """A message that went out, and what came back; no message where a card gave what none can hold."""

    message: Message | None = None
    answer: Message | None = None

    @property
    def wrong_pin(self) -> bool:
        return self.answer is not None and self.answer.response == WRONG_PIN


@dataclass(frozen=True, slots=True)
class Bank:
    """The acquirer as the counter sees it. What was sent and not answered waits as a reversal (HC-03)."""

    rules: CounterRules
    chassis: Chassis
    books: Books

    @property
    def line(self) -> BankLine:
        return BankLine(self.chassis)

    @property
    def reachable(self) -> bool:
        return self.chassis.line.up

    def approved(self, kind: str, answer: Message) -> bool:
        return self.rules.approves.apply(_BUSINESS[kind], answer.response)

    def first(self, attempt: Attempt, kind: str, amount: int, read: CardRead) -> OnlineAnswer | None:
        """Send the first message of a transaction; the answer as the card is to have it."""
        self._try(
            attempt,
            iso8583.build(
                _BUSINESS[kind], self.books.sender, self.books.next_trace(), amount=amount, card=read
            ),
        )
        return None if attempt.answer is None else for_card(attempt.answer)

    def later(self, kind: str, original: TransactionRecord, amount: int, read: CardRead) -> Attempt:
        """Send a message that refers to an earlier one (AC-26)."""
        details, attempt = original.details, Attempt()
        date = details["date"] if kind in _DATED else ""
        self._try(
            attempt,
            iso8583.build(
                _BUSINESS[kind],
                self.books.sender,
                self.books.next_trace(),
                amount=amount,
                card=read,
                original=Original(int(details["batch"]), int(details["trace"]), date),
                extra={37: details["reference"], 38: details["authorisation"]},
            ),
        )
        return attempt

    def void(self, record: TransactionRecord) -> Attempt:
        """Void a payment without its card (HC-04)."""
        return self.later("void", record, record.amount, CardRead(PanEntry.CONTACT, record.pan))

    def stands(self, message: Message) -> None:
        """The transaction of this message is stored: nothing of it is to be undone."""
        self.chassis.reversals.drop(message.text(11))

    def refused_by_card(self, message: Message) -> None:
        """The bank approved and the card did not: undo it, and say why (AC-10)."""
        self.chassis.reversals.blame(message.text(11), ReversalReason.OTHER.value)

    def send_reversals(self) -> bool:
        """Send what is to be undone; True when nothing is left that blocks a request (HC-25).

        Without a line nothing is sent, so that no try is used up.
        """
        if not self.reachable:
            return not self.chassis.reversals.pending
        return self.line.send_reversals()

    def keep_notice(self, message: Message, answer: Message, result: Result) -> None:
        """Keep what a script did to the card, for its issuer; field 64 is for who has a MAC key (AC-06)."""
        values = {**result.values, SCRIPT_RESULTS: result.script_results}
        notice = iso8583.build(
            Business.SCRIPT_NOTICE,
            self.books.sender,
            self.books.next_trace(),
            card=CardRead.chip(PanEntry.CONTACT, values),
            original=Original(self.books.batch, message.trace, answer.text(13)),
            extra={25: message.text(25), 32: answer.text(32), 37: answer.text(37), 64: bytes(8)},
        )
        self.books.keep_notice(notice)

    def send_notices(self) -> None:
        """Tell the issuer what its scripts did; whatever the answer is, once there is one."""
        for notice in self.books.notices:
            if self.line.exchanged(notice) is None:
                return
            self.books.drop_notice()

    def settle(self) -> bool:
        """Close the batch with its totals (AC-22); False when the bank did not answer."""
        debits = [each.amount for each in self.books.of_batch() if each.kind in _DEBITS]
        credits_ = [each.amount for each in self.books.of_batch() if each.kind in _CREDITS]
        totals = iso8583.Totals(sum(debits), len(debits), sum(credits_), len(credits_))
        trace, extra = self.books.next_trace(), {48: totals.encode()}
        closing = iso8583.build(Business.SETTLEMENT, self.books.sender, trace, extra=extra)
        if self.line.exchanged(closing) is None:
            return False
        self.books.next_batch()
        return True

    def _try(self, attempt: Attempt, message: Message) -> None:
        """Send a message whose reversal is kept until its answer is known; nothing that cannot be packed."""
        if not can_be_packed(message):
            return
        attempt.message = message
        if not self.reachable:
            return
        if self.rules.keeps_unanswered.apply():
            self.line.protect(message)
        attempt.answer = self.line.exchanged(message)
        business = message.layout.business if message.layout else Business.RESPONSE
        if attempt.answer is not None and not self.rules.approves.apply(business, attempt.answer.response):
            self.stands(message)
