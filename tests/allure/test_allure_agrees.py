"""Allure's results say of a run what its record says, case by case."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]
DEFECT = "gate-never-locks"


def test_allure_verdicts_equal_the_records_case_by_case(tmp_path: Path) -> None:
    command = ["run", "--product", "simulated/scenic-gate", "--bench", "embedded", "--reports", str(tmp_path)]
    subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--defect", DEFECT],
        cwd=ROOT, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    record = read(tmp_path / "simulated-scenic-gate" / "run.jsonl")
    recorded = {case.id: str(case.verdict) for case in record.cases}
    assert _told(tmp_path / "allure-results") == recorded


def _told(results: Path) -> dict[str, str]:
    """The verdict by case id, from every result."""
    told = [json.loads(file.read_text(encoding="utf-8")) for file in results.glob("*-result.json")]
    return {each["fullName"].partition("@")[0]: _verdict(each["labels"]) for each in told}


def _verdict(labels: list[dict[str, str]]) -> str:
    return next(label["value"] for label in labels if label["name"] == "verdict")
