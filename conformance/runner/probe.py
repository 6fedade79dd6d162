"""The laboratory's own cards, with which a terminal is tested, and the ways to tear a tap."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from conformance.codec.tlv import tag_hex
from conformance.codec.values import fen, yuan
from conformance.link.memory import MemoryCard
from conformance.link.tear import Tear, torn
from conformance.link.traced import TracedCard
from conformance.model.terminal import Stripe
from conformance.runner.journal import current_journal
from conformance.sim import sector_card
from conformance.sim.card import PROBES, CardRules, Interface, SimulatedCard, build
from conformance.sim.combined_card import CombinedCard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink
    from conformance.link.memory import PoweredCard
    from conformance.model.run import Exchange


class ProbeCard(Protocol):
    """A card of the laboratory: put into the terminal's field, or asked directly by an expectation."""

    @property
    def stripe(self) -> Stripe:
        """The magnetic stripe beside the chip; ValueError for a card whose profile has none."""
        ...

    @property
    def last_exchange(self) -> int | None: ...

    def reset(self) -> bytes: ...

    def exchange(self, command: CommandApdu) -> ResponseApdu: ...

    @contextmanager
    def in_field(
        self, tear: Tear | None, interface: str = "contactless"
    ) -> Iterator[tuple[CardLink, list[Exchange] | None]]:
        """The card's door for one presentation, and the exchanges that come meanwhile, None where unseen."""
        ...


@dataclass(frozen=True, slots=True)
class WantedCard:
    """The card that a case asks for: its profile, its balance in fen, what else it is personalised with."""

    profile: str
    balance: int | None
    personalised: Mapping[str, Any]

    @property
    def particulars(self) -> dict[str, Any]:
        """All that cannot be changed on a card, as a bench file writes it: hexadecimal and text."""
        own = {name: _written(value) for name, value in self.personalised.items()}
        return {"profile": self.profile, **own}

    def __str__(self) -> str:
        own = [f"{name} {value}" for name, value in self.particulars.items()]
        return ", ".join([*own, *([f"balance {yuan(self.balance)}"] if self.balance is not None else [])])


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {tag_hex(tag): each.hex().upper() if each else "" for tag, each in value.items()}
    return str(value)


_SUPPLY: ContextVar[Callable[[WantedCard], ProbeCard] | None] = ContextVar("supply", default=None)


@contextmanager
def supplied(supply: Callable[[WantedCard], ProbeCard]) -> Iterator[None]:
    """Let `supply` bring the cards that a case asks for inside, instead of simulated ones."""
    token = _SUPPLY.set(supply)
    try:
        yield
    finally:
        _SUPPLY.reset(token)


def card(
    profile: str, *, balance: str | None = None, probe: str | None = None, **personalisation: Any
) -> ProbeCard:
    """A card of a profile, its balance in yuan; `probe` names a card that must be refused.

    It is simulated, but for a bench whose operator holds samples.
    """
    amount = fen(balance) if balance is not None else None
    if held := _held(profile, amount, probe, personalisation):
        return held
    rules = PROBES[probe] if probe else CardRules()
    return SimulatedProbe(build(profile, rules=rules, balance=amount, **personalisation))


def _held(
    profile: str, balance: int | None, probe: str | None, particulars: Mapping[str, Any]
) -> ProbeCard | None:
    """The card as whoever supplies cards has it, None where nobody does."""
    supply = _SUPPLY.get()
    if supply is None:
        return None
    return supply(WantedCard(profile, balance, {**particulars, **({"probe": probe} if probe else {})}))


def stripe(pan: str, *, service_code: str, expires: str = "3012") -> Stripe:
    """A card's stripe: track 2 alone, as ISO/IEC 7813 has it; `expires` is YYMM."""
    return raw_stripe(f"{pan}={expires}{service_code}0000000000")


def raw_stripe(track2: str) -> Stripe:
    """A stripe with these characters between the sentinels of track 2."""
    return Stripe(None, f";{track2}?")


