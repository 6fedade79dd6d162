"""`conformance catalogue matrix`: a page, a line for every defect, an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from conformance.catalogue.folders import shipped
from conformance.cli import main
from conformance.cli.catalogue import SIMULATED
from conformance.runner import matrix

if TYPE_CHECKING:
    from pathlib import Path

GATE = "simulated/scenic-gate"


def run(page: Path, *words: str):
    return CliRunner().invoke(
        main, ["catalogue", "matrix", GATE, "--jobs", "1", "--output", str(page), *words]
    )


def test_a_defect_that_its_case_notices_leaves_a_page_and_zero(tmp_path):
    done = run(tmp_path / "new" / "matrix.html", "--defect", "gate-ignores-limit")
    assert done.exit_code == 0, done.output
    assert "TOU-GAT-020   gate-ignores-limit                        1 of 14" in done.output
    assert "gate-ignores-limit" in (tmp_path / "new" / "matrix.html").read_text(encoding="utf-8")


def test_a_defect_that_no_case_notices_ends_with_one_and_stands_on_the_page(tmp_path, monkeypatch):
    sound = matrix.DEFECTS["gate-ignores-limit"]
    monkeypatch.setattr(matrix, "tried", lambda before, case, _defect: TRIED(before, case, None))
    done = run(tmp_path / "matrix.html", "--defect", sound.id)
    assert done.exit_code == 1
    assert "0 of 14  unnoticed  ✗" in done.output
    assert "没有用例发现该缺陷" in (tmp_path / "matrix.html").read_text(encoding="utf-8")


TRIED = matrix.tried


def test_proof_and_matrix_take_every_simulated_product():
    found = {f"simulated/{path.stem}" for path in shipped("products").glob("simulated/*.yaml")}
    assert {*SIMULATED} == found


def test_an_unknown_defect_is_refused_before_anything_runs(tmp_path):
    done = run(tmp_path / "matrix.html", "--defect", "no-such-defect")
    assert (done.exit_code, "no defect no-such-defect" in done.output) == (2, True)
    assert not (tmp_path / "matrix.html").exists()
