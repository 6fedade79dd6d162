"""The application file locator, 94: which records to read, and which of them are signed (EMV Book 3 10.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class AflError(ValueError):
    """Bytes that are no AFL; `offset` is the byte that is wrong."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason}, at byte {offset}")
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True)
class AflEntry:
    """Records `first` to `last` of one file; the first `signed` of them take part in ODA."""

    sfi: int
    first: int
    last: int
    signed: int = 0


@dataclass(frozen=True, slots=True)
class Afl:
    """The entries in the card's order."""

    entries: tuple[AflEntry, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Afl:
        """Read four bytes an entry; raises AflError."""
        if not raw or len(raw) % 4:
            raise AflError(f"an AFL is entries of 4 bytes, here are {len(raw)}", len(raw) - len(raw) % 4)
        return cls(tuple(_entry(raw, at) for at in range(0, len(raw), 4)))

    def encode(self) -> bytes:
        return b"".join(bytes((e.sfi << 3, e.first, e.last, e.signed)) for e in self.entries)

    def records(self) -> Iterator[tuple[int, int, bool]]:
        """SFI, record and whether ODA signs it, in the order of reading."""
        for entry in self.entries:
            for record in range(entry.first, entry.last + 1):
                yield entry.sfi, record, record < entry.first + entry.signed

    @property
    def last(self) -> tuple[int, int]:
        """SFI and number of the record read last."""
        entry = self.entries[-1]
        return entry.sfi, entry.last


def _entry(raw: bytes, at: int) -> AflEntry:
    place, first, last, signed = raw[at : at + 4]
    sfi = place >> 3
    if place & 0x07 or not 1 <= sfi <= 30:
        raise AflError(f"{place:02X} is no SFI of 1 to 30", at)
    if not first:
        raise AflError("there is no record 0", at + 1)
    if last < first:
        raise AflError(f"last record {last} stands before first record {first}", at + 2)
    if signed > last - first + 1:
        raise AflError(f"{signed} signed records out of {last - first + 1}", at + 3)
    return AflEntry(sfi, first, last, signed)