def toll_card(
    *,
    entered: str,
    balance: str = "0.00",
    pass_card: bool = False,
    probe: str | None = None,
    **own: Any,
) -> ProbeCard:
    """A toll user card that came in at this local time, ISO 8601, or a pass card, which has no purse.

    `balance` is in yuan; `own` are other members of `TollCardData`: plate, vehicle_class, station, status;
    `probe` names a card that a lane must cope with.
    """
    if pass_card:
        own["card_type"] = 0
    if held := _held("toll-card", fen(balance), probe, {"entered": entered, **own}):
        return held
    rules = _purse_rules(probe)
    seconds = int(datetime.fromisoformat(f"{entered}+08:00").timestamp())
    data = sector_card.TollCardData(balance=fen(balance), seconds=seconds, **own)
    return SimulatedProbe(sector_card.toll_card(data, rules=rules))


def transport_card(*, balance: str, probe: str | None = None, **own: Any) -> ProbeCard:
    """A card with the closed-loop transport application, its balance in yuan.

    `own` are other members of `TransportCardData`: city, interoperable, ends; `probe` as with a toll card.
    """
    if held := _held("transport-card", fen(balance), probe, own):
        return held
    return SimulatedProbe(_transport(fen(balance), probe, own))


def transport_and_bank_card(*, purse: str, cash: str, **own: Any) -> ProbeCard:
    """One chip with a transport purse and a bank's electronic cash, what each holds in yuan."""
    if held := _held("transport-and-bank-card", None, None, {"purse": purse, "cash": cash, **own}):
        return held
    bank = build("electronic-cash", balance=fen(cash))
    return SimulatedProbe(CombinedCard(_transport(fen(purse), None, own), bank))


def _transport(balance: int, probe: str | None, own: dict[str, Any]) -> sector_card.PurseCard:
    data = sector_card.TransportCardData(balance=balance, **own)
    return sector_card.transport_card(data, rules=_purse_rules(probe))


def _purse_rules(probe: str | None) -> sector_card.PurseCardRules:
    return sector_card.PROBES[probe] if probe else sector_card.PurseCardRules()


def answer_lost(command: str) -> Tear:
    """The card leaves after it has answered `command`: the answer never reaches the terminal."""
    return Tear("after", command)


def torn_before(command: str) -> Tear:
    """The card leaves before `command` reaches it. "last record" is the last that the AFL names."""
    return Tear("before", command)


class SimulatedProbe:
    """A simulated card of the laboratory."""

    def __init__(self, card: PoweredCard) -> None:
        self._card = card
        self._link = MemoryCard(card)

    @property
    def stripe(self) -> Stripe:
        held = self._card.stripe if isinstance(self._card, SimulatedCard) else None
        if held is None:
            raise ValueError("this card's profile has no stripe")
        return held

    def reset(self) -> bytes:
        return self._traced().reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        return self._traced().exchange(command)

    @property
    def last_exchange(self) -> int | None:
        return current_journal().last_exchange

    @contextmanager
    def in_field(
        self, tear: Tear | None, interface: str = "contactless"
    ) -> Iterator[tuple[CardLink, list[Exchange] | None]]:
        """The card's door for one presentation, and the list of exchanges that fills meanwhile."""
        bank = self._card.bank if isinstance(self._card, CombinedCard) else self._card
        if isinstance(bank, SimulatedCard):
            bank.turn_to(Interface(interface))
        exchanges: list[Exchange] = []
        yield self._traced(exchanges, tear), exchanges

    def _traced(self, exchanges: list[Exchange] | None = None, tear: Tear | None = None) -> CardLink:
        journal = current_journal()

        def sink(exchange: Exchange) -> None:
            journal.exchanged(exchange)
            if exchanges is not None:
                exchanges.append(exchange)

        link = torn(self._link, tear) if tear else self._link
        return TracedCard(link, sink, clock=journal.clock, number=journal.next_number)
