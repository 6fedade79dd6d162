"""With an operator who tells what the simulated validator shows, a case ends as it does in process."""

from __future__ import annotations

import pytest
from simulated_operator import SimulatedOperator

from conformance.link.outcomes import OperatorAbsent
from conformance.model.operator import Answer
from conformance.model.run import Observation
from conformance.model.verdict import Verdict
from conformance.sim.defects import DEFECTS
from conftest import BENCH, run_case

CASES = tuple(f"TRN-BUS-{number}" for number in ("090", "100", "130", "150", "250", "320", "330"))
KILLERS = [defect for defect in DEFECTS.values() if defect.kills in CASES]


def with_operator(case_id, defect=None):
    desk = SimulatedOperator(BENCH.samples, defect)
    return run_case(case_id, desk, lambda _name: desk.reader), desk


@pytest.mark.parametrize("case_id", CASES)
def test_a_conforming_validator_passes(case_id):
    record, _ = with_operator(case_id)
    assert (record.verdict, record.headline) == (Verdict.PASS, None)


@pytest.mark.parametrize("defect", KILLERS, ids=[defect.id for defect in KILLERS])
def test_a_defect_fails_its_case_with_the_same_finding(defect):
    record, _ = with_operator(defect.kills, defect)
    assert (record.verdict, record.headline.code) == (Verdict.FAIL, defect.finding)


def test_every_answer_stands_in_the_record_with_who_gave_it():
    record, _ = with_operator("TRN-BUS-150")
    notes = [event for step in record.steps for event in step.events if isinstance(event, Observation)]
    answers = [note.values for note in notes if note.kind == "answer"]
    assert [(each["asked"], each["samples"], each["by"]) for each in answers] == [
        ("prepare", "", "simulated"),
        ("present", "S-05", "simulated"),
        ("present", "S-04", "simulated"),
    ]


def test_what_was_told_to_the_operator_stands_in_the_record():
    record, _ = with_operator("TRN-BUS-150")
    notes = [event for step in record.steps for event in step.events if isinstance(event, Observation)]
    told = next(note.values["told"] for note in notes if note.kind == "answer")
    assert {"say": "set.fare", "value": "1.00"} in told


def test_balance_and_atc_are_read_before_a_sample_is_used():
    record, _ = with_operator("TRN-BUS-090")
    step = next(step for step in record.steps if step.kind == "step")
    notes = [event for event in step.events if isinstance(event, Observation)]
    kinds = [(note.kind, note.values.get("balance")) for note in notes]
    assert kinds.index(("sample", "50.00")) < kinds.index(("presentation", None))


class Nobody:
    """A desk at which nobody answers, or somebody passes everything over."""

    def __init__(self, ending=None) -> None:
        self.ending = ending
        self.asked = 0

    def ask(self, question):
        self.asked += 1
        if self.ending is None:
            raise OperatorAbsent("no answer within 600 s")
        return Answer(self.ending)

    def at(self, place):
        """Nobody looks."""

    def wait(self, seconds):
        """Nobody waits."""

    def close(self):
        """Nothing is open."""


@pytest.mark.parametrize(("ending", "code"), [(None, "operator-absent"), ("skipped", "operator-skipped")])
def test_no_answer_is_inconclusive_and_asked_for_once(ending, code):
    desk = Nobody(ending)
    record = run_case("TRN-BUS-150", desk)
    assert (record.verdict, record.headline.code, desk.asked) == (Verdict.INCONC, code, 1)


def test_a_refusal_before_the_first_step_says_nothing_about_the_product():
    record = run_case("TRN-BUS-150", Nobody("refused"))
    assert (record.verdict, record.headline.code) == (Verdict.INCONC, "terminal-refused")
