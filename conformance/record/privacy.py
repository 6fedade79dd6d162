"""Privacy at the point of writing: what must not be in a record is taken out before its line is written.

Test PANs stay readable. Any other PAN, track, PIN block, name, identity number or key is filled with zeros
in the exchange, at its full length so that the exchange still decodes, and a keyed token stands for it in
`redacted`: HMAC-SHA256 under a key made for this run and written nowhere, cut to 12 hex digits. The same PAN
gives the same token throughout a run, in any element and in what a terminal shows; two runs have nothing in
common. Certificates and signatures of such a card, from which its PAN or identity could be recovered, are
dropped without a token.

Names, identity numbers, certificates and tracks without a PAN depend on whose card it is. That is known once
the present card has shown a PAN. A card that has not yet is treated as someone's, unless the bench declares
its samples test cards (`trusted`). The knowledge ends with the card: at a reset, a SELECT, a lost answer or
the start of a case. SELECT is in the list because a terminal's own resets do not pass our door, and every
card session begins with one.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.model.run import Redaction
from conformance.record.frames import redacted_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model.run import Exchange


@dataclass(frozen=True, slots=True)
class PublishedPans:
    """PANs that begin with `prefix` belong to nobody; `source` says who published them as test cards."""

    prefix: str
    source: str


_UPI = "UnionPay International, IC Card Acquirer Function Test Case V202205, list of test cards"

TEST_PANS: tuple[PublishedPans, ...] = (
    PublishedPans("6210948000", _UPI),
    PublishedPans("6210947000", _UPI),
    PublishedPans("8171999900", _UPI),
    PublishedPans("8163999900", _UPI),
)

# What may say whose card it is; names of PB-3 and EMV Book 3 Annex A.
_KINDS: Mapping[int, str] = {
    0x5A: "pan",
    0x57: "track",  # track 2 equivalent data
    0x56: "track",  # track 1 equivalent data
    0x9F1F: "track",  # track 1 discretionary data
    0x9F20: "track",  # track 2 discretionary data
    0x5F20: "name",
    0x9F0B: "name",  # extended
    0x9F61: "identity",
    0x90: "certificate",  # issuer public key certificate
    0x92: "certificate",  # its remainder
    0x93: "certificate",  # signed static application data
    0x9F2D: "certificate",  # PIN encipherment key
    0x9F2E: "certificate",
    0x9F46: "certificate",  # ICC public key
    0x9F48: "certificate",
    0x9F4B: "certificate",  # signed dynamic application data
}

# Commands whose data field is secret whatever the card: VERIFY, PIN CHANGE/UNBLOCK.
_SECRET_DATA: Mapping[int, str] = {0x20: "pin", 0x24: "pin"}
# The same in the proprietary class only (00E2 is APPEND RECORD): PUT KEY, STORE DATA.
_SECRET_DATA_PROPRIETARY: Mapping[int, str] = {0xD8: "key", 0xE2: "key"}
_SELECT, _UPDATE_RECORD, _GET_CHALLENGE = 0xA4, 0xDC, 0x84
_MAY_SIGN = frozenset({0x88, 0xC0})  # INTERNAL AUTHENTICATE, and GET RESPONSE that fetches its answer
_SHORTEST_SIGNATURE = 48  # a format 1 answer (tag 80) this long is a signature, not AIP and AFL

_ALWAYS_EXAMINED = _MAY_SIGN | _SECRET_DATA.keys() | _SECRET_DATA_PROPRIETARY.keys() | {_UPDATE_RECORD}

# One pass over the bytes decides whether an answer is worth decoding: a tag of _KINDS, then a length.
_OF_INTEREST = re.compile(
    rb"[\x56\x57\x5a\x90\x92\x93][\x01-\x84]|\x5f\x20|\x9f[\x0b\x1f\x20\x2d\x2e\x46\x48\x4b\x61]"
)
# The same tags where nothing else decodes; a certificate is long, or it is not one.
_LOOSE = re.compile(
    rb"(\x56|\x5f\x20|\x9f[\x0b\x1f\x20\x61])([\x01-\x7f])"
    rb"|(\x90|\x92|\x93|\x9f[\x2d\x2e\x46\x48\x4b])(?:\x81([\x30-\xff])|([\x30-\x7f]))",
    re.DOTALL,
)
# In hex, wherever they stand and however wrong the lengths around them are: 5A with BCD, 57 with BCD and D.
_LOOSE_PAN = re.compile(r"5A(?:81)?(0[6-9A])(?=(\d{12,19}))|57(?:81)?[01][0-9A-F](?=(\d{12,19})D)")

_NOTHING: tuple[Redaction, ...] = ()

_PAN_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])[3-689]\d{12,18}(?![0-9A-Za-z])")
_DIGITS = re.compile(r"\d{12,19}")
_ASCII_DIGITS = re.compile(rb"\d{12,19}")
_KEYED = frozenset({"pan", "pans", "track1", "track2", "pin_block", "cardholder", "id_number"})
_FRAME = "frame"  # of a host message
_ISSUER_DIGITS = 6  # ISO/IEC 7812-1 before its eight digits
_SHORTEST_REMEMBERED = 4  # shorter names occur by chance


@dataclass(frozen=True, slots=True)
class _Element:
    """A primitive element; offsets are those of its value."""

    tag: int
    path: str
    start: int
    end: int


class Privacy:
    """What one run may write down.

    `test_pans` are the prefixes that stay readable: those that the bench names, else the shipped list.
    `trusted`: the bench (or a simulator) declares that its cards are test cards before they say so. Raises
    ValueError for a prefix of fewer digits than an issuer has, which would open other issuers' cards.
    """

    def __init__(self, test_pans: Sequence[str] | None = None, *, trusted: bool = False) -> None:
        shipped = [published.prefix for published in TEST_PANS]
        self._test_pans = tuple(shipped if test_pans is None else test_pans)
        for prefix in self._test_pans:
            if not prefix.isdecimal() or len(prefix) < _ISSUER_DIGITS:
                raise ValueError(
                    f"{prefix!r} is no range of test PANs: it needs {_ISSUER_DIGITS} digits or more"
                )
        self._trusted = trusted
        self._key = secrets.token_bytes(32)
        self._card_is_test: bool | None = None
        self._remembered: dict[str, tuple[str, str]] = {}
        self._anywhere: re.Pattern[str] | None = None

    def forget_card(self) -> None:
        """The card may be another one from here on."""
        self._card_is_test = None

    def redact(self, exchange: Exchange) -> Exchange:
        """The exchange as it may be written; itself when nothing in it is anyone's."""
        response, instruction = exchange.response, _instruction(exchange.command)
        if instruction == _SELECT:
            self._card_is_test = None
        if (
            self._anywhere is not None
            or instruction in _ALWAYS_EXAMINED
            or (response is not None and _OF_INTEREST.search(response) is not None)
        ):
            exchange = self._examined(exchange)
        if exchange.outcome != "answered":
            self._card_is_test = None
        return exchange

    def shown(self, value: Any, key: str = "") -> Any:
        """Plain values of findings and observations, without what was seen on a card or looks like a PAN."""
        if isinstance(value, Mapping):
            return {name: self.shown(member, str(name)) for name, member in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.shown(member, key) for member in value]
        if not isinstance(value, str):
            return value
        if key in _KEYED:
            return self._keyed(value, key)
        if key == _FRAME:
            value = self._frame(value)
        if self._anywhere is not None:
            value = self._anywhere.sub(lambda found: self._remembered[found[0]][1], value)
        return _PAN_IN_TEXT.sub(self._unless_test, value)

    def declared(self, value: Any, key: str = "") -> Any:
        """Plain values that people declared: only what is named a PAN is one, serial numbers look like it."""
        if isinstance(value, Mapping):
            return {name: self.declared(member, str(name)) for name, member in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.declared(member, key) for member in value]
        return self._keyed(value, key) if key in _KEYED and isinstance(value, str) else value

    def token(self, value: bytes) -> str:
        """What stands for a value within this run."""
        return "tok:" + hmac.digest(self._key, value, "sha256").hex()[:12]

    def _examined(self, exchange: Exchange) -> Exchange:
        command, in_command = self._command(exchange.command)
        response, in_response = exchange.response, _NOTHING
        if response is not None and _instruction(exchange.command) != _GET_CHALLENGE:
            response, in_response = self._swept("response", *self._response(exchange.command, response))
        command, in_command = self._swept("command", command, in_command)
        if not in_command and not in_response:
            return exchange
        return replace(exchange, command=command, response=response, redacted=(*in_command, *in_response))

    def _command(self, command: bytes) -> tuple[bytes, tuple[Redaction, ...]]:
        start, end = _data_field(command)
        kind = _secret_kind(command)
        if kind is not None and start < end:
            token = self.token(command[start:end])
            return _zeroed(command, start, end), (Redaction("command", "data", kind, token),)
        if _instruction(command) == _UPDATE_RECORD:
            return self._elements_hidden("command", command, tuple(_elements(command, start, end)))
        return command, ()

    def _response(self, command: bytes, response: bytes) -> tuple[bytes, tuple[Redaction, ...]]:
        elements = tuple(_elements(response, 0, max(len(response) - 2, 0)))
        signed = tuple(
            replace(element, tag=0x9F4B)
            for element in elements
            if element.tag == 0x80
            and element.end - element.start >= _SHORTEST_SIGNATURE
            and _instruction(command) in _MAY_SIGN
        )
        return self._elements_hidden("response", response, (*elements, *signed))

    def _elements_hidden(
        self, side: str, raw: bytes, elements: Sequence[_Element]
    ) -> tuple[bytes, tuple[Redaction, ...]]:
        """Learn whose card it is from every element first, then hide what is to be hidden."""
        kept = [element for element in elements if self._readable(None) and _is_signature(element)]
        for stray in _stray_pans(raw, kept):
            self._learn(stray)
        pans = [(element, _pan(element.tag, raw[element.start : element.end])) for element in elements]
        for _, pan in pans:
            if pan is not None:
                self._learn(pan)
        redacted = []
        for element, pan in pans:
            kind = _KINDS.get(element.tag)
            if kind is None or self._readable(pan):
                continue
            value = raw[element.start : element.end]
            raw = _zeroed(raw, element.start, element.end)
            redacted.append(Redaction(side, element.path, kind, self._stand_in(kind, pan, value)))
        return raw, tuple(redacted)

    def _stand_in(self, kind: str, pan: str | None, value: bytes) -> str | None:
        if kind == "certificate":
            return None
        if pan is not None:
            return self.token(pan.encode())
        if kind in ("name", "identity"):
            self._remember(value.strip(b" \x00"), kind)
        return self.token(value.strip(b" \x00"))

    def _swept(
        self, side: str, raw: bytes, redacted: tuple[Redaction, ...]
    ) -> tuple[bytes, tuple[Redaction, ...]]:
        """Blot out what is known to be somebody's wherever it still stands, e.g. a PAN in a log record."""
        if self._anywhere is None:
            return raw, redacted
        text = raw.hex().upper()
        more = [
            Redaction(side, f"@{found.start() // 2}", *self._remembered[found[0]])
            for found in self._anywhere.finditer(text)
        ]
        if not more:
            return raw, redacted
        return bytes.fromhex(self._anywhere.sub(lambda found: "0" * len(found[0]), text)), (*redacted, *more)

    def _learn(self, pan: str) -> None:
        if pan.startswith(self._test_pans):
            self._card_is_test = self._card_is_test is not False
        else:
            self._card_is_test = False
            self._remember(pan.encode(), "pan")

    def _readable(self, pan: str | None) -> bool:
        if pan is not None:
            return pan.startswith(self._test_pans)
        return self._trusted if self._card_is_test is None else self._card_is_test

    def _remember(self, value: bytes, kind: str) -> None:
        """From now on hide this value in every shape: as text, as the hex of that text, and a PAN as BCD."""
        shapes = {value.hex().upper(), value.decode("gb18030", "replace")}
        if len(value) < _SHORTEST_REMEMBERED or shapes <= self._remembered.keys():
            return
        token = self.token(value)
        self._remembered.update(dict.fromkeys(shapes, (kind, token)))
        longest_first = sorted(self._remembered, key=len, reverse=True)
        self._anywhere = re.compile("|".join(map(re.escape, longest_first)))

    def _keyed(self, value: str, key: str) -> str:
        found = _DIGITS.search(value)
        if found is not None:
            pan = found[0]
            return value if pan.startswith(self._test_pans) else self.token(pan.encode())
        return value if key in ("pan", "pans") or not value else self.token(value.encode())

    def _frame(self, value: str) -> str:
        """A message between terminal and host, in hex; what is no message is kept on a trusted bench only."""
        try:
            frame = bytes.fromhex(value)
        except ValueError:
            frame = b""
        written = redacted_frame(frame, _KINDS, self._readable, self._learn)
        if written is not None:
            return written.hex().upper()
        return value if self._trusted else self.token(value.encode())

    def _unless_test(self, found: re.Match[str]) -> str:
        pan = found[0]
        return pan if pan.startswith(self._test_pans) or not _luhn(pan) else self.token(pan.encode())


