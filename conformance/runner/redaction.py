"""Hands a run's events on to a listener only as they may be written down (design: privacy)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.model.run import Exchange, Finding, Observation, StepRecord

if TYPE_CHECKING:
    from conformance.model.run import CaseRecord, Event
    from conformance.record.privacy import Privacy
    from conformance.runner.journal import Listener


class RedactedListener:
    """Stands before a listener that writes, so that it sees nothing that the record would not hold either."""

    def __init__(self, listener: Listener, privacy: Privacy) -> None:
        self._listener = listener
        self._privacy = privacy
        self._steps: list[StepRecord] = []
        self._open: tuple[str, int, str] = ("", 0, "")
        self._events: list[Event] = []

    def case_started(self, case_id: str, revision: int, attempt: int) -> None:
        self._privacy.forget_card()
        self._steps = []
        self._listener.case_started(case_id, revision, attempt)

    def step_started(self, kind: str, index: int, text: str) -> None:
        self._open, self._events = (kind, index, text), []
        self._listener.step_started(kind, index, text)

    def happened(self, event: Event) -> None:
        shown = self._shown(event)
        self._events.append(shown)
        self._listener.happened(shown)

    def step_ended(self) -> None:
        self._steps.append(StepRecord(*self._open, events=tuple(self._events)))
        self._listener.step_ended()

    def case_ended(self, record: CaseRecord) -> None:
        headline = record.headline and self._finding(record.headline)
        self._listener.case_ended(replace(record, steps=tuple(self._steps), headline=headline))

    def _shown(self, event: Event) -> Event:
        match event:
            case Exchange():
                return self._privacy.redact(event)
            case Finding():
                return self._finding(event)
            case Observation():
                return replace(event, values=self._privacy.shown(event.values))
        return event

    def _finding(self, finding: Finding) -> Finding:
        shown = self._privacy.shown
        return replace(
            finding,
            expected=shown(finding.expected),
            observed=shown(finding.observed),
            arguments=shown(finding.arguments),
        )
