"""Shows that every case passes on the conforming simulators and fails on the defect made for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import opened
from conformance.runner.session import RunOptions, planned_on, prepare
from conformance.sim.defects import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.runner.session import Preparation
    from conformance.sim.defects.model import Defect


@dataclass(frozen=True, slots=True)
class Proof:
    """One line of the table: a case, on the conforming simulator (no defect) or on a defect."""

    case: str
    defect: str | None
    expected: str
    observed: str

    @property
    def holds(self) -> bool:
        return self.expected == self.observed


def prove(products: Sequence[str]) -> Iterator[Proof]:
    """Run every case of the products' profiles on the conforming simulator, then on its own defects."""
    for name in products:
        before = prepare(RunOptions(name, Path()))
        for case_id in before.profile.cases:
            yield Proof(case_id, None, "PASS", _ending(_run(before, case_id, None)))
            killers = [defect for defect in DEFECTS.values() if defect.kills == case_id]
            for defect in killers:
                expected = f"FAIL {defect.finding}"
                yield Proof(case_id, defect.id, expected, _ending(_run(before, case_id, defect)))
            if not killers:
                yield Proof(case_id, "none", "a defect that kills it", "no defect")


def _run(before: Preparation, case_id: str, defect: Defect | None) -> CaseRecord:
    """Run one case on simulators of its own, so that no case leans on what another left behind."""
    catalogue = before.catalogue
    case = catalogue.cases[case_id]
    with opened(before.bench, before.product, defect, kinds=catalogue.proforma.samples) as bench:
        planned = next(each for each in planned_on(before, bench) if each.case.id == case_id)
        if planned.verdict is not None:
            return CaseRecord(case.id, case.revision, planned.verdict, reason=planned.reason)
        stage = Stage(bench, Journal(), before.parameters())
        return execute(stage, case, catalogue.cases[case.control] if case.control else None)


def _ending(record: CaseRecord) -> str:
    """The verdict, with the finding's code where the case failed."""
    if record.verdict is Verdict.PASS or record.headline is None:
        return str(record.verdict)
    return f"{record.verdict} {record.headline.code}"
