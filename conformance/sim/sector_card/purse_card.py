"""A simulated purse card: power, and one APDU in for one APDU out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.sim.sector_card.answers import CLASS_NOT_SUPPORTED, INSTRUCTION_NOT_SUPPORTED, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.sector_card.state import PurseCardState

ATR = bytes.fromhex("3B80800101")  # how PC/SC presents a contactless card


class PurseCard:
    """A toll user card or a transport card. Without power it forgets a debit that was not committed."""

    def __init__(self, state: PurseCardState) -> None:
        self._state = state
        rules = state.rules
        self._instructions: Mapping[
            tuple[int, int], Callable[[PurseCardState, CommandApdu], ResponseApdu]
        ] = {
            (0x00, 0xA4): rules.select.apply,
            (0x00, 0xB0): rules.read_binary.apply,
            (0x00, 0xB2): rules.read_record.apply,
            (0x80, 0x5C): rules.get_balance.apply,
            (0x80, 0x50): rules.initialize.apply,
            (0x80, 0xDC): rules.update_composite.apply,
            (0x80, 0x54): rules.debit.apply,
            (0x80, 0x5A): rules.prove.apply,
        }

    def power_on(self) -> bytes:
        self.power_off()
        return ATR

    def power_off(self) -> None:
        """Lose the selection and the transaction that was not committed."""
        self._state.selected = self._state.pending = None

    def process(self, command: CommandApdu) -> ResponseApdu:
        """Answer a command; every command has an answer, if only a status word."""
        known = self._instructions.get((command.cla, command.ins))
        if known is None:
            of_another_class = any(ins == command.ins for _, ins in self._instructions)
            return ResponseApdu(b"", CLASS_NOT_SUPPORTED if of_another_class else INSTRUCTION_NOT_SUPPORTED)
        try:
            return known(self._state, command)
        except Refused as refusal:
            return ResponseApdu(b"", refusal.status)
