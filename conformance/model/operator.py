"""What a person at a terminal is asked, and what comes back. Words stand in text/operator.yaml, by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence for the person, by its key, with what fills its places."""

    key: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the person fills in.

    `kind` is "choice", "amount" (yuan), "count", "text" or "lines"; `label` says what it is. An entry with
    `least` is only asked where the count of that name is so many. `group` is a letter of the sector facts
    (O2 to O8), or nothing. `given` stands in it before.
    """

    name: str
    kind: str
    label: Line
    choices: tuple[str, ...] = ()
    optional: bool = False
    group: str = ""
    given: str = ""
    least: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be done, line by line, and what is to be filled in after it.

    `code` is "identify", "prepare", "operate", "disturb", "present", "sample" or "look"; `refusable` lets the
    person say that the terminal refuses. `places` says where the terminal shows each group, in the words of
    the bench. `serials` are the samples that it is about.
    """

    code: str
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...] = ()
    refusable: bool = False
    places: Mapping[str, str] = field(default_factory=dict)
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture kept beside the record: its file's name there, SHA-256 and size in bytes."""

    file: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """`ending` is "done", "refused" (by the terminal) or "skipped"; `undone` counts what was taken back."""

    ending: str
    values: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    photos: tuple[Photo, ...] = ()
    took_ms: int = 0
    undone: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the run is: the case, its number of so many, and the step's sentence by language."""

    case: str
    number: int
    total: int
    sentence: Mapping[str, str]
