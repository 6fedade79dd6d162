"""A city's programme: what a directive asks for by when, what is installed where, and what counts (design 8).

Every text for readers is a mapping with the keys "zh" and "en". Days are `datetime.date`. A reason is a code
with arguments, worded by `conformance/text/programme.yaml` when it is shown.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.run import Finding
    from conformance.model.verdict import Verdict

    Text = Mapping[str, str]


class Certainty(StrEnum):
    """How well a row is known. CERTAIN: the directive itself or two independent public sources."""

    CERTAIN = "CERTAIN"
    SINGLE = "SINGLE"
    RECALL = "RECALL"
    UNKNOWN = "UNKNOWN"
    SYNTHETIC = "SYNTHETIC"

    @property
    def firm(self) -> bool:
        """True when a status may rest on it; a synthetic figure is firm within its synthetic programme."""
        return self in (Certainty.CERTAIN, Certainty.SYNTHETIC)


class Binding(StrEnum):
    """BINDING is 实现, BEST_EFFORT is 力争; a DUTY is asked for without date or measure."""

    BINDING = "binding"
    BEST_EFFORT = "best-effort"
    DUTY = "duty"


class Status(StrEnum):
    """How a milestone stands on a day."""

    MET = "met"
    MET_LATE = "met-late"
    NOT_MET = "not-met"
    NOT_YET_DUE = "not-yet-due"
    UNKNOWN = "unknown"
    NO_DEADLINE = "no-deadline"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something does not count, or is not known."""

    code: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Population:
    """What is counted ("sites", "lanes", "windows" or "vehicles") and out of how many; None is not known."""

    kind: str
    count: int | None
    certainty: Certainty
    source: Text


@dataclass(frozen=True, slots=True)
class Responsible:
    """A department and the words that charge it."""

    department: str
    clause: str
    words: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing that the directive asks for.

    `words` are fragments of its Chinese text, letter by letter. `threshold` is per cent of the population;
    `profile` is what a certificate must be about, None where the suite has no such profile yet.
    """

    id: str
    title: Text
    clause: str
    words: tuple[str, ...]
    sector: str
    profile: str | None
    population: Population | None
    threshold: int
    binding: Binding
    deadline: date | None
    responsible: tuple[Responsible, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Directive:
    """The document: its number, who signed it when, what is odd about it, and what it asks for."""

    number: str
    title: Text
    issuer: Text
    signed: date
    published: date
    source: str
    notes: tuple[Text, ...]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a row holds; "2014-12" where only the month is known, None where nothing is."""

    since: str | None = None
    until: str | None = None
    certainty: Certainty | None = None
    source: str | None = None

    def covers(self, day: date) -> bool:
        """True unless the row is known not to hold on that day."""
        text = day.isoformat()
        return (self.since or "") <= text and (self.until is None or text[: len(self.until)] <= self.until)


