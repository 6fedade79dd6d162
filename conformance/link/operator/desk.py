"""The desk at which a person answers: a terminal's prompt, or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from conformance.model.operator import Answer, Place, Question


class Desk(Protocol):
    """Puts one question at a time, and brings back the answer once it can no longer be undone."""

    def ask(self, question: Question) -> Answer:
        """The answer; OperatorAbsent where none came before the deadline."""
        ...

    def at(self, place: Place) -> None:
        """Say where the run is."""
        ...

    def wait(self, seconds: float) -> None:
        """Let real time pass, in sight of the person."""
        ...

    def close(self) -> None:
        """Say that the run has ended."""
        ...
