"""VERIFY: the offline PIN, in the clear or enciphered, and its tries (PB-2, PB-11.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Ada, Cvr
from conformance.codec.status import StatusWord
from conformance.sim.card.state import (
    CONDITIONS_NOT_SATISFIED,
    NOT_SUPPORTED,
    OK,
    PIN_BLOCKED,
    PIN_BLOCKED_BEFORE,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Refused,
)

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.state import Application, CardState, ContactTransaction

_PLAIN = 0x80
_ENCIPHERED = 0x88
_BLOCK_LENGTH = 8
_HEADER = b"\x7f"
_TRIES_LEFT = 0x63C0


def verify(card: CardState, command: CommandApdu) -> ResponseApdu:
    """VERIFY 80 in the clear, 88 enciphered; 6A81 for a card without offline PIN (PB-2)."""
    if command.p1 or command.p2 not in (_PLAIN, _ENCIPHERED):
        raise Refused(WRONG_P1_P2)
    application, transaction = card.dialogue
    if application.memory.pin is None:
        raise Refused(NOT_SUPPORTED)
    challenge, transaction.challenge = transaction.challenge, None
    if command.p2 == _PLAIN:
        block = command.data
        if len(block) != _BLOCK_LENGTH:
            raise Refused(WRONG_LENGTH)
    else:
        block = card.rules.deciphered_pin.apply(application, challenge, command.data)
    card.rules.pin_tries_left.apply(application, transaction)
    return ResponseApdu(b"", card.rules.pin_presented.apply(application, transaction, block))


def deciphered_pin(application: Application, challenge: bytes | None, enciphered: bytes) -> bytes:
    """The PIN block out of 7F, block, challenge, random pad; what does not open is a wrong PIN (PB-2).

    Without a GET CHALLENGE right before it answers 6985.
    """
    key = application.image.icc_key
    if len(enciphered) != key.public.size:
        raise Refused(WRONG_LENGTH)
    if challenge is None:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    number = int.from_bytes(enciphered, "big")
    if number >= key.public.modulus:
        return b""
    opened = key.private_operation(number).to_bytes(key.public.size, "big")
    genuine = opened[:1] == _HEADER and opened[9:17] == challenge
    return opened[1:9] if genuine else b""


def pin_tries_left(application: Application, transaction: ContactTransaction) -> None:
    """Without tries: 6984 when they ran out in an earlier transaction, 6983 in this one (PB-2, PB-11.6).

    The first VERIFY in a transaction answers 6984, a later one 6983.
    """
    again, transaction.verified = transaction.verified, True
    transaction.cvr |= Cvr.OFFLINE_PIN_PERFORMED
    if application.memory.pin_tries == 0:
        transaction.cvr |= Cvr.OFFLINE_PIN_FAILED | Cvr.PIN_TRIES_EXCEEDED
        raise Refused(PIN_BLOCKED if again else PIN_BLOCKED_BEFORE)


def pin_presented(application: Application, transaction: ContactTransaction, block: bytes) -> StatusWord:
    """9000 gives the tries back; 63Cx takes one, and the last may block the application, ADA B2b8."""
    memory = application.memory
    if memory.pin is not None and block == pin_block(memory.pin):
        memory.pin_tries = memory.pin_limit
        transaction.cvr = transaction.cvr.without(Cvr.OFFLINE_PIN_FAILED)
        return OK
    memory.pin_tries -= 1
    transaction.cvr |= Cvr.OFFLINE_PIN_FAILED
    if memory.pin_tries == 0:
        transaction.pin_lost = True
        transaction.cvr |= Cvr.PIN_TRIES_EXCEEDED
        if Ada.PIN_TRIES_BLOCK in application.actions:
            memory.blocked = True
            transaction.cvr |= Cvr.BLOCKED_PIN_TRIES
    return StatusWord(_TRIES_LEFT | min(memory.pin_tries, 0x0F))


def pin_block(pin: str) -> bytes:
    """2, the number of digits, the digits, F to eight bytes (PB-2)."""
    return bytes.fromhex(f"2{len(pin):X}{pin}".ljust(2 * _BLOCK_LENGTH, "F"))
