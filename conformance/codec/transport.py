"""Files of the closed-loop transport application, EF 15 to 1E (TR-40). What no source explains stays bytes.

Of 15 (public information), 16 (holder) and 1E (transit process log, 30 records of 48 bytes) nothing but their
place is known to the byte; 18 is the purse's log (`purse.LogRecord`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from conformance.codec.layout import NUMBER, RAW, Field, LayoutError, length_of, read, write

PUBLIC, HOLDER, MANAGEMENT, LOG, COMPOSITE, PROCESS_LOG = 0x15, 0x16, 0x17, 0x18, 0x1A, 0x1E
LOG_RECORDS: Final = 10
PROCESS_LOG_LENGTH: Final = 0x30
PROCESS_LOG_RECORDS: Final = 30
CHINA: Final = bytes.fromhex("00000156")
BUS: Final = 0x2701  # a composite record's identifier

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
