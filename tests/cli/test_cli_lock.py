"""`conformance catalogue lock` in a clone: writes, checks, refuses."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import main

ROOT = Path(__file__).resolve().parents[2]
UNWANTED = shutil.ignore_patterns("__pycache__", "catalogue.lock")


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A folder with the catalogue in it, to change at will."""
    shutil.copytree(ROOT / "cases", tmp_path / "cases", ignore=UNWANTED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # a case is changed within one second
    assert lock("--on", "2026-01-05").exit_code == 0
    return tmp_path / "cases"


def lock(*words: str):
    return CliRunner().invoke(main, ["catalogue", "lock", *words])


def edit(cases, old, new):
    path = cases / "transit" / "bus" / "trn_bus_050.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_locked_catalogue_checks(clone):
    assert lock("--check").exit_code == 0


def test_a_changed_case_fails_the_check_and_is_not_locked(clone):
    edit(clone, "/ 2", "/ 3")
    codes = lock("--check").exit_code, lock().exit_code
    assert codes == (1, 1)


def test_a_changed_case_is_locked_as_editorial_when_its_author_says_so(clone):
    edit(clone, "/ 2", "* 0.5")
    assert lock("--editorial", "TRN-BUS-050").exit_code == 0
    assert lock("--check").exit_code == 0


def test_an_editorial_case_that_is_not_there_is_refused(clone):
    assert lock("--editorial", "TRN-BUS-055").exit_code == 1


def test_a_case_in_yaml_is_locked_by_what_it_sends_and_expects(clone):
    path = next(iter(sorted(clone.rglob("crd_*.yaml"))))
    text = path.read_text(encoding="utf-8")
    path.write_text(f"# a remark\n{text}", encoding="utf-8")
    assert lock("--check").exit_code == 0
    path.write_text(text.replace('status: "6A86"', 'status: "6A81"', 1), encoding="utf-8")
    assert lock("--check").exit_code == 1