def _instruction(command: bytes) -> int:
    """INS, or one that does not exist when there is none."""
    return command[1] if len(command) > 1 else -1


def _secret_kind(command: bytes) -> str | None:
    instruction = _instruction(command)
    if instruction in _SECRET_DATA_PROPRIETARY and command[0] & 0x80:
        return _SECRET_DATA_PROPRIETARY[instruction]
    return _SECRET_DATA.get(instruction)


def _data_field(command: bytes) -> tuple[int, int]:
    """Where the data field lies; a command that contradicts its own Lc is all data after the header."""
    if len(command) > 7 and command[4] == 0:
        start, length = 7, int.from_bytes(command[5:7])
    else:
        start, length = 5, command[4] if len(command) > 4 else 0
    end = start + length
    return start, end if end in (len(command), len(command) - 1, len(command) - 2) else len(command)


def _zeroed(raw: bytes, start: int, end: int) -> bytes:
    return raw[:start] + bytes(end - start) + raw[end:]


def _pan(tag: int, value: bytes) -> str | None:
    """The PAN in a value that holds one by definition; None when none can be read."""
    if tag in (0x5A, 0x57):
        found = _DIGITS.match(value.hex())
        return None if found is None else found[0]
    if tag in (0x56, 0x9F1F):
        printed = _ASCII_DIGITS.search(value)
        return None if printed is None else printed[0].decode()
    return None


