"""Online messages to the acquirer whose reversals are kept before they are sent (AC-07 to AC-11).

The reversal of a request is dropped when the host declined it, or when its record is stored. What is left
goes before the next request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.codec import iso8583, tlv
from conformance.codec.iso8583 import Message, MessageError, ReversalReason
from conformance.codec.tags import Tag
from conformance.codec.tlv import TlvError
from conformance.kernel.issuer import OnlineAnswer
from conformance.sim.terminal.host_line import ANSWER_WITHIN_US
from conformance.sim.terminal.parts.reversal_queue import Reversal

if TYPE_CHECKING:
    from conformance.sim.terminal.chassis import Chassis

_TRACES: Final = "traces"
_BYTES_FIELDS: Final = (55, 64)
_SCRIPTS: Final = (Tag.ISSUER_SCRIPT_TEMPLATE_1, Tag.ISSUER_SCRIPT_TEMPLATE_2)
_APPROVED: Final = frozenset({"00", "10", "11"})


@dataclass(slots=True)
class Attempt:
    """The message that went out, and what came back."""

    message: Message | None = None
    answer: Message | None = None

    @property
    def trace(self) -> str:
        return "" if self.message is None else self.message.text(11)

    @property
    def approved(self) -> bool:
        return self.answer is not None and self.answer.response in _APPROVED

    def told(self, number: int) -> str:
        """A field of the answer, empty where it has none."""
        return self.answer.text(number) if self.answer is not None and number in self.answer.fields else ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """`within_us` is how long an answer is waited for, on the terminal's clock."""

    chassis: Chassis
    within_us: int = ANSWER_WITHIN_US

    def send(self, attempt: Attempt, message: Message) -> Message | None:
        """Send a request; its answer, None where none came or what a card gave fits no field."""
        if not can_be_packed(message):
            return None
        attempt.message = message
        self.protect(message)
        attempt.answer = self.exchanged(message)
        if attempt.answer is not None and not attempt.approved:
            self.chassis.reversals.drop(attempt.trace)
        return attempt.answer

    def protect(self, message: Message) -> None:
        """Keep the reversal of a message that is about to be sent."""
        undoing = iso8583.reversal(message, ReversalReason.NO_RESPONSE)
        fields = {str(number): undoing.text(number) for number in undoing.fields}
        self.chassis.reversals.keep(Reversal(trace=message.text(11), fields=fields))

    def exchanged(self, message: Message) -> Message | None:
        """The answer to this message; what is no message, or answers another one, counts as none."""
        frame = self.chassis.line.exchange("acquirer", iso8583.encode(message), self.within_us)
        try:
            answer = None if frame is None else iso8583.decode(frame)
        except MessageError:
            return None
        return answer if answer is not None and _answers(answer, message) else None

    def send_reversals(self) -> bool:
        """Send what is to be undone; True when nothing is left that blocks a request."""

        def send(reversal: Reversal) -> str | None:
            answer = self.exchanged(_message_of(reversal))
            return None if answer is None else answer.response

        return self.chassis.reversals.settle(send)

    def forget_stored(self) -> None:
        """Drop the reversals of what is recorded under "trace": it stands (AC-11)."""
        stored = {each.details.get("trace") for each in self.chassis.records.all()}
        for each in self.chassis.reversals.pending:
            if each.trace in stored:
                self.chassis.reversals.drop(each.trace)

    def next_trace(self) -> int:
        """A number for one message, never given again, power cut or not."""
        storage = self.chassis.storage
        trace = int(json.loads(storage.read(_TRACES) or b"0")) + 1
        storage.replace(_TRACES, json.dumps(trace).encode("ascii"))
        return trace


def can_be_packed(message: Message) -> bool:
    """False where a card gave what no field holds, such as a track 2 with letters."""
    try:
        iso8583.encode(message)
    except MessageError:
        return False
    return True


def for_card(answer: Message) -> OnlineAnswer:
    """ARC, ARPC and scripts for the card (PB-7.7); the ARC alone where field 55 makes no sense."""
    try:
        objects = answer.card
    except (MessageError, TlvError):
        objects = {}
    return OnlineAnswer(
        answer.response.encode("ascii", "replace"),
        objects.get(Tag.ISSUER_AUTHENTICATION_DATA, b""),
        tuple(tlv.encode(tag, objects[tag]) for tag in _SCRIPTS if tag in objects),
        answer.text(38).encode() if 38 in answer.fields else b"",
    )


def _answers(answer: Message, message: Message) -> bool:
    """Type plus 10, and the same trace and terminal."""
    mti = f"{int(message.mti) + 10:04d}"
    return answer.mti == mti and all(answer.text(each) == message.text(each) for each in (11, 41))


def _message_of(reversal: Reversal) -> Message:
    """The 0400 of a kept reversal, with its reason."""
    fields = {
        int(number): bytes.fromhex(text) if int(number) in _BYTES_FIELDS else text
        for number, text in reversal.fields.items()
    }
    return Message("0400", dict(sorted({**fields, 39: reversal.reason}.items())))
