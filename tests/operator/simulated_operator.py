"""A person played by the simulated validator: does what is asked with it, and tells what it shows."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from conformance.codec.values import fen, yuan
from conformance.link.memory import MemoryCard
from conformance.link.operator.seen import NOT_THERE, THERE
from conformance.link.outcomes import CardWithdrawn
from conformance.model.operator import Answer
from conformance.model.terminal import (
    Blacklist,
    Fault,
    Indication,
    Operation,
    Parameters,
    ParametersInForce,
    StopFare,
    TransactionRecord,
    Transfer,
    TransitTerms,
)
from conformance.runner.opening import ca_keys
from conformance.sim import card as simulated_card
from conformance.sim import terminal as simulated_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.model.operator import Line, Place, Question
    from conformance.runner.samples import HeldSample

PROMPTS = ("accepted", "declined", "present-again", "one-card", "do-not-repeat")


class Reader:
    """A reader in which the operator lays a card."""

    def __init__(self) -> None:
        self.card: MemoryCard | None = None

    def reset(self) -> bytes:
        return self._laid().reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        return self._laid().exchange(command)

    def _laid(self) -> MemoryCard:
        if self.card is None:
            raise CardWithdrawn("no card in the reader")
        return self.card


def card_of(sample: HeldSample, balance: int | None) -> MemoryCard:
    """The sample itself, personalised as the inventory says."""
    own = {name: value for name, value in sample.personalised.items() if name != "elements"}
    return MemoryCard(simulated_card.build(sample.profile, balance=balance, **own))


@dataclass
class SimulatedOperator:
    """A desk whose person answers from a simulated device."""

    samples: tuple[HeldSample, ...]
    defect: Any = None
    reader: Reader = field(default_factory=Reader)
    asked: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        rules = simulated_terminal.rules_of("bus-validator")
        rules = self.defect.applied_to(rules) if self.defect else rules
        self.device = simulated_terminal.build("bus-validator", rules=rules)
        self.device.load(Parameters(capks=ca_keys()))
        self.held = {each.serial: each for each in self.samples}
        self.cards = {
            each.serial: card_of(each, None if each.balance is None else fen(each.balance))
            for each in self.samples
        }
        self.set: dict[str, str] = {}
        self.beside = False

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        before = {kind: len(self.device.observe(kind)) for kind in (TransactionRecord, Indication)}
        changed = [self._set(line) for line in question.lines if line.key.startswith("set.")]
        if changed:
            self.device.load(self._parameters(changed))
        self.beside = any(line.key == "fault.second-card" for line in question.lines)
        for line in question.lines:
            _DONE.get(line.key, _nothing)(self, line)
        new = {kind: self.device.observe(kind)[count:] for kind, count in before.items()}
        values = self._looked_up(question) if question.code == "look" else {}
        if question.entries and question.code not in ("look", "identify"):
            values = _seen(new[Indication], new[TransactionRecord])
        return Answer("done", values, by="simulated")

    def at(self, place: Place) -> None:
        """The simulated device does not care."""

    def wait(self, seconds: float) -> None:
        self.device.wait(seconds)

    def close(self) -> None:
        """Nothing is open."""

    def _set(self, line: Line) -> str:
        name = line.key.removeprefix("set.")
        self.set[name] = line.arguments["value"]
        return name

    def _parameters(self, changed: list[str]) -> Parameters:
        told: dict[str, Any] = {}
        if "fare" in changed:
            told["fare"] = fen(self.set["fare"])
        if "date_time" in changed:
            told["date_time"] = self.set["date_time"]
        if "anti_passback_ms" in changed:
            told["anti_passback_ms"] = round(float(self.set["anti_passback_ms"].removesuffix(" s")) * 1000)
        if any(name.startswith("blacklist.") for name in changed):
            told["blacklist"] = Blacklist(
                int(self.set["blacklist.version"]), day=_text(self.set["blacklist.day"])
            )
        if any(name.startswith("transit.") for name in changed):
            told["transit"] = self._transit()
        return Parameters(**told)

    def _transit(self) -> TransitTerms:
        own = {each.name: self.set[f"transit.{each.name}"] for each in fields(TransitTerms)}
        read: dict[str, Any] = {name: _text(own[name]) for name in ("line", "vehicle", "direction")}
        read |= {name: own[name] == "yes" for name in ("continue_plain", "driver_needed")}
        read |= {name: int(own[name]) for name in ("stop", "companion_s", "ride_most_s")}
        read["blacklist_days"] = None if own["blacklist_days"] == "none" else int(own["blacklist_days"])
        members = _members(own["transfer"])
        read["transfer"] = Transfer(**members) if members else None
        stops = [] if own["stops"] == "none" else own["stops"].split("; ")
        read["stops"] = tuple(StopFare(**_members(each)) for each in stops)
        return TransitTerms(**read)

    def _looked_up(self, question: Question) -> Mapping[str, str]:
        line, name = question.lines[0], question.entries[-1].label.arguments["name"]
        if line.key == "do.look-parameters":
            shown = self.device.observe(ParametersInForce)[-1]
            return {"stands": THERE, "value": str(shown.blacklist_version)}
        number = int(line.arguments["number"])
        record = next(each for each in self.device.observe(TransactionRecord) if each.number == number)
        value = record.details.get(name, "")
        return {"stands": THERE, "value": value} if value else {"stands": NOT_THERE}


def _text(value: str) -> str:
    return "" if value == "none" else value


def _members(words: str) -> dict[str, int]:
    """The members of one value: "first: 3, last: 9, fare: 3.00"."""
    if words == "none":
        return {}
    pairs = (each.split(": ") for each in words.split(", "))
    return {name: fen(value) if name == "fare" else int(value) for name, value in pairs}


def _seen(indications: Any, records: Any) -> dict[str, str]:
    signals = [each.signal for each in indications if each.signal in PROMPTS]
    values = {"signal": signals[0] if signals else "nothing", "records": str(len(records))}
    if len(signals) > 1:
        values["then"] = signals[-1]
    for place, record in enumerate(records, 1):
        values |= {
            f"record{place}-kind": record.kind,
            f"record{place}-amount": yuan(record.amount),
            f"record{place}-number": str(record.number),
        }
    return values


def _nothing(_desk: SimulatedOperator, _line: Line) -> None:
    """A sentence that asks for nothing at the device."""


def _present(desk: SimulatedOperator, line: Line) -> None:
    if desk.beside:
        desk.device.disturb(Fault("second-card"))
    desk.reader.card = None
    desk.device.present(desk.cards[line.arguments["serial"]])


def _lay(desk: SimulatedOperator, line: Line) -> None:
    desk.reader.card = desk.cards[line.arguments["serial"]]


def _adjust(desk: SimulatedOperator, line: Line) -> None:
    serial = line.arguments["serial"]
    desk.cards[serial] = card_of(desk.held[serial], fen(line.arguments["wants"]))
    desk.reader.card = desk.cards[serial]


_DONE: Mapping[str, Callable[[SimulatedOperator, Line], None]] = {
    "do.idle": lambda desk, _line: desk.device.operate(Operation("idle")),
    "do.sign-on": lambda desk, line: desk.device.operate(Operation("sign-on", dict(line.arguments))),
    "fault.clock-step": lambda desk, line: desk.device.disturb(Fault("clock-step", dict(line.arguments))),
    "do.present-contactless": _present,
    "do.lay": _lay,
    "do.adjust": _adjust,
    "do.confirm-balance": _adjust,
}
