"""The hospital counter as a program of its own, its hosts over TCP, is judged like the one in process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.record.reader import read

pytestmark = pytest.mark.tool("pcsc")

ROOT = Path(__file__).resolve().parents[2]
# One for each way through the counter; `tox run -e pcsc` runs the whole profile.
CASES = [
    "MED-PAY-010",
    "MED-PAY-030",
    "MED-PAY-040",
    "MED-PAY-050",
    "MED-PAY-060",
    "MED-PAY-120",
    "MED-PAY-140",
    "MED-PAY-230",
    "COR-MIG-020",
    "COR-MIG-030",
    "COR-MIG-050",
]


def run(reports: Path, bench: str, *cases: str, more: tuple[str, ...] = ()):
    command = ["run", *cases, "--product", "simulated/hospital-counter", "--bench", bench]
    subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--reports", str(reports), *more],
        cwd=ROOT, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    return read(reports / "simulated-hospital-counter" / "run.jsonl")


def endings(record):
    """Of each case that ran: verdict, code, and how each of its exchanges ended."""
    return {
        case.id: (
            case.verdict,
            case.headline.code if case.headline else None,
            [exchange.outcome for exchange in case.exchanges],
        )
        for case in record.cases
        if case.steps
    }


def test_the_same_dialogues_lead_to_the_same_verdicts(tmp_path):
    over_pcsc = endings(run(tmp_path / "pcsc", "virtual-reader", *CASES))
    assert over_pcsc == endings(run(tmp_path / "memory", "embedded", *CASES))
    assert sorted(over_pcsc) == sorted(CASES)


def test_a_defect_leads_to_the_same_finding(tmp_path):
    more = ("--defect", "no-reversal-kept")
    over_pcsc = endings(run(tmp_path / "pcsc", "virtual-reader", "MED-PAY-030", more=more))
    assert over_pcsc == endings(run(tmp_path / "memory", "embedded", "MED-PAY-030", more=more))
    assert str(over_pcsc["MED-PAY-030"][0]) == "FAIL"
