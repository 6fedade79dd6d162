"""A simulated PSAM: the terminal's own card, which makes MAC1 and verifies MAC2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.sim.sector_card.answers import INSTRUCTION_NOT_SUPPORTED, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.sector_card.psam_rules import PsamState

ATR = bytes.fromhex("3B600000")  # T=0, no historical bytes


class Psam:
    """Its transaction number outlives the power; the MAC2 that it waits for does not."""

    def __init__(self, state: PsamState) -> None:
        self._state = state
        rules = state.rules
        self._instructions: Mapping[tuple[int, int], Callable[[PsamState, CommandApdu], ResponseApdu]] = {
            (0x00, 0xA4): rules.select.apply,
            (0x00, 0xB0): rules.read_binary.apply,
            (0x80, 0x70): rules.init_for_purchase.apply,
            (0x80, 0x72): rules.credit_for_purchase.apply,
        }

    def power_on(self) -> bytes:
        self.power_off()
        return ATR

    def power_off(self) -> None:
        self._state.in_application = False
        self._state.expected = None

    def process(self, command: CommandApdu) -> ResponseApdu:
        known = self._instructions.get((command.cla, command.ins))
        if known is None:
            return ResponseApdu(b"", INSTRUCTION_NOT_SUPPORTED)
        try:
            return known(self._state, command)
        except Refused as refusal:
            return ResponseApdu(b"", refusal.status)
