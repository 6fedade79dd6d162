"""Data object lists: what a card asks for, filled and taken apart (EMV Book 3 5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.codec.dictionary import element

if TYPE_CHECKING:
    from collections.abc import Mapping


_CONSTRUCTED = 0x20


class DolError(ValueError):
    """Bytes that are no DOL, or do not fit it; `offset` is where."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason}, at byte {offset}")
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True)
class DolEntry:
    """A tag and how many bytes of it the card wants; a `constructed` object has no value for a list."""

    tag: int
    length: int
    constructed: bool = False


@dataclass(frozen=True, slots=True)
class Dol:
    """The entries in the card's order; `length` is that of the filled list."""

    entries: tuple[DolEntry, ...]
    length: int

    @staticmethod
    def parse(raw: bytes) -> Dol:
        """Read tags and lengths; raises DolError."""
        return _parse(raw)

    def fill(self, values: Mapping[int, bytes]) -> bytes:
        """The values one behind the other, each cut or padded to its length.

        Zeros stand for what is not known, and for constructed objects (EMV Book 3 5.4).
        """
        parts = []
        for entry in self.entries:
            value = None if entry.constructed else values.get(entry.tag)
            if value is None:
                value = bytes(entry.length)
            elif len(value) != entry.length:
                value = _fitted(entry, value)
            parts.append(value)
        return b"".join(parts)

    def split(self, raw: bytes) -> dict[int, bytes]:
        """Take a filled list apart; raises DolError when it has another length."""
        if len(raw) != self.length:
            raise DolError(
                f"the list asks for {self.length} bytes, here are {len(raw)}", min(len(raw), self.length)
            )
        values = {}
        at = 0
        for entry in self.entries:
            values[entry.tag] = raw[at : at + entry.length]
            at += entry.length
        return values


@lru_cache(maxsize=1024)
def _parse(raw: bytes) -> Dol:
    entries = []
    at = 0
    while at < len(raw):
        start = at
        at += 1
        if raw[start] & 0x1F == 0x1F:
            while raw[at : at + 1] and raw[at] & 0x80:
                at += 1
            at += 1
        if at >= len(raw):
            raise DolError("tag without a length" if at == len(raw) else "tag is cut off", start)
        tag, constructed = int.from_bytes(raw[start:at], "big"), bool(raw[start] & _CONSTRUCTED)
        entries.append(DolEntry(tag, raw[at], constructed))
        at += 1
    return Dol(tuple(entries), sum(entry.length for entry in entries))


def _fitted(entry: DolEntry, value: bytes) -> bytes:
    """Format n keeps its right end, everything else its left; cn is padded with F, the rest with zeros."""
    known = element(entry.tag)
    form = known.format if known else "b"
    if form == "n":
        return (
            value[len(value) - entry.length :]
            if len(value) > entry.length
            else value.rjust(entry.length, b"\0")
        )
    return value[: entry.length].ljust(entry.length, b"\xff" if form == "cn" else b"\0")