def _is_signature(element: _Element) -> bool:
    return _KINDS.get(element.tag) == "certificate" and element.end - element.start >= _SHORTEST_SIGNATURE


def _stray_pans(raw: bytes, kept: Sequence[_Element]) -> Iterator[str]:
    """PANs that a wrong length hides from the elements; a signature that is kept may hold one by chance."""
    for element in kept:
        raw = _zeroed(raw, element.start, element.end)
    for found in _LOOSE_PAN.finditer(raw.hex().upper()):
        pan = found[2][: 2 * int(found[1], 16)] if found[1] else found[3]
        if _luhn(pan):
            yield pan


def _luhn(digits: str) -> bool:
    """True when the check digit of a PAN holds (ISO/IEC 7812-1 Annex B)."""
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(twice - 9 * (twice > 9) for twice in doubled)) % 10 == 0


def _elements(raw: bytes, start: int, end: int, path: str = "") -> Iterator[_Element]:
    """The primitive elements of BER-TLV, whatever the state it is in.

    Unlike the codec this never refuses: a card under test may answer nonsense with somebody's PAN in it.
    Lengths are cut at the end of what holds them; where nothing decodes, tags of interest are searched for.
    """
    while start < end:
        if raw[start] in (0x00, 0xFF):  # padding between elements
            start += 1
            continue
        header = _header(raw, start, end)
        if header is None:
            yield from _loose_elements(raw, start, end, path)
            return
        tag, value, length = header
        name = f"{path}/{tag:02X}" if path else f"{tag:02X}"
        stop = min(value + length, end)
        if raw[start] & 0x20:
            yield from _elements(raw, value, stop, name)
        elif value + length > end and tag not in _KINDS:
            yield from _loose_elements(raw, start, end, path)
        else:
            yield _Element(tag, name, value, stop)
        start = stop


def _header(raw: bytes, start: int, end: int) -> tuple[int, int, int] | None:
    """Tag, offset of the value, and length of the element at `start`; None when they cannot be read."""
    position = start + 1
    if raw[start] & 0x1F == 0x1F:
        while position < end and raw[position] & 0x80:
            position += 1
        position += 1
    if position >= end:
        return None
    tag, first = int.from_bytes(raw[start:position]), raw[position]
    position += 1
    if first < 0x80:
        return tag, position, first
    after = position + (first & 0x7F)
    if first == 0x80 or first > 0x83 or after > end:
        return None
    return tag, after, int.from_bytes(raw[position:after])


def _loose_elements(raw: bytes, start: int, end: int, path: str) -> Iterator[_Element]:
    """What looks like an element of interest in bytes that do not decode; `?` in its path says so."""
    for found in _LOOSE.finditer(raw, start, end):
        tag = int.from_bytes(found[1] or found[3])
        length = (found[2] or found[4] or found[5])[0]
        name = f"{path}/?/{tag:02X}" if path else f"?/{tag:02X}"
        yield _Element(tag, name, found.end(), min(found.end() + length, end))
