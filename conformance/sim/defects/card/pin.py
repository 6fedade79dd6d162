"""Defects of the offline PIN, for CRD-PIN."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Cvr
from conformance.codec.tags import Tag
from conformance.sim.card import authentication, contact_risk, verification
from conformance.sim.card.state import OK, PIN_BLOCKED, PIN_BLOCKED_BEFORE, Decision, Refused
from conformance.sim.defects.card.made import DONE, defect, padded

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.codec.status import StatusWord
    from conformance.sim.card.state import Application, CardState, ContactTransaction

_OTHER_P2, _PLAIN = 0x81, 0x80
_CHALLENGE = bytes.fromhex("0102030405060708")


def _not_noted(application: Application, transaction: ContactTransaction, block: bytes) -> StatusWord:
    status = verification.pin_presented(application, transaction, block)
    transaction.cvr = transaction.cvr.without(Cvr.OFFLINE_PIN_PERFORMED)
    return status


def _tries_not_shown(tag: int, value: bytes) -> bytes:
    return tlv.encode(tag, b"\x03" if tag == Tag.PIN_TRY_COUNTER else value)


def _tries_kept(application: Application, transaction: ContactTransaction, block: bytes) -> StatusWord:
    before = application.memory.pin_tries
    status = verification.pin_presented(application, transaction, block)
    if status == OK:
        application.memory.pin_tries = before
    return status


def _blocked_before(application: Application, transaction: ContactTransaction) -> None:
    try:
        verification.pin_tries_left(application, transaction)
    except Refused as refusal:
        raise Refused(PIN_BLOCKED_BEFORE if refusal.status == PIN_BLOCKED else refusal.status) from None


def _any_p2(card: CardState, command: CommandApdu) -> ResponseApdu:
    return verification.verify(card, replace(command, p2=_PLAIN) if command.p2 == _OTHER_P2 else command)


def _short_block(card: CardState, command: CommandApdu) -> ResponseApdu:
    block = padded(8, command.data) if command.p2 == _PLAIN else command.data
    return verification.verify(card, replace(command, data=block))


def _never_opened(application: Application, challenge: bytes | None, enciphered: bytes) -> bytes:
    verification.deciphered_pin(application, challenge, enciphered)
    return b""


def _without_challenge(application: Application, challenge: bytes | None, enciphered: bytes) -> bytes:
    return verification.deciphered_pin(application, challenge or bytes(8), enciphered)


def _any_challenge(application: Application, challenge: bytes | None, enciphered: bytes) -> bytes:
    verification.deciphered_pin(application, challenge, enciphered)
    key = application.image.icc_key
    opened = key.private_operation(int.from_bytes(enciphered, "big")).to_bytes(key.public.size, "big")
    return opened[1:9]


def _same_challenge(card: CardState, command: CommandApdu) -> ResponseApdu:
    authentication.get_challenge(card, command)
    card.dialogue[1].challenge = _CHALLENGE
    return ResponseApdu(_CHALLENGE, OK)


def _passed_over(decision: Decision, found: Decision | None) -> Decision | None:
    return None if found is decision else found


def _no_decline(application: Application, transaction: ContactTransaction) -> Decision | None:
    return _passed_over(Decision.AAC, contact_risk.pin_tries(application, transaction))


def _not_online(application: Application, transaction: ContactTransaction) -> Decision | None:
    return _passed_over(Decision.ARQC, contact_risk.pin_tries(application, transaction))


def _never_blocks(application: Application, transaction: ContactTransaction, block: bytes) -> StatusWord:
    status = verification.pin_presented(application, transaction, block)
    application.memory.blocked = False
    return status


def _any_pin(card: CardState, command: CommandApdu) -> ResponseApdu:
    return DONE if card.application.memory.pin is None else verification.verify(card, command)


_STATUS = "status-word-differs"
DEFECTS = (
    defect(
        "verification-not-noted", "CRD-PIN-010", "cvr-bit-missing", "PB-11.6", "pin_presented", _not_noted,
        "Does not say in the CVR that the PIN was verified.",
    ),
    defect(
        "pin-tries-not-shown", "CRD-PIN-020", "value-differs", "PB-2", "get_data_object", _tries_not_shown,
        "Shows three PIN tries whatever is left.",
    ),
    defect(
        "pin-tries-not-given-back", "CRD-PIN-030", "value-differs", "PB-11.6", "pin_presented", _tries_kept,
        "Keeps the tries down after the right PIN.",
    ),
    defect(
        "blocked-pin-says-earlier", "CRD-PIN-040", _STATUS, "PB-11.6", "pin_tries_left", _blocked_before,
        "Answers 6984 where the PIN was blocked just now.",
    ),
    defect(
        "verify-ignores-p2", "CRD-PIN-050", _STATUS, "PB-2", "verify", _any_p2,
        "Takes P2 81 for a PIN in the clear.",
    ),
    defect(
        "short-pin-block-taken", "CRD-PIN-060", _STATUS, "PB-2", "verify", _short_block,
        "Takes a PIN block of seven bytes, zeros behind it.",
    ),
    defect(
        "enciphered-pin-never-opens", "CRD-PIN-070", _STATUS, "PB-2", "deciphered_pin", _never_opened,
        "Finds every enciphered PIN wrong.",
    ),
    defect(
        "enciphered-pin-without-challenge", "CRD-PIN-080", _STATUS, "PB-2", "deciphered_pin",
        _without_challenge, "Takes zeros for the challenge that nobody asked for.",
    ),
    defect(
        "enciphered-pin-any-challenge", "CRD-PIN-090", _STATUS, "PB-2", "deciphered_pin", _any_challenge,
        "Does not compare the challenge in the enciphered PIN.",
    ),
    defect(
        "challenge-never-changes", "CRD-PIN-100", "value-repeated", "PB-2", "get_challenge",
        _same_challenge, "Gives the same challenge every time.",
    ),
    defect(
        "lost-pin-approves", "CRD-PIN-110", "card-decision-differs", "PB-11.1", "risk_pin_tries", _no_decline,
        "Approves although its PIN tries ran out earlier.",
    ),
    defect(
        "lost-pin-stays-offline", "CRD-PIN-120", "card-decision-differs", "PB-11.1", "risk_pin_tries",
        _not_online, "Does not go online although its PIN tries ran out earlier.",
    ),
    defect(
        "lost-pin-never-blocks", "CRD-PIN-130", _STATUS, "PB-11.6", "pin_presented", _never_blocks,
        "Leaves the application open when the last PIN try is lost.",
    ),
    defect(
        "no-pin-any-pin", "CRD-PIN-140", _STATUS, "PB-2", "verify", _any_pin,
        "Answers VERIFY with 9000 without having a PIN.",
    ),
)  # fmt: skip
