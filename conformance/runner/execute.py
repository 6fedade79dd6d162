"""Runs one case: its control before and after, its behaviour, its postamble; and concludes."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.expect import judging
from conformance.runner.card import Card
from conformance.runner.condition import (
    Condition,
    bring_back,
    examine_reader,
    reader_answers,
    refuse,
)
from conformance.runner.journal import Journal, conclude, journalled
from conformance.runner.overheard import PaidByCard, Recorded, Session, SoldByTerminal
from conformance.runner.run import CaseRun, StepStopped, crash
from conformance.runner.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.link.card import CardLink
    from conformance.model.case import TestCase
    from conformance.model.run import CaseRecord
    from conformance.runner.acquirer import LaboratoryAcquirer
    from conformance.runner.hospital import LaboratoryHospital
    from conformance.runner.opening import OpenBench


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a case is run with."""

    bench: OpenBench
    journal: Journal
    parameters: Mapping[str, float]
    presented: list[CardLink] = field(default_factory=list)  # the newest last
    condition: Condition = field(default_factory=Condition)

    def arguments(self, case: TestCase, run: CaseRun) -> Mapping[str, object]:
        """The facades that a case asks for by the names of its arguments."""
        makers: Mapping[str, Callable[[], object]] = {
            "run": lambda: run,
            "terminal": self.terminal,
            "card": lambda: self.card(case),
            "acquirer": self.acquirer,
            "hospital": self.hospital,
            "session": lambda: self.session(case),
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
        return self._card(self.presented[-1])

    def _card(self, link: CardLink) -> Card:
        bench = self.bench
        return Card(link, self.journal, bench.capks, bench.issuer, bench.sm_ca_keys, bench.pin)

    def session(self, case: TestCase) -> Session:
        """A session that was overheard here, or the recorded one of a replay bench."""
        if self.bench.overheard is not None:
            return Session(Recorded(self.bench.overheard, self.journal))
        if self.bench.samples is None:
            return Session(SoldByTerminal(self.terminal()))
        self.presented.append(self.bench.samples.present(case))
        return Session(PaidByCard(self.presented[-1], self.journal, self._card))

    def run(self, control_of: str | None = None) -> CaseRun:
        """A fresh facade for one behaviour, or for the control of a case."""
        return CaseRun(self.journal, self.parameters, self.wait, self._alive, control_of)

    def wait(self, seconds: float) -> None:
        """Let time pass on the bench's time base; an operator sees it pass."""
        terminal, virtual = self.bench.terminal, self.bench.time_base == "virtual"
        if terminal is not None and (virtual or self.bench.hand is not None):
            terminal.wait(seconds)
        else:
            time.sleep(seconds)

    @property
    def door(self) -> object:
        """What can break: the terminal's link, or the link to the sample that was presented last."""
        if self.bench.terminal is not None:
            return self.bench.terminal
        return self.presented[-1] if self.presented else None

    def _alive(self) -> bool:
        """True when the link to what is tested answers, whatever that itself does."""
        if self.bench.terminal is not None:
            return self.bench.terminal.alive()
        return bool(self.presented) and reader_answers(self.presented[-1])


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
    cause = stage.condition.cause(stage.door)
    if cause is not None:
        refuse(journal, cause)
    else:
        with judging(journal), journalled(journal):
            _carry_out(stage, case, control, arguments)
        stage.bench.hosts.close()
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


def _carry_out(
    stage: Stage, case: TestCase, control: TestCase | None, arguments: Mapping[str, object] | None
) -> None:
    """The case between two runs of its control, and what brings the bench back."""
    said = stage.bench.said.count if stage.bench.said else 0
    reached = control is None or _control(stage, control)
    if reached:
        _behave(stage, case, arguments or stage.arguments(case, stage.run()))
        if control is not None:
            _control(stage, control)
    bring_back(stage.bench, stage.journal, stage.condition, case.id, said)
    if stage.bench.terminal is None and stage.presented:
        examine_reader(stage.presented[-1], stage.journal, stage.condition, case.id)


def rehearsed(stage: Stage, case: TestCase, control: TestCase | None) -> None:
    """Go through a case as `execute` does, its control before and after it, without judging it."""
    with judging(stage.journal):
        if control is not None:
            _control(stage, control)
        _behave(stage, case, stage.arguments(case, stage.run()))
        if control is not None:
            _control(stage, control)


def _behave(stage: Stage, case: TestCase, arguments: Mapping[str, object]) -> None:
    hand = stage.bench.hand
    try:
        with nullcontext() if hand is None else hand.lent():
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
