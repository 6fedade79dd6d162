"""A simulated card: power, and one APDU in for one APDU out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.sim.card.scripts import script
from conformance.sim.card.state import (
    CLASS_NOT_SUPPORTED,
    INSTRUCTION_NOT_SUPPORTED,
    CardState,
    Interface,
    Refused,
)

if TYPE_CHECKING:
    from conformance.model.terminal import Stripe
    from conformance.sim.card.image import Image
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application

ATR = bytes.fromhex("3B80800101")  # how PC/SC presents a contactless card
CONTACT_ATR = bytes.fromhex("3B600000")  # T=0, no historical bytes (EMV Book 1 8.2)
T1_ATR = bytes.fromhex("3BE000008131204535")  # T=1, blocks of 32 bytes (EMV Book 1 8.2)

_INTERINDUSTRY = 0x00
_INTERINDUSTRY_SECURED = 0x04
_PAYMENT = 0x80
_PAYMENT_SECURED = 0x84

_Instructions = Mapping[int, tuple[int, Callable[[CardState, CommandApdu], ResponseApdu]]]


class SimulatedCard:
    """One card. It keeps what it committed for as long as it lives; what it did not goes with the power.

    `contact_atr` is the ATR of the contact interface, by default that of T=0; `stripe` is the magnetic
    stripe, None for a card without one.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what a card is made of
        self,
        applications: tuple[Application, ...],
        rules: CardRules,
        seed: int = 0,
        interface: Interface = Interface.CONTACTLESS,
        contact_atr: bytes = CONTACT_ATR,
        stripe: Stripe | None = None,
    ) -> None:
        self._all = applications
        self._contact_atr = contact_atr
        self.stripe = stripe
        self._state = CardState(applications, rules, Random(seed))
        self.turn_to(interface)

    def turn_to(self, interface: Interface) -> None:
        """Go to another reader: no power, and afterwards the other interface, with the same memory.

        ValueError when no application of this card has that interface.
        """
        reached = tuple(each for each in self._all if interface in each.images)
        if not reached:
            raise ValueError(f"this card has no {interface.value} interface")
        self.power_off()
        for application in reached:
            application.image = application.images[interface]
        state = self._state
        state.applications, state.interface = reached, interface
        self._instructions = _instructions(state.rules, tuple(each.image for each in reached))
        self._classes = frozenset(cla for cla, _ in self._instructions.values())

    def power_on(self) -> bytes:
        """Start afresh, nothing selected, and return the ATR of the interface."""
        self.power_off()
        return self._contact_atr if self._state.interface is Interface.CONTACT else ATR

    def power_off(self) -> None:
        """Lose the selection and whatever transaction was not committed (PB-7.5)."""
        self._state.abandon_transaction()
        self._state.selected = None
        self._state.awaits_gpo = self._state.in_directory = False

    def process(self, command: CommandApdu) -> ResponseApdu:
        """Answer a command; every command has an answer, if only a status word (PB-2)."""
        try:
            self._state.rules.card_blocked.apply(self._state)
            return self._rule(command)(self._state, command)
        except Refused as refusal:
            return ResponseApdu(b"", refusal.status)
        finally:
            self._state.previous = command.ins

    def _rule(self, command: CommandApdu) -> Callable[[CardState, CommandApdu], ResponseApdu]:
        refused = self._state.rules.unknown_command.apply
        if command.cla not in self._classes:
            raise Refused(refused(CLASS_NOT_SUPPORTED))
        if command.ins not in self._instructions:
            raise Refused(refused(INSTRUCTION_NOT_SUPPORTED))
        cla, apply = self._instructions[command.ins]
        if command.cla != cla:
            raise Refused(refused(CLASS_NOT_SUPPORTED))
        return apply


def _instructions(rules: CardRules, images: tuple[Image, ...]) -> _Instructions:
    """INS to class and rule of the commands that some application of the card has (PB-2)."""
    return {
        **(_dialogue(rules) if any(image.paths.debit_credit for image in images) else {}),
        **(_extended(rules) if any(image.capp_files for image in images) else {}),
        0xA4: (_INTERINDUSTRY, rules.select.apply),
        0xA8: (_PAYMENT, rules.get_processing_options.apply),
        0xB2: (_INTERINDUSTRY, rules.read_record.apply),
        0xCA: (_PAYMENT, rules.get_data.apply),
    }


def _extended(rules: CardRules) -> _Instructions:
    """Of the extended application (PB-8)."""
    return {
        0x5A: (_PAYMENT, rules.capp.get_trans_prove.apply),
        0xB4: (_PAYMENT, rules.capp.read.apply),
        0xDE: (_PAYMENT_SECURED, rules.capp.update.apply),
        0xE2: (_INTERINDUSTRY_SECURED, rules.capp.append.apply),
    }


def _dialogue(rules: CardRules) -> _Instructions:
    """Of debit and credit, over contacts or in the field (PB-2)."""
    return {
        0x16: (_PAYMENT_SECURED, partial(script, act=rules.card_block.apply)),
        0x18: (_PAYMENT_SECURED, partial(script, act=rules.application_unblock.apply)),
        0x1E: (_PAYMENT_SECURED, partial(script, act=rules.application_block.apply)),
        0x20: (_INTERINDUSTRY, rules.verify.apply),
        0x24: (_PAYMENT_SECURED, partial(script, act=rules.pin_change_unblock.apply)),
        0x82: (_INTERINDUSTRY, rules.external_authenticate.apply),
        0x84: (_INTERINDUSTRY, rules.get_challenge.apply),
        0x88: (_INTERINDUSTRY, rules.internal_authenticate.apply),
        0xAE: (_PAYMENT, rules.generate_ac.apply),
        0xDA: (_INTERINDUSTRY_SECURED, partial(script, act=rules.put_data.apply)),
        0xDC: (_INTERINDUSTRY_SECURED, partial(script, act=rules.update_record.apply)),
    }
