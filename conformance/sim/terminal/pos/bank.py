"""The way from a point-of-sale terminal to its acquirer: a sale goes out, and what cannot stand is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import iso8583, tlv
from conformance.codec.iso8583 import Business, CardRead, Message, PanEntry, ReversalReason
from conformance.codec.tags import Tag
from conformance.codec.tlv import TlvError
from conformance.kernel.issuer import OnlineAnswer
from conformance.sim.terminal.parts.reversal_queue import Reversal
from conformance.sim.terminal.settlement import MERCHANT

if TYPE_CHECKING:
    from conformance.kernel.issuer import OnlineRequest
    from conformance.kernel.result import Result
    from conformance.sim.terminal.chassis import Chassis

_TRACE = "trace"
_NO_ORIGINAL = "25"  # the host knows nothing of what is to be undone, so that nothing is to be undone [C]
_BYTES_FIELDS = (55, 64)
_SCRIPTS = (Tag.ISSUER_SCRIPT_TEMPLATE_1, Tag.ISSUER_SCRIPT_TEMPLATE_2)


class Bank:
    """The host of one transaction, as the kernel calls it; `settle` says what became of the transaction."""

    def __init__(self, chassis: Chassis, entry: PanEntry, amount: int) -> None:
        self._chassis = chassis
        self._entry = entry
        self._amount = amount
        self._trace = ""

    def __call__(self, request: OnlineRequest) -> OnlineAnswer | None:
        """Send the sale, once nothing waits to be reversed; None where no answer came (AC-07)."""
        if not self._chassis.reversals.settle(self._reverse):
            return None
        message = self._sale(request)
        self._protect(message)
        answer = self._sent(message)
        return None if answer is None else _answer(answer)

    def settle(self, result: Result) -> None:
        """Nothing to undo where the issuer's answer came and stands, or was a refusal (AC-09, AC-10)."""
        if not self._trace or result.issuer is None:
            return
        if result.reversal_due:
            self._chassis.reversals.blame(self._trace, ReversalReason.TERMINAL_FAULT.value)
        else:
            self._chassis.reversals.drop(self._trace)

    def _sale(self, request: OnlineRequest) -> Message:
        number = int(self._chassis.storage.read(_TRACE) or b"0") + 1
        self._chassis.storage.replace(_TRACE, b"%d" % number)
        values = dict(request.values)
        card = CardRead.chip(self._entry, values, values.get(Tag.PIN_DATA, b""))
        return iso8583.build(Business.SALE, MERCHANT, number % 1_000_000, amount=self._amount, card=card)

    def _protect(self, message: Message) -> None:
        undoing = iso8583.reversal(message, ReversalReason.NO_RESPONSE)
        fields = {str(number): undoing.text(number) for number in undoing.fields}
        self._trace = message.text(11)
        self._chassis.reversals.keep(Reversal(self._trace, fields=fields))

    def _reverse(self, reversal: Reversal) -> str | None:
        fields = {
            int(number): bytes.fromhex(text) if int(number) in _BYTES_FIELDS else text
            for number, text in reversal.fields.items()
        }
        answer = self._sent(Message("0400", dict(sorted({**fields, 39: reversal.reason}.items()))))
        if answer is None:
            return None
        return "00" if answer.response == _NO_ORIGINAL else answer.response

    def _sent(self, message: Message) -> Message | None:
        raw = self._chassis.line.exchange("acquirer", iso8583.encode(message))
        try:
            return iso8583.decode(raw) if raw is not None else None
        except iso8583.MessageError:
            return None


def _answer(answer: Message) -> OnlineAnswer:
    """F39, and what field 55 has for the card; a field 55 that makes no sense brings it nothing."""
    try:
        objects = answer.card
    except TlvError:
        objects = {}
    scripts = tuple(tlv.encode(tag, objects[tag]) for tag in _SCRIPTS if tag in objects)
    return OnlineAnswer(answer.response.encode(), objects.get(Tag.ISSUER_AUTHENTICATION_DATA, b""), scripts)
