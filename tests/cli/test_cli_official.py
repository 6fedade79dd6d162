"""An official run leaves nothing out and is counted; a repetition helps and never certifies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.model.verdict import Verdict
from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = "simulated/electronic-cash-card"
PLACE = "simulated-electronic-cash-card"
DEFECT = "fci-names-another-df"


def conformance(*words: object):
    return CliRunner().invoke(main, list(map(str, words)), env={"CONFORMANCE_LANGUAGE": "en"})


def run(folder: Path, *words: object, product: str = PRODUCT):
    return conformance("run", *words, "--product", product, "--reports", folder)


def test_an_official_run_takes_no_choice_of_cases(tmp_path):
    done = run(tmp_path, "CRD-SEL-010", "--official")
    assert (done.exit_code, "leaves nothing out" in done.stderr) == (2, True)
    assert not (tmp_path / PLACE).exists()


@pytest.mark.parametrize(
    "choice", [("--case", "CRD-SEL-010"), ("-k", "SEL"), ("--deselect", "cases/card/crd_sel_010.py")]
)
def test_pytest_leaves_nothing_out_of_an_official_run_either(choice, tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "cases", "--product", PRODUCT, "--official", *choice]
    done = subprocess.run(
        [*command, "--reports", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ, timeout=120,
    )  # fmt: skip
    record = tmp_path / PLACE / "run.jsonl"
    nothing_ran = not record.exists() or set(read(record).counts) == {Verdict.NOT_RUN}
    assert (done.returncode, nothing_ran) == (4, True), done.stdout + done.stderr
    assert "leaves nothing out" in done.stderr + done.stdout


def test_an_official_run_is_kept_and_the_next_one_counts_it(tmp_path):
    for _ in range(2):
        assert run(tmp_path, "--official").exit_code == 0
    run(tmp_path)
    attempts = [read(path).header.official_attempt for path in sorted(tmp_path.rglob("earlier/*/run.jsonl"))]
    assert attempts == [1, 2]
    assert read(tmp_path / PLACE / "run.jsonl").header.official is False


def test_a_dry_run_says_so_and_an_official_one_does_not(tmp_path):
    shown = []
    for words in ((), ("--official",)):
        run(tmp_path, *words)
        page = (tmp_path / PLACE / "report.html").read_text(encoding="utf-8")
        shown.append(("试运行 DRY RUN" in page, "band-dry" in page.partition("<body>")[2]))
    assert shown == [(True, True), (False, False)]


def failing(folder: Path) -> set[str]:
    run(folder, "--defect", DEFECT)
    record = read(folder / PLACE / "run.jsonl")
    return {case.id for case in record.cases if case.verdict.blocks}


def rerun(folder: Path, *words: object):
    return conformance("rerun", "--failed", "--product", PRODUCT, "--reports", folder, *words)


def test_a_rerun_repeats_what_failed_and_counts_the_attempt(tmp_path):
    failed = failing(tmp_path)
    rerun(tmp_path)
    record = read(tmp_path / PLACE / "rerun" / "run.jsonl")
    assert failed
    assert {(case.id, case.verdict, case.attempt) for case in record.cases} == {
        (name, Verdict.PASS, 2) for name in failed
    }


def test_a_rerun_names_the_run_that_it_repeats_leaves_it_alone_and_says_so(tmp_path):
    failing(tmp_path)
    path = tmp_path / PLACE / "run.jsonl"
    before = path.read_bytes()
    rerun(tmp_path)
    header = read(tmp_path / PLACE / "rerun" / "run.jsonl").header
    page = (tmp_path / PLACE / "rerun" / "report.html").read_text(encoding="utf-8")
    assert (header.repeats["run_id"], header.certifies) == (read(path).header.run_id, False)
    assert (path.read_bytes() == before, "复测 RERUN" in page) == (True, True)


def test_a_rerun_alone_does_not_end_with_0(tmp_path):
    failing(tmp_path)
    assert rerun(tmp_path).exit_code == 3


def test_after_a_run_without_failures_there_is_nothing_to_repeat(tmp_path):
    run(tmp_path)
    done = rerun(tmp_path)
    assert (done.exit_code, done.stdout) == (0, "nothing failed\n")


def test_before_a_run_there_is_nothing_to_repeat(tmp_path):
    assert rerun(tmp_path).exit_code == 2
