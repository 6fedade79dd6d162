"""A ledger: numbered entries, none of which ever changes or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Entry = TypeVar("Entry")


class Ledger(Generic[Entry]):
    """Entries in the order in which they were written, numbered from 1."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, make: Callable[[int], Entry]) -> Entry:
        """Write the entry that `make` makes of its number."""
        entry = make(len(self._entries) + 1)
        self._entries.append(entry)
        return entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)
