"""The record of a journey in the extended application of a bank card (TR-24, TR-25).

ID 2701, a length, and 26 bytes: state 1, stop 2, line 4 and vehicle 8 in ASCII, time 7 in BCD (to the
second), what is still owed 4 in fen. The fields are those of the composite record in shipped validators;
their places are this project's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

SFI: Final = 0x16  # bus
IDENTIFIER: Final = bytes.fromhex("2701")
STATES: Final = ("none", "boarded", "alighted")

_SIZE = 26
_HEAD = IDENTIFIER + bytes((_SIZE,))
_STOP, _LINE, _VEHICLE, _TIME, _OWED = slice(1, 3), slice(3, 7), slice(7, 15), slice(15, 22), slice(22, 26)
_NEVER = bytes(7)


class JourneyError(ValueError):
    """Bytes that are no record of a journey."""


@dataclass(frozen=True, slots=True)
class Journey:
    """`state` is one of STATES; `at` is None before the first journey; `owed` is in fen."""

    state: str = "none"
    stop: int = 0
    line: str = ""
    vehicle: str = ""
    at: datetime | None = None
    owed: int = 0

    @classmethod
    def parse(cls, record: bytes) -> Self:
        """JourneyError for another ID, another length, an unknown state, a time that is none."""
        content = record[len(_HEAD) :]
        if record[: len(_HEAD)] != _HEAD or len(content) != _SIZE:
            raise JourneyError(f"{record[:4].hex().upper()}… is no record of a journey")
        if content[0] >= len(STATES):
            raise JourneyError(f"state {content[0]:02X}")
        return cls(
            STATES[content[0]],
            int.from_bytes(content[_STOP], "big"),
            _text(content[_LINE]),
            _text(content[_VEHICLE]),
            _time(content[_TIME]),
            int.from_bytes(content[_OWED], "big"),
        )

    def encode(self) -> bytes:
        at = _NEVER if self.at is None else bytes.fromhex(f"{self.at:%Y%m%d%H%M%S}")
        return (
            _HEAD
            + bytes((STATES.index(self.state),))
            + self.stop.to_bytes(2, "big")
            + _padded(self.line, 4)
            + _padded(self.vehicle, 8)
            + at
            + self.owed.to_bytes(4, "big")
        )


def _padded(text: str, size: int) -> bytes:
    return text.encode("ascii")[:size].ljust(size, b"\0")


def _text(content: bytes) -> str:
    try:
        return content.rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError:
        raise JourneyError(f"{content.hex().upper()} is no text") from None


def _time(content: bytes) -> datetime | None:
    if content == _NEVER:
        return None
    try:
        return datetime.strptime(content.hex(), "%Y%m%d%H%M%S")  # noqa: DTZ007  a terminal's local time
    except ValueError:
        raise JourneyError(f"{content.hex()} is no time") from None
