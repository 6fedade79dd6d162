"""Issuer scripts: when they are taken, their MAC, and what blocks and unblocks (PB-2, PB-5, PB-11.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.sim.card.state import (
    CONDITIONS_NOT_SATISFIED,
    MAC_INCORRECT,
    NOT_SUPPORTED,
    OK,
    WRONG_DATA,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.state import Application, CardState, ContactTransaction

MAC_LENGTH = 4
_MOST_COUNTED = 15  # four bits of the CVR
_LONGEST = 255
_UNBLOCK, _CHANGE_WITH_OLD, _CHANGE = 0x00, 0x01, 0x02
_ENCIPHERED_LENGTH = 16
_PIN_LENGTHS = range(4, 13)


def script(
    card: CardState, command: CommandApdu, act: Callable[[CardState, CommandApdu, bytes], None]
) -> ResponseApdu:
    """Take one script: state, length, MAC, then its own work on the data without MAC (PB-11.6)."""
    application, transaction = card.dialogue
    card.rules.script_limit.apply(application)
    card.rules.script_allowed.apply(transaction)
    if not MAC_LENGTH <= len(command.data) <= _LONGEST:
        raise Refused(WRONG_LENGTH)
    memory = application.memory
    if transaction.second is not None:
        memory.scripts = min(memory.scripts + 1, _MOST_COUNTED)
    data, mac = command.data[:-MAC_LENGTH], command.data[-MAC_LENGTH:]
    if not card.rules.script_mac_holds.apply(transaction, command, mac):
        transaction.scripts_refused = memory.script_failed = True
        memory.mac_failures += 1
        raise Refused(MAC_INCORRECT)
    memory.mac_failures = 0
    try:
        act(card, command, data)
    except Refused:
        memory.script_failed = True
        raise
    return ResponseApdu(b"", OK)


def script_limit(application: Application) -> None:
    """After so many wrong MACs in a row no script is taken any more: 6985 for good (PB-11.6).

    The number is the profile's: no source records it, and without one there is no limit.
    """
    limit = application.image.script_mac_limit
    if limit is not None and application.memory.mac_failures >= limit:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def script_allowed(transaction: ContactTransaction) -> None:
    """After GENERATE AC 1, unless it ended there, issuer authentication failed or a MAC was wrong: 6985."""
    failed = transaction.issuer_authenticated is False or transaction.scripts_refused
    if transaction.first is None or transaction.closed or failed:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def script_mac_holds(transaction: ContactTransaction, command: CommandApdu, mac: bytes) -> bool:
    """Over the header as sent, ATC, AC of GENERATE AC 1 and data, with the session's MAC key (PB-5)."""
    head = bytes((command.cla, command.ins, command.p1, command.p2, len(command.data)))
    message = head + transaction.atc + transaction.cryptogram + command.data[:-MAC_LENGTH]
    security = transaction.path.security
    key = security.session_key(security.keys.mac, transaction.atc)
    return mac == security.symmetric.mac(key, message)[:MAC_LENGTH]


def application_block(card: CardState, command: CommandApdu, data: bytes) -> None:
    """From now on SELECT answers 6283, and every GENERATE AC is declined; once more does no harm (PB-2)."""
    _bare(command, data)
    card.application.memory.blocked = True


def application_unblock(card: CardState, command: CommandApdu, data: bytes) -> None:
    """The application is as before (PB-2)."""
    _bare(command, data)
    card.application.memory.blocked = False


def card_block(card: CardState, command: CommandApdu, data: bytes) -> None:
    """The card is dead (PB-2)."""
    _bare(command, data)
    card.blocked = True


def refuse_blocked_card(card: CardState) -> None:
    """A blocked card answers 6A81 to everything (PB-2)."""
    if card.blocked:
        raise Refused(NOT_SUPPORTED)


def pin_change_unblock(card: CardState, command: CommandApdu, data: bytes) -> None:
    """P2 00 gives the tries back; 01 and 02 bring a new PIN, too, with and without the old (PB-2, PB-5)."""
    memory = card.application.memory
    if command.p1 or command.p2 not in (_UNBLOCK, _CHANGE_WITH_OLD, _CHANGE):
        raise Refused(WRONG_P1_P2)
    if len(data) != (0 if command.p2 == _UNBLOCK else _ENCIPHERED_LENGTH):
        raise Refused(WRONG_LENGTH)
    if memory.pin is None:
        raise Refused(NOT_SUPPORTED)
    if data:
        memory.pin = card.rules.new_pin.apply(*card.dialogue, data, command.p2 == _CHANGE_WITH_OLD)
    memory.pin_tries = memory.pin_limit


def new_pin(
    application: Application, transaction: ContactTransaction, enciphered: bytes, with_old: bool
) -> str:
    """The PIN out of 08, D3, 80 …, where D3 is 0L PIN F… mixed with four key bytes and the old PIN (PB-5).

    Which key is a parameter of the profile, for the fact is not certain.
    """
    image, security = application.image, transaction.path.security
    hiding = security.keys.ac if image.pin_change_key == "ac" else security.keys.enc
    key = security.session_key(security.keys.enc, transaction.atc)
    opened = security.symmetric.decrypt(key, enciphered)
    if opened[0] != 8 or opened[9:] != b"\x80" + bytes(6):
        raise Refused(WRONG_DATA)
    mixed = int.from_bytes(opened[1:9], "big") ^ int.from_bytes(hiding[4:8], "big")
    if with_old:
        mixed ^= int((application.memory.pin or "").ljust(16, "0"), 16)
    digits = f"{mixed:016x}"
    length = int(digits[1], 16)
    pin, rest = digits[2 : 2 + length], digits[2 + length :]
    if digits[0] != "0" or length not in _PIN_LENGTHS or not pin.isdecimal() or rest.strip("f"):
        raise Refused(WRONG_DATA)
    return pin


def _bare(command: CommandApdu, data: bytes) -> None:
    if command.p1 or command.p2:
        raise Refused(WRONG_P1_P2)
    if data:
        raise Refused(WRONG_LENGTH)
