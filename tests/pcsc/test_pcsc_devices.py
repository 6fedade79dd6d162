"""Contactless terminals as programs of their own, reading cards through PC/SC, are judged like in process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model.verdict import Verdict
from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]

# A tap takes a second here, all cases of the validator some two minutes.
CHOSEN = {
    "simulated/bus-validator": [],  # all of its cases
    "simulated/bus-validator-online": ["TRN-BUS-350"],
    "simulated/scenic-gate": [],  # all of its cases
}


def verdicts(reports: Path, product: str, bench: str, cases: list[str]):
    command = ["run", *cases, "--product", product, "--bench", bench, "--reports", str(reports)]
    subprocess.run(
        [sys.executable, "-m", "conformance", *command],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=900,
    )
    record = read(reports / product.replace("/", "-") / "run.jsonl")
    return {
        case.id: (case.verdict, [exchange.outcome for exchange in case.exchanges]) for case in record.cases
    }


@pytest.mark.tool("pcsc")
@pytest.mark.parametrize("product", CHOSEN)
def test_a_device_is_judged_alike_in_process_and_as_a_program_of_its_own(tmp_path, product):
    over_pcsc = verdicts(tmp_path / "pcsc", product, "virtual-reader", CHOSEN[product])
    assert over_pcsc == verdicts(tmp_path / "memory", product, "embedded", CHOSEN[product])
    assert {verdict for verdict, _ in over_pcsc.values()} == {Verdict.PASS}
