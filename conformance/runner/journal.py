"""What happens during a case, handed to whoever listens: the record, Allure, the progress bar."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from conformance.model.run import CaseRecord, Exchange, Expectation, Finding, StepRecord
from conformance.model.verdict import Verdict, merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.model.run import Event


class Listener(Protocol):
    """Hears of a run as it goes."""

    def case_started(self, case_id: str, revision: int, attempt: int) -> None: ...

    def step_started(self, kind: str, index: int, text: str) -> None: ...

    def happened(self, event: Event) -> None: ...

    def step_ended(self) -> None: ...

    def case_ended(self, record: CaseRecord) -> None: ...


class Journal:
    """The events of one run, numbered and timed, with those of the present case at hand.

    Implements the judge that expectations report to. A run that goes on after it was cut off goes on
    counting: `elapsed` microseconds had passed, `exchanges` had been numbered. A `lenient` one lets a case go
    on after a finding: a rehearsal's.
    """

    def __init__(
        self,
        listeners: Sequence[Listener] = (),
        *,
        elapsed: int = 0,
        exchanges: int = 0,
        lenient: bool = False,
    ) -> None:
        self._listeners = tuple(listeners)
        self._lenient = lenient
        self._started = time.perf_counter_ns() - elapsed * 1000
        self._exchanges = exchanges
        self._steps: list[StepRecord] = []
        self._open: tuple[str, int, str] | None = None
        self._events: list[Event] = []

    def clock(self) -> int:
        """Microseconds since the run began."""
        return (time.perf_counter_ns() - self._started) // 1000

    def next_number(self) -> int:
        """The number of the next exchange; numbers rise through the whole run."""
        self._exchanges += 1
        return self._exchanges

    @property
    def last_exchange(self) -> int | None:
        return self._exchanges or None

    @property
    def in_step(self) -> bool:
        return self._open is not None

    def open_case(self, case_id: str, revision: int, attempt: int = 1) -> None:
        self._steps = []
        for listener in self._listeners:
            listener.case_started(case_id, revision, attempt)

    def open_step(self, kind: str, index: int, text: str) -> None:
        self._open, self._events = (kind, index, text), []
        for listener in self._listeners:
            listener.step_started(kind, index, text)

    def note(self, event: Event) -> None:
        self._events.append(event)
        for listener in self._listeners:
            listener.happened(event)

    def evaluated(self, expectation: Expectation) -> None:
        self.note(expectation)

    def found(self, finding: Finding) -> None:
        """Note a finding. Outside a step of the case itself it says nothing about the IUT: INCONC."""
        if finding.verdict is Verdict.FAIL and self._open is not None and self._open[0] != "step":
            finding = replace(finding, verdict=Verdict.INCONC)
        self.note(finding)

    def exchanged(self, exchange: Exchange) -> None:
        self.note(exchange)

    def close_step(self) -> tuple[Finding, ...]:
        """End the open step and return what it found."""
        if self._open is None:
            return ()
        step = StepRecord(*self._open, events=tuple(self._events))
        self._steps.append(step)
        self._open = None
        for listener in self._listeners:
            listener.step_ended()
        return () if self._lenient else step.findings

    def close_case(self, record: CaseRecord) -> None:
        for listener in self._listeners:
            listener.case_ended(record)

    @property
    def steps(self) -> tuple[StepRecord, ...]:
        return tuple(self._steps)


_CURRENT: ContextVar[Journal] = ContextVar("journal")


@contextmanager
def journalled(journal: Journal) -> Iterator[None]:
    """Let cards made inside report their exchanges to `journal`."""
    token = _CURRENT.set(journal)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_journal() -> Journal:
    """The journal of the case that runs now."""
    return _CURRENT.get()


def conclude(  # noqa: PLR0913  the parts of a case's ending
    case_id: str,
    revision: int,
    steps: tuple[StepRecord, ...],
    *,
    judged: bool,
    attempt: int,
    duration_ms: int,
) -> CaseRecord:
    """Merge what the steps found into the case's ending; nothing evaluated is INCONC, never PASS."""
    findings = [finding for step in steps for finding in step.findings]
    if not findings and not judged:
        nothing = Finding("nothing-evaluated", Verdict.INCONC, "", "at least one expectation", "none")
        return CaseRecord(case_id, revision, Verdict.INCONC, steps, nothing, None, attempt, duration_ms)
    verdict = merge(finding.verdict for finding in findings)
    headline = next((finding for finding in findings if finding.verdict is verdict), None)
    return CaseRecord(case_id, revision, verdict, steps, headline, None, attempt, duration_ms)
