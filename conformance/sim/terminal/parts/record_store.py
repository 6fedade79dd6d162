"""The record store: append-only, numbered from 1, kept over a power cycle (O2)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model.terminal import TransactionRecord


class RecordStore:
    """Numbers rise by one; a record never changes."""

    def __init__(self) -> None:
        self._records: list[TransactionRecord] = []

    def append(self, record: TransactionRecord) -> TransactionRecord:
        """Store a record under the next number, whatever number it came with."""
        stored = dataclasses.replace(record, number=len(self._records) + 1)
        self._records.append(stored)
        return stored

    def all(self) -> tuple[TransactionRecord, ...]:
        return tuple(self._records)
