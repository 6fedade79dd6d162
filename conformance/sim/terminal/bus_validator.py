"""A bus validator: electronic cash offline by qPBOC, and the purse of transport cards with a PSAM.

Flash cards, blacklist, transfers, segments, companions. It works on any card link and on a virtual clock, in
process or as a program of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.codec import apdu, transport
from conformance.codec.transit import SFI
from conformance.kernel.select import PPSE
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import CardMute, CardWithdrawn, TerminalRefused
from conformance.model.terminal import Parameters, Presentation, TerminalIdentity, TransitTerms
from conformance.sim import sector_card
from conformance.sim.terminal.bank_line import BankLine
from conformance.sim.terminal.chassis import argument, known, offers
from conformance.sim.terminal.offline_reader import OfflineReader
from conformance.sim.terminal.online_ride import OnlineRide
from conformance.sim.terminal.parts.flash import Sale
from conformance.sim.terminal.parts.psam_slot import PsamSlot
from conformance.sim.terminal.riding import SEGMENT, Riding
from conformance.sim.terminal.tap import Ride
from conformance.sim.terminal.transport_purse import SinceStart, TransportTender

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.kernel.initiate import Initiated
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink
    from conformance.model.terminal import Fault, Operation, Stripe
    from conformance.sim.terminal.validator_rules import ValidatorRules

T = TypeVar("T")

IDENTITY: Final = TerminalIdentity(
    vendor="示例厂商 Example Vendor",
    model="Reference bus validator",
    firmware="1.0.0",
    device="bus-validator",
    simulated=True,
    time_base="virtual",
    offers=offers("field", "psam"),
)
_DEFAULTS: Final = Parameters(fare=100)
_OPERATIONS: Final = ("idle", "upload", "sign-on", "sign-off")
_PURSES: Final[Mapping[str, bytes]] = {"bank": PPSE, "transport": transport.NAME}  # and who answers for each
_BANK_ALONE: Final = ("bank",)
_CITY_DIGITS: Final = 4
_LONGEST_S: Final = 600  # that a passenger could be kept waiting


class BusValidator:
    """Implements `link.terminal.TerminalLink`.

    Records carry in `details`, as far as each is known: line, vehicle, driver, companion, transfer ("00" or
    "01"), from, to, and missing_exit with day and stop of the journey that was never ended.
    """

    def __init__(
        self, rules: ValidatorRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY
    ) -> None:
        self._rules = rules
        self._driver = ""
        self._paid: dict[str, int] = {}
        self._since = SinceStart()
        self._psam = MemoryCard(sector_card.transport_psam())
        self._slot = PsamSlot()
        self._slot.insert(self._psam)
        self._reader = OfflineReader(identity, _DEFAULTS, rules.reader, seed=seed, forget=self._forget)
        self._chassis = self._reader.chassis

    def identify(self) -> TerminalIdentity:
        return self._chassis.identity

    def alive(self) -> bool:
        return True

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        if parameters.transit is not None:
            _check(parameters.transit)
        self._reader.load(parameters)

    def operate(self, operation: Operation) -> None:
        """Operations: "idle", "upload" settles what is stored, a driver's "sign-on" and "sign-off"."""
        known(operation.name, _OPERATIONS, "operation")
        match operation.name:
            case "upload":
                self._upload()
            case "sign-on":
                self._driver = argument(operation.arguments, "driver", "sign-on")
            case "sign-off":
                self._driver = ""
            case _:
                self._reader.idle()
                self._slot.insert(self._psam)
                self._since = SinceStart()
                self._transport(Sale()).forget()
                self._chassis.load(Parameters(transit=TransitTerms()))

    def _upload(self) -> None:
        """What is to be undone first, then what is stored."""
        with self._chassis.powered():
            undone = self._bank.send_reversals()
        if undone:
            self._reader.upload()

    def disturb(self, fault: Fault) -> None:
        """The faults of every terminal, of its PSAM, and a second card; torn taps outlast a power cycle."""
        if self._chassis.disturb(fault):
            return
        match fault.name:
            case "psam-removed":
                self._slot.remove()
            case "psam-inserted":
                self._slot.insert(self._psam)
            case _:
                self._reader.beside = 1

    def _forget(self) -> None:
        """Who drives, and who has just paid for whom; the PSAM was without power, too."""
        self._driver, self._paid, self._since = "", {}, SinceStart()
        self._slot.insert(self._psam)
        self._transport(Sale()).forget_stored()
        self._bank.forget_stored()

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; what falls due in it happens at its end."""
        self._chassis.clock.advance(round(seconds * 1_000_000))
        with self._chassis.powered():
            self._reader.let_fall_due()
            self._transport(Sale()).let_fall_due()

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Logs since the start; flash records, queues, parameters and clock as they are now."""
        return self._chassis.observe(kind, self._reader.observables)

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  there is nothing to draw it through
        raise TerminalRefused("this terminal has no stripe reader")

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Serve one card."""
        return self._reader.present(card, interface, self._serve)

    @property
    def _terms(self) -> TransitTerms:
        return self._chassis.parameters.transit or TransitTerms()

    def _serve(self, card: CardLink) -> str:
        sale = Sale(details=self._place())
        till = self._reader.till(sale)
        if refusal := self._closed():
            return till.refuse(refusal)
        try:
            purse = self._purse_of(card)
        except (CardMute, CardWithdrawn):
            return till.ask_again()
        if purse == "transport":
            return self._ride_by_purse(card, sale)
        return self._ride_by_bank(card, sale) if purse else till.refuse()

    def _purse_of(self, card: CardLink) -> str | None:
        """Which of its purses a card pays from (TR-31); where the bank's alone may, none is looked for."""
        allowed = self._rules.purse_order.apply(self._terms.purses)
        if tuple(allowed) == _BANK_ALONE:
            return "bank"
        card.reset()
        return next((each for each in allowed if card.exchange(apdu.select(_PURSES[each])).ok), None)

    def _ride_by_bank(self, card: CardLink, sale: Sale) -> str:
        riding, admission = self._riding(), partial(self._admitted, sale)
        if not riding.carries_journeys:
            online = None
            if self._terms.online_s is not None:
                online = OnlineRide(self._rules, self._bank, self._reader.till(sale), sale).ask
            return self._reader.sell(card, riding.flat, sale, admission, online)
        return self._reader.serve(card, sale, partial(self._planned, sale, riding), admission)

    def _ride_by_purse(self, card: CardLink, sale: Sale) -> str:
        """The flat fare: what a transport card says of a journey is known to no source by the byte."""
        if self._terms.stops and not self._rules.serves_plain.apply(self._terms.continue_plain):
            return self._reader.till(sale).refuse("卡片不支持分段扣费")
        return self._transport(sale).serve(card, sale, self._chassis.parameters.fare or 0)

    @property
    def _bank(self) -> BankLine:
        seconds = self._terms.online_s
        return BankLine(self._chassis) if seconds is None else BankLine(self._chassis, seconds * 1_000_000)

    def _transport(self, sale: Sale) -> TransportTender:
        reader = self._reader
        return TransportTender(
            self._rules,
            self._chassis,
            reader.till(sale),
            self._slot,
            self._terms,
            self._since,
            reader.recent.interval_ms,
        )

    def _place(self) -> dict[str, str]:
        terms = self._terms
        told = {"line": terms.line, "vehicle": terms.vehicle, "driver": self._driver}
        return {name: value for name, value in told.items() if value}

    def _closed(self) -> str | None:
        """Why no card is served now, for the passenger; None where cards are."""
        chassis, terms, rules = self._chassis, self._terms, self._rules
        if not rules.driver_present.apply(terms.driver_needed, self._driver):
            return "司机未签到"
        made = chassis.blacklist.day
        age = (chassis.clock.local.date() - made).days if made else 0
        if not rules.blacklist_fresh.apply(age, terms.blacklist_days):
            return "黑名单过期"
        return None if rules.sells_offline.apply(chassis.line.up) else "网络故障"

    def _planned(self, sale: Sale, riding: Riding, card: CardLink, application: Application) -> Ride | str:
        """What this card pays by its journey; one that carries none pays the flat fare or is refused."""
        journey = riding.read(card, application)
        if journey is None:
            plain = not self._terms.stops or self._rules.serves_plain.apply(self._terms.continue_plain)
            return (
                Ride(self._reader.terms(riding.flat))
                if plain
                else self._reader.till(sale).refuse("卡片不支持分段扣费")
            )
        fare = riding.fare(journey)
        sale.kind = fare.kind
        sale.details.update(fare.details)
        if fare.event:
            self._chassis.event(fare.event)
        return Ride(self._reader.terms(fare.amount, SEGMENT), ((SFI, fare.journey.encode()),))

    def _riding(self) -> Riding:
        clock, flat = self._chassis.clock, self._chassis.parameters.fare or 0
        at = clock.local if clock.valid else None
        return Riding(self._rules, self._terms, flat, at, clock.local, partial(self._reader.fresh, 8))

    def _admitted(self, sale: Sale, initiated: Initiated) -> str | None:
        """Everybody pays; a card that paid a moment ago pays for a companion (TR-10)."""
        now, within = self._chassis.clock.now_ms, self._terms.companion_s * 1000
        paid = self._paid.get(initiated.pan)
        if paid is not None and self._rules.companion.apply(now - paid, within):
            sale.details["companion"] = "1"
        self._paid = {pan: at for pan, at in self._paid.items() if now - at < within} | {initiated.pan: now}
        return None


def _check(terms: TransitTerms) -> None:
    """Purses that there are, a city of four digits, and times that pass; TerminalRefused."""
    for each in terms.purses:
        known(each, tuple(_PURSES), "purse")
    if not (len(terms.city) == _CITY_DIGITS and terms.city.isascii() and terms.city.isdigit()):
        raise TerminalRefused(f"{terms.city!r} is no city of four digits")
    if terms.prove_s < 0 or (terms.online_s is not None and not 0 < terms.online_s <= _LONGEST_S):
        raise TerminalRefused(f"nobody waits for {terms.online_s} s, nor proves within {terms.prove_s} s")
