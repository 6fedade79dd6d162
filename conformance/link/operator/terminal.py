"""A terminal link whose terminal is a person at a closed device."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from conformance.link.operator import seen
from conformance.link.operator.settings import changed, to_disturb, to_do, to_set
from conformance.link.outcomes import NotOffered, OperatorSkipped, TerminalRefused
from conformance.model.operator import Entry, Line, Question
from conformance.model.terminal import (
    Indication,
    Movement,
    ParametersInForce,
    Presentation,
    QueueEntry,
    Receipt,
    TransactionRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink
    from conformance.link.operator.desk import Desk
    from conformance.model.operator import Answer
    from conformance.model.terminal import Fault, Operation, Parameters, Stripe, TerminalIdentity

T = TypeVar("T")

_LOGS: tuple[type, ...] = (TransactionRecord, Indication, Movement, Receipt)


@dataclass(frozen=True, slots=True)
class SampleInHand:
    """A sample that a person holds to the terminal; what passes between the two is not seen."""

    serial: str

    def reset(self) -> bytes:
        self._refuse()

    def exchange(self, command: CommandApdu) -> ResponseApdu:  # noqa: ARG002  a card link's form
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise NotOffered("what passes between a sample and a closed terminal")


@dataclass
class OperatorTerminal:
    """Operated through a desk. `shows` says by letter (O2 to O8) where a person sees what the terminal shows.

    What was set stays known, so that only what differs is asked for. Going back to idle is put before the
    next thing to do. `note` takes what was answered, for the record. A question that is passed over raises
    OperatorSkipped, one that nobody answers OperatorAbsent, what no person can see or do NotOffered.
    """

    desk: Desk
    declared: TerminalIdentity
    shows: Mapping[str, str]
    note: Callable[[str, Mapping[str, Any]], None]
    operator: str = ""
    in_force: dict[str, str] = field(default_factory=dict)
    _identity: TerminalIdentity | None = None
    _started: float = field(default_factory=time.monotonic)
    _touched: bool = False
    _idle_due: bool = True
    _pins: str = ""
    _second_card: bool = False
    _shown: dict[type, list[Any]] = field(default_factory=lambda: {kind: [] for kind in _LOGS})

    def identify(self) -> TerminalIdentity:
        """Asked once: who the person is, and what firmware the terminal says that it has."""
        if self._identity is None:
            name = Entry("operator", "text", Line("entry.operator"), given=self.operator)
            firmware = Entry("firmware", "text", Line("entry.firmware"))
            answer = self.ask(Question("identify", (Line("do.identify"),), (name, firmware)))
            self.operator = answer.values["operator"]
            self._identity = replace(self.declared, firmware=answer.values["firmware"])
        return self._identity

    def load(self, parameters: Parameters) -> None:
        different = changed(parameters, self.in_force)
        lines = tuple(to_set(name, value) for name, value in different.items())
        if lines:
            self.ask(Question("prepare", (*self._due(), *lines), refusable=True))
            self.in_force |= different

    def operate(self, operation: Operation) -> None:
        if operation.name == "idle":
            self._idle_due = self._idle_due or self._touched
            self._pins, self._second_card = "", False
            return
        self._pins = operation.arguments.get("pins", self._pins)
        if operation.name == "pin":
            self._pins = operation.arguments["reference"]
            return
        self._act("operate", to_do(operation))

    def disturb(self, fault: Fault) -> None:
        line = to_disturb(fault)
        if fault.name == "second-card":
            self._second_card = True
            return
        self._act("disturb", line)

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        if not isinstance(card, SampleInHand):
            raise NotOffered("somebody who can hold a simulated card")
        serial = card.serial
        lines = [Line(f"do.present-{interface}", {"serial": serial})]
        if self._second_card:
            lines.append(Line("fault.second-card"))
        lines += [Line(f"do.pin-{each}", {"serial": serial}) for each in dict.fromkeys(self._pins.split())]
        self._pins, self._second_card = "", False
        question = Question(
            "present",
            (*self._due(), *lines),
            seen.entries(self.shows, interface),
            places=self.shows,
            serials=(serial,),
        )
        signals = self._see(self.ask(question))
        now = self._now()
        return Presentation(now, now, seen.outcome(signals, told="O5" in self.shows))

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  a terminal link's form
        raise NotOffered("a stripe of chosen contents")

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Logs hold what was seen after each act; anything else is looked up now."""
        if kind in self._shown:
            return tuple(self._shown[kind])
        if kind is QueueEntry and "O4" in self.shows:
            question = Question("look", (Line("do.look-queues"),), seen.queue_entries(), places=self.shows)
            return cast("Sequence[T]", seen.queued(self.ask(question).values))
        if kind is ParametersInForce and "O8" in self.shows:
            return cast("Sequence[T]", [seen.AskedParameters(self._look_up)])
        raise NotOffered(f"a sight of the terminal's {kind.__name__}")

    def wait(self, seconds: float) -> None:
        self.desk.wait(seconds)

    def alive(self) -> bool:
        """True: whether somebody is there is another outcome."""
        return True

    def ask(self, question: Question) -> Answer:
        """Put a question and note the answer; also for what is done with samples."""
        self._touched = self._touched or question.code not in ("identify", "sample", "look")
        answer = self.desk.ask(question)
        self.note("answer", _noted(question, answer))
        for photo in answer.photos:
            self.note("photo", {"file": photo.file, "digest": photo.digest, "size": photo.size})
        if answer.ending == "skipped":
            raise OperatorSkipped(f"{question.code}: passed over by {answer.by or 'the operator'}")
        if answer.ending == "refused":
            raise TerminalRefused(f"{question.code}: refused by the terminal, says {answer.by}")
        return answer

    def _act(self, code: str, line: Line) -> None:
        entries = seen.entries(self.shows, None)
        question = Question(code, (*self._due(), line), entries, refusable=True, places=self.shows)
        self._see(self.ask(question))

    def _due(self) -> tuple[Line, ...]:
        """The way back to idle, where it is still to be gone."""
        due, self._idle_due = self._idle_due, False
        self._touched = False
        return (Line("do.idle"),) if due else ()

    def _see(self, answer: Answer) -> list[Indication]:
        """Put what was seen into the logs; the indications besides."""
        at, values = self._now(), answer.values
        signals = list(seen.indications(values, at))
        self._shown[TransactionRecord] += seen.records(values, at, self._look_up_record)
        self._shown[Indication] += signals
        self._shown[Movement] += seen.movements(values, at)
        self._shown[Receipt] += seen.receipts(values, at)
        return signals

    def _look_up_record(self, number: str, name: str) -> str | None:
        return self._look(Line("do.look-record", {"number": number}), seen.looked_up(name, "text", "O2"))

    def _look_up(self, entry: Entry) -> str | None:
        return self._look(Line("do.look-parameters"), entry)

    def _look(self, line: Line, entry: Entry) -> str | None:
        """The value that stands there, None where none does; NotOffered where none can."""
        question = Question("look", (line,), (seen.whether(entry), entry), places=self.shows)
        while True:
            values = self.ask(question).values
            if values["stands"] == seen.NEVER:
                raise NotOffered(f"a sight of: {entry.label.arguments['name']}")
            if values["stands"] == seen.NOT_THERE:
                return None
            if "value" in values:
                return values["value"]

    def _now(self) -> seen.Untimed:
        return seen.Untimed((time.monotonic() - self._started) * 1000)


def _noted(question: Question, answer: Answer) -> dict[str, Any]:
    """An answer as the record keeps it; what a person leaves empty is left out."""
    noted = {
        "asked": question.code,
        "told": [{"say": line.key, **line.arguments} for line in question.lines],
        "samples": ", ".join(question.serials),
        "ending": answer.ending,
        "by": answer.by,
        "took_ms": answer.took_ms,
        "undone": answer.undone,
    }
    wanted = [entry.label.arguments.get("name", "") for entry in question.entries if entry.name == "value"]
    return {**noted, "about": ", ".join(wanted), **answer.values}
