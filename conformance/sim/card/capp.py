"""What a card remembers of its extended application (PB-8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.sim.card.plan import CappFile, CappRecord

CAPP_CACHE = 1024  # bytes, where a profile says nothing: no source gives it


@dataclass(slots=True)
class CappMemory:
    """What outlives the field: records by SFI, in a cyclic file the newest first; pre-authorisations; proof.

    `held` are the amounts of the open pre-authorisations in fen, by SFI and ID; `proof` is ATC and cryptogram
    of the newest transaction that was committed.
    """

    records: dict[int, list[CappRecord]] = field(default_factory=dict)
    cycles: dict[int, list[bytes]] = field(default_factory=dict)
    held: dict[tuple[int, bytes], int] = field(default_factory=dict)
    proof: tuple[bytes, bytes] | None = None

    @classmethod
    def of(cls, files: Iterable[CappFile]) -> Self:
        """Fresh from personalisation."""
        return cls({file.sfi: list(file.records) for file in files})


@dataclass(frozen=True, slots=True)
class CappUpdate:
    """A record in the cache: `index` is its place in a variable file, None for a new one of a cyclic file."""

    sfi: int
    index: int | None
    content: bytes
