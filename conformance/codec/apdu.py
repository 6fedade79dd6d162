"""Command and response APDUs, cases 1 to 4, short and extended (ISO/IEC 7816-4); PBOC's commands (PB-2)."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.codec.status import StatusWord
from conformance.codec.tlv import encode

_COMMAND_TEMPLATE = 0x83
_SHORT_LE = 256
_EXTENDED_LE = 65536
_COMMANDS = {
    0x16: "CARD BLOCK",
    0x18: "APPLICATION UNBLOCK",
    0x1E: "APPLICATION BLOCK",
    0x20: "VERIFY",
    0x24: "PIN CHANGE/UNBLOCK",
    0x50: "INITIALIZE FOR PURCHASE",
    0x54: "DEBIT FOR PURCHASE",
    0x5A: "GET TRANS PROVE",
    0x5C: "GET BALANCE",
    0x70: "INIT SAM FOR PURCHASE",
    0x72: "CREDIT SAM FOR PURCHASE",
    0x82: "EXTERNAL AUTHENTICATE",
    0x84: "GET CHALLENGE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA4: "SELECT",
    0xA8: "GET PROCESSING OPTIONS",
    0xAE: "GENERATE AC",
    0xB0: "READ BINARY",
    0xB2: "READ RECORD",
    0xB4: "READ CAPP DATA",
    0xC0: "GET RESPONSE",
    0xCA: "GET DATA",
    0xDA: "PUT DATA",
    0xDC: "UPDATE RECORD",
    0xDE: "UPDATE CAPP DATA CACHE",
    0xE2: "APPEND RECORD",
}


class ApduError(ValueError):
    """Bytes that are no APDU, or an APDU that has no bytes; `offset` counts from its first byte."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason}, at byte {offset}")
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """A C-APDU. `le` is None without Le; 256 stands for "00", 65536 for the extended "0000"."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    extended: bool = False

    @property
    def case(self) -> int:
        """1 nothing, 2 Le, 3 data, 4 both."""
        return 1 + (self.le is not None) + 2 * bool(self.data)

    @property
    def name(self) -> str:
        """The command by INS, whatever the CLA; "INS F0" when the standard has none such."""
        return _COMMANDS.get(self.ins) or f"INS {self.ins:02X}"

    def encode(self) -> bytes:
        """The bytes on the wire; raises ApduError when Lc or Le do not fit."""
        header = bytes((self.cla, self.ins, self.p1, self.p2))
        return header + (self._extended_body() if self.extended else self._short_body())

    def _short_body(self) -> bytes:
        lc, le = len(self.data), self.le
        if lc > 255:
            raise ApduError(f"{lc} bytes of data need an extended Lc", 4)
        body = bytes((lc,)) + self.data if lc else b""
        if le is None:
            return body
        if not 1 <= le <= _SHORT_LE:
            raise ApduError(f"Le {le} is outside 1 to 256", 4 + len(body))
        return body + bytes((le & 0xFF,))

    def _extended_body(self) -> bytes:
        lc, le = len(self.data), self.le
        if lc > 0xFFFF:
            raise ApduError(f"{lc} bytes of data are more than an APDU holds", 4)
        body = b"\0" + lc.to_bytes(2, "big") + self.data if lc else b""
        if le is None:
            return body
        if not 1 <= le <= _EXTENDED_LE:
            raise ApduError(f"Le {le} is outside 1 to 65536", 4 + len(body))
        return (body or b"\0") + (le & 0xFFFF).to_bytes(2, "big")

    @classmethod
    def decode(cls, raw: bytes) -> CommandApdu:
        """Read a C-APDU; raises ApduError at the byte where it stops making sense."""
        size = len(raw)
        if size < 4:
            raise ApduError(f"a command header has 4 bytes, here are {size}", size)
        if size == 4:
            return cls(*raw)
        extended = size > 5 and raw[4] == 0
        data, le = _body(raw, 3 if extended else 1, _EXTENDED_LE if extended else _SHORT_LE)
        return cls(raw[0], raw[1], raw[2], raw[3], data, le, extended)


def _body(raw: bytes, width: int, most: int) -> tuple[bytes, int | None]:
    """Data and Le behind the header; a length takes `width` bytes, and zero stands for `most` in Le."""
    size, start = len(raw), 4 + width
    if size < start:
        raise ApduError("an extended length has 3 bytes", size)
    length = int.from_bytes(raw[4:start], "big")
    if size == start:
        return b"", length or most
    end = start + length
    if not length or size < end:
        raise ApduError(f"Lc says {length} bytes, {size - start} follow", 4)
    if size == end:
        return raw[start:], None
    le_width = min(width, 2)
    if size != end + le_width:
        raise ApduError(f"Le takes {le_width} bytes, here are {size - end}", end)
    return raw[start:end], int.from_bytes(raw[end:], "big") or most


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """An R-APDU: data, perhaps none, and the status word."""

    data: bytes
    sw: StatusWord

    @property
    def ok(self) -> bool:
        return self.sw == 0x9000

    def encode(self) -> bytes:
        return self.data + self.sw.to_bytes(2, "big")

    @classmethod
    def decode(cls, raw: bytes) -> ResponseApdu:
        """Read an R-APDU; raises ApduError when even the status word is not whole."""
        if len(raw) < 2:
            raise ApduError(f"a status word has 2 bytes, here are {len(raw)}", len(raw))
        return cls(raw[:-2], StatusWord(raw[-2] << 8 | raw[-1]))


def select(aid: bytes, *, next_occurrence: bool = False) -> CommandApdu:
    """SELECT by name: the first application that begins with it, or the next."""
    return CommandApdu(0x00, 0xA4, 0x04, 0x02 if next_occurrence else 0x00, aid, _SHORT_LE)


def read_record(sfi: int, record: int) -> CommandApdu:
    """READ RECORD by number in the file of this SFI."""
    return CommandApdu(0x00, 0xB2, record, sfi << 3 | 0x04, b"", _SHORT_LE)


def get_data(tag: int) -> CommandApdu:
    """GET DATA of a tag of one or two bytes."""
    return CommandApdu(0x80, 0xCA, tag >> 8, tag & 0xFF, b"", _SHORT_LE)


def get_processing_options(pdol_data: bytes) -> CommandApdu:
    """GET PROCESSING OPTIONS; the values that the PDOL asks for are wrapped into template 83 here."""
    return CommandApdu(0x80, 0xA8, 0x00, 0x00, encode(_COMMAND_TEMPLATE, pdol_data), _SHORT_LE)


def internal_authenticate(ddol_data: bytes) -> CommandApdu:
    """INTERNAL AUTHENTICATE over the values that the DDOL asks for."""
    return CommandApdu(0x00, 0x88, 0x00, 0x00, ddol_data, _SHORT_LE)


def generate_ac(p1: int, cdol_data: bytes) -> CommandApdu:
    """GENERATE AC: P1 00 AAC, 40 TC, 80 ARQC, +10 with CDA."""
    return CommandApdu(0x80, 0xAE, p1, 0x00, cdol_data, _SHORT_LE)


def external_authenticate(issuer_authentication_data: bytes) -> CommandApdu:
    """EXTERNAL AUTHENTICATE with tag 91: ARPC and ARC."""
    return CommandApdu(0x00, 0x82, 0x00, 0x00, issuer_authentication_data)


def get_challenge() -> CommandApdu:
    """GET CHALLENGE: 8 random bytes of the card."""
    return CommandApdu(0x00, 0x84, 0x00, 0x00, b"", _SHORT_LE)


def verify_pin(pin: str) -> CommandApdu:
    """VERIFY with the plaintext PIN block: 2 and the number of digits, the digits, F up to 8 bytes."""
    block = f"2{len(pin):X}{pin}".ljust(16, "F")
    return CommandApdu(0x00, 0x20, 0x00, 0x80, bytes.fromhex(block))
