"""Allure's results say of a run what its record says, case by case, whatever the verdict and the product."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.model.run import Finding, StepRecord
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.runner import execute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model.run import CaseRecord

ROOT = Path(__file__).resolve().parents[2]
STATUS = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.INCONC: "broken",
    Verdict.ERROR: "broken",
    Verdict.REVIEW: "broken",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.NOT_TESTABLE: "skipped",
}
PRODUCTS = ("electronic-cash-card", "quasi-credit-card", "sm-card", "hospital-counter", "toll-exit")


@dataclass(frozen=True)
class Told:
    """What is said of a case's last attempt: verdict, status by it, which attempt, what its steps found."""

    verdict: str
    status: str
    attempt: int
    steps: tuple[str, ...]


def run(product: str | Path, folder: Path, *words: str) -> None:
    done = CliRunner().invoke(main, ["run", "--product", str(product), "--reports", str(folder), *words])
    assert done.exit_code in (0, 1, 3), done.output


def recorded(folder: Path) -> dict[str, Told]:
    """By case id, from the run's record."""
    (path,) = folder.glob("*/run.jsonl")
    return {
        case.id: Told(str(case.verdict), STATUS[case.verdict], case.attempt, tuple(map(_step, case.steps)))
        for case in read(path).cases
    }


def _step(step: StepRecord) -> str:
    found = [finding.verdict for finding in step.findings]
    return STATUS[found[0]] if found else "passed"


def shown(folder: Path) -> dict[str, Told]:
    """By case id, from every Allure result; one result stands for one case."""
    results = [json.loads(file.read_text(encoding="utf-8")) for file in _results(folder)]
    told = {each["fullName"].partition("@")[0]: _told(each) for each in results}
    assert len(told) == len(results)
    return told


def _results(folder: Path) -> Iterator[Path]:
    return (folder / "allure-results").glob("*-result.json")


def _told(result: dict[str, Any]) -> Told:
    labels = {label["name"]: label["value"] for label in result["labels"]}
    parameters = {each["name"]: each["value"] for each in result.get("parameters", ())}
    steps = tuple(step["status"] for step in result.get("steps", ()))
    return Told(labels["verdict"], result["status"], int(parameters.get("次数", 1)), steps)


@pytest.mark.parametrize("product", PRODUCTS)
def test_allure_agrees_about_a_conforming_product(product: str, tmp_path: Path) -> None:
    run(f"simulated/{product}", tmp_path)
    assert shown(tmp_path) == recorded(tmp_path) != {}


def test_allure_agrees_about_a_product_that_fails(tmp_path: Path) -> None:
    run("simulated/scenic-gate", tmp_path, "--defect", "gate-never-locks")
    told = shown(tmp_path)
    assert told == recorded(tmp_path)
    assert "failed" in {each.status for each in told.values()}


def test_allure_agrees_about_every_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run whose cases end in turn in every way, its N/A and NOT TESTABLE ones besides, some tried again."""
    again = (Verdict.INCONC, Verdict.PASS, Verdict.ERROR, Verdict.ERROR, Verdict.INCONC, Verdict.INCONC)
    judged = cycle((Verdict.PASS, Verdict.REVIEW, Verdict.FAIL, *again))
    real = execute.conclude

    def concluded(*parts: Any, **named: Any) -> CaseRecord:
        verdict = next(judged)
        finding = None if verdict is Verdict.PASS else Finding("command-sent", verdict, "", "none", "one")
        return replace(real(*parts, **named), verdict=verdict, headline=finding)

    monkeypatch.setattr(execute, "conclude", concluded)
    said: list[Told] = []
    for name, product in (("card", "simulated/electronic-cash-card"), ("half", _without_a_field(tmp_path))):
        run(product, tmp_path / name, "--attempts", "2")
        assert shown(tmp_path / name) == recorded(tmp_path / name)
        said += recorded(tmp_path / name).values()
    assert {each.verdict for each in said} == {str(each) for each in STATUS}
    assert {each.attempt for each in said} == {1, 2}


def _without_a_field(folder: Path) -> Path:
    """A card that declares a contactless side and has none, so that some of its cases are NOT TESTABLE."""
    text = (ROOT / "products" / "simulated" / "electronic-cash-card.yaml").read_text(encoding="utf-8")
    path = folder / "product.yaml"
    path.write_text(text.replace("device: electronic-cash", "device: debit-credit"), encoding="utf-8")
    return path
