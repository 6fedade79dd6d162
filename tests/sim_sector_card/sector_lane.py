"""A purse card and a PSAM brought together by hand, command by command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.codec import purse, toll
from conformance.codec.purse import Debit, Initiated, Mac1Order, Proof, Purchase, PurseBusiness, Sealed
from conformance.link.memory import MemoryCard
from conformance.sim import sector_card
from conformance.sim.sector_card import PSAM_TERMINAL, TollCardData

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu

DATE, TIME = "20260701", "080000"
OWN = TollCardData(balance=10_000)


@dataclass
class Lane:
    """The card is selected and the PSAM ready from the start."""

    card: MemoryCard = field(default_factory=lambda: MemoryCard(sector_card.toll_card(OWN)))
    psam: MemoryCard = field(default_factory=lambda: MemoryCard(sector_card.toll_psam()))
    own: TollCardData = OWN
    issuer: bytes = "示例".encode("gbk")

    def __post_init__(self) -> None:
        self.enter()
        self.psam.reset()
        assert self.psam.exchange(purse.select_file(0xDF01)).ok

    def enter(self) -> None:
        self.card.reset()
        assert self.ask(purse.select_file(toll.DIRECTORY)).ok

    def ask(self, command: CommandApdu) -> ResponseApdu:
        return self.card.exchange(command)

    def initialize(self, amount: int, business: PurseBusiness = PurseBusiness.COMPOSITE) -> Initiated:
        answer = self.ask(purse.initialize_for_purchase(business, Purchase(amount, PSAM_TERMINAL)))
        assert answer.ok, answer.sw
        return Initiated.parse(answer.data)

    def seal(self, initiated: Initiated, amount: int, business: int = PurseBusiness.COMPOSITE) -> Sealed:
        order = Mac1Order(
            initiated.random, initiated.sequence, amount, business, DATE, TIME,
            initiated.key_version, initiated.algorithm, self.own.serial, self.issuer,
        )  # fmt: skip
        answer = self.psam.exchange(purse.init_sam_for_purchase(order))
        assert answer.ok, answer.sw
        return Sealed.parse(answer.data)

    def debit(self, sealed: Sealed) -> ResponseApdu:
        return self.ask(purse.debit_for_purchase(Debit(sealed.sequence, DATE, TIME, sealed.mac1)))

    def accept(self, proof: Proof) -> ResponseApdu:
        return self.psam.exchange(purse.credit_sam_for_purchase(proof.mac2))

    def pay(self, amount: int, written: bytes | None = None) -> Proof:
        """A whole composite purchase, with record 1 of 0019 written where it is given."""
        initiated = self.initialize(amount)
        if written is not None:
            assert self.ask(purse.update_composite(toll.ENTRY_RECORD, toll.COMPOSITE, written)).ok
        answer = self.debit(self.seal(initiated, amount))
        assert answer.ok, answer.sw
        return Proof.parse(answer.data)

    @property
    def balance(self) -> int:
        return int.from_bytes(self.ask(purse.get_balance()).data, "big")

    @property
    def passed(self) -> bytes:
        """Record 1 of 0019."""
        return self.ask(_read(toll.COMPOSITE, 1)).data

    @property
    def log(self) -> purse.LogRecord:
        return purse.LogRecord.parse(self.ask(_read(toll.LOG, 1)).data)


def _read(sfi: int, number: int) -> CommandApdu:
    from conformance.codec import apdu

    return apdu.read_record(sfi, number)
