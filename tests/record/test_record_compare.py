"""What changed between two records, and the first exchange in which it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from record_samples import FCI, HEADER, READ_RECORD, SELECT, entry, exchange

from conformance.model.run import CaseRecord, Finding, RunRecord, StepRecord
from conformance.model.verdict import Verdict
from conformance.record.compare import compare, divergence

NAME = "TRN-BUS-050"
REFUSED = bytes.fromhex("6985")


def finding(code="command-sent"):
    return Finding(code, Verdict.FAIL, "", "", "")


def run(*cases: CaseRecord, names=(NAME,), **changes: object):
    return RunRecord(replace(HEADER, cases=tuple(map(entry, names)), **changes), cases, None)


def ended(verdict, *exchanges: object, code="command-sent"):
    if verdict is Verdict.NOT_RUN:
        return ()
    headline = finding(code) if verdict is Verdict.FAIL else None
    return (CaseRecord(NAME, 1, verdict, (StepRecord("step", 0, "Tap", exchanges),), headline),)


def change(before, after):
    (found,) = compare(run(*before), run(*after)).cases
    return found


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (Verdict.PASS, Verdict.FAIL, "new-fail"),
        (Verdict.INCONC, Verdict.FAIL, "new-fail"),
        (Verdict.NOT_RUN, Verdict.FAIL, "new-fail"),
        (Verdict.FAIL, Verdict.FAIL, "still-failing"),
        (Verdict.FAIL, Verdict.PASS, "fixed"),
        (Verdict.FAIL, Verdict.INCONC, "changed"),
        (Verdict.FAIL, Verdict.NOT_APPLICABLE, "newly-na"),
        (Verdict.PASS, Verdict.NOT_APPLICABLE, "newly-na"),
        (Verdict.PASS, Verdict.NOT_RUN, "not-run"),
        (Verdict.PASS, Verdict.ERROR, "changed"),
        (Verdict.INCONC, Verdict.PASS, "changed"),
        (Verdict.NOT_APPLICABLE, Verdict.NOT_TESTABLE, "changed"),
    ],
)
def test_every_change_of_an_ending_has_its_name(before, after, kind):
    assert change(ended(before), ended(after)).kind == kind


@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.FAIL])
def test_an_ending_that_stays_is_not_listed(verdict):
    assert compare(run(*ended(verdict)), run(*ended(verdict))).cases == ()


def test_a_failure_that_stays_is_listed_and_is_no_difference():
    found = compare(run(*ended(Verdict.FAIL)), run(*ended(Verdict.FAIL)))
    assert ([each.kind for each in found.cases], found.differs) == (["still-failing"], False)


def test_a_failure_with_another_finding_is_a_difference():
    found = compare(run(*ended(Verdict.FAIL)), run(*ended(Verdict.FAIL, code="card-mute")))
    assert ([each.kind for each in found.cases], found.differs) == (["still-failing"], True)


def test_a_case_that_came_or_went_is_named():
    more = run(*ended(Verdict.PASS), names=(NAME, "TRN-BUS-051"))
    one = run(*ended(Verdict.PASS))
    kinds = [each.kind for pair in ((one, more), (more, one)) for each in compare(*pair).cases]
    assert kinds == ["added", "removed"]


def test_a_case_that_comes_and_fails_is_a_new_failure():
    (found,) = compare(run(names=()), run(*ended(Verdict.FAIL))).cases
    assert found.kind == "new-fail"


def test_the_last_attempt_counts():
    again = (*ended(Verdict.FAIL), replace(ended(Verdict.PASS)[0], attempt=2))
    assert not compare(run(*ended(Verdict.PASS)), run(*again)).differs


def test_the_first_exchange_of_another_shape_is_found_behind_other_bytes():
    before = [exchange(1), exchange(2, READ_RECORD)]
    after = [exchange(1, SELECT[:-2] + b"\x77\x00"), exchange(2, READ_RECORD, REFUSED)]
    found = divergence(before, after)
    assert (found.part, found.before.number, found.after.response) == ("answer", 2, REFUSED)


@pytest.mark.parametrize(
    ("after", "part"),
    [
        (exchange(1, READ_RECORD), "command"),
        (exchange(1, SELECT, REFUSED), "answer"),
        (replace(exchange(1), outcome="answer lost"), "outcome"),
        (exchange(1, SELECT, FCI[:-3] + b"\x0b\x90\x00"), "bytes"),
    ],
    ids=["command", "answer", "outcome", "bytes"],
)
def test_the_part_that_differs_is_named(after, part):
    assert divergence([exchange(1)], [after]).part == part


def test_the_shorter_run_ends_at_the_exchange_that_the_longer_has():
    found = divergence([exchange(1)], [exchange(1), exchange(2, READ_RECORD)])
    assert (found.part, found.before, found.after.number) == ("missing", None, 2)


def test_times_and_numbers_are_no_difference():
    later = replace(exchange(9), at=77, duration=99)
    assert divergence([exchange(1)], [later]) is None


def test_the_exchange_stands_beside_the_case_that_changed():
    found = change(ended(Verdict.PASS, exchange(1)), ended(Verdict.FAIL, exchange(1, READ_RECORD)))
    assert found.divergence.after.command == READ_RECORD


def test_ics_parameters_and_firmware_that_differ_are_named():
    firmware = {**HEADER.product, "firmware": "1.1"}
    ics = {"TERMINAL.CONTACTLESS": True, "TERMINAL.EC": False}
    parameters = {"T1": {**HEADER.parameters["T1"], "value": 8}}
    found = compare(run(), run(product=firmware, ics=ics, parameters=parameters))
    assert [(each.name, each.before, each.after) for each in found.identity] == [("firmware", "1.0", "1.1")]
    assert [(each.name, each.before, each.after) for each in found.ics] == [
        ("TERMINAL.CDA", False, None),
        ("TERMINAL.EC", None, False),
    ]
    assert [(each.name, each.before, each.after) for each in found.parameters] == [("T1", 30.0, 8)]


def test_another_run_of_the_same_is_no_difference():
    again = run(*ended(Verdict.PASS), run_id="another", started="2026-06-05T09:30:00+08:00")
    assert not compare(run(*ended(Verdict.PASS)), again).differs
