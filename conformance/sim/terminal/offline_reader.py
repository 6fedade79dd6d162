"""A contactless reader that sells offline: what bus validator and scenic gate have in common.

Electronic cash by qPBOC, flash cards, blacklist, anti-passback, record store. The device decides what is sold
and for how much, and what happens afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Final, TypeAlias

from conformance.codec.bits import Ttq
from conformance.kernel.initiate import Initiated, Purchase
from conformance.kernel.preprocess import OFFLINE_QPBOC, Limits
from conformance.kernel.termination import TerminatedError
from conformance.model.terminal import FlashRecord, Presentation
from conformance.sim.terminal.chassis import Chassis, known
from conformance.sim.terminal.latency import TimedCard
from conformance.sim.terminal.parts.flash import FlashWindow, Sale
from conformance.sim.terminal.parts.recent import RecentTaps
from conformance.sim.terminal.parts.record_store import StoreFull
from conformance.sim.terminal.tap import Online, Ride, Tap, everybody
from conformance.sim.terminal.till import Till

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.kernel.select import Application
    from conformance.link.card import CardLink
    from conformance.model.terminal import Parameters, TerminalIdentity
    from conformance.sim.terminal.rules import ReaderRules

_ONLINE_QPBOC: Final = Ttq.QPBOC | Ttq.ODA_FOR_ONLINE | Ttq.FDDA_VERSION_01
# As `Tap.admission`.
Admission: TypeAlias = Callable[[Initiated], str | None]


class OfflineReader:
    """`forget` is called when the terminal starts, for what the device itself keeps in plain memory.

    `beside` counts the cards that lie beside the next one.
    """

    def __init__(
        self,
        identity: TerminalIdentity,
        defaults: Parameters,
        rules: ReaderRules,
        *,
        seed: int,
        forget: Callable[[], None],
    ) -> None:
        self._rules = rules
        self._random = Random(seed)
        self._forget = forget
        self.beside = 0
        self.flash = FlashWindow()
        self.recent = RecentTaps()
        self.chassis = Chassis(
            identity,
            defaults,
            forget=self._start,
            codes=rules.upload_codes.apply(),
            settled_at_start=rules.settled_at_start.apply,
            replace_blacklist=rules.blacklist_update.apply,
        )

    def _start(self) -> None:
        """Flash records are kept over a power cycle; who has just paid is not."""
        self.recent.taps = ()
        self.chassis.show_idle()
        self._forget()

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        with self.chassis.powered():
            self.chassis.load(parameters)
            self.flash.load(parameters)
            self.recent.load(parameters)

    def idle(self) -> None:
        """Abandon torn and paid taps, and whatever disturbs the terminal; keep all records."""
        self.chassis.undisturbed()
        self.flash.waiting, self.beside = (), 0
        self._start()

    def upload(self) -> None:
        with self.chassis.powered():
            self.chassis.upload()

    @property
    def observables(self) -> Mapping[type, Callable[[], Sequence[object]]]:
        """What is shown besides what every chassis shows."""
        return {FlashRecord: lambda: [torn.shown for torn in self.flash.waiting]}

    def present(self, card: CardLink, interface: str, serve: Callable[[CardLink], str]) -> Presentation:
        """Let `serve` serve a card. Only the card's own outcomes end here; a bench's fault is raised."""
        known(interface, ("contactless",), "interface")
        clock = self.chassis.clock
        started, outcome = clock.now_ms, "lost"
        with self.chassis.powered():
            self.let_fall_due()
            started = clock.now_ms
            outcome = self._with_room(TimedCard(card, clock, self._rules.latency.apply), serve)
        return Presentation(started, clock.now_ms, outcome)

    def _with_room(self, card: CardLink, serve: Callable[[CardLink], str]) -> str:
        till, cards, self.beside = self.till(Sale()), 1 + self.beside, 0
        if not self._rules.one_at_a_time.apply(cards):
            return till.ask_for_one_card()
        if not self._rules.room.apply(self.chassis.records):
            return till.refuse("记录已满")
        try:
            return serve(card)
        except StoreFull:
            return till.refuse("记录已满")

    def sell(
        self,
        card: CardLink,
        amount: int,
        sale: Sale,
        admission: Admission = everybody,
        online: Online | None = None,
    ) -> str:
        """One tap over this amount in fen, whatever comes of it; `online` is as that of `Tap`."""
        capabilities = OFFLINE_QPBOC if online is None else _ONLINE_QPBOC
        try:
            terms = self.terms(amount, capabilities=capabilities)
        except TerminatedError:
            return self.till(sale).refuse()
        return self.serve(card, sale, lambda _card, _application: Ride(terms), admission, online)

    def serve(
        self,
        card: CardLink,
        sale: Sale,
        planned: Callable[[CardLink, Application], Ride | str],
        admission: Admission = everybody,
        online: Online | None = None,
    ) -> str:
        """One tap whose price is known when its application is selected."""
        chassis = self.chassis
        tap = Tap(
            self._rules,
            self.till(sale),
            chassis.clock,
            self.flash,
            self.recent,
            chassis.blacklist,
            chassis.ca_keys,
            planned,
            admission,
            online=online,
        )
        return tap.serve(card)

    def till(self, sale: Sale) -> Till:
        return Till(self.chassis, self.flash, self.recent, sale)

    def terms(
        self,
        amount: int,
        further: Mapping[int, bytes] | None = None,
        capabilities: Ttq = OFFLINE_QPBOC,
    ) -> Purchase:
        """Pre-processing, with an unpredictable number that is new for every tap; TerminatedError.

        `further` is what the extended application tells the card; it allows an amount of zero (PB-7.1).
        """
        limits = Limits(transaction=self.chassis.parameters.transaction_limit)
        ttq = self._rules.preprocessing.apply(
            amount, limits, capabilities, extended_application=bool(further)
        )
        when = self._rules.transaction_time.apply(self.chassis.clock.local)
        return Purchase(amount, ttq, self.fresh(4), when, further=further or {})

    def fresh(self, size: int) -> bytes:
        """So many unpredictable bytes."""
        return self._random.randbytes(size)

    def let_fall_due(self) -> None:
        """Flash records past T2 become exceptions; past T1 the display stops asking for their cards."""
        now = self.chassis.clock.now_ms
        for torn in self.flash.waiting:
            expired = self._rules.flash_expired.apply(now - torn.torn_at_ms, self.flash.t2_ms)
            if expired and not self.chassis.records.full:
                self.till(Sale()).set_aside(torn, "T2 passed")
        if self.chassis.indicator.signal == "present-again" and not self.flash.asks(now):
            self.chassis.show_idle()
