"""The gate: may this firmware ship? One record held against a plan, waivers and, if wanted, a baseline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

from conformance.codec import documents
from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.model.waiver import Waiver, failures, state
from conformance.runner.exit_code import (
    BLOCKED,
    CONFORMING,
    ICS,
    STATES,
    first_that_applies,
    selected,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.catalogue.published import PublishedPlan
    from conformance.model.run import RunRecord


@dataclass(frozen=True, slots=True)
class Judgement:
    """The gate's exit code, each planned case with its state (STATES), and what the ICS may not say."""

    code: int
    cases: Mapping[str, CaseRecord]
    states: Mapping[str, str]
    contradictions: tuple[str, ...]

    def with_contradictions(self, further: tuple[str, ...]) -> Judgement:
        """The same, with what else is wrong with the declaration."""
        code = first_that_applies([self.code, ICS]) if further else self.code
        return Judgement(code, self.cases, self.states, (*self.contradictions, *further))


def judge(
    record: RunRecord,
    plan: PublishedPlan,
    waivers: Sequence[Waiver],
    on: date,
    baseline: RunRecord | None = None,
) -> Judgement:
    """Judge the plan's cases; with a baseline, a FAIL that it shows already counts as known."""
    ran = {case.id: case for case in selected(record)}
    cases = {name: _planned(ran.get(name), name, revision) for name, revision in plan.revisions.items()}
    before = {case.id: case for case in selected(baseline)} if baseline is not None else {}
    exempt = plan.exempt_on(record.header.evidence_grade)
    states = {name: state(case, waivers, on, exempt) for name, case in cases.items()}
    states |= {
        name: "known" for name in states if states[name] == "failed" and _known(cases[name], before.get(name))
    }
    contradictions = tuple(_contradictions(record, plan, cases))
    code = first_that_applies(
        [
            *(STATES[each] for each in states.values()),
            ICS if contradictions else CONFORMING,
            CONFORMING if record.complete else BLOCKED,
        ]
    )
    return Judgement(code, cases, states, contradictions)


def _planned(ran: CaseRecord | None, case_id: str, revision: int) -> CaseRecord:
    """The case as the record has it; under another revision it was not run."""
    if ran is not None and ran.revision == revision:
        return ran
    return CaseRecord(case_id, revision, Verdict.NOT_RUN, reason="not-reached")


def _known(case: CaseRecord, before: CaseRecord | None) -> bool:
    """True for a FAIL of the same revision with no finding that the baseline lacks."""
    if before is None or before.verdict is not Verdict.FAIL or before.revision != case.revision:
        return False
    return failures(case) <= failures(before)


def _contradictions(record: RunRecord, plan: PublishedPlan, cases: Mapping[str, CaseRecord]) -> Iterator[str]:
    """Mandatory items that the ICS does not affirm, and floor cases that it switched off."""
    yield from (item for item in plan.mandatory_items if record.header.ics.get(item) is not True)
    yield from (name for name in plan.floor if cases[name].verdict is Verdict.NOT_APPLICABLE)


def read_waivers(path: Path) -> Sequence[Waiver]:
    """Read a file of waivers; a malformed one raises DocumentErrors."""
    document = documents.parse(path.read_text(encoding="utf-8"), str(path))
    schema = files("conformance.runner").joinpath("waivers.schema.json").read_text(encoding="utf-8")
    documents.check(document, json.loads(schema))
    waivers = []
    for row in document.value["waivers"]:
        case_id, _, revision = row["case"].partition("@")
        until = date.fromisoformat(row["until"])
        waivers.append(Waiver(case_id, int(revision), row["finding"], row["reason"], row["owner"], until))
    return waivers
