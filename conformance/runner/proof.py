"""Shows that every case passes on the conforming simulators and fails on the defect made for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import opened
from conformance.runner.session import RunOptions, planned_on, prepare
from conformance.sim.defects import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    """Run every case of the products' profiles on the conforming simulator, then on its own defects.

    A case is proven on the first of the products that it applies to.
    """
    for case_id, before in judged(products).items():
        if before is None:
            yield Proof(case_id, None, "PASS", "applies to none of the products")
            continue
        yield Proof(case_id, None, "PASS", _ending(tried(before, case_id, None)))
        killers = [defect for defect in DEFECTS.values() if defect.kills == case_id]
        for defect in killers:
            expected = f"FAIL {defect.finding}"
            yield Proof(case_id, defect.id, expected, _ending(tried(before, case_id, defect)))
        if not killers:
            yield Proof(case_id, "none", "a defect that kills it", "no defect")


def judged(products: Sequence[str]) -> Mapping[str, Preparation | None]:
    """Each case with the first product that it applies to, None where there is no such."""
    found: dict[str, Preparation | None] = {}
    catalogue = load_catalogue(shipped("cases"))
    for name in products:
        before = prepare(RunOptions(name, Path()), catalogue)
        suspended = before.catalogue.proforma.suspended  # what judges nobody has nothing to prove
        with opened(before.bench, before.product, kinds=before.catalogue.proforma.samples) as bench:
            for each in planned_on(before, bench):
                if each.case.id in suspended:
                    continue
                applies = each.verdict is not Verdict.NOT_APPLICABLE
                found[each.case.id] = found.get(each.case.id) or (before if applies else None)
    return found


@dataclass(frozen=True, slots=True)
class Overlap:
    """A card case that no defect needs: whatever kills it is noticed by `others` of its group, too.

    `reason` says why both are needed all the same; None where nobody said so.
    """

    case: str
    others: tuple[str, ...]
    reason: str | None


def overlaps(products: Sequence[str]) -> Iterator[Overlap]:
    """Run every group of card cases in a profile on each of its defects, to find what could be left out."""
    found = judged(products)
    cards = {case: before for case, before in found.items() if before and before.product.kind == "card"}
    for profile in dict.fromkeys(before.product.profile for before in cards.values()):
        of_profile = [case for case, before in cards.items() if before.product.profile == profile]
        for group in _groups(of_profile):
            yield from _overlaps(cards, group)


def _groups(cases: Sequence[str]) -> list[tuple[str, ...]]:
    """The cases of one group of ids each, CRD-GAC-… together."""
    names = dict.fromkeys(case.rpartition("-")[0] for case in cases)
    return [tuple(case for case in cases if case.rpartition("-")[0] == name) for name in names]


def _overlaps(cards: Mapping[str, Preparation], group: tuple[str, ...]) -> Iterator[Overlap]:
    defects = [defect for defect in DEFECTS.values() if defect.kills in group]
    killed = {defect.id: _killed(cards, group, defect) for defect in defects}
    for case in group:
        own = [defect for defect in defects if defect.kills == case]
        if own and all(len(killed[defect.id]) > 1 for defect in own):
            others = {other for defect in own for other in killed[defect.id]} - {case}
            reason = next((defect.beside for defect in own if defect.beside), None)
            yield Overlap(case, tuple(sorted(others)), reason)


def _killed(cards: Mapping[str, Preparation], group: tuple[str, ...], defect: Defect) -> list[str]:
    return [case for case in group if tried(cards[case], case, defect).verdict is Verdict.FAIL]


def spelled(proofs: Sequence[Proof]) -> str:
    """The proof as a file: of which catalogue it is, and every line of it."""
    digest = load_catalogue(shipped("cases")).digest
    lines = [{**asdict(proof), "holds": proof.holds} for proof in proofs]
    value = {"catalogue_digest": digest, "lines": lines}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def tried(before: Preparation, case_id: str, defect: Defect | None) -> CaseRecord:
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
