"""The exit of an expressway lane: pass card, electronic cash, toll user card, bank card online, cash.

What is paid and who may pass stands in `lane`; here it gets its door, its parts and its power.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.codec.values import fen, yuan
from conformance.kernel.initiate import Purchase
from conformance.kernel.preprocess import Limits
from conformance.kernel.termination import TerminatedError
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import CardMute, CardWithdrawn, TerminalRefused
from conformance.model.terminal import (
    FlashRecord,
    Movement,
    Parameters,
    Presentation,
    Receipt,
    TerminalIdentity,
    TollTerms,
)
from conformance.sim import sector_card
from conformance.sim.host.pin import TEST_KEY
from conformance.sim.terminal.chassis import LARGEST_AMOUNT, Chassis, argument, known, offers, whole
from conformance.sim.terminal.latency import TimedCard
from conformance.sim.terminal.parts.actuator import Actuator
from conformance.sim.terminal.parts.flash import FlashWindow, Sale, TornTap
from conformance.sim.terminal.parts.pin_pad import PinPad
from conformance.sim.terminal.parts.printer import Printer
from conformance.sim.terminal.parts.psam_slot import PsamSlot
from conformance.sim.terminal.parts.recent import RecentTaps
from conformance.sim.terminal.parts.record_store import StoreFull
from conformance.sim.terminal.purse_steps import CardRefused
from conformance.sim.terminal.tap import Ride, Tap, everybody
from conformance.sim.terminal.till import Till
from conformance.sim.terminal.toll_exit.bank import BankTender
from conformance.sim.terminal.toll_exit.lane import EXEMPT, FREE, Lane, UnderWay
from conformance.sim.terminal.toll_exit.purse import PurseTender, TollCard, enters
from conformance.sim.terminal.toll_exit.vehicle import Observed, Place, Vehicle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.kernel.contactless import Transaction
    from conformance.link.card import CardLink
    from conformance.model.terminal import Fault, Operation, Stripe
    from conformance.sim.terminal.toll_exit.rules import TollRules

T = TypeVar("T")

IDENTITY: Final = TerminalIdentity(
    vendor="示例厂商 Example Vendor",
    model="Reference toll exit",
    firmware="1.0.0",
    device="toll-exit",
    simulated=True,
    time_base="virtual",
    offers=offers("O6", "O7", "power-at", "actuator", "psam", "pin-pad"),
)
_PINS: Final = {"right": "123456", "wrong": "654321"}
_STATES: Final = {
    "none": Observed.NO_CARD,
    "unreadable": Observed.UNREADABLE,
    "damaged": Observed.DAMAGED,
}
_MOMENTS: Final = ("debited",)
_SWITCHED: Final = ("on", "off")
_LOST: Final = (CardMute, CardWithdrawn)


class TollExit:
    """Implements `link.terminal.TerminalLink`; nothing of it is meant to be looked into."""

    def __init__(self, rules: TollRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY) -> None:
        self._rules = rules
        self._random = Random(seed)
        self._flash = FlashWindow()
        self._recent = RecentTaps()
        self._under_way = UnderWay()
        self._barrier = Actuator()
        self._printer = Printer()
        self._down_since_ms: int | None = None
        self._pin: str | None = None
        self._pin_pad = PinPad(TEST_KEY, _PINS)
        self._slot = PsamSlot()
        self._psam = MemoryCard(sector_card.toll_psam())
        self._slot.insert(self._psam)
        self._cut_at = ""
        self._chassis = Chassis(identity, Parameters(toll=TollTerms()), forget=self._start_again)

    def identify(self) -> TerminalIdentity:
        return self._chassis.identity

    def alive(self) -> bool:
        return True

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        fee = None if parameters.toll is None else parameters.toll.open_fee
        if fee is not None and not 0 < fee <= LARGEST_AMOUNT:
            raise TerminalRefused(f"{fee} fen is no fee of an open station")
        with self._chassis.powered():
            self._chassis.load(parameters)
        self._flash.load(parameters)
        self._recent.load(parameters)

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; what falls due in it happens at its end."""
        self._chassis.clock.advance(round(seconds * 1_000_000))
        with self._chassis.powered():
            self._let_fall_due()

    # Collector and monitor

    def operate(self, operation: Operation) -> None:
        """What the loops, the cameras, the collector and the monitor say. TerminalRefused where it cannot be.

        "arrive" vehicle, plate, class; "card-state" none, unreadable or damaged; "authorise" monitor and
        perhaps class, station (or "highest"); "exempt" monitor and kind, green or emergency; "confirm";
        "amount" yuan; "cash", and "part" yuan of it; "pin" reference; "receipt"; "leave"; "convoy" state, on
        or off; "upload"; "idle".
        """
        known(operation.name, tuple(self._operations), "operation")
        try:
            with self._chassis.powered():
                self._operations[operation.name](operation.arguments)
        except StoreFull:
            raise TerminalRefused("记录已满") from None

    @property
    def _operations(self) -> Mapping[str, Callable[[Mapping[str, str]], None]]:
        return {
            "idle": lambda _arguments: self._abandon(),
            "arrive": self._arrive,
            "card-state": self._card_state,
            "authorise": self._authorise,
            "exempt": self._exempt,
            "confirm": lambda _arguments: self._confirm(),
            "amount": self._key_amount,
            "cash": lambda _arguments: self._take_cash(),
            "part": self._take_part,
            "receipt": lambda _arguments: self._print(),
            "convoy": self._convoy,
            "pin": self._key_pin,
            "leave": lambda _arguments: self._leave(),
            "upload": lambda _arguments: self._upload(),
        }

    def _abandon(self) -> None:
        """An empty lane; every record stays, and so does what is to be reversed."""
        self._chassis.undisturbed()
        self._cut_at, self._pin = "", None
        self._slot.insert(self._psam)
        self._flash.waiting, self._recent.taps, self._under_way.torn = (), (), None
        self._barrier.jammed = False
        self._lane.place.convoy = False
        self._watch_line()
        self._barrier.close(self._chassis.clock.now_ms)
        self._purse.forget()
        self._lane.place.clear()
        self._chassis.show_idle()

    def _arrive(self, arguments: Mapping[str, str]) -> None:
        number = argument(arguments, "vehicle", "arrive")
        vehicle = Vehicle(
            number=number,
            passage=f"{number}@{self._chassis.clock.now_ms}",
            plate=argument(arguments, "plate", "arrive"),
            vehicle_class=whole("class", argument(arguments, "class", "arrive")),
        )
        lane = self._lane
        if not self._rules.needs_entry.apply(lane.terms.open_fee):
            own = vehicle.vehicle_class
            vehicle = replace(vehicle, observed=Observed.NORMAL, paid_class=own, toll=lane.terms.open_fee)
        lane.place.arrive(vehicle)
        if lane.place.convoy:
            self._rules.convoy.apply(lane, vehicle)

    def _card_state(self, arguments: Mapping[str, str]) -> None:
        state = argument(arguments, "state", "card-state")
        known(state, tuple(_STATES), "state of a pass card")
        self._lane.without_card(self._vehicle, _STATES[state])

    def _authorise(self, arguments: Mapping[str, str]) -> None:
        vehicle = self._vehicle
        if vehicle.refused:
            raise TerminalRefused(f"nobody may authorise this here: {vehicle.refused}")
        if vehicle.observed is None:
            raise TerminalRefused("there is nothing to authorise yet")
        known_vehicle = self._lane.authorise(
            vehicle,
            argument(arguments, "monitor", "authorise"),
            vehicle_class=whole("class", arguments.get("class", "0")),
            station=arguments.get("station", ""),
        )
        if self._lane.paid(known_vehicle):
            self._lane.release(known_vehicle)
        elif known_vehicle.toll == 0:
            self._lane.sell(known_vehicle, FREE)

    def _exempt(self, arguments: Mapping[str, str]) -> None:
        kind = argument(arguments, "kind", "exempt")
        known(kind, tuple(EXEMPT), "exemption")
        if self._lane.paid(self._vehicle):
            raise TerminalRefused("the vehicle has paid")
        vehicle = self._lane.exempt(self._vehicle, kind, argument(arguments, "monitor", "exempt"))
        if vehicle.toll == 0:
            self._lane.sell(vehicle, FREE)

    def _convoy(self, arguments: Mapping[str, str]) -> None:
        """Let vehicles through one after the other, or no more; nobody may stand in the lane."""
        state = argument(arguments, "state", "convoy")
        known(state, _SWITCHED, "state of a convoy")
        if self._lane.place.vehicles:
            raise TerminalRefused("there is a vehicle in the lane")
        self._lane.place.convoy = state == "on"
        now = self._chassis.clock.now_ms
        if state == "on":
            self._barrier.open(now)
        else:
            self._barrier.close(now)

    def _confirm(self) -> None:
        self._lane.place.keep(replace(self._vehicle, card_confirmed=True))

    def _key_amount(self, arguments: Mapping[str, str]) -> None:
        vehicle = self._vehicle
        keyed = _fen(argument(arguments, "yuan", "amount"))
        amount = self._rules.keyed_amount.apply(vehicle.toll or 0, keyed)
        if amount is None:
            raise TerminalRefused("an amount comes from the tariff alone")
        self._lane.place.keep(replace(vehicle, toll=amount))

    def _take_cash(self) -> None:
        self._lane.sell(self._owing(), "cash")

    def _take_part(self, arguments: Mapping[str, str]) -> None:
        vehicle, amount = self._owing(), _fen(argument(arguments, "yuan", "part"))
        if not 0 < amount < self._lane.due(vehicle):
            raise TerminalRefused(f"a part of {yuan(self._lane.due(vehicle))} lies below it")
        self._lane.take_part(vehicle, amount)

    def _owing(self) -> Vehicle:
        """The vehicle that may pay now; TerminalRefused where it has paid or nobody may take anything."""
        vehicle = self._vehicle
        if self._lane.paid(vehicle):
            raise TerminalRefused("the vehicle has paid")
        if vehicle.refused or not self._rules.may_pay.apply(vehicle):
            raise TerminalRefused(self._lane.obstacle(vehicle) or "not to be paid")
        return vehicle

    def _print(self) -> None:
        """The receipt of the vehicle that has paid; each one but the first is marked."""
        sales = [each for each in self._lane.about(self._vehicle) if each.kind == "sale"]
        if not sales:
            raise TerminalRefused("the vehicle has not paid")
        again = self._lane.place.printed >= sales[-1].number
        lines = self._rules.receipt.apply(sales[-1], self._lane.terms, again)
        self._lane.place.printed = max(self._lane.place.printed, sales[-1].number)
        self._printer.print(self._chassis.clock.now_ms, lines)

    def _key_pin(self, arguments: Mapping[str, str]) -> None:
        reference = argument(arguments, "reference", "pin")
        known(reference, tuple(_PINS), "PIN")
        self._pin = reference

    def _leave(self) -> None:
        if self._barrier.position != "open":
            raise TerminalRefused("the barrier is down")
        self._lane.place.leave()
        if not self._lane.place.convoy:
            self._barrier.close(self._chassis.clock.now_ms)
        self._chassis.show_idle()

    def _upload(self) -> None:
        self._chassis.upload()

    @property
    def _vehicle(self) -> Vehicle:
        vehicle = self._lane.place.vehicle
        if vehicle is None:
            raise TerminalRefused("there is no vehicle in the lane")
        return vehicle

    # Faults

    def disturb(self, fault: Fault) -> None:
        """The faults of every terminal, and those of barrier, PSAM, PIN pad; power-cut-at "debited"."""
        if self._chassis.disturb(fault):
            self._watch_line()
            return
        match fault.name:
            case "power-cut-at":
                moment = argument(fault.arguments, "moment", fault.name)
                known(moment, _MOMENTS, "moment")
                self._cut_at = moment
            case "actuator-jam" | "actuator-free":
                self._barrier.jammed = fault.name == "actuator-jam"
            case "psam-removed":
                self._slot.remove()
            case "psam-inserted":
                self._slot.insert(self._psam)
            case "pin-pad-tampered":
                self._pin_pad.tamper()

    def _start_again(self) -> None:
        """After a power cut: what the lane holds in storage, it knows again."""
        self._pin = None
        self._recent.taps = ()
        self._slot.insert(self._psam)
        self._bank.forget_stored()
        self._rules.recovers.apply(self._lane)
        self._chassis.show_idle()

    def _before_record(self) -> None:
        """A power cut asked for at this moment happens at the next write, which is the record."""
        if self._cut_at:
            self._cut_at = ""
            self._chassis.power.fail_after(0)

    # Cards

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  there is nothing to draw it through
        raise TerminalRefused("this lane has no stripe reader")

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Serve one card. Only the card's own outcomes end in a presentation; a bench's fault is raised."""
        known(interface, ("contactless", "contact"), "interface")
        clock = self._chassis.clock
        started, outcome = clock.now_ms, "lost"
        with self._chassis.powered():
            self._let_fall_due()
            started = clock.now_ms
            timed = TimedCard(card, clock, self._rules.reader.latency.apply)
            outcome = self._serve(timed, interface)
        return Presentation(started, clock.now_ms, outcome)

    def _serve(self, card: CardLink, interface: str) -> str:
        vehicle = self._lane.place.vehicle
        if vehicle is None or self._lane.place.convoy:
            return self._lane.decline("车道无车" if vehicle is None else "车队放行，无需缴费")
        if self._rules.already_paid.apply(self._lane.paid(vehicle)):
            self._lane.show("do-not-repeat", "已缴费")
            return "ignored"
        try:
            card.reset()
            if interface == "contact":
                return self._serve_bank(card, vehicle)
            if enters(card):
                return self._serve_toll_card(card, vehicle)
        except _LOST:
            return self._lane.ask_again()
        return self._serve_electronic_cash(card, vehicle)

    def _serve_toll_card(self, card: CardLink, vehicle: Vehicle) -> str:
        """Entry information, and the toll where nothing is unusual and the card has a purse."""
        try:
            shown = self._purse.read(card)
        except (ValueError, CardRefused):
            self._lane.without_card(vehicle, Observed.UNREADABLE)
            return "declined"
        if vehicle.observed is None:
            vehicle = self._lane.look_at(vehicle, shown.passed)
        return self._pay_by_purse(shown, vehicle)

    def _pay_by_purse(self, shown: TollCard, vehicle: Vehicle) -> str:
        obstacle = self._lane.obstacle(vehicle)
        if not shown.pays:
            return "completed" if obstacle is None else "declined"
        if obstacle is not None:
            return self._lane.decline(obstacle)
        if not self._purse.valid(shown):
            return self._lane.decline("卡片不在有效期内")
        return self._purse.pay(shown, vehicle)

    def _serve_bank(self, card: CardLink, vehicle: Vehicle) -> str:
        obstacle, pin = self._lane.obstacle(vehicle), self._pin
        self._pin = None
        if obstacle is not None:
            return self._lane.decline(obstacle)
        return self._bank.pay(card, vehicle, pin)

    def _serve_electronic_cash(self, card: CardLink, vehicle: Vehicle) -> str:
        obstacle = self._lane.obstacle(vehicle)
        if obstacle is not None:
            return self._lane.decline(obstacle)
        if self._rules.beyond_limit.apply(self._lane.due(vehicle), self._lane.terms.ec_limit):
            self._lane.show("insert-card", "超出电子现金限额，请插卡")
            return "declined"
        try:
            terms = self._terms(self._lane.due(vehicle))
        except TerminatedError:
            return self._lane.decline("请换用其他支付方式")
        outcome = self._tap(vehicle, terms).serve(card)
        self._under_way.torn = None
        return self._lane.release(vehicle) if outcome == "completed" else outcome

    def _terms(self, amount: int) -> Purchase:
        limits = Limits(transaction=self._chassis.parameters.transaction_limit)
        ttq = self._rules.reader.preprocessing.apply(amount, limits)
        return Purchase(amount, ttq, self._random.randbytes(4), self._chassis.clock.local)

    def _tap(self, vehicle: Vehicle, terms: Purchase) -> Tap:
        own = {"tender": "electronic-cash", "shift": str(self._lane.terms.shift)}
        sale = Sale(details={**vehicle.details, **own})
        chassis = self._chassis

        def before_debit(transaction: Transaction) -> None:
            self._under_way.torn = TornTap(transaction, chassis.clock.now_ms, sale)
            self._before_record()

        return Tap(
            self._rules.reader,
            Till(chassis, self._flash, self._recent, sale),
            chassis.clock,
            self._flash,
            self._recent,
            chassis.blacklist,
            chassis.ca_keys,
            lambda _card, _application: Ride(terms),
            everybody,
            before_debit,
        )

    @property
    def _lane(self) -> Lane:
        chassis = self._chassis
        return Lane(self._rules, chassis, Place(chassis.storage), self._barrier, self._flash, self._under_way)

    @property
    def _purse(self) -> PurseTender:
        return PurseTender(self._lane, self._slot, self._before_record)

    @property
    def _bank(self) -> BankTender:
        return BankTender(self._lane, self._pin_pad, self._random, self._before_record)

    def _watch_line(self) -> None:
        """Note since when there is no line, and that there is one again."""
        down = None if self._chassis.line.up else self._chassis.clock.now_ms
        self._down_since_ms = down if down is None or self._down_since_ms is None else self._down_since_ms

    def _let_fall_due(self) -> None:
        """Torn taps past T2 become exceptions; a line that is down too long is told once (HW-24)."""
        since = self._down_since_ms
        if since is not None:
            down_s = (self._chassis.clock.now_ms - since) // 1000
            if self._rules.offline_alarm.apply(down_s, self._lane.terms.offline_h * 3600):
                self._chassis.event("offline-limit", str(down_s))
                self._down_since_ms = None
        now = self._chassis.clock.now_ms
        for torn in self._flash.waiting:
            expired = self._rules.reader.flash_expired.apply(now - torn.torn_at_ms, self._flash.t2_ms)
            if expired and not self._chassis.records.full:
                Till(self._chassis, self._flash, self._recent, Sale()).set_aside(torn, "T2 passed")
        if self._chassis.indicator.signal == "present-again" and not self._flash.asks(now):
            self._chassis.show_idle()

    # What is shown

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Logs since the start; flash records, queues, parameters and clock as they are now."""
        return self._chassis.observe(
            kind,
            {
                Movement: lambda: self._barrier.movements,
                Receipt: lambda: self._printer.receipts,
                FlashRecord: lambda: [torn.shown for torn in self._flash.waiting],
            },
        )


def _fen(text: str) -> int:
    try:
        return fen(text)
    except ValueError as error:
        raise TerminalRefused(str(error)) from None
