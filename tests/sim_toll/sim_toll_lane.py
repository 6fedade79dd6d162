"""A toll exit at work: 60 km from station 0101 cost 35.00, class 3 80.00; it is 8 o'clock on 1 July 2026."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.codec import apdu, purse, tlv, toll
from conformance.codec.values import from_bcd
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalRefused
from conformance.link.tear import Tear, torn
from conformance.link.traced import TracedCard
from conformance.model.terminal import (
    Fault,
    Indication,
    Movement,
    Operation,
    Parameters,
    TollEntry,
    TollTerms,
    TransactionRecord,
)
from conformance.runner.opening import ca_keys
from conformance.sim import card as sim_card
from conformance.sim import sector_card
from conformance.sim import terminal as sim_terminal
from conformance.sim.terminal.toll_exit.vehicle import seconds_of

if TYPE_CHECKING:
    from conformance.model.run import Exchange
    from conformance.sim.terminal.toll_exit import TollRules

NOW = "2026-07-01T08:00:00"
ENTRY = TollEntry("0101", 60_000, (3_500, 5_000, 8_000))
TERMS = TollTerms((ENTRY,), u_turn_beyond=8_000)


def at(text: str) -> int:
    from datetime import datetime

    return seconds_of(datetime.fromisoformat(text))


def toll_card(
    balance: int = 10_000, *, entered: str = "2026-07-01T07:00:00", probe: str | None = None, **own: Any
) -> MemoryCard:
    rules = sector_card.PROBES[probe] if probe else sector_card.PurseCardRules()
    data = sector_card.TollCardData(balance=balance, seconds=at(entered), **own)
    return MemoryCard(sector_card.toll_card(data, rules=rules))


def pass_card(**own: Any) -> MemoryCard:
    return toll_card(0, card_type=0, **own)


def cash_card(balance: int = 10_000, **particulars: Any) -> MemoryCard:
    return MemoryCard(sim_card.build(balance=balance, **particulars))


def left_on(card: MemoryCard) -> int:
    """What a card holds, by asking it."""
    card.reset()
    if card.exchange(purse.select_file(toll.DIRECTORY)).ok:
        return int.from_bytes(card.exchange(purse.get_balance()).data, "big")
    card.exchange(apdu.select(bytes.fromhex("A000000333010101")))
    return from_bcd(tlv.decode_one(card.exchange(apdu.get_data(0x9F79)).data).value)


@dataclass
class Exit:
    """A lane and what was seen of it."""

    device: sim_terminal.TollExit
    exchanges: list[Exchange] = field(default_factory=list)

    def arrive(self, plate: str = "贵G00001", vehicle_class: int = 1, number: str = "1") -> None:
        self.do("arrive", plate=plate, vehicle=number, **{"class": str(vehicle_class)})

    def do(self, name: str, **arguments: str) -> None:
        self.device.operate(Operation(name, arguments))

    def refuses(self, name: str, **arguments: str) -> bool:
        try:
            self.do(name, **arguments)
        except TerminalRefused:
            return True
        return False

    def disturb(self, name: str, **arguments: str) -> None:
        self.device.disturb(Fault(name, arguments))

    def tap(self, card: MemoryCard, tear: Tear | None = None, interface: str = "contactless") -> str:
        self.exchanges = []
        link = torn(card, tear) if tear else card
        traced = TracedCard(link, self.exchanges.append, lambda: 0, lambda: len(self.exchanges))
        return self.device.present(traced, interface).outcome

    @property
    def commands(self) -> list[str]:
        return [apdu.CommandApdu.decode(exchange.command).name for exchange in self.exchanges]

    def records(self, kind: str) -> list[TransactionRecord]:
        return [each for each in self.device.observe(TransactionRecord) if each.kind == kind]

    def sale(self, name: str) -> str:
        """A detail of the only sale."""
        (record,) = self.records("sale")
        return record.details[name]

    @property
    def amounts(self) -> list[int]:
        return [each.amount for each in self.records("sale")]

    @property
    def open(self) -> bool:
        return [each.position for each in self.device.observe(Movement)][-1:] == ["open"]

    @property
    def text(self) -> str:
        return self.device.observe(Indication)[-1].text


def exit_with(rules: TollRules | None = None, **terms: Any) -> Exit:
    from dataclasses import replace

    device = sim_terminal.build("toll-exit", rules=rules, seed=7)
    device.load(Parameters(capks=ca_keys(), date_time=NOW, toll=replace(TERMS, **terms)))
    return Exit(device)
