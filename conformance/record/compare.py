"""What differs between two records: endings, the first exchange that differs, declarations, identity.

Bytes of two runs always differ somewhere, as unpredictable numbers, counters and signatures do. So an
exchange differs first by its shape: header and length of the command, status word and length of the answer,
outcome; only where all shapes agree, by its bytes. Times are told beside it and never count as a difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from conformance.codec.apdu import ApduError, CommandApdu
from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from conformance.model.run import CaseRecord, Exchange, RunRecord

KINDS = ("new-fail", "still-failing", "fixed", "newly-na", "not-run", "changed", "added", "removed")

# What says who was tested by what; the rest of a header differs in every run.
_IDENTITY = (
    "id", "kind", "vendor", "model", "hardware",
    "firmware", "firmware_digest", "firmware_origin", "serials", "defect",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case ended in one of the records, and what it found: codes in order, headline first."""

    revision: int
    verdict: Verdict
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first exchange that differs, as in each record; None where one has no more exchanges.

    `part` is "command", "answer" or "outcome" for its shape, "bytes" where only bytes differ, "missing" where
    one record has ended.
    """

    part: str
    before: Exchange | None
    after: Exchange | None


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One case whose ending differs, or that fails in both; `kind` is one of KINDS."""

    id: str
    kind: str
    before: Ending | None
    after: Ending | None
    divergence: Divergence | None = None

    @property
    def differs(self) -> bool:
        """False for a case that fails as it did before."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Setting:
    """A declaration, parameter or part of the identity that differs; None where a record has none."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the card took for one command, in microseconds, over the cases that both runs have.

    `before` and `after` are (median, 95th percentile) of `count` answered exchanges each.
    """

    command: str
    before: tuple[int, int]
    after: tuple[int, int]
    count: tuple[int, int]

    @property
    def shift(self) -> float:
        """By which part of itself the median moved: 0.25 is a quarter slower."""
        return (self.after[0] - self.before[0]) / max(1, self.before[0])


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two runs."""

    cases: tuple[CaseChange, ...]
    ics: tuple[Setting, ...]
    parameters: tuple[Setting, ...]
    identity: tuple[Setting, ...]
    timings: tuple[Timing, ...] = ()

    @property
    def differs(self) -> bool:
        """True when anything but a known failure is listed."""
        settings = (*self.ics, *self.parameters, *self.identity)
        return bool(settings) or any(case.differs for case in self.cases)


def compare(before: RunRecord, after: RunRecord) -> Comparison:
    """Compare two runs, the older first."""
    old, new = before.header, after.header
    return Comparison(
        cases=tuple(_cases(before, after)),
        ics=_settings(old.ics, new.ics),
        parameters=_settings(_values(old.parameters), _values(new.parameters)),
        identity=_settings(_identity(before), _identity(after)),
        timings=tuple(_timings(before, after)),
    )


def endings(record: RunRecord) -> Mapping[str, CaseRecord | None]:
    """Each selected case's last attempt, in the record's order; None for one that never began."""
    last = {case.id: case for case in record.cases}
    return {entry.id: last.get(entry.id) for entry in record.header.cases}


def _cases(before: RunRecord, after: RunRecord) -> Iterator[CaseChange]:
    old, new = endings(before), endings(after)
    for name in dict.fromkeys([*new, *old]):
        change = _change(name, _ending(before, name, old), _ending(after, name, new))
        if change is not None:
            yield change if not change.differs else _located(change, old.get(name), new.get(name))


def _ending(record: RunRecord, name: str, cases: Mapping[str, CaseRecord | None]) -> Ending | None:
    if name not in cases:
        return None
    case = cases[name]
    if case is None:
        return Ending(record.entry(name).revision, Verdict.NOT_RUN, ())
    headline = (case.headline.code,) if case.headline else ()
    codes = dict.fromkeys([*headline, *(finding.code for finding in case.findings)])
    return Ending(case.revision, case.verdict, tuple(codes))


