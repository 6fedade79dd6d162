"""One chip with a transport application and a bank's: whichever was selected last is spoken to (TR-31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import transport

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.sim.card import SimulatedCard
    from conformance.sim.sector_card import PurseCard

_SELECT = 0xA4
_BY_NAME = 0x04


class CombinedCard:
    """Its ATR is the bank card's. A SELECT by file identifier, or by the transport name, is for the purse."""

    def __init__(self, purse: PurseCard, bank: SimulatedCard) -> None:
        self.bank = bank
        self._purse = purse
        self._selected: PurseCard | SimulatedCard = bank

    def power_on(self) -> bytes:
        self._selected = self.bank
        self._purse.power_on()
        return self.bank.power_on()

    def power_off(self) -> None:
        self._purse.power_off()
        self.bank.power_off()

    def process(self, command: CommandApdu) -> ResponseApdu:
        if command.ins == _SELECT:
            for_purse = command.p1 != _BY_NAME or command.data == transport.NAME
            self._selected = self._purse if for_purse else self.bank
        return self._selected.process(command)
