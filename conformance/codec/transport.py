"""Files of the closed-loop transport application, EF 15 to 1E (TR-40). What no source explains stays bytes.

Of 16 (holder) nothing but its place is known; 18 is the purse's log (`purse.LogRecord`). The layout of 15 is
an own reading: what the toll card's 0015 has without plate and user type, which is 30 bytes. Of 1E (transit
process log, 30 records of 48 bytes) the fields are known by name: their places are a choice of this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from conformance.codec.layout import DIGITS, NUMBER, RAW, Field, LayoutError, length_of, read, write

PUBLIC, HOLDER, MANAGEMENT, LOG, COMPOSITE, PROCESS_LOG = 0x15, 0x16, 0x17, 0x18, 0x1A, 0x1E
LOG_RECORDS: Final = 10
# The name of the transport application stands in no source at hand; own assumption.
NAME: Final = bytes.fromhex("A000000632010105")
PROCESS_LOG_RECORDS: Final = 30
CHINA: Final = bytes.fromhex("00000156")
BUS: Final = 0x2701  # a composite record's identifier

_PUBLIC = (
    Field("issuer", 8, RAW),
    Field("type", 1, NUMBER),
    Field("version", 1, NUMBER),
    Field("serial", 10, RAW),
    Field("starts", 4, DIGITS),
    Field("ends", 4, DIGITS),
    Field("fci", 2, RAW),
)
PUBLIC_LENGTH: Final = length_of(_PUBLIC)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """15: who issued the card, its serial, and until when it holds; dates are YYYYMMDD.

    The last eight bytes of the serial are what its keys are derived by, as with the toll card.
    """

    issuer: bytes
    type: int
    version: int
    serial: bytes
    starts: str
    ends: str
    fci: bytes = bytes(2)

    @property
    def factor(self) -> bytes:
        """What the PSAM derives this card's keys by."""
        return self.serial[-8:]

    @classmethod
    def parse(cls, raw: bytes) -> PublicFile:
        return cls(**read(_PUBLIC, raw))

    def encode(self) -> bytes:
        return write(_PUBLIC, self)


_MANAGEMENT = (
    Field("country", 4, RAW),
    Field("province", 2, RAW),
    Field("city", 2, RAW),
    Field("interoperable", 2, NUMBER),
    Field("card_type", 1, NUMBER),
    Field("reserved", 49, RAW),
)
MANAGEMENT_LENGTH: Final = length_of(_MANAGEMENT)


@dataclass(frozen=True, slots=True)
class ManagementFile:
    """17: where the card is at home; `interoperable` is 1 when it may be used in other cities, else 0."""

    province: bytes
    city: bytes
    interoperable: int
    card_type: int
    country: bytes = CHINA
    reserved: bytes = bytes(49)

    @classmethod
    def parse(cls, raw: bytes) -> ManagementFile:
        return cls(**read(_MANAGEMENT, raw))

    def encode(self) -> bytes:
        return write(_MANAGEMENT, self)


class CompositeMode(IntEnum):
    """What a composite record is for."""

    SEGMENTED = 1
    PRE_AUTHORISED = 2


class RideState(IntEnum):
    """How far the ride is that a composite record tells of."""

    INITIAL = 0
    BOARDED = 1
    ALIGHTED = 2


_COMPOSITE = (
    Field("identifier", 2, NUMBER),
    Field("length", 1, NUMBER),
    Field("valid", 1, NUMBER),
    Field("mode", 1, NUMBER),
    Field("lock", 1, NUMBER),
    Field("serial", 8, RAW),
    Field("state", 1, NUMBER),
    Field("ride", 113, RAW),
)
COMPOSITE_LENGTH: Final = length_of(_COMPOSITE)
_FOLLOWING: Final = 0x7D


@dataclass(frozen=True, slots=True)
class CompositeRecord:
    """1A: the head of a composite record; its block of boarding and alighting, `ride`, is kept as bytes.

    The block's fields are known (stop, vehicle, terminal, time, marked amount, fare), not all their lengths.
    """

    identifier: int
    mode: int
    serial: bytes
    state: int
    valid: int = 1
    lock: int = 0
    ride: bytes = bytes(113)

    @property
    def length(self) -> int:
        """What the third byte says: the bytes behind it."""
        return _FOLLOWING

    @classmethod
    def parse(cls, raw: bytes) -> CompositeRecord:
        """Read the 128 bytes; LayoutError where the third is not 7D."""
        values = read(_COMPOSITE, raw)
        if values.pop("length") != _FOLLOWING:
            raise LayoutError(f"a composite record announces 7D bytes, not {raw[2]:02X}")
        return cls(**values)

    def encode(self) -> bytes:
        return write(_COMPOSITE, self)


INDUSTRY_BUS: Final = 0x02
_PROCESS = (
    Field("type", 1, NUMBER),
    Field("industry", 1, NUMBER),
    Field("terminal", 6, RAW),
    Field("amount", 4, NUMBER),
    Field("balance", 4, NUMBER),
    Field("time", 7, DIGITS),
    Field("city", 2, RAW),
    Field("reserved", 23, RAW),
)
PROCESS_LOG_LENGTH: Final = length_of(_PROCESS)


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """1E: one ride. Amounts in fen, `time` YYYYMMDDHHMMSS, `city` where the card was taken.

    Which of the types 00 to 0A a single ride from the purse has, no source says; 00 stands for it here.
    """

    terminal: bytes
    amount: int
    balance: int
    time: str
    city: bytes
    type: int = 0
    industry: int = INDUSTRY_BUS
    reserved: bytes = bytes(23)

    @classmethod
    def parse(cls, raw: bytes) -> ProcessRecord:
        return cls(**read(_PROCESS, raw))

    def encode(self) -> bytes:
        return write(_PROCESS, self)
