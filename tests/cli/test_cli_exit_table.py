"""The exit code of every ending, and of every pair of endings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from cli_records import DAY, FINDING, plan, run_of

from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.runner.exit_code import ORDER, Waiver, exit_code, first_that_applies
from conformance.runner.gate import judge

GOOD, LATE = date(2026, 2, 1), date(2025, 12, 31)


def failed(name):
    return CaseRecord(name, 1, Verdict.FAIL, headline=FINDING)


def ended(verdict):
    return lambda name: CaseRecord(name, 1, verdict)


# Ending -> how a case of that ending stands in a record, the waiver beside it, and the code alone.
ENDINGS = {
    "PASS": (ended(Verdict.PASS), None, 0),
    "N/A": (ended(Verdict.NOT_APPLICABLE), None, 0),
    "FAIL": (failed, None, 1),
    "FAIL waived": (failed, ("command-sent", GOOD), 0),
    "FAIL, waiver expired": (failed, ("command-sent", LATE), 5),
    "FAIL, another finding waived": (failed, ("card-mute", GOOD), 1),
    "PASS, stale waiver": (ended(Verdict.PASS), ("command-sent", GOOD), 3),
    "INCONC": (ended(Verdict.INCONC), None, 3),
    "ERROR": (ended(Verdict.ERROR), None, 3),
    "REVIEW": (ended(Verdict.REVIEW), None, 3),
    "NOT TESTABLE": (ended(Verdict.NOT_TESTABLE), None, 3),
    "NOT RUN": (None, None, 3),
}
EVERY_PAIR = [*product(ENDINGS, ENDINGS)]
# Every pair of codes of cases -> the code of the run; design section 10, written out.
PAIRS = {
    (0, 0): 0, (0, 1): 1, (0, 3): 3, (0, 5): 5,
    (1, 1): 1, (1, 3): 1, (1, 5): 1,
    (3, 3): 3, (3, 5): 5,
    (5, 5): 5,
}  # fmt: skip


def record_of(*endings: str, complete=True, ics=True):
    """A run of one case for each ending, and the waivers beside it."""
    cases, waivers = [], []
    for number, ending in enumerate(endings, 1):
        name = f"TRN-BUS-{number:02}0"
        make, waiver, _ = ENDINGS[ending]
        cases.append((name, make and make(name)))
        if waiver is not None:
            waivers.append(Waiver(name, 1, waiver[0], "reason", "owner", waiver[1]))
    return run_of(cases, complete=complete, ics=ics), waivers


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_alone_has_its_code(ending):
    record, waivers = record_of(ending)
    assert exit_code(record, waivers, DAY) == ENDINGS[ending][2]


@pytest.mark.parametrize(("one", "other"), EVERY_PAIR)
def test_a_pair_of_endings_has_the_code_that_comes_first(one, other):
    record, waivers = record_of(one, other)
    pair = tuple(sorted((ENDINGS[one][2], ENDINGS[other][2])))
    assert exit_code(record, waivers, DAY) == PAIRS[pair]


@pytest.mark.parametrize(("one", "other"), EVERY_PAIR)
def test_the_gate_says_the_same_of_the_whole_plan(one, other):
    record, waivers = record_of(one, other)
    assert judge(record, plan(record), waivers, DAY).code == exit_code(record, waivers, DAY)


@pytest.mark.parametrize(("one", "other"), EVERY_PAIR)
def test_a_contradiction_in_the_ics_comes_before_every_ending(one, other):
    record, waivers = record_of(one, other, ics=False)
    assert judge(record, plan(record), waivers, DAY).code == 4


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_incomplete_record_never_conforms(ending):
    record, waivers = record_of(ending, complete=False)
    code = ENDINGS[ending][2]
    assert exit_code(record, waivers, DAY) == (code or 3)


def test_the_order_is_the_design_s():
    assert ORDER == (2, 4, 1, 5, 3)
    assert [first_that_applies(ORDER[place:]) for place in range(len(ORDER))] == [*ORDER]


def test_a_waiver_of_another_revision_covers_nothing():
    record, _ = record_of("FAIL")
    assert exit_code(record, [Waiver("TRN-BUS-010", 2, "command-sent", "r", "o", GOOD)], DAY) == 1


def test_waivers_are_judged_on_the_record_s_day():
    record, _ = record_of("FAIL")
    on_the_day = Waiver("TRN-BUS-010", 1, "command-sent", "r", "o", DAY)
    assert exit_code(record, [on_the_day]) == 0
    assert exit_code(record, [on_the_day], date(2026, 1, 6)) == 5


def test_a_floor_case_that_the_ics_switched_off_is_a_contradiction():
    record, _ = record_of("PASS", "N/A")
    judgement = judge(record, plan(record, floor=("TRN-BUS-020",)), (), DAY)
    assert (judgement.code, judgement.contradictions) == (4, ("TRN-BUS-020",))


def test_a_planned_case_that_the_record_never_selected_blocks():
    record, _ = record_of("PASS")
    assert judge(record, plan(record, further=("TRN-BUS-990@1",)), (), DAY).code == 3


def test_a_case_run_at_another_revision_was_not_run():
    record, _ = record_of("FAIL")
    changed = plan(record, revision=2)
    assert judge(record, changed, (), DAY).states == {"TRN-BUS-010": "blocked"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_exemption_of_the_plan_lets_only_what_was_not_testable_pass(ending):
    record, waivers = record_of(ending)
    exempting = replace(plan(record), exempt={"simulated": {"TRN-BUS-010": {"zh": "甲", "en": "A"}}})
    expected = 0 if ending == "NOT TESTABLE" else ENDINGS[ending][2]
    assert judge(record, exempting, waivers, DAY).code == expected


def test_an_exemption_holds_for_its_evidence_grade_only():
    record, _ = record_of("NOT TESTABLE")
    elsewhere = replace(plan(record), exempt={"bench": {"TRN-BUS-010": {"zh": "甲", "en": "A"}}})
    assert judge(record, elsewhere, (), DAY).code == 3


def test_a_failure_that_the_baseline_shows_is_known():
    record, _ = record_of("FAIL")
    assert judge(record, plan(record), (), DAY, record).states == {"TRN-BUS-010": "known"}


@pytest.mark.parametrize("before", ["PASS", "INCONC", "NOT RUN"])
def test_a_failure_that_the_baseline_does_not_show_is_new(before):
    record, _ = record_of("FAIL")
    assert judge(record, plan(record), (), DAY, record_of(before)[0]).code == 1


def test_a_baseline_excuses_nothing_but_failures():
    record, _ = record_of("INCONC")
    assert judge(record, plan(record), (), DAY, record).code == 3
