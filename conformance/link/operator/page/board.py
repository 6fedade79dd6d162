"""What the page shows now, shared between the run and those who look at the page."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from threading import Condition
from typing import TYPE_CHECKING

from conformance.link.operator.form import read
from conformance.link.operator.photos import PhotoRefusedError, kept
from conformance.link.outcomes import OperatorAbsent
from conformance.model.operator import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.model.operator import Photo, Place, Question

MOST_PHOTOS = 6  # of one question


@dataclass(frozen=True, slots=True)
class Shown:
    """One state of the page. `state` is "waiting", "asked", "given", "pause" or "ended"; times are monotonic.

    `filled` and `problems` belong to an answer that could not be taken as it was.
    """

    version: int = 0
    state: str = "waiting"
    place: Place | None = None
    question: Question | None = None
    answer: Answer | None = None
    until: float = 0.0
    seconds: float = 0.0
    filled: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Board:
    """The run puts questions; a page answers, takes back, attaches photos. Every change wakes who waits."""

    deadline_s: float
    undo_s: float
    evidence: Path | None
    operator: str = ""
    shown: Shown = Shown()
    changed: Condition = field(default_factory=Condition)
    _photos: list[Photo] = field(default_factory=list)
    _followed: bool = False
    _told: bool = False
    _undone: int = 0

    def put(self, question: Question) -> Answer:
        """Show a question until it is answered and the time to take that back is over."""
        with self.changed:
            self._photos, self._undone = [], 0
            started = self._show("asked", question=question)
            while True:
                left = self.shown.until - time.monotonic()
                if left <= 0:
                    break
                self.changed.wait(left)
            answer, asked = self.shown.answer, self.shown.state == "asked"
            self._show("waiting")
            if asked or answer is None:
                raise OperatorAbsent(f"no answer within {self.deadline_s:g} s")
            took_ms = int((time.monotonic() - started) * 1000)
            return replace(answer, photos=tuple(self._photos), took_ms=took_ms, undone=self._undone)

    def answer(self, version: int, ending: str, filled: Mapping[str, str]) -> None:
        """Take an answer, or show what is wrong with it; one to another question is passed over."""
        with self.changed:
            question = self.shown.question
            if self.shown.state != "asked" or question is None or version != self.shown.version:
                return
            if ending == "refused" and not question.refusable:
                return
            values, problems = read(question, filled) if ending == "done" else ({}, {})
            if problems:
                self._change(filled=dict(filled), problems=problems)
                return
            self.operator = values.get("operator", self.operator)
            given = Answer(ending, values, by=self.operator)
            until = time.monotonic() + self.undo_s
            self._change(state="given", answer=given, filled=dict(filled), problems={}, until=until)

    def undo(self) -> None:
        """Take the last answer back, while it has not gone on."""
        with self.changed:
            if self.shown.state == "given":
                self._undone += 1
                until = time.monotonic() + self.deadline_s
                self._change(state="asked", answer=None, until=until)

    def go_on(self) -> None:
        """Let the answer stand now."""
        with self.changed:
            if self.shown.state == "given":
                self._change(until=time.monotonic())

    def attach(self, version: int, raw: bytes) -> Photo:
        """Keep a photo with the question that is shown; PhotoRefusedError where there is none, or no room."""
        with self.changed:
            question = self.shown.question
            about_case = question is not None and question.code != "identify"
            is_open = about_case and version == self.shown.version
            if self.evidence is None or not is_open or len(self._photos) >= MOST_PHOTOS:
                raise PhotoRefusedError("no question to attach a photo to, or too many photos")
            photo = kept(raw, self.evidence)
            if photo not in self._photos:
                self._photos.append(photo)
            return photo

    def rename(self, operator: str) -> None:
        """Another person takes over."""
        with self.changed:
            self.operator = operator
            self._change()

    def at(self, place: Place) -> None:
        with self.changed:
            self._change(place=place)

    def pause(self, seconds: float) -> None:
        """Show for how long nothing is to be done."""
        with self.changed:
            self._change(state="pause", seconds=seconds, until=time.monotonic() + seconds)
        time.sleep(seconds)
        with self.changed:
            self._show("waiting")

    def end(self, within_s: float) -> None:
        """Show that the run has ended, and wait until a page that followed it says that it shows so."""
        with self.changed:
            self._change(state="ended", question=None)
            self.changed.wait_for(lambda: self._told or not self._followed, within_s)

    def news(self, after: int, within_s: float) -> Shown:
        """What is shown once it is no longer the version `after`, or when the time is over."""
        with self.changed:
            self._followed = True
            self.changed.wait_for(lambda: self.shown.version != after, within_s)
            return self.shown

    def took_leave(self) -> None:
        """A page says that it shows the end."""
        with self.changed:
            self._told = True
            self.changed.notify_all()

    @property
    def photos(self) -> tuple[Photo, ...]:
        return tuple(self._photos)

    def _show(self, state: str, question: Question | None = None) -> float:
        """A new state without what belonged to the last one; gives the time at which it began."""
        now = time.monotonic()
        self._change(
            state=state, question=question, answer=None, filled={}, problems={}, until=now + self.deadline_s
        )
        return now

    def _change(self, **parts: object) -> None:
        self.shown = replace(self.shown, version=self.shown.version + 1, **parts)  # type: ignore[arg-type]  # parts are named by us
        self.changed.notify_all()