def _change(name: str, before: Ending | None, after: Ending | None) -> CaseChange | None:
    if before == after and (after is None or after.verdict is not Verdict.FAIL):
        return None
    return CaseChange(name, _kind(before, after), before, after)


def _kind(before: Ending | None, after: Ending | None) -> str:
    """What became of a case. One that is new and fails is a new failure."""
    was = None if before is None else before.verdict
    now = None if after is None else after.verdict
    if now is None:
        return "removed"
    if now is Verdict.FAIL:
        return "still-failing" if was is Verdict.FAIL else "new-fail"
    if was is None:
        return "added"
    if now is was:
        return "changed"
    table = {Verdict.NOT_RUN: "not-run", Verdict.NOT_APPLICABLE: "newly-na"}
    fixed = was is Verdict.FAIL and now is Verdict.PASS
    return "fixed" if fixed else table.get(now, "changed")


def _located(change: CaseChange, before: CaseRecord | None, after: CaseRecord | None) -> CaseChange:
    if before is None or after is None:
        return change
    found = divergence(before.exchanges, after.exchanges)
    return CaseChange(change.id, change.kind, change.before, change.after, found)


def divergence(before: Sequence[Exchange], after: Sequence[Exchange]) -> Divergence | None:
    """The first exchange whose shape differs, else the first whose bytes do; None when none does."""
    pairs = [*zip(before, after, strict=False)]
    for one, other in pairs:
        part = _shape_differs(one, other)
        if part is not None:
            return Divergence(part, one, other)
    longer = before if len(before) > len(after) else after
    if len(longer) > len(pairs):
        extra = longer[len(pairs)]
        return Divergence("missing", *((extra, None) if longer is before else (None, extra)))
    different = (
        (one, other) for one, other in pairs if (one.command, one.response) != (other.command, other.response)
    )
    return next((Divergence("bytes", one, other) for one, other in different), None)


def _shape_differs(one: Exchange, other: Exchange) -> str | None:
    if (one.command[:4], len(one.command)) != (other.command[:4], len(other.command)):
        return "command"
    if one.outcome != other.outcome:
        return "outcome"
    return "answer" if _answer_shape(one) != _answer_shape(other) else None


def _answer_shape(exchange: Exchange) -> tuple[int, bytes] | None:
    response = exchange.response
    return None if response is None else (len(response), response[-2:])


def _timings(before: RunRecord, after: RunRecord) -> Iterator[Timing]:
    """Every command that both runs sent in the same cases, by name."""
    both = {case.id for case in before.cases} & {case.id for case in after.cases}
    one, other = (_durations(record, both) for record in (before, after))
    for command in sorted(one.keys() & other.keys()):
        old, new = sorted(one[command]), sorted(other[command])
        yield Timing(command, _spread(old), _spread(new), (len(old), len(new)))


def _durations(record: RunRecord, cases: Collection[str]) -> Mapping[str, list[int]]:
    durations: dict[str, list[int]] = {}
    for case in record.cases:
        for exchange in case.exchanges if case.id in cases else ():
            if exchange.outcome == "answered" and len(exchange.command) >= 4:
                durations.setdefault(_command(exchange.command), []).append(exchange.duration)
    return durations


def _command(command: bytes) -> str:
    try:
        return CommandApdu.decode(command).name
    except ApduError:
        return command[:4].hex().upper()


def _spread(durations: Sequence[int]) -> tuple[int, int]:
    return int(median(durations)), durations[max(0, -(-95 * len(durations) // 100) - 1)]


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Setting, ...]:
    return tuple(
        Setting(name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    )


def _values(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: each["value"] for name, each in parameters.items()}


def _identity(record: RunRecord) -> Mapping[str, Any]:
    header = record.header
    return {
        **{name: header.product.get(name) for name in _IDENTITY},
        "profile": header.profile.get("name"),
        "bench": header.bench.get("name"),
        "evidence_grade": header.evidence_grade,
        "official": header.official,
        "suite": header.suite.get("version"),
        "catalogue": header.catalogue_digest,
    }
