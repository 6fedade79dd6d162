"""The desk at a terminal's prompt: the controlling terminal itself, whatever a test runner captures."""

from __future__ import annotations

import os
import select
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance import text
from conformance.link.operator.form import is_asked, read
from conformance.link.outcomes import OperatorAbsent, TerminalUnreachable
from conformance.model.operator import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.operator import Entry, Place, Question

_MOST_BYTES = 4096  # of one line that is typed
_ENDINGS = {"": "done", "r": "refused", "s": "skipped"}


@dataclass
class TtyDesk:
    """Asks at /dev/tty in `language`. An answer stands after `undo_s`, or at once when it is confirmed."""

    language: str
    deadline_s: float
    undo_s: float
    operator: str = ""
    device: str = "/dev/tty"

    def __post_init__(self) -> None:
        try:
            self._tty = os.open(self.device, os.O_RDWR | os.O_NOCTTY)
        except OSError as error:
            reason = error.strerror or str(error)
            raise TerminalUnreachable(f"no terminal to ask the operator at: {reason}") from error
        self._place = ""

    def ask(self, question: Question) -> Answer:
        started, undone = time.monotonic(), 0
        while True:
            answer = self._asked(question, started + self.deadline_s)
            if not self._taken_back(answer):
                break
            undone, started = undone + 1, time.monotonic()
        self.operator = answer.values.get("operator", self.operator)
        took_ms = int((time.monotonic() - started) * 1000)
        return replace(answer, by=self.operator, took_ms=took_ms, undone=undone)

    def at(self, place: Place) -> None:
        case = self._told("page.case", number=str(place.number), total=str(place.total))
        self._place = f"{case} · {place.case}\n  {place.sentence[self.language]}"

    def wait(self, seconds: float) -> None:
        if seconds >= 1:
            self._say(self._told("page.pause", seconds=f"{seconds:g}"))
        time.sleep(seconds)

    def close(self) -> None:
        self._say(self._told("page.ended"))
        os.close(self._tty)

    def _asked(self, question: Question, end: float) -> Answer:
        heading = self._told(f"ask.{question.code}")
        self._say(f"\n── {heading} ── {self._place}")
        for number, line in enumerate(question.lines, 1):
            self._say(f"  {number}. {text.asked(line.key, line.arguments, self.language)}")
        keys = ["tty.end", *(["tty.refused"] if question.refusable else []), "tty.skipped"]
        prompt = "  [" + " · ".join(self._told(key) for key in keys) + "] "
        while True:
            ending = _ENDINGS.get(self._line(prompt, end).strip().lower())
            if ending == "refused" and not question.refusable:
                ending = None
            if ending is not None:
                break
        return Answer(ending, self._filled(question, end) if ending == "done" else {})

    def _filled(self, question: Question, end: float) -> dict[str, str]:
        filled: dict[str, str] = {}
        group = ""
        for entry in question.entries:
            if entry.group != group:
                group = entry.group
                self._say(f"  {self._told(f'group.{group}')}（{question.places.get(group, '')}）")
            if is_asked(entry, filled):
                self._fill(replace(question, entries=(entry,)), filled, end)
        return filled

    def _fill(self, question: Question, filled: dict[str, str], end: float) -> None:
        """Ask for one entry until it is well-formed."""
        entry = replace(question.entries[0], least=None)
        while True:
            typed = {entry.name: self._typed(entry, end)}
            values, problems = read(replace(question, entries=(entry,)), typed)
            if not problems:
                filled.update(values)
                return
            self._say(f"    ! {self._told('page.' + problems[entry.name])}")

    def _typed(self, entry: Entry, end: float) -> str:
        label = text.asked(entry.label.key, entry.label.arguments, self.language)
        marks = [entry.given, self._told("page.optional") if entry.optional else ""]
        mark = "".join(f" [{each}]" for each in marks if each)
        if entry.kind == "lines":
            return self._typed_lines(f"    {label}{mark}（{self._told('tty.lines')}）: ", end)
        choices = {str(number): choice for number, choice in enumerate(entry.choices)}
        shown = "".join(f" {number}={text.phrase(each, self.language)}" for number, each in choices.items())
        typed = self._line(f"    {label}{mark}{shown}: ", end).strip()
        return choices.get(typed, typed) if typed else entry.given

    def _typed_lines(self, prompt: str, end: float) -> str:
        lines = [self._line(prompt, end)]
        while lines[-1].strip():
            lines.append(self._line("      ", end))
        return "\n".join(lines[:-1])

    def _taken_back(self, answer: Answer) -> bool:
        """True when the person takes the answer back while that is possible."""
        shown = "，".join(text.phrase(value, self.language) for value in answer.values.values())
        ending = self._told("page." + answer.ending)
        end = time.monotonic() + self.undo_s
        try:
            said = self._line(f"  {ending} {shown}\n  {self._told('tty.kept')}: ", end)
        except OperatorAbsent:
            return False
        return said.strip().lower() == "u"

    def _line(self, prompt: str, end: float) -> str:
        """The next line that is typed; OperatorAbsent when none comes in time."""
        os.write(self._tty, prompt.encode())
        left = end - time.monotonic()
        if left <= 0 or not select.select([self._tty], [], [], left)[0]:
            raise OperatorAbsent(f"no answer within {self.deadline_s:g} s")
        raw = os.read(self._tty, _MOST_BYTES)
        if not raw:
            raise OperatorAbsent("the terminal at which the operator was asked is gone")
        return raw.decode(errors="replace").rstrip("\r\n")

    def _say(self, words: str) -> None:
        os.write(self._tty, f"{words}\n".encode())

    def _told(self, key: str, **arguments: str) -> str:
        arguments_told: Mapping[str, str] = arguments
        return text.asked(key, arguments_told, self.language)
