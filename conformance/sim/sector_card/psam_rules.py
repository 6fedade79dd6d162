"""The PSAM of a lane or a validator, and its table of rules (HW-42, HW-43)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.codec.purse import Mac1Order, Sealed
from conformance.crypto.purse import PurseScheme, card_key
from conformance.sim.rule import Rule
from conformance.sim.sector_card.answers import (
    CONDITIONS_NOT_SATISFIED,
    FILE_NOT_FOUND,
    KEY_NOT_SUPPORTED,
    LOCKED,
    MAC_INCORRECT,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Refused,
    answer,
)
from conformance.sim.sector_card.files import part

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu

TERMINAL_FILE = 0x16
APPLICATION = 0xDF01
_ROOT = 0x3F00


@dataclass(slots=True)
class PsamState:
    """`masters` are the purchase master keys by key version; `sequence` is the last number that was given.

    `tries_left` falls with every wrong MAC2; at zero the PSAM is locked. How many there are is an own
    assumption.
    """

    terminal: bytes
    masters: Mapping[int, bytes] = field(repr=False)
    scheme: PurseScheme
    rules: PsamRules
    sequence: int = 0
    tries_left: int = 15
    in_application: bool = False
    expected: bytes | None = None


def select(psam: PsamState, command: CommandApdu) -> ResponseApdu:
    """The MF, or the application DF01."""
    identifier = int.from_bytes(command.data, "big")
    if identifier not in {_ROOT, APPLICATION}:
        raise Refused(FILE_NOT_FOUND)
    psam.in_application = identifier == APPLICATION
    return answer()


def read_binary(psam: PsamState, command: CommandApdu) -> ResponseApdu:
    """The terminal number, in file 16."""
    if command.p1 != 0x80 | TERMINAL_FILE:
        raise Refused(FILE_NOT_FOUND)
    return answer(part(psam.terminal, command.p2, command.le))


def init_for_purchase(psam: PsamState, command: CommandApdu) -> ResponseApdu:
    """Make MAC1 under a new transaction number."""
    _ready(psam, command)
    try:
        order = Mac1Order.parse(command.data)
    except ValueError:
        raise Refused(WRONG_LENGTH) from None
    if order.key_version not in psam.masters:
        raise Refused(KEY_NOT_SUPPORTED)
    psam.sequence = psam.rules.next_sequence.apply(psam.sequence)
    values = {
        "amount": order.amount.to_bytes(4, "big"),
        "type": bytes((order.type,)),
        "terminal": psam.terminal,
        "sequence": order.sequence.to_bytes(2, "big"),
        "terminal_sequence": psam.sequence.to_bytes(4, "big"),
        "date": bytes.fromhex(order.date),
        "time": bytes.fromhex(order.time),
    }
    purchase_key = card_key(psam.masters[order.key_version], order.serial, order.issuer)
    scheme = psam.scheme
    key = scheme.session_key(purchase_key, order.random, values["sequence"], values["terminal_sequence"])
    psam.expected = scheme.over(key, scheme.mac2, values)
    return answer(Sealed(psam.sequence, scheme.over(key, scheme.mac1, values)).encode())


def credit_for_purchase(psam: PsamState, command: CommandApdu) -> ResponseApdu:
    """Verify MAC2 of the transaction that MAC1 was made for."""
    _ready(psam, command)
    expected, psam.expected = psam.expected, None
    if expected is None:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    if not psam.rules.mac2_accepted.apply(expected, command.data):
        psam.tries_left -= 1
        raise Refused(MAC_INCORRECT)
    return answer()


def next_sequence(sequence: int) -> int:
    """A transaction number is never used twice; after FFFFFFFF comes 1."""
    return sequence + 1 if sequence < 0xFFFF_FFFF else 1


def same(expected: bytes, given: bytes) -> bool:
    return expected == given


def _ready(psam: PsamState, command: CommandApdu) -> None:
    if command.p1 or command.p2:
        raise Refused(WRONG_P1_P2)
    if not psam.tries_left:
        raise Refused(LOCKED)
    if not psam.in_application:
        raise Refused(CONDITIONS_NOT_SATISFIED)


Command = Rule[Callable[[PsamState, "CommandApdu"], "ResponseApdu"]]


@dataclass(frozen=True, slots=True)
class PsamRules:
    """What a conforming PSAM does, rule by rule with its clause."""

    select: Command = Rule("HW-42", select)
    read_binary: Command = Rule("HW-42", read_binary)
    init_for_purchase: Command = Rule("HW-42", init_for_purchase)
    credit_for_purchase: Command = Rule("HW-42", credit_for_purchase)
    next_sequence: Rule[Callable[[int], int]] = Rule("HW-42", next_sequence)
    mac2_accepted: Rule[Callable[[bytes, bytes], bool]] = Rule("HW-43", same)
