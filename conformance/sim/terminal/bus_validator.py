"""A bus validator: flat fare, electronic cash offline by qPBOC, flash cards, blacklist, anti-passback.

Its parts know nothing of each other; here they meet the contactless kernel and a table of rules.
It works on any card link and on a virtual clock, in process or as a program of its own.
"""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.crypto.rsa import RsaPublicKey
from conformance.kernel.initiate import Purchase
from conformance.kernel.preprocess import Limits
from conformance.kernel.termination import TerminatedError
from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    ClockReading,
    FlashRecord,
    Indication,
    ParametersInForce,
    Presentation,
    TerminalIdentity,
    TransactionRecord,
)
from conformance.sim.terminal.latency import TimedCard
from conformance.sim.terminal.parts.blacklist import BlacklistInForce
from conformance.sim.terminal.parts.clock import Clock
from conformance.sim.terminal.parts.flash import FlashWindow
from conformance.sim.terminal.parts.indicator import Indicator
from conformance.sim.terminal.parts.recent import RecentTaps
from conformance.sim.terminal.parts.record_store import RecordStore
from conformance.sim.terminal.parts.tariff import FlatFare
from conformance.sim.terminal.tap import Tap
from conformance.sim.terminal.till import Till

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.link.card import CardLink
    from conformance.model.terminal import Blacklist, Capk, Fault, Operation, Parameters
    from conformance.sim.terminal.rules import ValidatorRules

T = TypeVar("T")

IDENTITY: Final = TerminalIdentity(
    vendor="示例厂商 Example Vendor",
    model="Reference bus validator",
    firmware="1.0.0",
    device="bus-validator",
    simulated=True,
    time_base="virtual",
    offers=("O2", "O5", "O8", "O10", "power", "clock"),
)
_START: Final = datetime(2014, 12, 31, 8, 0, 0)  # noqa: DTZ001  a terminal's local time has no zone
_FARE: Final = 100
_LARGEST_AMOUNT: Final = 999_999_999_999


