"""The validator as a program of its own, reading cards through PC/SC, is judged like the one in process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "simulated-bus-validator"


def run(reports: Path, bench: str, *more: str):
    command = ["run", "TRN-BUS-050", "--product", "simulated/bus-validator", "--bench", bench]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--reports", str(reports), *more],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done, read(reports / FOLDER / "run.jsonl")


def dialogue(record):
    case = next(case for case in record.cases if case.id == "TRN-BUS-050")
    return case.verdict, [exchange.outcome for exchange in case.exchanges]


@pytest.mark.tool("pcsc")
def test_it_passes_with_the_same_dialogue(tmp_path):
    _, over_pcsc = run(tmp_path / "pcsc", "virtual-reader")
    _, in_process = run(tmp_path / "memory", "embedded")
    assert dialogue(over_pcsc) == dialogue(in_process)


@pytest.mark.tool("pcsc")
def test_its_defect_fails_with_the_same_finding(tmp_path):
    done, record = run(tmp_path, "virtual-reader", "--defect", "second-gpo-after-lost-answer")
    case = next(case for case in record.cases if case.id == "TRN-BUS-050")
    assert (done.returncode, case.headline.code) == (1, "command-sent")
