"""Tells the desk of an operator where the run is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.operator import Place
from conformance.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.link.operator.desk import Desk
    from conformance.model.run import CaseEntry, CaseRecord, Event


class PlaceListener:
    """Says case and step, and neither what is expected nor how a case ended: that would lead the eye."""

    def __init__(self, desk: Desk, due: Sequence[str], entry: Callable[[str], CaseEntry]) -> None:
        self._desk = desk
        self._due = tuple(due)
        self._entry = entry
        self._case = ""

    def case_started(self, case_id: str, revision: int, attempt: int) -> None:  # noqa: ARG002  a listener's form
        self._case = case_id

    def step_started(self, kind: str, index: int, text: str) -> None:  # noqa: ARG002  a listener's form
        number = self._due.index(self._case) + 1 if self._case in self._due else 1
        sentence = {language: self._worded(text, language) for language in ("zh", "en")}
        self._desk.at(Place(self._case, number, max(len(self._due), 1), sentence))

    def happened(self, event: Event) -> None:
        """What happens is the operator's own answer."""

    def step_ended(self) -> None:
        """The next step says where it is."""

    def case_ended(self, record: CaseRecord) -> None:
        """How it ended stands in the report."""

    def _worded(self, sentence: str, language: str) -> str:
        """A step's sentence from its case's text, or a fixed phrase; a control's with its case before it."""
        control, colon, rest = sentence.partition(": ")
        case, own = (control, rest) if colon and control.count("-") == 2 else (self._case, sentence)
        steps = self._entry(case).steps
        words = dict(zip(steps["en"], steps[language], strict=False)).get(own)
        return words or phrase(own, language)
