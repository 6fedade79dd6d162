"""The blacklist (黑名单) in force: whole PANs and ranges of them, by version (TR-11, TR-12, OF-06).

It is stored as `crc32 version entries day` and a line for each stretch of listed PANs, `first last`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zlib import crc32

from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model.terminal import Blacklist

_NAME = "blacklist"
_LONGEST = 19  # ISO/IEC 7812-1


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Listed PANs of one length as numbers: ends of stretches in order, no two of which touch."""

    firsts: array[int]
    lasts: array[int]

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self.firsts, number) - 1
        return place >= 0 and number <= self.lasts[place]


class BlacklistInForce:
    """A list is replaced as a whole, together with its version; until the new one is whole, the old holds."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._storage = Storage() if storage is None else storage
        self._version = 0
        self._entries = 0
        self._day = ""
        self._stretches: Mapping[int, _Stretches] = {}
        if content := self._storage.read(_NAME):
            self._version, self._entries, self._day, self._stretches = _decoded(content)

    def replace(self, blacklist: Blacklist) -> None:
        """Put a list in force. After ValueError (no PAN, range or day) and PowerLost the old one holds."""
        if blacklist.day:
            date.fromisoformat(blacklist.day)
        bounds = {(pan, pan) for pan in blacklist.pans}
        bounds.update((each.first, each.last) for each in blacklist.ranges)
        stretches = _merged(bounds)
        self._storage.replace(_NAME, _encoded(blacklist, len(bounds), stretches))
        self._version, self._entries, self._stretches = blacklist.version, len(bounds), stretches
        self._day = blacklist.day

    def __contains__(self, pan: str) -> bool:
        stretches = self._stretches.get(len(pan))
        return stretches is not None and _is_number(pan) and int(pan) in stretches

    def __len__(self) -> int:
        """Different entries of the list, a range counting as one."""
        return self._entries

    @property
    def version(self) -> int:
        return self._version

    @property
    def day(self) -> date | None:
        """When the list was made; None where it does not say."""
        return date.fromisoformat(self._day) if self._day else None


def _merged(bounds: Iterable[tuple[str, str]]) -> Mapping[int, _Stretches]:
    """Stretches by the length of their PANs, those that overlap or touch made one."""
    by_length: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for first, last in bounds:
        if len(first) != len(last) or not _is_number(first + last) or first > last or len(first) > _LONGEST:
            raise ValueError(f"{first!r} to {last!r} is no range of PANs of one length")
        by_length[len(first)].append((int(first), int(last)))
    return {length: _joined(sorted(pairs)) for length, pairs in by_length.items()}


def _joined(pairs: list[tuple[int, int]]) -> _Stretches:
    firsts, lasts = array("Q"), array("Q")
    for first, last in pairs:
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return _Stretches(firsts, lasts)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _encoded(blacklist: Blacklist, entries: int, stretches: Mapping[int, _Stretches]) -> bytes:
    lines = [f"{blacklist.version} {entries} {blacklist.day}"]
    for length, each in stretches.items():
        pairs = zip(each.firsts, each.lasts, strict=True)
        lines += [f"{first:0{length}} {last:0{length}}" for first, last in pairs]
    body = "\n".join(lines).encode("ascii")
    return b"%08x %b" % (crc32(body), body)


def _decoded(content: bytes) -> tuple[int, int, str, Mapping[int, _Stretches]]:
    checksum, _, body = content.partition(b" ")
    if checksum != b"%08x" % crc32(body):
        raise StorageDamaged("the blacklist has a wrong checksum")
    heading, *lines = body.decode("ascii").splitlines()
    version, entries, day = heading.split(" ")
    pairs = (line.partition(" ") for line in lines)
    return int(version), int(entries), day, _merged((first, last) for first, _, last in pairs)
