"""One rule of consistency: its name, where it comes from, how it is weighed, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from conformance.codec.documents import ItemPath
    from conformance.sim.card.consistency.subject import CheckedCard

Subject = TypeVar("Subject")
Fault = tuple["int | ItemPath | None", str]
"""The tag or the place in the file that a fault is about, None for the subject itself, and a sentence."""

Faults = Iterator[Fault]


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """`source` is a standard's clause or a section of the PBOC facts (PB-n); `must` is False for advice."""

    name: str
    source: str
    look: Callable[[CheckedCard, Subject], Faults]
    must: bool = True
