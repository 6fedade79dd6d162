"""Files of the toll user card and of the pass card (HW-40, HW-41). What no source explains stays bytes.

MF 1PAY.SYS.DDF01 holds 0016, DF 1001 the rest: issue file 0015, 0012, purse 0002, log 0018, composite 0019.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from conformance.codec.layout import DIGITS, NUMBER, RAW, TEXT, Field, LayoutError, length_of, read, write

if TYPE_CHECKING:
    from collections.abc import Mapping

DIRECTORY: Final = 0x1001
ISSUE, HOLDER, COMPOSITE, LOG = 0x15, 0x16, 0x19, 0x18  # short file identifiers
SECOND: Final = 0x12  # 0012, of which nothing but its length is known
HOLDER_LENGTH, SECOND_LENGTH = 0x37, 0x28
LOG_RECORDS: Final = 50
ENTRY_RECORD: Final = 0xAA  # the first byte of 0019's first record, and P1 of the command that updates it
# Lengths of 0019's records by their first byte; those of record 1 and the groups B, C and D.
COMPOSITE_LENGTHS: Final[Mapping[int, int]] = {
    ENTRY_RECORD: 0x2B,
    **dict.fromkeys(range(0xB1, 0xB6), 0x2B),
    0xC1: 0x3F,
    0xC2: 0x3F,
    0xD1: 0x60,
    0xD2: 0x60,
}


class CardType(IntEnum):
    """Byte 9 of 0015."""

    STORED_VALUE = 22
    CREDIT = 23


class PassStatus(IntEnum):
    """Where the card was written last: entry or exit, by a collector (MTC) or by radio (ETC)."""

    CLOSED_MTC_ENTRY = 0x01
    CLOSED_MTC_EXIT = 0x02
    CLOSED_ETC_ENTRY = 0x03
    CLOSED_ETC_EXIT = 0x04
    OPEN_MTC = 0x05
    OPEN_ETC = 0x06


ENTERED: Final = frozenset({PassStatus.CLOSED_MTC_ENTRY, PassStatus.CLOSED_ETC_ENTRY})

_ISSUE = (
    Field("issuer", 8, RAW),
    Field("card_type", 1, NUMBER),
    Field("version", 1, NUMBER),
    Field("network", 2, RAW),
    Field("serial", 8, RAW),
    Field("starts", 4, DIGITS),
    Field("ends", 4, DIGITS),
    Field("plate", 12, TEXT),
    Field("user_type", 1, NUMBER),
    Field("fci", 2, RAW),
)
ISSUE_LENGTH: Final = length_of(_ISSUE)


@dataclass(frozen=True, slots=True)
class IssueFile:
    """0015: who issued the card to which vehicle. Dates are YYYYMMDD, `card_type` one of CardType."""

    issuer: bytes
    card_type: int
    version: int
    network: bytes
    serial: bytes
    starts: str
    ends: str
    plate: str
    user_type: int
    fci: bytes

    @classmethod
    def parse(cls, raw: bytes) -> IssueFile:
        return cls(**read(_ISSUE, raw))

    def encode(self) -> bytes:
        return write(_ISSUE, self)


_ENTRY = (
    Field("network", 2, RAW),
    Field("station", 2, RAW),
    Field("lane", 1, NUMBER),
    Field("seconds", 4, NUMBER),
    Field("vehicle_class", 1, NUMBER),
    Field("status", 1, NUMBER),
    Field("markers", 9, RAW),
    Field("collector", 3, RAW),
    Field("shift", 1, NUMBER),
    Field("plate", 12, TEXT),
    Field("reserved", 4, RAW),
)
_ENTRY_HEAD = bytes((ENTRY_RECORD, length_of(_ENTRY) + 1))
ENTRY_LENGTH: Final = length_of(_ENTRY) + 3


@dataclass(frozen=True, slots=True)
class PassRecord:
    """0019, record 1: where and when a vehicle passed last. `seconds` is UNIX time, `status` of PassStatus.

    `third` is the byte behind AA 29, of no known meaning; the nine bytes of `markers` name marker stations.
    """

    network: bytes
    station: bytes
    lane: int
    seconds: int
    vehicle_class: int
    status: int
    plate: str
    markers: bytes = bytes(9)
    collector: bytes = bytes(3)
    shift: int = 0
    reserved: bytes = bytes(4)
    third: int = 0

    @property
    def at(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self.seconds, UTC)

    @classmethod
    def parse(cls, raw: bytes) -> PassRecord:
        """Read the 43 bytes; LayoutError for anything that does not begin with AA 29."""
        if raw[:2] != _ENTRY_HEAD:
            raise LayoutError(
                f"record 1 of 0019 begins with {_ENTRY_HEAD.hex().upper()}, not {raw[:2].hex().upper()}"
            )
        if len(raw) < 3:
            raise LayoutError(f"{ENTRY_LENGTH} bytes expected, here are {len(raw)}")
        return cls(third=raw[2], **read(_ENTRY, raw[3:]))

    def encode(self) -> bytes:
        if not 0 <= self.third <= 0xFF:
            raise LayoutError(f"third: {self.third} has no room in 1 byte")
        return _ENTRY_HEAD + bytes((self.third,)) + write(_ENTRY, self)
