"""Runs one case: its control before and after, its behaviour, its postamble; and concludes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.expect import judging
from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome
from conformance.model.run import Finding
from conformance.model.terminal import Operation
from conformance.model.verdict import Verdict
from conformance.runner.card import Card
from conformance.runner.journal import Journal, conclude, journalled
from conformance.runner.run import CaseRun, StepStopped, crash, outcome_code
from conformance.runner.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.link.card import CardLink
    from conformance.model.case import TestCase
    from conformance.model.run import CaseRecord
    from conformance.runner.acquirer import LaboratoryAcquirer
    from conformance.runner.hospital import LaboratoryHospital
    from conformance.runner.opening import OpenBench

POSTAMBLE = "Bring the implementation under test back to idle"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a case is run with."""

    bench: OpenBench
    journal: Journal
    parameters: Mapping[str, float]
    presented: list[CardLink] = field(default_factory=list)  # the newest last

    def arguments(self, case: TestCase, run: CaseRun) -> Mapping[str, object]:
        """The facades that a case asks for by the names of its arguments."""
        makers = {
            "run": lambda: run,
            "terminal": self.terminal,
            "card": lambda: self.card(case),
            "acquirer": self.acquirer,
            "hospital": self.hospital,
        }
        return {name: makers[name]() for name in case.facades}

    def terminal(self) -> Terminal:
        """The terminal under test."""
        if self.bench.terminal is None:
            raise LookupError("this bench holds no terminal under test")
        return Terminal(self.bench.terminal, self.journal, self.bench.capks, self.wait, self.bench.offers)

    def acquirer(self) -> LaboratoryAcquirer:
        """A host that the terminal under test settles with, new for every case."""
        return self.bench.hosts.acquirer()

    def hospital(self) -> LaboratoryHospital:
        """A hospital system that the counter under test works with, new for every case."""
        return self.bench.hosts.hospital()

    def card(self, case: TestCase) -> Card:
        """The sample of the card under test that the case needs."""
        if self.bench.samples is None:
            raise LookupError("this bench holds no card under test")
        self.presented.append(self.bench.samples.present(case))
        bench = self.bench
        return Card(self.presented[-1], self.journal, bench.capks, bench.issuer, bench.sm_ca_keys, bench.pin)

    def run(self, control_of: str | None = None) -> CaseRun:
        """A fresh facade for one behaviour, or for the control of a case."""
        return CaseRun(self.journal, self.parameters, self.wait, self._alive, control_of)

    def wait(self, seconds: float) -> None:
        """Let time pass on the bench's time base."""
        if self.bench.terminal is not None and self.bench.time_base == "virtual":
            self.bench.terminal.wait(seconds)
        else:
            time.sleep(seconds)

    def _alive(self) -> bool:
        """True when the link to what is tested answers, whatever that itself does."""
        if self.bench.terminal is not None:
            return self.bench.terminal.alive()
        return bool(self.presented) and _reader_answers(self.presented[-1])


def _reader_answers(card: CardLink) -> bool:
    """A reset that finds no card, or a mute one, still shows a reader that works."""
    try:
        card.reset()
    except (CardMute, CardWithdrawn):
        return True
    except LinkOutcome:
        return False
    return True


def execute(
    stage: Stage,
    case: TestCase,
    control: TestCase | None,
    arguments: Mapping[str, object] | None = None,
    attempt: int = 1,
) -> CaseRecord:
    """Run a case to its end; nothing that happens inside leaves this function as an exception.

    `arguments` are the facades that the case is called with; without them the stage makes them.
    """
    journal, started = stage.journal, time.perf_counter_ns()
    journal.open_case(case.id, case.revision, attempt)
    with judging(journal), journalled(journal):
        reached = control is None or _control(stage, control)
        if reached:
            _behave(stage, case, arguments or stage.arguments(case, stage.run()))
            if control is not None:
                _control(stage, control)
        _postamble(stage)
    judged = any(step.kind == "step" and step.expectations for step in journal.steps)
    record = conclude(
        case.id,
        case.revision,
        journal.steps,
        judged=judged,
        attempt=attempt,
        duration_ms=(time.perf_counter_ns() - started) // 1_000_000,
    )
    journal.close_case(record)
    return record


def _behave(stage: Stage, case: TestCase, arguments: Mapping[str, object]) -> None:
    try:
        case.behaviour(**arguments)
    except StepStopped:
        pass
    except Exception as error:  # noqa: BLE001  a crash of the case itself, outside any step, is ours
        stage.journal.open_step("harness", 0, case.id)
        stage.journal.found(crash(error))
        stage.journal.close_step()


def _control(stage: Stage, control: TestCase) -> bool:
    """Run the control case as steps of kind "control"; what it finds says only that this case is INCONC."""
    before = len(stage.journal.steps)
    _behave(stage, control, stage.arguments(control, stage.run(control_of=control.id)))
    return not any(step.findings for step in stage.journal.steps[before:])


def _postamble(stage: Stage) -> None:
    """Always runs. A terminal that cannot be brought back is found here, and breaks no other case's word."""
    if stage.bench.terminal is None:
        return
    stage.journal.open_step("postamble", 0, POSTAMBLE)
    try:
        stage.bench.terminal.operate(Operation("idle"))
    except LinkOutcome as outcome:
        code = outcome_code(outcome)
        stage.journal.found(Finding(code, Verdict.INCONC, "", "an idle terminal", str(outcome)))
    stage.journal.close_step()
