"""A bus validator: electronic cash offline by qPBOC, flash cards, blacklist, anti-passback.

Its parts know nothing of each other; here they meet the contactless kernel and a table of rules.
It works on any card link and on a virtual clock, in process or as a program of its own.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.kernel.initiate import Purchase
from conformance.kernel.preprocess import Limits
from conformance.kernel.termination import TerminatedError
from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import FlashRecord, Parameters, Presentation, TerminalIdentity
from conformance.sim.terminal.chassis import Chassis, known, offers
from conformance.sim.terminal.latency import TimedCard
from conformance.sim.terminal.parts.flash import FlashWindow
from conformance.sim.terminal.parts.recent import RecentTaps
from conformance.sim.terminal.tap import Tap
from conformance.sim.terminal.till import Till

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.link.card import CardLink
    from conformance.model.terminal import Fault, Operation, Stripe
    from conformance.sim.terminal.rules import ValidatorRules

T = TypeVar("T")

IDENTITY: Final = TerminalIdentity(
    vendor="示例厂商 Example Vendor",
    model="Reference bus validator",
    firmware="1.0.0",
    device="bus-validator",
    simulated=True,
    time_base="virtual",
    offers=offers(),
)
_DEFAULTS: Final = Parameters(fare=100)
_OPERATIONS: Final = ("idle", "upload")


class BusValidator:
    """Implements `link.terminal.TerminalLink`; nothing of it is meant to be looked into."""

    def __init__(
        self, rules: ValidatorRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY
    ) -> None:
        self._rules = rules
        self._random = Random(seed)
        self._flash = FlashWindow()
        self._recent = RecentTaps()
        self._chassis = Chassis(
            identity,
            _DEFAULTS,
            forget=self._forget,
            codes=rules.upload_codes.apply(),
            replace_blacklist=rules.blacklist_update.apply,
        )

    def identify(self) -> TerminalIdentity:
        return self._chassis.identity

    def alive(self) -> bool:
        return True

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        with self._chassis.powered():
            self._chassis.load(parameters)
        self._flash.load(parameters)
        self._recent.load(parameters)

    def operate(self, operation: Operation) -> None:
        """Operations: "idle" forgets torn and paid taps, no record; "upload" settles what is stored."""
        known(operation.name, _OPERATIONS, "operation")
        if operation.name == "upload":
            with self._chassis.powered():
                self._chassis.upload()
            return
        self._chassis.power.restore()
        self._flash.waiting = ()
        self._forget()

    def disturb(self, fault: Fault) -> None:
        """The faults of every terminal; flash records are kept over a power cycle."""
        self._chassis.disturb(fault)

    def _forget(self) -> None:
        self._recent.taps = ()
        self._chassis.show_idle()

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; what falls due in it happens at its end."""
        self._chassis.clock.advance(round(seconds * 1_000_000))
        with self._chassis.powered():
            self._let_fall_due()

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Logs since the start; flash records, queues, parameters and clock as they are now."""
        return self._chassis.observe(
            kind, {FlashRecord: lambda: [torn.shown for torn in self._flash.waiting]}
        )

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  there is nothing to draw it through
        raise TerminalRefused("this terminal has no stripe reader")

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Serve one card. Only the card's own outcomes end in a presentation; a bench's fault is raised."""
        known(interface, ("contactless",), "interface")
        clock = self._chassis.clock
        started, outcome = clock.now_ms, "lost"
        with self._chassis.powered():
            self._let_fall_due()
            started = clock.now_ms
            outcome = self._serve(TimedCard(card, clock, self._rules.latency.apply))
        return Presentation(started, clock.now_ms, outcome)

    def _serve(self, card: TimedCard) -> str:
        if not self._rules.room.apply(self._chassis.records):
            return self._till.refuse("记录已满")
        try:
            terms = self._terms()
        except TerminatedError:
            return self._till.refuse()
        return self._tap.serve(card, terms)

    @property
    def _till(self) -> Till:
        return Till(self._chassis, self._flash, self._recent, {})

    @property
    def _tap(self) -> Tap:
        chassis = self._chassis
        return Tap(
            self._rules.tap,
            self._till,
            chassis.clock,
            self._flash,
            self._recent,
            chassis.blacklist,
            chassis.ca_keys,
        )

    def _terms(self) -> Purchase:
        """Pre-processing; the unpredictable number is new for every tap."""
        loaded = self._chassis.parameters
        fare = loaded.fare or 0
        ttq = self._rules.preprocessing.apply(fare, Limits(transaction=loaded.transaction_limit))
        return Purchase(fare, ttq, self._random.randbytes(4), self._chassis.clock.local)

    def _let_fall_due(self) -> None:
        """Flash records past T2 become exceptions; past T1 the display stops asking for their cards."""
        now = self._chassis.clock.now_ms
        for torn in self._flash.waiting:
            if self._rules.flash_expired.apply(now - torn.torn_at_ms, self._flash.t2_ms):
                self._till.set_aside(torn, "T2 passed")
        if self._chassis.indicator.signal == "present-again" and not self._flash.asks(now):
            self._chassis.show_idle()
