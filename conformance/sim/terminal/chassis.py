"""What every simulated terminal is built on: power, storage, clock, records, lists, keys, the line to a host.

A device is made of a chassis, of parts of its own, and of a table of rules. What stands in storage survives
a power cut, everything else is made anew. The card's side of a transaction is not the chassis' business.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.codec.names import instead
from conformance.crypto.rsa import RsaPublicKey
from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    FAULTS,
    ClockReading,
    DeviceEvent,
    FlashRecord,
    HostMessage,
    Indication,
    ParametersInForce,
    QueueEntry,
    TransactionRecord,
)
from conformance.sim.terminal.host_line import HostLine, address_of
from conformance.sim.terminal.parts.blacklist import BlacklistInForce
from conformance.sim.terminal.parts.clock import Clock
from conformance.sim.terminal.parts.indicator import Indicator
from conformance.sim.terminal.parts.parameters import LoadedParameters
from conformance.sim.terminal.parts.power import Power, PowerLost
from conformance.sim.terminal.parts.record_store import RecordStore
from conformance.sim.terminal.parts.reversal_queue import ReversalQueue
from conformance.sim.terminal.parts.storage import Storage
from conformance.sim.terminal.parts.upload_queue import UploadCodes, UploadQueue, as_marked
from conformance.sim.terminal.settlement import answer_code, settled_code, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.model.terminal import Blacklist, Capk, Fault, Parameters, TerminalIdentity

T = TypeVar("T")

_START: Final = datetime(2014, 12, 31, 8, 0, 0)  # noqa: DTZ001  a terminal's local time has no zone
LARGEST_AMOUNT: Final = 999_999_999_999
_MOST_DIGITS: Final = len(str(LARGEST_AMOUNT))
_FAULTS_OF_EVERY_TERMINAL: Final = ("power", "clock", "network", "storage")


def replaced_at_once(in_force: BlacklistInForce, blacklist: Blacklist) -> None:
    """Until the new list is whole and stored, the old one is in force (TR-12)."""
    in_force.replace(blacklist)


class Chassis:
    """The parts that a device finds itself on, and what every terminal does with them.

    `defaults` are in force until something is loaded. `forget` is called when the terminal starts: whatever
    the device keeps in plain memory is gone then. `codes` say which answers settle an upload.
    """

    def __init__(  # noqa: PLR0913  two for the device, three for its rules
        self,
        identity: TerminalIdentity,
        defaults: Parameters,
        *,
        forget: Callable[[], None],
        codes: UploadCodes | None = None,
        settled_at_start: Callable[[int, int], int] = as_marked,
        replace_blacklist: Callable[[BlacklistInForce, Blacklist], None] = replaced_at_once,
    ) -> None:
        self.identity = identity
        self.power = Power()
        self.storage = Storage(self.power)
        self.clock = Clock(_START)
        self.indicator = Indicator()
        self.line = HostLine(self.clock)
        self.ca_keys: Mapping[tuple[bytes, int], RsaPublicKey] = {}
        self._defaults = defaults
        self._forget = forget
        self._codes = codes
        self._settled_at_start = settled_at_start
        self._replace_blacklist = replace_blacklist
        self._events: list[DeviceEvent] = []
        self._capacity: int | None = None
        self._start()

    def _start(self) -> None:
        """Make everything anew from what is stored."""
        self.settings = LoadedParameters(self.storage, self._defaults)
        self.records = RecordStore(self.storage, capacity=self._capacity)
        self.uploads = UploadQueue(self.storage, self.records, self._codes, self._settled_at_start)
        self.reversals = ReversalQueue(self.storage)
        self.blacklist = BlacklistInForce(self.storage)
        self._settle_in()

    def _settle_in(self) -> None:
        """Let what is in force reach the parts that work with it."""
        loaded = self.settings.in_force
        self.ca_keys = {(capk.rid, capk.index): _public_key(capk) for capk in loaded.capks or ()}
        if loaded.host is not None:
            self.line.address = address_of(loaded.host)

    @property
    def parameters(self) -> Parameters:
        """Everything that was loaded, with the defaults for the rest."""
        return self.settings.in_force

    def event(self, name: str, detail: str = "") -> None:
        """Something befell the terminal (O10)."""
        self._events.append(DeviceEvent(self.clock.now_ms, name, detail))

    def show_idle(self) -> None:
        self.indicator.show(self.clock.now_ms, "idle")

    @contextmanager
    def powered(self) -> Iterator[None]:
        """As far as the power lasts. Where it fails the rest does not take place, and the terminal starts."""
        try:
            yield
        except PowerLost:
            self.restart()

    def restart(self) -> None:
        """Without power, and with it again."""
        self.event("power-lost")
        self.power.restore()
        self._start()
        self._forget()
        self.event("started")

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        self._check(parameters)
        date_time = None if parameters.date_time is None else _local_time(parameters.date_time)
        if parameters.blacklist is not None:
            self._load_blacklist(parameters.blacklist)
        try:
            self.settings.load(parameters)
        except ValueError as error:
            raise TerminalRefused(str(error)) from None
        self._settle_in()
        if parameters.store_capacity is not None:
            self._allow(parameters.store_capacity)
        if date_time is not None:
            self.clock.set(date_time)

    def _check(self, parameters: Parameters) -> None:
        """The demonstration authority's keys are for simulators alone; an amount has 12 digits."""
        if not self.identity.simulated and any(capk.demonstration for capk in parameters.capks or ()):
            raise TerminalRefused("demonstration CA public keys are for simulated terminals only")
        for amount in _amounts(parameters):
            if amount is not None and not 0 <= amount <= LARGEST_AMOUNT:
                raise TerminalRefused(f"{amount} fen is no amount of 12 digits")
        if parameters.host is not None:
            address_of(parameters.host)

    def _load_blacklist(self, blacklist: Blacklist) -> None:
        try:
            self._replace_blacklist(self.blacklist, blacklist)
        except ValueError as error:
            raise TerminalRefused(str(error)) from None

    def _allow(self, records: int) -> None:
        self._capacity = self.records.capacity = records

    def disturb(self, fault: Fault) -> bool:
        """Let a fault of every terminal happen; False where it is one of the device's own parts."""
        known(fault.name, self.faults, "fault")
        arguments = _arguments(fault)
        match fault.name:
            case "power-cycle":
                self.restart()
            case "power-cut":
                self.power.fail_after(whole(fault.name, arguments["after"]))
            case "clock-step":
                self._step_clock(arguments["seconds"])
            case "clock-lost":
                self.clock.lose()
                self.event("clock-lost")
            case "network-down" | "network-up":
                self.line.up = fault.name == "network-up"
            case "answers-lost":
                self.line.lose_answers(whole(fault.name, arguments["count"]))
            case "store-full":
                self._allow(len(self.records) + whole(fault.name, arguments["room"]))
            case _:
                return False
        return True

    def undisturbed(self) -> None:
        """Take back what was disturbed, and what was asked for and has not happened yet; not the calendar."""
        self.power.restore()
        self.line.up = True
        self.line.lose_answers(0)
        self._capacity = self.records.capacity = self.parameters.store_capacity

    @property
    def faults(self) -> Sequence[str]:
        """The faults that this terminal offers, in the order of the table."""
        return [name for name, each in FAULTS.items() if each.offer in self.identity.offers]

    def _step_clock(self, seconds: str) -> None:
        try:
            self.clock.step(float(seconds))
        except (ValueError, OverflowError):
            raise TerminalRefused(f"clock-step: {seconds!r} is no number of seconds") from None
        self.event("clock-stepped", seconds)

    def upload(self) -> bool:
        """Send every sale that no host answered for, oldest first; True when nothing is left (TR-20)."""
        return self.uploads.upload(self._send)

    def _send(self, record: TransactionRecord) -> str | None:
        """The host's answer for one record, None where none came. What no host settles goes nowhere."""
        if not record.objects:
            return "00"
        answer = self.line.exchange("acquirer", upload(record))
        return None if answer is None else settled_code(record, answer_code(answer))

    def observe(self, kind: type[T], own: Mapping[type, Callable[[], Sequence[object]]]) -> Sequence[T]:
        """What is shown of one kind; `own` is what the device shows besides."""
        source = {**self._observables, **own}.get(kind)
        if source is None:
            raise TerminalRefused(f"this terminal shows no {kind.__name__}")
        return tuple(each for each in source() if isinstance(each, kind))

    @property
    def _observables(self) -> Mapping[type, Callable[[], Sequence[object]]]:
        return {
            TransactionRecord: self.records.all,
            FlashRecord: tuple,  # none, but for a device that has them
            HostMessage: self.line.all,
            Indication: self.indicator.all,
            DeviceEvent: lambda: self._events,
            QueueEntry: self._queued,
            ParametersInForce: lambda: [self.in_force()],
            ClockReading: lambda: [
                ClockReading(self.clock.now_ms, self.clock.local.isoformat(), self.clock.valid)
            ],
        }

    def _queued(self) -> Sequence[QueueEntry]:
        pending = [each for each in self.uploads.pending if each.objects]
        return [
            *(QueueEntry("upload", str(record.number), "pending") for record in pending),
            *(QueueEntry("upload", str(number), "disputed") for number in self.uploads.disputed),
            *(
                QueueEntry("reversal", each.trace, "pending", each.tries, each.reason)
                for each in self.reversals.pending
            ),
            *(
                QueueEntry("reversal", each.trace, "given-up", each.tries, each.reason)
                for each in self.reversals.exceptions
            ),
        ]

    def in_force(self, others: Mapping[str, str] | None = None) -> ParametersInForce:
        """O8, with what the device adds."""
        indices = tuple(f"{rid.hex().upper()}/{index:02X}" for rid, index in sorted(self.ca_keys))
        blacklist, fare = self.blacklist, self.parameters.fare or 0
        return ParametersInForce(blacklist.version, len(blacklist), fare, indices, dict(others or {}))


