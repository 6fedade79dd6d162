"""Every simulated product of ours conforms to its own declaration: what applies to it passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.catalogue.folders import shipped
from conformance.model.verdict import Verdict
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import opened
from conformance.runner.session import RunOptions, planned_on, prepare

PRODUCTS = sorted(path.stem for path in (shipped("products") / "simulated").glob("*.yaml"))


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_simulated_product_passes_all_that_applies_to_it(name: str) -> None:
    before = prepare(RunOptions(f"simulated/{name}", Path()))
    catalogue, endings = before.catalogue, {}
    with opened(before.bench, before.product, kinds=catalogue.proforma.samples) as bench:
        stage = Stage(bench, Journal(), before.parameters())
        for planned in planned_on(before, bench):
            case = planned.case
            control = catalogue.cases[case.control] if case.control else None
            endings[case.id] = planned.verdict or execute(stage, case, control).verdict
    accepted = (Verdict.PASS, Verdict.NOT_APPLICABLE)
    assert {case: verdict for case, verdict in endings.items() if verdict not in accepted} == {}
    assert Verdict.PASS in endings.values()
