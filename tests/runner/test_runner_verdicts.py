"""What ends a case, and who is to blame."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance import expect
from conformance.link.outcomes import (
    CardMute,
    LinkOutcome,
    NoPcscService,
    ReaderGone,
    TerminalDied,
    TerminalGarbage,
    TerminalHung,
    TerminalUnreachable,
)
from conformance.model.case import CaseText, TestCase
from conformance.model.verdict import Verdict
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import OpenBench

if TYPE_CHECKING:
    from conformance.model.terminal import Operation


@dataclass
class FakeTerminal:
    """Notes what it is told; `live` says whether its link answers."""

    live: bool = True
    operations: list[str] = field(default_factory=list)

    def operate(self, operation: Operation) -> None:
        self.operations.append(operation.name)

    def alive(self) -> bool:
        return self.live

    def wait(self, seconds: float) -> None:
        raise AssertionError(seconds)


def case_of(behaviour, case_id="TRN-BUS-990", control=None) -> TestCase:
    text = CaseText("title", "purpose", ())
    return TestCase(
        case_id, 1, text, (), (), "", (), control, None, ("run",), behaviour, Path("case.py"), 1, ""
    )  # fmt: skip


def run(behaviour, terminal=None, control=None):
    bench = OpenBench(terminal or FakeTerminal(), None, frozenset(), (), simulated=True)
    stage = Stage(bench, Journal(), {})
    controlling = case_of(control, "TRN-BUS-980") if control else None
    return execute(stage, case_of(behaviour), controlling)


def holds(run):
    with run.step("a step"):
        expect.equal(1, 1, what="number", ref="a clause")


def fails(run):
    with run.step("a step"):
        expect.equal(1, 2, what="number", ref="a clause")


def test_a_case_whose_expectations_hold_passes():
    assert run(holds).verdict is Verdict.PASS


def test_a_case_that_evaluates_nothing_is_inconclusive():
    def silent(run):
        with run.step("a step"):
            pass

    record = run(silent)
    assert (record.verdict, record.headline.code) == (Verdict.INCONC, "nothing-evaluated")


def test_expectations_of_the_preamble_alone_do_not_make_a_pass():
    def only_preamble(run):
        with run.preamble("before"):
            expect.equal(1, 1, what="number", ref="a clause")

    assert run(only_preamble).verdict is Verdict.INCONC


def test_an_expectation_that_fails_in_a_step_fails_the_case():
    record = run(fails)
    assert (record.verdict, record.headline.code) == (Verdict.FAIL, "value-differs")


def test_a_failed_expectation_lets_its_step_go_on_and_stops_the_case_after_it():
    def two_steps(run):
        with run.step("first"):
            expect.equal(1, 2, what="first", ref="a clause")
            expect.equal(3, 4, what="second", ref="a clause")
        with run.step("second"):
            expect.equal(5, 6, what="third", ref="a clause")

    record = run(two_steps)
    assert [finding.arguments["what"] for finding in record.findings] == ["first", "second"]


def test_an_expectation_that_fails_in_the_preamble_is_inconclusive():
    def not_reached(run):
        with run.preamble("before"):
            expect.equal(1, 2, what="number", ref="a clause")

    assert run(not_reached).verdict is Verdict.INCONC


def test_the_postamble_runs_after_a_failure():
    terminal = FakeTerminal()
    run(fails, terminal)
    assert terminal.operations == ["idle"]


IUT = (CardMute, TerminalHung, TerminalDied, TerminalGarbage)
BENCH = (ReaderGone, NoPcscService, TerminalUnreachable)


def raising(outcome: type[LinkOutcome], kind: str):
    def behaviour(run):
        with getattr(run, kind)("here"):
            raise outcome("why")

    return behaviour


@pytest.mark.parametrize("outcome", IUT)
def test_a_silent_iut_fails_in_a_step_while_its_link_is_alive(outcome):
    assert run(raising(outcome, "step")).verdict is Verdict.FAIL


@pytest.mark.parametrize("outcome", IUT)
def test_a_silent_iut_is_inconclusive_in_the_preamble(outcome):
    assert run(raising(outcome, "preamble")).verdict is Verdict.INCONC


@pytest.mark.parametrize("outcome", IUT)
def test_a_silence_on_a_dead_link_is_our_error(outcome):
    assert run(raising(outcome, "step"), FakeTerminal(live=False)).verdict is Verdict.ERROR


@pytest.mark.parametrize("outcome", BENCH)
@pytest.mark.parametrize("kind", ["preamble", "step"])
def test_a_fault_of_the_bench_is_our_error(outcome, kind):
    assert run(raising(outcome, kind)).verdict is Verdict.ERROR


def test_a_crash_of_ours_is_an_error_that_names_the_place():
    def crashes(run):
        with run.step("a step"):
            raise KeyError("x")

    record = run(crashes)
    assert record.verdict is Verdict.ERROR
    assert str(record.headline.arguments["place"]).startswith("test_runner_verdicts.py:")


def test_a_finding_made_before_an_error_stays_on_the_page():
    def both(run):
        with run.step("a step"):
            expect.equal(1, 2, what="number", ref="a clause")
            raise ReaderGone("pulled out")

    record = run(both)
    assert record.verdict is Verdict.ERROR
    assert [finding.code for finding in record.findings] == ["value-differs", "reader-gone"]


def test_a_control_that_fails_makes_the_case_inconclusive():
    record = run(holds, control=fails)
    assert record.verdict is Verdict.INCONC


def test_a_case_is_not_run_when_its_control_fails_before_it():
    record = run(holds, control=fails)
    assert not [step for step in record.steps if step.kind == "step"]


def test_a_control_runs_before_and_after_the_case():
    record = run(holds, control=holds)
    assert [step.kind for step in record.steps] == ["control", "step", "control", "postamble"]
    assert record.verdict is Verdict.PASS


def test_no_host_listens_once_its_case_is_over():
    addresses = []

    def behaviour(acquirer):
        host, _, port = acquirer.address.partition(":")
        addresses.append((host, int(port)))
        socket.create_connection(addresses[-1], timeout=5).close()

    bench = OpenBench(FakeTerminal(), None, frozenset(), (), simulated=True)
    execute(Stage(bench, Journal(), {}), replace(case_of(behaviour), facades=("acquirer",)), None)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(addresses[0], timeout=5)
