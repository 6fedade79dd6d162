"""A simulated card: power, and one APDU in for one APDU out."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.sim.card.state import CLASS_NOT_SUPPORTED, INSTRUCTION_NOT_SUPPORTED, CardState, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application

ATR = bytes.fromhex("3B80800101")  # how PC/SC presents a contactless card

_INTERINDUSTRY = 0x00
_PAYMENT = 0x80


class SimulatedCard:
    """One card. It keeps what it committed for as long as it lives; what it did not goes with the power."""

    def __init__(self, applications: tuple[Application, ...], rules: CardRules, seed: int = 0) -> None:
        self._state = CardState(applications, rules, Random(seed))
        self._instructions = _instructions(rules)

    def power_on(self) -> bytes:
        """Start afresh, nothing selected, and return the ATR."""
        self.power_off()
        return ATR

    def power_off(self) -> None:
        """Lose the selection and whatever transaction was not committed (PB-7.5)."""
        self._state.abandon_transaction()
        self._state.selected = None
        self._state.awaits_gpo = False

    def process(self, command: CommandApdu) -> ResponseApdu:
        """Answer a command; every command has an answer, if only a status word (PB-2)."""
        try:
            return self._rule(command)(self._state, command)
        except Refused as refusal:
            return ResponseApdu(b"", refusal.status)

    def _rule(self, command: CommandApdu) -> Callable[[CardState, CommandApdu], ResponseApdu]:
        if command.cla not in (_INTERINDUSTRY, _PAYMENT):
            raise Refused(CLASS_NOT_SUPPORTED)
        if command.ins not in self._instructions:
            raise Refused(INSTRUCTION_NOT_SUPPORTED)
        cla, apply = self._instructions[command.ins]
        if command.cla != cla:
            raise Refused(CLASS_NOT_SUPPORTED)
        return apply


def _instructions(
    rules: CardRules,
) -> Mapping[int, tuple[int, Callable[[CardState, CommandApdu], ResponseApdu]]]:
    """INS to class and rule (PB-2). GENERATE AC and the scripts of the contact interface join here."""
    return {
        0xA4: (_INTERINDUSTRY, rules.select.apply),
        0xA8: (_PAYMENT, rules.get_processing_options.apply),
        0xB2: (_INTERINDUSTRY, rules.read_record.apply),
        0xCA: (_PAYMENT, rules.get_data.apply),
    }
