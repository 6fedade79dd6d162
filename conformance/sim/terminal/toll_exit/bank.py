"""Paying over contacts, online with PIN, where electronic cash does not reach (HW-03, HW-26).

The reversal of a sale is kept before the sale is sent, and dropped when its record is stored or the host
declined. What is left when the next sale comes goes first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.codec import iso8583
from conformance.codec.bits import Tvr
from conformance.codec.iso8583 import Business, CardRead, Message, MessageError, PanEntry, ReversalReason
from conformance.codec.tags import Tag
from conformance.codec.tlv import TlvError
from conformance.codec.tlv import encode as tlv_encode
from conformance.kernel import transact
from conformance.kernel.cvm import Cardholder, NoPin
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.select import UNIONPAY
from conformance.kernel.transaction import (
    ActionCodes,
    Capability,
    ContactTerminal,
    SupportedAid,
    Terms,
)
from conformance.sim.terminal.parts.pin_pad import PinPadUnusable
from conformance.sim.terminal.parts.reversal_queue import Reversal
from conformance.sim.terminal.settlement import MERCHANT

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from conformance.kernel.issuer import OnlineRequest
    from conformance.link.card import CardLink
    from conformance.sim.terminal.parts.pin_pad import PinPad
    from conformance.sim.terminal.toll_exit.lane import Lane
    from conformance.sim.terminal.toll_exit.vehicle import Vehicle

_TRACES: Final = "traces"
_BYTES_FIELDS: Final = (55, 64)
_EVERY_BIT: Final = Tvr(sum(Tvr))
_ACTION_CODES: Final = ActionCodes(Tvr.PIN_NOT_ENTERED, _EVERY_BIT, _EVERY_BIT)
_ATTENDED_ONLINE: Final = 0x21  # of a merchant (EMV Book 4 A1)
_CAPABILITIES: Final = (
    Capability(0x60_00_00) | Capability.ONLINE_PIN | Capability.SDA | Capability.DDA | Capability.CDA
)
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


@dataclass(frozen=True, slots=True)
class BankTender:
    """The lane, its PIN pad, and the random numbers of its terminal."""

    lane: Lane
    pin_pad: PinPad
    random: Random
    before_record: Callable[[], None]

    def pay(self, card: CardLink, vehicle: Vehicle, pin: str | None) -> str:
        """One sale with a chip that has been reset; `pin` is the reference of what is keyed in."""
        if not self.lane.chassis.line.up:
            return self.lane.decline("网络故障，请现金缴费")
        if not self.lane.rules.reverses_first.apply(self):
            return self.lane.decline("冲正未完成，请现金缴费")
        attempt = Attempt()

        def entered(pan: str) -> bytes | NoPin:
            self.lane.show("enter-pin", "请输入密码")
            return self._block(pin, pan)

        def issuer(request: OnlineRequest) -> OnlineAnswer | None:
            read = _read(request)
            return None if read is None else self._asked(attempt, vehicle.toll or 0, read)

        terms = Terms(vehicle.toll or 0, self.lane.chassis.clock.local, forced_online=True)
        holder = Cardholder(online_pin=entered)
        result = transact.contact(card, self._terminal(), terms, issuer, holder, self.lane.rules.contact)
        if not (result.approved and attempt.approved):
            return self._not_paid(attempt)
        self.before_record()
        outcome = self.lane.sell(
            vehicle,
            "online",
            pan=result.pan,
            psn=result.psn,
            atc=result.atc,
            cryptogram=result.cryptogram.hex().upper(),
            tvr=result.tvr.to_bytes().hex(),
            details={"trace": attempt.trace, "reference": _text(attempt, 37)},
        )
        self.lane.chassis.reversals.drop(attempt.trace)
        return outcome

    def _not_paid(self, attempt: Attempt) -> str:
        """Nothing stands; what the host may have booked waits to be undone."""
        if attempt.approved:
            self.lane.chassis.reversals.blame(attempt.trace, ReversalReason.OTHER.value)
        return self.lane.decline("交易未成功")

    def _terminal(self) -> ContactTerminal:
        return ContactTerminal(
            aids=(SupportedAid(UNIONPAY),),
            ca_keys=self.lane.chassis.ca_keys,
            unpredictable=lambda: self.random.randbytes(4),
            type=_ATTENDED_ONLINE,
            capabilities=_CAPABILITIES,
            action_codes=_ACTION_CODES,
            values={Tag.IFD_SERIAL_NUMBER: b"00000001"},
        )

    def _block(self, pin: str | None, pan: str) -> bytes | NoPin:
        """What the pad makes of the PIN; a card whose PAN is none gets no block."""
        try:
            return self.pin_pad.pin_block(pin, pan) or NoPin.NOT_ENTERED
        except (PinPadUnusable, ValueError):
            return NoPin.NO_PIN_PAD

    # The line

    def _asked(self, attempt: Attempt, amount: int, read: CardRead) -> OnlineAnswer | None:
        message = iso8583.build(Business.SALE, MERCHANT, self._next_trace(), amount=amount, card=read)
        if not _can_be_packed(message):
            return None
        attempt.message = message
        undoing = iso8583.reversal(message, ReversalReason.NO_RESPONSE)
        fields = {str(number): undoing.text(number) for number in undoing.fields}
        self.lane.chassis.reversals.keep(Reversal(trace=attempt.trace, fields=fields))
        attempt.answer = self._exchanged(message)
        if attempt.answer is not None and not attempt.approved:
            self.lane.chassis.reversals.drop(attempt.trace)
        return None if attempt.answer is None else _for_card(attempt.answer)

    def _exchanged(self, message: Message) -> Message | None:
        """The answer to this message; what is no message, or answers another one, counts as none."""
        frame = self.lane.chassis.line.exchange("acquirer", iso8583.encode(message))
        try:
            answer = None if frame is None else iso8583.decode(frame)
        except MessageError:
            return None
        return answer if answer is not None and _answers(answer, message) else None

    def send_reversals(self) -> bool:
        """Send what is to be undone; True when nothing is left that blocks a request."""

        def send(reversal: Reversal) -> str | None:
            answer = self._exchanged(_message_of(reversal))
            return None if answer is None else answer.response

        return self.lane.chassis.reversals.settle(send)

    def forget_stored(self) -> None:
        """Drop the reversals of what is in the journal: it stands (AC-11)."""
        stored = {each.details.get("trace") for each in self.lane.chassis.records.all()}
        for each in self.lane.chassis.reversals.pending:
            if each.trace in stored:
                self.lane.chassis.reversals.drop(each.trace)

    def _next_trace(self) -> int:
        """A number for one message, never given again, power cut or not."""
        storage = self.lane.chassis.storage
        trace = int(json.loads(storage.read(_TRACES) or b"0")) + 1
        storage.replace(_TRACES, json.dumps(trace).encode("ascii"))
        return trace


def _read(request: OnlineRequest) -> CardRead | None:
    """What goes to the acquirer of the card; None for one whose PAN is none."""
    try:
        return CardRead.chip(PanEntry.CONTACT, request.values, request.values.get(Tag.PIN_DATA, b""))
    except ValueError:
        return None


def _can_be_packed(message: Message) -> bool:
    """False where a card gave what no field holds, such as a track 2 with letters."""
    try:
        iso8583.encode(message)
    except MessageError:
        return False
    return True


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


def _for_card(answer: Message) -> OnlineAnswer:
    """What the card gets of the host's answer."""
    try:
        found = answer.card
    except (MessageError, TlvError):
        found = {}
    scripts = tuple(tlv_encode(tag, found[tag]) for tag in (0x71, 0x72) if tag in found)
    return OnlineAnswer(
        answer.response.encode("ascii"), found.get(Tag.ISSUER_AUTHENTICATION_DATA, b""), scripts
    )


def _text(attempt: Attempt, number: int) -> str:
    answer = attempt.answer
    return answer.text(number) if answer is not None and number in answer.fields else ""
