"""Files of a purse card: transparent, of records, cyclic, by short file identifier (HW-40, TR-40)."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.sim.sector_card.answers import (
    FILE_NOT_FOUND,
    RECORD_NOT_FOUND,
    WRONG_OFFSET,
    WRONG_STRUCTURE,
    Refused,
)


@dataclass(slots=True)
class Transparent:
    """A file of bytes."""

    content: bytes


@dataclass(slots=True)
class Records:
    """A file of records, each of its own length, numbered from 1.

    A cyclic file has room for `cyclic` records of `length` bytes; its record 1 is the newest.
    """

    records: list[bytes] = field(default_factory=list)
    cyclic: int | None = None
    length: int = 0

    def add(self, record: bytes) -> None:
        """Put a record in front of a cyclic file; the oldest goes when there is no room."""
        self.records = [record, *self.records][: self.cyclic]

    def place_of(self, identifier: int) -> int:
        """The number of the record that begins with this byte."""
        found = [number for number, each in enumerate(self.records, 1) if each[0] == identifier]
        if not found:
            raise Refused(RECORD_NOT_FOUND)
        return found[0]


@dataclass(slots=True)
class Directory:
    """A DF: its identifier, its name where it has one, and its files by short file identifier."""

    identifier: int
    files: dict[int, Transparent | Records]
    name: bytes = b""

    def transparent(self, sfi: int) -> Transparent:
        found = self._file(sfi)
        if not isinstance(found, Transparent):
            raise Refused(WRONG_STRUCTURE)
        return found

    def records(self, sfi: int) -> Records:
        found = self._file(sfi)
        if not isinstance(found, Records):
            raise Refused(WRONG_STRUCTURE)
        return found

    def _file(self, sfi: int) -> Transparent | Records:
        if sfi not in self.files:
            raise Refused(FILE_NOT_FOUND)
        return self.files[sfi]


def part(content: bytes, offset: int, length: int | None) -> bytes:
    """What READ BINARY takes from a file; 256 or nothing stands for the rest of it."""
    if offset > len(content):
        raise Refused(WRONG_OFFSET)
    return content[offset : None if length in {None, 256} else offset + (length or 0)]


def record_at(file: Records, number: int) -> bytes:
    if not 1 <= number <= len(file.records):
        raise Refused(RECORD_NOT_FOUND)
    return file.records[number - 1]
