"""What a case will ask of an operator, learned without one: samples, settings, minutes, what nobody can do.

A case is run against a desk that answers every question at once with something plausible. Nothing is judged.
What comes out are the samples that the case takes, the settings that it makes, and the time that a person
needs by the bench's pace; or the first thing that it wants and a person cannot bring about or see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.catalogue.plan import plan
from conformance.codec.apdu import ResponseApdu
from conformance.link.operator.form import is_asked
from conformance.link.operator.terminal import OperatorTerminal
from conformance.link.outcomes import NotOffered
from conformance.model.operator import Answer
from conformance.model.terminal import Operation
from conformance.runner.execute import Stage, rehearsed
from conformance.runner.hand import Hand
from conformance.runner.journal import Journal, journalled
from conformance.runner.opening import OpenBench
from conformance.runner.opening.operator import declared
from conformance.runner.run import outcome_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.catalogue.load import Catalogue
    from conformance.catalogue.plan import PlannedCase
    from conformance.codec.apdu import CommandApdu
    from conformance.model.case import TestCase
    from conformance.model.iut import Product
    from conformance.model.operator import Entry, Place, Question
    from conformance.model.terminal import Capk
    from conformance.runner.bench import Bench

PACE: Mapping[str, float] = {"line_s": 12, "entry_s": 5, "sample_s": 20}  # chosen; the bench may say its own
_NOT_OFFERED = outcome_code(NotOffered(""))
_PLAUSIBLE = {"records": "1", "movement": "opens", "receipt": "whole"}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a case needs: samples by serial, settings by name, seconds; or what it lacks here."""

    lacking: str | None
    samples: tuple[str, ...]
    settings: frozenset[tuple[str, str]]
    seconds: float


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The plan in the order that spares the operator changes, and expected minutes by case."""

    plan: Sequence[PlannedCase]
    minutes: Mapping[str, float]


@dataclass
class _Desk:
    """Answers at once, and counts the seconds that a person would have needed."""

    pace: Mapping[str, float]
    seconds: float = 0.0

    def ask(self, question: Question) -> Answer:
        values: dict[str, str] = {}
        for entry in question.entries:
            if is_asked(entry, values) and (entry.name == "value" or not entry.optional):
                values[entry.name] = _plausible(entry)
        each = self.pace["sample_s" if question.code == "sample" else "line_s"]
        self.seconds += each * len(question.lines) + self.pace["entry_s"] * len(values)
        return Answer("done", values)

    def at(self, place: Place) -> None:
        """Nobody looks."""

    def wait(self, seconds: float) -> None:
        self.seconds += seconds

    def close(self) -> None:
        """Nothing is open."""


class _NoCard:
    """A reader in which every question is refused."""

    def reset(self) -> bytes:
        return b""

    def exchange(self, command: CommandApdu) -> ResponseApdu:  # noqa: ARG002  a card link's form
        return ResponseApdu.decode(b"\x6a\x88")


@dataclass(frozen=True)
class _Theatre:
    """Everything that cases are rehearsed with."""

    catalogue: Catalogue
    product: Product
    bench: Bench
    offers: frozenset[str]
    capks: tuple[Capk, ...]
    parameters: Mapping[str, float]
    done: dict[str, Rehearsal] = field(default_factory=dict)

    def lacking(self, case: TestCase) -> str | None:
        """What a case lacks besides its declared needs; None for one that is not to run anyway."""
        control = self.catalogue.cases[case.control].needs if case.control else ()
        if not {*case.needs, *control} <= self.offers:
            return None
        return self.of(case).lacking

    def of(self, case: TestCase) -> Rehearsal:
        if case.id not in self.done:
            self.done[case.id] = self._rehearse(case)
        return self.done[case.id]

    def _rehearse(self, case: TestCase) -> Rehearsal:
        desk, journal = _Desk({**PACE, **self.bench.desk.get("pace", {})}), Journal(lenient=True)
        identity = declared(self.product, self.bench)
        terminal = OperatorTerminal(desk, identity, self.bench.desk["shows"], lambda _name, _values: None)
        hand = Hand(self.bench.samples, terminal.ask, terminal.note, lambda _name: _NoCard())
        bench = OpenBench(
            terminal, None, self.offers, self.capks, simulated=False, time_base="real", desk=desk, hand=hand
        )
        control = self.catalogue.cases[case.control] if case.control else None
        with journalled(journal):
            rehearsed(Stage(bench, journal, self.parameters), case, control)
        terminal.operate(Operation("idle"))
        findings = [finding for step in journal.steps for finding in step.findings]
        lacking = next((each.observed for each in findings if each.code == _NOT_OFFERED), None)
        settings = frozenset(terminal.in_force.items())
        return Rehearsal(lacking, tuple(dict.fromkeys(hand.used)), settings, desk.seconds)


def arranged(  # noqa: PLR0913, PLR0917  all that a plan rests on
    catalogue: Catalogue,
    product: Product,
    bench: Bench,
    offers: frozenset[str],
    capks: tuple[Capk, ...],
    parameters: Mapping[str, float],
) -> Arrangement:
    """Plan a product's profile for the operator of a bench."""
    theatre = _Theatre(catalogue, product, bench, offers, capks, parameters)
    planned = plan(catalogue, product, offers, theatre.lacking)
    due = [each for each in planned if each.verdict is None]
    rest = [each for each in planned if each.verdict is not None]
    minutes = {each.case.id: theatre.of(each.case).seconds / 60 for each in due}
    return Arrangement([*_ordered(due, theatre), *rest], minutes)


def _ordered(due: Sequence[PlannedCase], theatre: _Theatre) -> Sequence[PlannedCase]:
    """From each case to the one that changes least: samples, then settings, then the profile's order."""
    left, ordered = list(due), []
    samples: frozenset[str] = frozenset()
    settings: dict[str, str] = {}
    while left:
        costs = [_changes(theatre.of(each.case), samples, settings) for each in left]
        nearest = left.pop(costs.index(min(costs)))
        ordered.append(nearest)
        rehearsal = theatre.of(nearest.case)
        samples = frozenset(rehearsal.samples)
        settings |= dict(rehearsal.settings)
    return ordered


def _changes(rehearsal: Rehearsal, samples: frozenset[str], settings: Mapping[str, str]) -> tuple[int, int]:
    """How many samples and how many settings differ from what is at hand and in force."""
    set_anew = sum(settings.get(name) != value for name, value in rehearsal.settings)
    return len(samples.symmetric_difference(rehearsal.samples)) if samples else 0, set_anew


def _plausible(entry: Entry) -> str:
    """An answer that lets a case go on."""
    if entry.name in _PLAUSIBLE:
        return _PLAUSIBLE[entry.name]
    if entry.kind == "choice":
        return entry.choices[0]
    return "1.00" if entry.kind == "amount" else "1"