def offers(*own: str) -> tuple[str, ...]:
    """What every terminal on a chassis offers, and what the device adds."""
    return ("O2", "O3", "O4", "O5", "O8", "O10", *_FAULTS_OF_EVERY_TERMINAL, *own)


def _amounts(parameters: Parameters) -> Iterator[int | None]:
    """What a card may have to pay by these parameters, in fen."""
    yield from (parameters.fare, parameters.transaction_limit)
    if parameters.transit is not None:
        yield from (each.fare for each in parameters.transit.stops)
    if parameters.toll is not None:
        terms = parameters.toll
        yield from (toll for entry in terms.entries for toll in entry.tolls)
        yield from (terms.u_turn_within, terms.u_turn_beyond, terms.open_fee)


def known(name: str, names: Sequence[str], what: str) -> None:
    """Refuse a name that is none of these, with the nearest."""
    if name not in names:
        raise TerminalRefused(f"unknown {what} {name!r}; {instead(name, names)}")


def argument(arguments: Mapping[str, str], name: str, what: str) -> str:
    """An argument that must be there."""
    if name not in arguments:
        raise TerminalRefused(f"{what} needs the argument {name}")
    return arguments[name]


def _arguments(fault: Fault) -> Mapping[str, str]:
    return {name: argument(fault.arguments, name, fault.name) for name in FAULTS[fault.name].arguments}


def whole(what: str, text: str) -> int:
    """A number that was keyed in, of at most so many digits as any amount here has."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise TerminalRefused(f"{what}: {text!r:.40} is no whole number of at most {_MOST_DIGITS} digits")
    return int(text)


def _public_key(capk: Capk) -> RsaPublicKey:
    return RsaPublicKey(int.from_bytes(capk.modulus, "big"), int.from_bytes(capk.exponent, "big"))


def _local_time(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise TerminalRefused(f"{text!r} is no date and time in ISO 8601") from None
    if local.tzinfo is not None:
        raise TerminalRefused(f"{text!r} has a zone; a terminal keeps its local time")
    return local
