"""A terminal's side of the conversation: a card with the issuer's keys, and messages in a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from conformance.codec import iso8583
from conformance.codec.iso8583 import (
    Business,
    CardRead,
    Message,
    Original,
    PanEntry,
    Terminal,
    TransactionField,
    build,
)
from conformance.codec.values import to_bcd
from conformance.crypto import authority
from conformance.crypto.cryptogram import application_cryptogram_01, application_cryptogram_17
from conformance.crypto.keys import derive_udk, session_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.host import Acquirer, Issuer

PAN = "6210948000000011"
OTHER_PAN = "6210948000000029"
TERMINAL = Terminal("10000001", "898520170620001", 17)


def chip(amount: int, atc: int = 1, cid: int = 0x80, cvn: int = 1, pan: str = PAN) -> dict[int, bytes]:
    """The elements of a transaction, its cryptogram made with the card's key."""
    cvr = bytes.fromhex("03A0B800" if cid == 0x80 else "0390B800")
    elements = {
        0x9F02: to_bcd(amount, 6),
        0x9F03: bytes(6),
        0x9F1A: bytes.fromhex("0156"),
        0x95: bytes.fromhex("0080048000"),
        0x5F2A: bytes.fromhex("0156"),
        0x9A: bytes.fromhex("141124"),
        0x9C: b"\0",
        0x9F37: bytes.fromhex("12345678"),
        0x82: bytes.fromhex("7C00"),
        0x9F36: atc.to_bytes(2, "big"),
    }
    key = session_key(derive_udk(authority.demonstration().imk.ac, pan, "01"), atc)
    if cvn == 1:
        made = application_cryptogram_01(key, *elements.values(), cvr)
    else:
        made = application_cryptogram_17(key, elements[0x9F02], elements[0x9F37], elements[0x9F36], cvr[1:2])
    return elements | {
        0x9F26: made,
        0x9F27: bytes((cid,)),
        0x9F10: bytes((7, 1, cvn)) + cvr + b"\1",
        0x9F33: bytes.fromhex("E0E1C8"),
        0x5A: bytes.fromhex(pan),
        0x5F24: bytes.fromhex("301231"),
        0x5F34: b"\1",
    }


@dataclass
class Counter:
    """A terminal that sends one message after the other to an acquirer, and remembers none."""

    acquirer: Acquirer
    issuer: Issuer
    terminal: Terminal = TERMINAL
    trace: int = 0
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Message:
        self.sent.append(message)
        return iso8583.decode(self.acquirer.exchange(iso8583.encode(message)))

    def next(self) -> int:
        self.trace += 1
        return self.trace

    def sale(self, amount: int = 2000, elements: Mapping[int, bytes] | None = None) -> Message:
        return self.first(Business.SALE, amount, elements)

    def first(
        self,
        business: Business,
        amount: int,
        elements: Mapping[int, bytes] | None = None,
        pin_block: bytes = b"",
    ) -> Message:
        trace = self.next()
        card = CardRead.chip(PanEntry.CONTACT, elements or chip(amount, trace), pin_block)
        return self.send(build(business, self.terminal, trace, amount=amount, card=card))

    def later(self, business: Business, answer: Message, amount: int, pan: str = PAN) -> Message:
        """A message that refers to the one that `answer` answered."""
        own = TransactionField.parse(answer.text(60))
        original = Original(own.batch, answer.trace, answer.text(13))
        extra = {number: answer.text(number) for number in (37, 38) if answer.text(number)}
        card = CardRead.chip(PanEntry.CONTACT, chip(amount, 99, pan=pan))
        message = build(
            business, self.terminal, self.next(), amount=amount, card=card, original=original, extra=extra
        )
        return self.send(message)

    def upload(self, amount: int = 200, elements: Mapping[int, bytes] | None = None) -> Message:
        card = CardRead.chip(PanEntry.CONTACTLESS, elements or chip(amount, 7, 0x40))
        return self.send(build(Business.OFFLINE_UPLOAD, self.terminal, self.next(), amount=amount, card=card))

    def reverse(self, message: Message) -> Message:
        return self.send(iso8583.reversal(message, iso8583.ReversalReason.NO_RESPONSE))

    def settle(self, totals: iso8583.Totals) -> Message:
        extra = {48: totals.encode()}
        return self.send(build(Business.SETTLEMENT, self.terminal, self.next(), extra=extra))


class Calendar:
    """The host's clock."""

    def __init__(self) -> None:
        self.now = datetime(2014, 11, 24, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)
