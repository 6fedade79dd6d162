"""The hospital counter as a program of its own, its hosts over TCP, is judged like the one in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import opened
from conformance.runner.session import RunOptions, prepare
from conformance.sim.defects import DEFECTS

pytestmark = pytest.mark.tool("pcsc")

# One for each way through the counter; `tox run -e pcsc` runs the whole profile.
CASES = (
    "MED-PAY-010",
    "MED-PAY-030",
    "MED-PAY-040",
    "MED-PAY-050",
    "MED-PAY-060",
    "MED-PAY-140",
    "MED-PAY-230",
    "COR-MIG-020",
    "COR-MIG-030",
    "COR-MIG-050",
)


def endings(bench: str, cases: tuple[str, ...], defect: str | None = None):
    """Of each case: verdict, code, and how each of its exchanges ended."""
    before = prepare(RunOptions("simulated/hospital-counter", Path(), bench=bench))
    with opened(before.bench, before.product, DEFECTS[defect] if defect else None) as terminal:
        stage = Stage(terminal, Journal(), before.parameters())
        records = [execute(stage, before.catalogue.cases[case], None) for case in cases]
    return {
        each.id: (
            str(each.verdict),
            each.headline.code if each.headline else None,
            [exchange.outcome for exchange in each.exchanges],
        )
        for each in records
    }


def test_the_same_dialogues_lead_to_the_same_verdicts():
    over_pcsc = endings("virtual-reader", CASES)
    assert over_pcsc == endings("embedded", CASES)
    assert {verdict for verdict, _, _ in over_pcsc.values()} == {"PASS"}


def test_a_defect_leads_to_the_same_finding():
    over_pcsc = endings("virtual-reader", ("MED-PAY-030",), "no-reversal-kept")
    assert over_pcsc == endings("embedded", ("MED-PAY-030",), "no-reversal-kept")
    assert over_pcsc["MED-PAY-030"][:2] == ("FAIL", "queue-length-differs")