@dataclass(frozen=True, slots=True)
class Unit:
    """A division, committee, department, branch or company.

    A division's id is its GB/T 2260 code; anything else has none and takes a local suffix, 520400-M1.
    """

    id: str
    name: Text
    kind: str
    validity: Validity
    successor: str | None
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Site:
    """A place where cards are to be taken. Where it lies and who manages it are two things.

    `milestone` is the one that it counts towards, None where it counts towards none.
    """

    id: str
    name: Text
    sector: str
    kind: str
    milestone: str | None
    division: str | None
    managed_by: str | None
    validity: Validity
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Firmware:
    """What ran in the field since a day; `digest` is SHA-256 in hex where it is known."""

    version: str
    since: date
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceGroup:
    """Devices of one product at one site, `count` in units of the milestone's population.

    `firmware` is in the order of its days. `withdrawn` is the day on which the devices left the field.
    """

    id: str
    product: str
    count: int
    firmware: tuple[Firmware, ...]
    withdrawn: date | None

    def firmware_on(self, day: date) -> Firmware | None:
        """What the devices ran on a day, None before the first known version."""
        return next((each for each in reversed(self.firmware) if each.since <= day), None)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a unit has installed at a site."""

    id: str
    site: str
    unit: str
    groups: tuple[DeviceGroup, ...]
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A city's programme as declared. `coverage` says how much of what is installed is known.

    "complete": a shortfall is a shortfall; "partial" or "none": a shortfall may be want of knowledge.
    """

    id: str
    title: Text
    synthetic: bool
    directive: Directive
    units: tuple[Unit, ...]
    sites: tuple[Site, ...]
    deployments: tuple[Deployment, ...]
    coverage: str
    coverage_note: Text

    def site(self, site_id: str) -> Site:
        return next(site for site in self.sites if site.id == site_id)

    def unit(self, unit_id: str) -> Unit:
        return next(unit for unit in self.units if unit.id == unit_id)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One thing that people decided. `prev` and `digest` are SHA-256 in hex; see docs/programme.md."""

    number: int
    kind: str
    when: date
    who: str
    why: str
    about: Mapping[str, str]
    values: Mapping[str, Any]
    before: Mapping[str, Any] | None
    prev: str
    digest: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided about one record; the unsigned ones of the examples are demonstrations.

    `date` is None where the decision is of the record's own day (demonstrations only). `issuing_body` has
    name and basis (and approval number); without it the document is never called 合格证.

    `samples` has received, condition, sampling. `waivers` are pairs of case with revision and finding,
    `reviews` cases; both must stand in the ledger about the record. `external` are results of others,
    `opinions` are printed as such.
    """

    number: str
    date: date | None
    authoriser: Text
    rule: Text
    profile: str
    product: str
    demonstration: bool
    plan_digest: str | None
    issuing_body: Mapping[str, str] | None
    validity_years: int
    conditions: tuple[Text, ...]
    digest: str
    customer: Text | None = None
    samples: Mapping[str, str] = field(default_factory=dict)
    supersedes: str | None = None
    waivers: tuple[tuple[str, str], ...] = ()
    reviews: tuple[str, ...] = ()
    opinions: tuple[Text, ...] = ()
    external: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says: all of it computed from one record and one decision.

    The mappings hold text only. `product` has id, vendor, model, hardware, firmware, firmware_digest,
    firmware_origin, serials; `record` has run_id, digest, started, finished, laboratory, location, suite,
    catalogue_digest, evidence_grade, time_base, counts (of repetitions); `verdicts` maps verdicts to numbers.
    `excluded` are the cases that did not apply or were exempt, with their reason; `parameters` those that are
    not default. `requirements` are the clauses with what was evaluated under them, `statements` the IXIT in
    words, `waived` and `reviewed` what people decided about the record.
    """

    number: str
    programme: str
    synthetic: bool
    demonstration: bool
    simulated: bool
    issued: date
    valid_until: date
    product: Mapping[str, str]
    profile: str
    profile_title: Text
    record: Mapping[str, str]
    verdicts: Mapping[str, int]
    cases: tuple[Mapping[str, str], ...]
    excluded: tuple[Mapping[str, str], ...]
    parameters: tuple[Mapping[str, str], ...]
    references: tuple[str, ...]
    conditions: tuple[Text, ...]
    authoriser: Text
    rule: Text
    plan_digest: str | None
    decision_digest: str
    issuing_body: Mapping[str, str] | None
    customer: Text | None = None
    samples: Mapping[str, str] = field(default_factory=dict)
    supersedes: str | None = None
    requirements: tuple[Mapping[str, str], ...] = ()
    statements: tuple[Mapping[str, str], ...] = ()
    waived: tuple[Mapping[str, str], ...] = ()
    reviewed: tuple[Mapping[str, str], ...] = ()
    opinions: tuple[Text, ...] = ()
    external: tuple[Text, ...] = ()

    @property
    def spelled(self) -> bytes:
        """The bytes of its file, in their one spelling."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True, default=date.isoformat)
        return text.encode() + b"\n"

    @property
    def code(self) -> str:
        """The verification code: the first 12 digits of the SHA-256 of its file."""
        return hashlib.sha256(self.spelled).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class FailingCase:
    """A case that keeps a product from its certificate, why, and where its story is told.

    `finding` is the headline of a judged case; `reason` is a record's words for one that was not judged.
    """

    id: str
    title: Text
    verdict: Verdict
    finding: Finding | None
    reason: str | None
    href: str


@dataclass(frozen=True, slots=True)
class RunView:
    """The newest run of a product: where its report is and what it ended in; `certifies` if official."""

    product: str
    run_id: str
    day: date
    simulated: bool
    certifies: bool
    complete: bool
    counts: Mapping[str, int]
    failing: tuple[FailingCase, ...]
    href: str


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate on the as-of date. `state` is worded like a reason: certificate-valid and the like."""

    certificate: Certificate
    state: Reason
    href: str
    run: RunView | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """A device group on the as-of date: whether it counts, by which certificate, and why not."""

    group: DeviceGroup
    firmware: str | None
    commissioned: int
    counts: bool
    reasons: tuple[Reason, ...]
    certificate: CertificateView | None
    run: RunView | None


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """A deployment on the as-of date."""

    deployment: Deployment
    site: Site
    unit: Unit
    accepted: date | None
    counted: int
    reasons: tuple[Reason, ...]
    groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A milestone on a day. `needed` of `total` make it met; `since` is the day on which it was first met."""

    day: date
    status: Status
    counted: int
    total: int | None
    needed: int | None
    since: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone at its deadline (None without one) and on the as-of date, and what it rests on."""

    milestone: Milestone
    at_deadline: Judgement | None
    as_of: Judgement
    deployments: tuple[DeploymentView, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """All that a programme's page shows. `simulated`: something on it rests on simulated evidence."""

    programme: Programme
    as_of: date
    simulated: bool
    milestones: tuple[MilestoneView, ...]
    certificates: tuple[CertificateView, ...]
    runs: tuple[RunView, ...]
    entries: tuple[LedgerEntry, ...]
