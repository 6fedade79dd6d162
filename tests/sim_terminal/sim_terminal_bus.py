"""A validator at work: fare 1.00, the demonstration CA's key, 1 July 2026."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.codec import apdu, tlv
from conformance.codec.values import from_bcd
from conformance.crypto import authority
from conformance.link.memory import MemoryCard
from conformance.link.tear import Tear, torn
from conformance.link.traced import TracedCard
from conformance.model.terminal import Capk, FlashRecord, Indication, Parameters, TransactionRecord
from conformance.sim import card as sim_card
from conformance.sim import terminal as sim_terminal

if TYPE_CHECKING:
    from conformance.model.run import Exchange
    from conformance.sim.terminal import BusValidator

AID = bytes.fromhex("A000000333010101")


def demonstration_capk() -> Capk:
    demonstration = authority.demonstration()
    public = demonstration.ca.public
    modulus = public.modulus.to_bytes(public.size, "big")
    exponent = public.exponent.to_bytes(1, "big")
    return Capk(demonstration.rid, demonstration.ca_index, modulus, exponent, demonstration=True)


class Passenger:
    """A card in somebody's hand."""

    def __init__(self, **particulars: Any) -> None:
        self.link = MemoryCard(sim_card.build(**{"balance": 5000, **particulars}))

    def ask(self, tag: int) -> int:
        """An amount or counter of the card, by APDU."""
        self.link.reset()
        self.link.exchange(apdu.select(AID))
        return from_bcd(tlv.decode_one(self.link.exchange(apdu.get_data(tag)).data).value)

    @property
    def balance(self) -> int:
        return self.ask(0x9F79)


@dataclass
class Bus:
    """A validator and what was seen of it."""

    device: BusValidator
    exchanges: list[Exchange] = field(default_factory=list)

    def tap(self, passenger: Passenger, tear: Tear | None = None) -> str:
        """Present a card and return the outcome; `exchanges` are those of this tap."""
        link = torn(passenger.link, tear) if tear else passenger.link
        self.exchanges = []
        traced = TracedCard(link, self.exchanges.append, lambda: 0, lambda: len(self.exchanges))
        self.presentation = self.device.present(traced)
        return self.presentation.outcome

    @property
    def commands(self) -> list[str]:
        return [apdu.CommandApdu.decode(exchange.command).name for exchange in self.exchanges]

    def records(self, kind: str) -> list[TransactionRecord]:
        return [record for record in self.device.observe(TransactionRecord) if record.kind == kind]

    @property
    def signal(self) -> str:
        return self.device.observe(Indication)[-1].signal

    @property
    def waiting(self) -> list[str]:
        return [record.pan for record in self.device.observe(FlashRecord)]


def bus_with(rules: sim_terminal.ValidatorRules) -> Bus:
    device = sim_terminal.build("bus-validator", rules=rules, seed=7)
    device.load(Parameters(capks=(demonstration_capk(),), fare=100, date_time="2026-07-01T08:00:00"))
    return Bus(device)
