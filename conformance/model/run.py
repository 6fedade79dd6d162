"""What a run leaves behind: exchanges, findings, steps, cases, and the record of them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Redaction:
    """A stretch of an exchange that privacy filled with zeros before it was written.

    `side` is "command" or "response"; `path` a path of tags such as "70/5A", "data" for a command's data
    field, or "@12" for a byte offset; `kind` is "pan", "track", "pin", "name", "identity", "key" or
    "certificate". `token` stands for the value within this run; a certificate is dropped and has none.
    """

    side: str
    path: str
    kind: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command and what came of it, as seen at the card's door.

    `outcome` is "answered", "answer lost" (the card answered, the terminal never saw it), "withdrawn",
    "mute", or "reader gone"; `response` is None where no answer exists. Times are microseconds: `at`
    since the start of the run, `duration` of the exchange itself; `modelled` marks a simulator's latency.
    `redacted` names what a record keeps back.
    """

    number: int
    command: bytes
    response: bytes | None
    outcome: str
    at: int
    duration: int
    modelled: bool = False
    redacted: tuple[Redaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a finding: exchange number, path of tags such as "70/9F10", byte offset."""

    exchange: int | None = None
    path: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A lab note. `code` and `arguments` are worded by `conformance.text` when they are shown."""

    code: str
    verdict: Verdict
    ref: str
    expected: str
    observed: str
    where: Where = field(default_factory=Where)
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One evaluated expectation; the requirement matrix is the union of these, not a typed list."""

    code: str
    ref: str
    held: bool


@dataclass(frozen=True, slots=True)
class Observation:
    """What the terminal showed (O2 to O10 of the sector facts), as plain values."""

    kind: str
    values: Mapping[str, Any]


Event = Exchange | Finding | Expectation | Observation


@dataclass(frozen=True, slots=True)
class StepRecord:
    """`kind` is "preamble", "step" or "postamble"; `index` counts within the case, from 0."""

    kind: str
    index: int
    text: str
    events: tuple[Event, ...]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(event for event in self.events if isinstance(event, Exchange))

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(event for event in self.events if isinstance(event, Finding))

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        return tuple(event for event in self.events if isinstance(event, Expectation))


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case of a run. `reason` says why a case that was not judged was not, and is a code with details."""

    id: str
    revision: int
    verdict: Verdict
    steps: tuple[StepRecord, ...] = ()
    headline: Finding | None = None
    reason: str | None = None
    attempt: int = 1
    duration_ms: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for step in self.steps for finding in step.findings)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(exchange for step in self.steps for exchange in step.exchanges)


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A selected case as the header keeps it, so that a report needs no catalogue."""

    id: str
    revision: int
    digest: str
    refs: tuple[str, ...]
    sources: tuple[str, ...]
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    steps: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RunHeader:
    """Who was tested by what, with which declarations; see the record format in docs/record.md.

    Every text by language is a mapping with the keys "zh" and "en". `product` has vendor, model, hardware,
    firmware, firmware_digest, firmware_origin ("computed", "read" or "declared"), kind, serials.
    `ics` maps items to true or false, `questions` maps them to what was asked; `parameters` maps names to
    {value, default, owner, unit, reason}. `repeats` is empty, or names the run (run_id, digest) of which this
    one repeats some cases. `official_attempt` counts the official runs of this firmware, this one included.
    `replay` is empty, or tells of the recorded session that was judged instead of a device: file, sha256
    (None where it holds a person's data), format, exchanges, times, and not_captured, codes of what it
    leaves open.
    """

    run_id: str
    started: str
    suite: Mapping[str, str]
    catalogue_digest: str
    product: Mapping[str, Any]
    profile: Mapping[str, Any]
    ics: Mapping[str, bool]
    ixit: Mapping[str, Any]
    parameters: Mapping[str, Any]
    bench: Mapping[str, Any]
    simulated: bool
    time_base: str
    evidence_grade: str
    official: bool
    seed: int
    environment: Mapping[str, str]
    references: Mapping[str, Mapping[str, str]]
    cases: tuple[CaseEntry, ...]
    questions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    repeats: Mapping[str, str] = field(default_factory=dict)
    official_attempt: int = 1
    replay: Mapping[str, Any] = field(default_factory=dict)

    @property
    def certifies(self) -> bool:
        """True for an official run: nothing was left out by choice, and every earlier attempt is counted."""
        return self.official and not self.repeats


@dataclass(frozen=True, slots=True)
class RunFooter:
    """Counts by verdict and the digest that closes the chain."""

    finished: str
    counts: Mapping[str, int]
    digest: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as read back. Without a footer it is incomplete: what it holds stands, the rest is NOT RUN.

    `resumed` are the times at which a run that had been cut off went on. `logs` name what the programs of the
    bench printed: file beside the record, and its SHA-256.
    """

    header: RunHeader
    cases: tuple[CaseRecord, ...]
    footer: RunFooter | None
    resumed: tuple[str, ...] = ()
    logs: tuple[tuple[str, str], ...] = ()

    @property
    def complete(self) -> bool:
        return self.footer is not None

    def entry(self, case_id: str) -> CaseEntry:
        """The header's text of a case."""
        return next(entry for entry in self.header.cases if entry.id == case_id)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many cases ended how; a selected case without an ending counts as NOT RUN."""
        endings = {case.id: case.verdict for case in self.cases}
        verdicts = [endings.get(entry.id, Verdict.NOT_RUN) for entry in self.header.cases]
        return {verdict: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}
