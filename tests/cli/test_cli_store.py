"""`conformance store`: what an engineer types, and what comes back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main

if TYPE_CHECKING:
    from click.testing import Result

SAMPLE = Path(__file__).parents[2] / "reports" / "sample" / "run.jsonl"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with one run, whose TRN-BUS-050 failed."""
    (tmp_path / "bus").mkdir()
    shutil.copyfile(SAMPLE, tmp_path / "bus" / "run.jsonl")
    return tmp_path


def store(*arguments: str, reports: Path) -> Result:
    return CliRunner().invoke(main, ["store", *arguments, "--reports", str(reports)])


def test_rebuild_says_how_much_it_took(reports: Path) -> None:
    result = store("rebuild", reports=reports)
    assert (result.exit_code, "1 runs" in result.output) == (0, True)


def test_a_refused_record_blocks_and_is_named(reports: Path) -> None:
    (reports / "gate").mkdir()
    (reports / "gate" / "run.jsonl").write_bytes(SAMPLE.read_bytes().replace(b"PASS", b"pass", 1))
    result = store("rebuild", "--language", "en", reports=reports)
    assert (result.exit_code, "gate/run.jsonl:" in result.output) == (3, True)


def test_runs_are_listed_with_their_verdicts(reports: Path) -> None:
    store("rebuild", reports=reports)
    result = store("runs", reports=reports)
    assert result.output.splitlines()[0].split()[:2] == ["started", "product"]
    assert "FAIL" in result.output


def test_a_case_that_never_ran_is_said_on_standard_error(reports: Path) -> None:
    store("rebuild", reports=reports)
    result = store("case", "TRN-BUS-999", reports=reports)
    assert (result.stdout, result.stderr.strip()) == ("", "nothing")


def test_a_broken_url_is_a_sentence(reports: Path) -> None:
    result = store("runs", "--store", "store.sqlite", reports=reports)
    assert (result.exit_code, "Traceback" in result.output) == (3, False)
    assert "store.sqlite" in result.output


def test_a_broken_ledger_blocks_with_its_line(reports: Path) -> None:
    (reports / "ledger-example.jsonl").write_text('{"number": 1}\n', encoding="utf-8")
    result = store("rebuild", reports=reports)
    assert (result.exit_code, "ledger-example.jsonl:1:" in result.output) == (3, True)


def test_a_run_can_go_straight_into_the_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'all.sqlite'}"
    run = ["run", "TRN-BUS-010", "--product", "simulated/bus-validator", "--reports", str(tmp_path)]
    CliRunner().invoke(main, [*run, "--store", url])
    assert "TRN" not in (shown := store("runs", "--store", url, reports=tmp_path).output)
    assert "simulated/bus-validator" in shown
    assert "PASS" in store("case", "TRN-BUS-010", "--store", url, reports=tmp_path).output
