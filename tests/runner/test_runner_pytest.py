"""`pytest cases/… --product …` is the same run as `conformance run`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conformance.model.verdict import Verdict
from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]


def pytest_run(reports: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", *words, "--reports", str(reports)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_pytest_runs_the_plan_in_its_order(tmp_path):
    done = pytest_run(tmp_path, "cases/transit", "--product", "simulated/bus-validator")
    record = read(tmp_path / "simulated-bus-validator" / "run.jsonl")
    assert done.returncode == 0, done.stdout
    assert [case.id for case in record.cases] == [entry.id for entry in record.header.cases]


def test_pytest_tells_a_failure_in_one_sentence_without_a_traceback(tmp_path):
    done = pytest_run(
        tmp_path, "cases/transit", "--product", "simulated/bus-validator",
        "--defect", "green-before-oda", "--case", "TRN-BUS-010",
    )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stdout) == (1, False)
    record = read(tmp_path / "simulated-bus-validator" / "run.jsonl")
    assert record.counts == {Verdict.FAIL: 1, Verdict.NOT_RUN: len(record.header.cases) - 1}


def test_pytest_refuses_an_unknown_product_before_it_collects(tmp_path):
    done = pytest_run(tmp_path, "cases/transit", "--product", "simulated/bus-validater")
    assert (done.returncode, "did you mean" in done.stderr) == (4, True)