class BusValidator:
    """Implements `link.terminal.TerminalLink`; nothing of it is meant to be looked into."""

    def __init__(
        self, rules: ValidatorRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY
    ) -> None:
        self._rules = rules
        self._identity = identity
        self._random = Random(seed)
        self._clock = Clock(_START)
        self._records = RecordStore()
        self._indicator = Indicator()
        self._flash = FlashWindow()
        self._recent = RecentTaps()
        self._blacklist = BlacklistInForce()
        self._tariff = FlatFare(_FARE)
        self._limits = Limits()
        self._ca_keys: Mapping[tuple[bytes, int], RsaPublicKey] = {}
        self._till = Till(self._clock, self._records, self._indicator, self._flash, self._recent)

    def identify(self) -> TerminalIdentity:
        return self._identity

    def alive(self) -> bool:
        return True

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        ca_keys = None if parameters.capks is None else self._accepted(parameters.capks)
        tariff = None if parameters.fare is None else FlatFare(_amount(parameters.fare))
        date_time = None if parameters.date_time is None else _local_time(parameters.date_time)
        if parameters.blacklist is not None:
            self._load_blacklist(parameters.blacklist)
        self._ca_keys = self._ca_keys if ca_keys is None else ca_keys
        self._tariff = tariff or self._tariff
        if date_time is not None:
            self._clock.set(date_time)
        if parameters.transaction_limit is not None:
            self._limits = Limits(transaction=parameters.transaction_limit)
        self._load_windows(parameters)

    def _accepted(self, capks: Sequence[Capk]) -> Mapping[tuple[bytes, int], RsaPublicKey]:
        """The demonstration authority's keys are for simulators alone."""
        if not self._identity.simulated and any(capk.demonstration for capk in capks):
            raise TerminalRefused("demonstration CA public keys are for simulated terminals only")
        return {(capk.rid, capk.index): _public_key(capk) for capk in capks}

    def _load_blacklist(self, blacklist: Blacklist) -> None:
        try:
            self._blacklist.replace(blacklist)
        except ValueError as error:
            raise TerminalRefused(str(error)) from None

    def _load_windows(self, parameters: Parameters) -> None:
        if parameters.flash_t1_ms is not None:
            self._flash.t1_ms = parameters.flash_t1_ms
        if parameters.flash_t2_ms is not None:
            self._flash.t2_ms = parameters.flash_t2_ms
        if parameters.flash_capacity is not None:
            self._flash.capacity = parameters.flash_capacity
        if parameters.anti_passback_ms is not None:
            self._recent.interval_ms = parameters.anti_passback_ms

    def operate(self, operation: Operation) -> None:
        """The only operation is "idle": forget torn and paid taps without a record, keep all records."""
        _known(operation.name, ("idle",), "operation")
        self._flash.waiting = ()
        self._forget()

    def disturb(self, fault: Fault) -> None:
        """Faults: "power-cycle" keeps records, flash records, parameters; "clock-step" takes seconds."""
        _known(fault.name, ("power-cycle", "clock-step"), "fault")
        if fault.name == "power-cycle":
            self._forget()
            return
        try:
            self._clock.step(float(fault.arguments["seconds"]))
        except (KeyError, ValueError, OverflowError):
            raise TerminalRefused("clock-step needs the argument seconds, a number") from None

    def _forget(self) -> None:
        self._recent.taps = ()
        self._show_idle()

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; what falls due in it happens at its end."""
        self._clock.advance(round(seconds * 1_000_000))
        self._let_fall_due()

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Records and indications since the start; flash records, parameters and clock as they are now."""
        source = self._observables.get(kind)
        if source is None:
            raise TerminalRefused(f"this terminal shows no {kind.__name__}")
        return tuple(each for each in source() if isinstance(each, kind))

    @property
    def _observables(self) -> Mapping[type, Callable[[], Sequence[object]]]:
        return {
            TransactionRecord: self._records.all,
            Indication: self._indicator.all,
            FlashRecord: lambda: [torn.shown for torn in self._flash.waiting],
            ParametersInForce: lambda: [self._parameters_in_force()],
            ClockReading: lambda: [ClockReading(self._clock.now_ms, self._clock.local.isoformat())],
        }

    def _parameters_in_force(self) -> ParametersInForce:
        indices = tuple(f"{rid.hex().upper()}/{index:02X}" for rid, index in sorted(self._ca_keys))
        return ParametersInForce(self._blacklist.version, len(self._blacklist), self._tariff.fare, indices)

    def present(self, card: CardLink) -> Presentation:
        """Serve one card. Only the card's own outcomes end in a presentation; a bench's fault is raised."""
        self._let_fall_due()
        started = self._clock.now_ms
        outcome = self._serve(TimedCard(card, self._clock, self._rules.latency.apply))
        return Presentation(started, self._clock.now_ms, outcome)

    def _serve(self, card: TimedCard) -> str:
        try:
            terms = self._terms()
        except TerminatedError:
            return self._till.refuse()
        return self._tap.serve(card, terms)

    @property
    def _tap(self) -> Tap:
        return Tap(
            self._rules, self._till, self._clock, self._flash, self._recent, self._blacklist, self._ca_keys
        )

    def _terms(self) -> Purchase:
        """Pre-processing; the unpredictable number is new for every tap."""
        ttq = self._rules.preprocessing.apply(self._tariff.fare, self._limits)
        return Purchase(self._tariff.fare, ttq, self._random.randbytes(4), self._clock.local)

    def _let_fall_due(self) -> None:
        """Flash records past T2 become exceptions; past T1 the display stops asking for their cards."""
        now = self._clock.now_ms
        for torn in self._flash.waiting:
            if self._rules.flash_expired.apply(now - torn.torn_at_ms, self._flash.t2_ms):
                self._till.set_aside(torn, "T2 passed")
        if self._indicator.signal == "present-again" and not self._flash.asks(now):
            self._show_idle()

    def _show_idle(self) -> None:
        self._indicator.show(self._clock.now_ms, "idle")


def _public_key(capk: Capk) -> RsaPublicKey:
    return RsaPublicKey(int.from_bytes(capk.modulus, "big"), int.from_bytes(capk.exponent, "big"))


def _known(name: str, names: Sequence[str], what: str) -> None:
    if name not in names:
        nearest = get_close_matches(name, names, n=1, cutoff=0)[0]
        raise TerminalRefused(f"unknown {what} {name!r}; did you mean {nearest!r}?")


def _amount(fen: int) -> int:
    if not 0 <= fen <= _LARGEST_AMOUNT:
        raise TerminalRefused(f"{fen} fen is no amount of 12 digits")
    return fen


def _local_time(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise TerminalRefused(f"{text!r} is no date and time in ISO 8601") from None
    if local.tzinfo is not None:
        raise TerminalRefused(f"{text!r} has a zone; a terminal keeps its local time")
    return local
