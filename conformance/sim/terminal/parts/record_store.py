"""The record store: append-only, numbered from 1, kept over a power cut at any byte (O2, TR-18, TR-19).

A line is `crc32 number [values]`, the values in the order of the record's fields, in ASCII and without line
break. A line that the power cut short was never acknowledged; it is dropped when the store is opened.
"""

from __future__ import annotations

import dataclasses
import json
from array import array
from zlib import crc32

from conformance.model.terminal import TransactionRecord
from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

_NAME = "records"
_FIELDS = tuple(field.name for field in dataclasses.fields(TransactionRecord) if field.name != "number")


class StoreFull(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """There is no room for another record; those that stand are not overwritten (TR-19)."""


class RecordStore:
    """Numbers rise by one; a record never changes. `capacity` counts records, None is without limit.

    Opening raises StorageDamaged where what is stored is not what was written. After PowerLost the store is
    opened again on the same storage.
    """

    def __init__(self, storage: Storage | None = None, *, capacity: int | None = None) -> None:
        self._storage = Storage() if storage is None else storage
        self.capacity = capacity
        self._starts = array("Q")
        self._end = 0
        self._open()

    def _open(self) -> None:
        content = self._storage.read(_NAME)
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            self._storage.replace(_NAME, whole)
        for line in whole.splitlines(keepends=True):
            if _decoded(line).number != len(self) + 1:
                raise StorageDamaged(f"record {len(self) + 1} is missing")
            self._enter(line)

    def _enter(self, line: bytes) -> None:
        self._starts.append(self._end)
        self._end += len(line)

    def append(self, record: TransactionRecord) -> TransactionRecord:
        """Store a record under the next number, whatever number it came with; StoreFull, PowerLost."""
        if self.full:
            raise StoreFull
        stored = dataclasses.replace(record, number=len(self) + 1)
        line = _encoded(stored)
        self._storage.append(_NAME, line)
        self._enter(line)
        return stored

    @property
    def full(self) -> bool:
        return self.capacity is not None and len(self) >= self.capacity

    def __len__(self) -> int:
        return len(self._starts)

    def all(self) -> tuple[TransactionRecord, ...]:
        return self.after(0)

    def after(self, number: int) -> tuple[TransactionRecord, ...]:
        """The records behind this number, oldest first; StorageDamaged where a checksum is wrong."""
        if number >= len(self):
            return ()
        lines = self._storage.read(_NAME, self._starts[number]).splitlines()
        return tuple(map(_decoded, lines))


def _encoded(record: TransactionRecord) -> bytes:
    values = json.dumps([getattr(record, name) for name in _FIELDS], separators=(",", ":"))
    body = f"{record.number} {values}".encode("ascii")
    return b"%08x %b\n" % (crc32(body), body)


def _decoded(line: bytes) -> TransactionRecord:
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % crc32(body):
        raise StorageDamaged(f"a record has a wrong checksum: {line!r}")
    number, _, values = body.partition(b" ")
    return TransactionRecord(int(number), *json.loads(values))
