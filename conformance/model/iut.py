"""Declarations: the ICS and IXIT proforma, profiles, references, parameters, and a product's answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class IcsItem:
    """One question of the ICS proforma, e.g. TERMINAL.CONTACTLESS.

    Status "m" is mandatory, "o" optional, "c" conditional: where the expression `condition` over other items
    holds, the item is `when_true` ("m" or "o"), elsewhere `when_false` ("o", or "x": must be denied).
    """

    name: str
    kind: str
    status: str
    question: Mapping[str, str]
    condition: str = ""
    when_true: str = "o"
    when_false: str = "o"


@dataclass(frozen=True, slots=True)
class Statement:
    """What the IXIT asks for in words. `form` is "text", "hex" or "list"; `when` an ICS expression."""

    name: str
    kind: str
    form: str
    question: Mapping[str, str]
    when: str = ""
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A case that is judged for no product since a day, and why; one revision of it."""

    case: str
    revision: int
    since: str
    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that cases cite; `seen` says where its text or a trace of it was seen."""

    name: str
    title: Mapping[str, str]
    seen: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """A value that no source fixes. `stricter` is "lower", "higher" or "none": a vendor may only tighten."""

    name: str
    owner: str
    default: float
    quick: float | None
    minimum: float
    maximum: float
    unit: str
    stricter: str
    reason: Mapping[str, str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleKind:
    """What a sample must be personalised with for the cases that name it.

    `elements` are values by tag that differ from the product's own, None for one that the card has not;
    `balance` is the electronic cash balance in fen. A simulated product is built so; of a real one the
    bench's inventory says which sample is.
    """

    name: str
    about: Mapping[str, str]
    elements: Mapping[int, bytes | None]
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a certificate is about: a list of cases, with a floor that no ICS can switch off.

    `exempt` maps evidence grades to the cases that may be NOT TESTABLE there, with the reason.
    """

    name: str
    kind: str
    sector: str
    title: Mapping[str, str]
    editions: tuple[str, ...]
    mandatory_items: tuple[str, ...]
    cases: tuple[str, ...]
    floor: tuple[str, ...]
    exempt: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proforma:
    """All that can be asked, cited, set and certified."""

    items: Mapping[str, IcsItem]
    references: Mapping[str, Reference]
    parameters: Mapping[str, ParameterDefinition]
    profiles: Mapping[str, Profile]
    samples: Mapping[str, SampleKind]
    statements: Mapping[str, Statement] = field(default_factory=dict)
    suspended: Mapping[str, Suspension] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Product:
    """What a vendor declares. `device` names a simulator of ours, None for anything else.

    `ixit` holds the parameters, `statements` what the IXIT says in words: approvals, kernel, keys.
    """

    id: str
    kind: str
    vendor: str
    model: str
    hardware: str
    firmware: str
    firmware_origin: str
    firmware_digest: str | None
    serials: tuple[str, ...]
    device: str | None
    profile: str
    ics: Mapping[str, bool]
    ixit: Mapping[str, float]
    path: Path
    statements: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
