"""Every defect against every case of its device: rows, and what may not stand in one."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.model.matrix import MatrixRow, Subject, Trial
from conformance.model.run import Finding
from conformance.model.verdict import Verdict
from conformance.runner import matrix as under_test
from conformance.sim.rule import Rule

GATE = "simulated/scenic-gate"
DEFECT = "gate-never-locks"


@pytest.fixture
def only_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = {name: each for name, each in under_test.DEFECTS.items() if each.device == "scenic-gate"}
    monkeypatch.setattr(under_test, "DEFECTS", gate)


def rows(*defects: str, jobs: int = 1) -> list[MatrixRow]:
    return list(under_test.matrix([GATE], defects, jobs))


def test_a_defect_meets_every_case_of_its_device_after_the_conforming_simulator():
    conforming, row = rows(DEFECT)
    assert (conforming.subject, conforming.problems) == (Subject("scenic-gate"), ())
    assert {trial.verdict for trial in conforming.trials} == {Verdict.PASS}
    assert [trial.case for trial in row.trials] == [f"TOU-GAT-{number:03}" for number in range(10, 150, 10)]
    assert (row.subject.defect, row.subject.kills, row.problems) == (DEFECT, "TOU-GAT-010", ())
    assert [trial.case for trial in row.noticed] == ["TOU-GAT-010", "TOU-GAT-030", "TOU-GAT-090"]


def test_several_processes_find_what_one_finds():
    assert rows(DEFECT, "gate-ignores-limit", jobs=2) == rows(DEFECT, "gate-ignores-limit")


def crashing(_state, _passage):
    raise ZeroDivisionError


@pytest.mark.usefixtures("only_the_gate")
def test_a_case_that_crashes_on_a_defect_is_a_problem(monkeypatch):
    broken = dataclasses.replace(under_test.DEFECTS[DEFECT], rule=Rule("none", crashing))
    monkeypatch.setitem(under_test.DEFECTS, DEFECT, broken)
    _, row = rows(DEFECT)
    assert "error" in row.problems


@pytest.mark.parametrize(("kills", "finding"), [("TOU-GAT-020", "found"), ("TOU-GAT-010", "another")])
def test_a_defect_that_its_own_case_does_not_find_as_expected_is_a_problem(kills, finding):
    found = Finding("found", Verdict.FAIL, "PB-7", "", "")
    trials = (Trial("TOU-GAT-010", Verdict.FAIL, found), Trial("TOU-GAT-020", Verdict.PASS))
    subject = Subject("scenic-gate", DEFECT, kills=kills, finding=finding)
    assert MatrixRow(subject, trials).problems == ("own-case",)


def test_a_defect_that_no_case_notices_is_a_problem_and_so_is_a_false_alarm():
    passed, failed = Trial("TOU-GAT-010", Verdict.PASS), Trial("TOU-GAT-020", Verdict.FAIL)
    assert MatrixRow(Subject("scenic-gate", "silent"), (passed,)).problems == ("unnoticed",)
    assert MatrixRow(Subject("scenic-gate"), (passed, failed)).problems == ("false-alarm",)
    assert MatrixRow(Subject("scenic-gate"), (passed,)).problems == ()


def test_the_cards_are_one_device_and_every_terminal_its_own():
    products = ["simulated/sm-card", GATE, "simulated/dual-currency-card"]
    assert under_test.devices(products) == {
        "card": ("simulated/sm-card", "simulated/dual-currency-card"),
        "scenic-gate": (GATE,),
    }
