"""Whether the bench is whole: it is mended after a case that failed, and one that broke is remembered.

After every case the terminal is brought to idle. After one that found something, what the bench file declares
for that (`after_failure`) is done first. A bench that cannot be brought back accuses nobody: every later case
on the same door ends ERROR at once, with the first cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.link.outcomes import (
    CardMute,
    CardWithdrawn,
    LinkOutcome,
    NotOffered,
    TerminalGarbage,
    TerminalRefused,
)
from conformance.model.run import Finding, Observation
from conformance.model.terminal import Operation
from conformance.model.verdict import Verdict
from conformance.runner.run import code_of, outcome_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.link.card import CardLink
    from conformance.link.said import Said
    from conformance.model.run import StepRecord
    from conformance.runner.journal import Journal
    from conformance.runner.opening import OpenBench

POSTAMBLE = "Bring the implementation under test back to idle"

_LINES = 40  # of what a program said during a case
_LONGEST = 400  # characters of a line
_DYING_S = 0.5  # between a connection that ends and the end of its program
# Answers, if bad ones: whoever gives them is there.
_AN_ANSWER = (TerminalRefused, TerminalGarbage, NotOffered)
_CODES = {code_of(kind) for kind in LinkOutcome.__subclasses__()}


@dataclass
class Condition:
    """The doors of a run that broke, each with the first cause."""

    _broken: list[tuple[object, str]] = field(default_factory=list)

    def cause(self, door: object) -> str | None:
        """Why nothing can be done at this door any more, None while something can."""
        return next((cause for broken, cause in self._broken if broken is door), None)

    def remember(self, door: object, cause: str) -> None:
        if self.cause(door) is None:
            self._broken.append((door, cause))


def bring_back(
    bench: OpenBench, journal: Journal, condition: Condition, case_id: str, said_before: int
) -> None:
    """The postamble of a case at a terminal: log, idle, and where something was found, what mends it."""
    terminal, steps = bench.terminal, journal.steps
    if terminal is None:
        return
    journal.open_step("postamble", 0, POSTAMBLE)
    failed = any(step.findings for step in steps)
    if failed and bench.said is not None:
        _note_log(journal, bench.said, said_before)
    last = _idle(bench)
    if last is not None:
        journal.found(Finding(outcome_code(last), Verdict.INCONC, "", "an idle terminal", str(last)))
    if last is not None or (failed and bench.mend is not None):
        last = _mended(bench, journal)
    if last is not None and not isinstance(last, _AN_ANSWER):
        condition.remember(terminal, _cause(case_id, steps, last, bench))
    journal.close_step()


def examine_reader(card: CardLink, journal: Journal, condition: Condition, case_id: str) -> None:
    """After a case at a card that ended in the bench's fault: a reader that is gone is remembered."""
    found = _first_outcome(journal.steps)
    if found is not None and found.verdict is Verdict.ERROR and not reader_answers(card):
        condition.remember(card, f"{case_id}: {found.observed}")


def reader_answers(card: CardLink) -> bool:
    """A reset that finds no card, or a mute one, still shows a reader that works."""
    try:
        card.reset()
    except (CardMute, CardWithdrawn):
        return True
    except LinkOutcome:
        return False
    return True


def refuse(journal: Journal, cause: str) -> None:
    """Note that the case cannot be run on a bench that broke."""
    journal.open_step("preamble", 0, "")
    arguments: dict[str, str | int] = {"cause": cause}
    journal.found(
        Finding("bench-broken-before", Verdict.ERROR, "", "a working bench", cause, arguments=arguments)
    )
    journal.close_step()


def _idle(bench: OpenBench) -> LinkOutcome | None:
    """Tell the terminal to be idle; the outcome that came instead."""
    try:
        if bench.terminal is not None:
            bench.terminal.operate(Operation("idle"))
    except LinkOutcome as outcome:
        return outcome
    return None


def _mended(bench: OpenBench, journal: Journal) -> LinkOutcome | None:
    """Do what the bench declares, then try once more."""
    outcome: LinkOutcome | None = None
    try:
        if bench.mend is not None:
            bench.mend()
    except LinkOutcome as failed:
        outcome = failed
    else:
        outcome = _idle(bench)
    journal.note(Observation("bench-mended", {"outcome": "idle" if outcome is None else str(outcome)}))
    return outcome


def _note_log(journal: Journal, said: Said, before: int) -> None:
    lines = [line[:_LONGEST] for line in said.since(before).splitlines() if line.strip()]
    if lines:
        journal.note(Observation("bench-log", {"text": "\n".join(lines[-_LINES:])}))


def _cause(case_id: str, steps: Sequence[StepRecord], last: LinkOutcome, bench: OpenBench) -> str:
    """What was seen first of what broke the bench, and how a program that was started for it stands."""
    found = _first_outcome(steps)
    cause = f"{case_id}: {found.observed if found else last}"
    if bench.program is None or not bench.program.ends_within(_DYING_S):
        return cause
    return f"{cause}; the program {bench.program.last_words()}"


def _first_outcome(steps: Sequence[StepRecord]) -> Finding | None:
    """The first finding of the case that tells of the link and not of what passed over it."""
    return next((each for step in steps for each in step.findings if each.code in _CODES), None)
