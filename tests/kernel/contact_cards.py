"""Cards for the contact kernel's tests: the real session, and a card with test keys that answers as told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.codec.tlv import encode
from conformance.crypto import authority
from conformance.crypto.certificates import (
    make_icc_certificate,
    make_issuer_certificate,
    make_sdad,
    make_ssad,
)
from conformance.kernel.contact import STANDARD, ContactRules, pay
from conformance.kernel.cvm import Cardholder
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.transaction import ContactTerminal, SupportedAid, Terms
from conformance.model.run import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.kernel.contact import Host
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

SESSION = Path(__file__).parents[1] / "vectors/traces/unionpay_contact_credit.json"
PAN = "6210948000000011"
DEBIT = bytes.fromhex("A000000333010101")
UNIONPAY = SupportedAid(bytes.fromhex("A0000003330101"))
UNPREDICTABLE = bytes.fromhex("3510540E")
KEYS = authority.demonstration()
TODAY = datetime(2026, 5, 4, 8, 30)  # noqa: DTZ001
CDOL1 = bytes.fromhex("9F02069F03069F1A0295055F2A029A039C019F37049F3403")
CDOL2 = bytes.fromhex("8A029F02069F03069F1A0295055F2A029A039C019F37049B02")


def session() -> tuple[Exchange, ...]:
    pairs = json.loads(SESSION.read_text(encoding="utf-8"))["exchanges"]
    return tuple(
        Exchange(number, bytes.fromhex(each["c"]), bytes.fromhex(each["r"]), "answered", number, 1234)
        for number, each in enumerate(pairs, 1)
    )


SESSION_TERMS = Terms(6580, datetime(2015, 3, 16, 16, 1, 36))  # noqa: DTZ001
ONLINE_APPROVED = OnlineAnswer(b"00", bytes.fromhex("1122334455667788"))


def session_terminal() -> ContactTerminal:
    """The terminal that the session was recorded with: Australian, floor limit below 65.80."""
    numbers = cycle((bytes.fromhex("7863AFC6"), UNPREDICTABLE))
    return ContactTerminal(
        (UNIONPAY,),
        authority.published(),
        lambda: next(numbers),
        country=bytes.fromhex("0036"),
        currency=bytes.fromhex("0036"),
        version=bytes.fromhex("0020"),
        floor_limit=5000,
    )


def issued(*, aip: int = 0x7C00, static: bytes = b"") -> dict[int, bytes]:
    """Objects of a debit card, all keys certified by the demonstration authority."""
    signed = static + aip.to_bytes(2, "big")
    issuer = make_issuer_certificate(KEYS.ca, KEYS.issuer.public, "62109480", "1249", b"\0\0\1")
    icc = make_icc_certificate(KEYS.issuer, KEYS.icc.public, PAN, "1249", b"\0\0\1", signed)
    return {
        0x5A: bytes.fromhex(PAN),
        0x5F24: bytes.fromhex("491231"),
        0x5F25: bytes.fromhex("200101"),
        0x5F28: bytes.fromhex("0156"),
        0x9F07: bytes.fromhex("FF00"),
        0x9F08: bytes.fromhex("0030"),
        0x9F42: bytes.fromhex("0156"),
        0x8C: CDOL1,
        0x8D: CDOL2,
        0x8E: bytes.fromhex("00000000000000001F00"),
        0x9F0D: bytes(5),
        0x9F0E: bytes(5),
        0x9F0F: bytes(5),
        0x9F49: bytes.fromhex("9F3704"),
        0x9F4A: b"\x82",
        0x8F: bytes((KEYS.ca_index,)),
        0x90: issuer.certificate,
        0x92: issuer.remainder,
        0x9F32: issuer.exponent,
        0x93: make_ssad(KEYS.issuer, b"\xda\xc0", signed),
        0x9F46: icc.certificate,
        0x9F47: icc.exponent,
        0x9F48: icc.remainder,
    }


def signed(dynamic: bytes, terminal_data: bytes) -> bytes:
    return make_sdad(KEYS.icc, dynamic, terminal_data)


def sha1(message: bytes) -> bytes:
    return hashlib.sha1(message, usedforsecurity=False).digest()


@dataclass
class ContactCard:
    """A card of one application whose objects and answers a test sets. Nothing in it manages risks.

    `records` go into one record each, none of them signed; `data` is what GET DATA gives. `grants` are the
    kinds of cryptogram it gives, P1's kind without more. `forged` changes an answer by the command's name.
    `sign` makes 9F4B of dynamic data and the terminal's, `digest` the hash of a transaction in it.
    """

    aip: int = 0x7C00
    records: dict[int, bytes] = field(default_factory=issued)
    data: dict[int, bytes] = field(default_factory=lambda: {0x9F36: b"\0\6", 0x9F13: b"\0\4", 0x9F17: b"\3"})
    fci: Mapping[int, bytes] = field(default_factory=dict)
    grants: tuple[int | None, ...] = (None, None)
    pin: str = "123456"
    sign: Callable[[bytes, bytes], bytes] = signed
    digest: Callable[[bytes], bytes] = sha1
    forged: Mapping[str, Callable[[ResponseApdu], ResponseApdu]] = field(default_factory=dict)
    asked: list[CommandApdu] = field(default_factory=list)
    sent: bytes = b""
    cryptograms: int = 0
    tries: int = 3

    def reset(self) -> bytes:
        return b"\x3b\x00"

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        self.asked.append(command)
        response = self._answer(command)
        change = self.forged.get(command.name)
        return change(response) if change else response

    def _answer(self, command: CommandApdu) -> ResponseApdu:
        answers = {
            "SELECT": self._select,
            "GET PROCESSING OPTIONS": self._options,
            "READ RECORD": self._record,
            "GET DATA": self._data_object,
            "INTERNAL AUTHENTICATE": lambda each: ok(encode(0x80, self.sign(b"\2\0\6", each.data))),
            "GENERATE AC": self._generate,
            "GET CHALLENGE": lambda _: ok(bytes(8)),
            "VERIFY": self._verify,
        }
        return answers.get(command.name, lambda _: sw(0x9000))(command)

    def _options(self, command: CommandApdu) -> ResponseApdu:
        self.sent = command.data[2:]
        return ok(encode(0x80, self.aip.to_bytes(2, "big") + bytes((0x08, 1, len(self.records), 0))))

    def _record(self, command: CommandApdu) -> ResponseApdu:
        if not 1 <= command.p1 <= len(self.records):
            return sw(0x6A83)
        tag, value = list(self.records.items())[command.p1 - 1]
        return ok(encode(0x70, encode(tag, value)))

    def _data_object(self, command: CommandApdu) -> ResponseApdu:
        tag = command.p1 << 8 | command.p2
        return ok(encode(tag, self.data[tag])) if tag in self.data else sw(0x6A88)

    def _select(self, command: CommandApdu) -> ResponseApdu:
        if command.p2 or not DEBIT.startswith(command.data):
            return sw(0x6A82)
        inside = encode(0x50, b"DEBIT") + b"".join(encode(tag, value) for tag, value in self.fci.items())
        return ok(encode(0x6F, encode(0x84, DEBIT) + encode(0xA5, inside)))

    def _verify(self, command: CommandApdu) -> ResponseApdu:
        block = f"2{len(self.pin)}{self.pin}".ljust(16, "F")
        plain = KEYS.icc.sign(command.data)[1:9] if command.p2 == 0x88 else command.data
        if plain.hex().upper() == block:
            return sw(0x9000)
        self.tries -= 1
        return sw(0x63C0 | self.tries)

    def _generate(self, command: CommandApdu) -> ResponseApdu:
        self.sent += command.data
        grant = self.grants[self.cryptograms]
        kind = command.p1 & 0xC0 if grant is None else grant
        self.cryptograms += 1
        cid, cryptogram, issuer_data = bytes((kind,)), b"\xac" * 8, bytes.fromhex("07010103A0000001")
        if not command.p1 & 0x10 or kind == 0:
            return ok(encode(0x80, cid + b"\0\6" + cryptogram + issuer_data))
        head, tail = encode(0x9F27, cid) + encode(0x9F36, b"\0\6"), encode(0x9F10, issuer_data)
        digest = self.digest(self.sent + head + tail)
        sdad = self.sign(b"\2\0\6" + cid + cryptogram + digest, UNPREDICTABLE)
        return ok(encode(0x77, head + encode(0x9F4B, sdad) + tail))


def ok(data: bytes) -> ResponseApdu:
    return ResponseApdu.decode(data + b"\x90\x00")


def sw(code: int) -> ResponseApdu:
    return ResponseApdu.decode(code.to_bytes(2, "big"))


def answering(code: int) -> Callable[[ResponseApdu], ResponseApdu]:
    """A change that puts this status word in the place of an answer."""
    return lambda _: sw(code)


def terminal(**changed: object) -> ContactTerminal:
    plain = ContactTerminal(
        (UNIONPAY,), {(KEYS.rid, KEYS.ca_index): KEYS.ca.public}, lambda: UNPREDICTABLE, floor_limit=50000
    )
    return replace(plain, **changed)


def without(*tags: int, aip: int = 0x7C00) -> dict[int, bytes]:
    return {tag: value for tag, value in issued(aip=aip).items() if tag not in tags}


def unreachable(_request: object) -> None:
    return None


def paid(  # noqa: PLR0917  what a test may care about
    card: CardLink,
    device: ContactTerminal | None = None,
    terms: Terms | None = None,
    host: Host = unreachable,
    holder: Cardholder | None = None,
    rules: ContactRules = STANDARD,
) -> ContactTransaction:
    """A purchase of 10.00 with whatever the test does not care about filled in."""
    return pay(card, device or terminal(), terms or Terms(1000, TODAY), host, holder or Cardholder(), rules)
