"""Command and response APDUs (ISO/IEC 7816-4), cases 1 to 4, short and extended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from conformance.codec.status import StatusWord

_NAMES = {
    0xA4: "SELECT",
    0xA8: "GET PROCESSING OPTIONS",
    0xB2: "READ RECORD",
    0xCA: "GET DATA",
    0x84: "GET CHALLENGE",
    0x88: "INTERNAL AUTHENTICATE",
    0x20: "VERIFY",
    0xAE: "GENERATE AC",
    0x82: "EXTERNAL AUTHENTICATE",
    0xC0: "GET RESPONSE",
    0x1E: "APPLICATION BLOCK",
    0x18: "APPLICATION UNBLOCK",
    0x16: "CARD BLOCK",
    0x24: "PIN CHANGE/UNBLOCK",
    0xDA: "PUT DATA",
    0xDC: "UPDATE RECORD",
    0xB4: "READ CAPP DATA",
    0xDE: "UPDATE CAPP DATA CACHE",
    0xE2: "APPEND RECORD",
    0x5A: "GET TRANS PROVE",
}


class ApduError(ValueError):
    """Bytes that are no APDU; `offset` is where they stop being one."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} at byte {offset}")
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """A command. `le` None means no Le; 256 is coded 00, and 65536 is 0000 in the extended form."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    extended: bool = False

    @property
    def case(self) -> int:
        """1 neither data nor Le, 2 Le only, 3 data only, 4 both."""
        return 1 + (2 if self.data else 0) + (1 if self.le is not None else 0)

    @property
    def name(self) -> str:
        """The command's name as the standard prints it, or its INS where it has none."""
        return _NAMES.get(self.ins, f"INS {self.ins:02X}")

    def encode(self) -> bytes:
        """The bytes that go to the card."""
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        data, le = self.data, self.le
        if self.extended or len(data) > 255 or (le is not None and le > 256):
            return head + self._extended_body()
        body = bytes((len(data),)) + data if data else b""
        return head + body + (b"" if le is None else bytes((le & 0xFF,)))

    def _extended_body(self) -> bytes:
        lc = b"\0" + len(self.data).to_bytes(2) + self.data if self.data else b""
        if self.le is None:
            return lc
        return lc + (b"" if self.data else b"\0") + (self.le & 0xFFFF).to_bytes(2)

    @classmethod
    def decode(cls, raw: bytes) -> CommandApdu:
        """Read the bytes of one command; ApduError where they are none."""
        return _decode(bytes(raw))


@lru_cache(maxsize=512)
def _decode(raw: bytes) -> CommandApdu:
    if len(raw) < 4:
        raise ApduError("header is shorter than four bytes", len(raw))
    head, body = raw[:4], raw[4:]
    if not body:
        return CommandApdu(*head)
    if len(body) == 1:
        return CommandApdu(*head, le=body[0] or 256)
    if body[0]:
        data, le = _split(body, 1, body[0], 1)
        return CommandApdu(*head, data, (le[0] or 256) if le else None)
    if len(body) == 3:
        return CommandApdu(*head, le=int.from_bytes(body[1:]) or 65536, extended=True)
    if len(body) < 3:
        raise ApduError("extended length is cut off", len(raw))
    length = int.from_bytes(body[1:3])
    if not length:
        raise ApduError("extended Lc is zero", 5)
    data, le = _split(body, 3, length, 2)
    return CommandApdu(*head, data, (int.from_bytes(le) or 65536) if le else None, extended=True)


def _split(body: bytes, start: int, length: int, le_size: int) -> tuple[bytes, bytes]:
    data, le = body[start : start + length], body[start + length :]
    if len(data) < length:
        raise ApduError(f"Lc announces {length} bytes, {len(data)} follow", 4 + start)
    if le and len(le) != le_size:
        raise ApduError(f"{len(le)} bytes stand where Le would", 4 + start + length)
    return data, le


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """An answer: data and status word."""

    data: bytes
    sw: StatusWord

    @property
    def ok(self) -> bool:
        return self.sw == 0x9000

    def encode(self) -> bytes:
        return self.data + self.sw.to_bytes(2)

    @classmethod
    def decode(cls, raw: bytes) -> ResponseApdu:
        """Read the bytes of one answer; ApduError where not even a status word is there."""
        if len(raw) < 2:
            raise ApduError("answer is shorter than a status word", len(raw))
        return cls(raw[:-2], StatusWord(int.from_bytes(raw[-2:])))


def select(aid: bytes, *, next_occurrence: bool = False) -> CommandApdu:
    """SELECT by AID, first or next occurrence (PB-2)."""
    return CommandApdu(0x00, 0xA4, 0x04, 0x02 if next_occurrence else 0x00, aid, 256)


def read_record(sfi: int, record: int) -> CommandApdu:
    """READ RECORD by number in a short file (PB-2)."""
    return CommandApdu(0x00, 0xB2, record, sfi << 3 | 4, le=256)


def get_data(tag: int) -> CommandApdu:
    """GET DATA of a two-byte tag (PB-2)."""
    return CommandApdu(0x80, 0xCA, tag >> 8, tag & 0xFF, le=256)


def get_processing_options(pdol_data: bytes) -> CommandApdu:
    """GET PROCESSING OPTIONS; the data are put into template 83 (PB-2)."""
    return CommandApdu(0x80, 0xA8, 0x00, 0x00, b"\x83" + bytes((len(pdol_data),)) + pdol_data, 256)


def internal_authenticate(ddol_data: bytes) -> CommandApdu:
    """INTERNAL AUTHENTICATE over the data that the DDOL asks for (PB-2)."""
    return CommandApdu(0x00, 0x88, 0x00, 0x00, ddol_data, 256)


def generate_ac(p1: int, cdol_data: bytes) -> CommandApdu:
    """GENERATE AC; P1 00 AAC, 40 TC, 80 ARQC, +10 CDA (PB-2)."""
    return CommandApdu(0x80, 0xAE, p1, 0x00, cdol_data, 256)


def external_authenticate(issuer_authentication_data: bytes) -> CommandApdu:
    """EXTERNAL AUTHENTICATE with ARPC and ARC (PB-2)."""
    return CommandApdu(0x00, 0x82, 0x00, 0x00, issuer_authentication_data)


def get_challenge() -> CommandApdu:
    """GET CHALLENGE: eight random bytes (PB-2)."""
    return CommandApdu(0x00, 0x84, 0x00, 0x00, le=256)


def verify_pin(pin_block: bytes, *, enciphered: bool = False) -> CommandApdu:
    """VERIFY with a plain or enciphered PIN block (PB-2)."""
    return CommandApdu(0x00, 0x20, 0x00, 0x88 if enciphered else 0x80, pin_block)
