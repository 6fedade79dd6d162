"""GET CHALLENGE, INTERNAL AUTHENTICATE, EXTERNAL AUTHENTICATE (PB-2, PB-5, PB-6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Aip, Cvr
from conformance.codec.tags import Tag
from conformance.sim.card.state import (
    AUTHENTICATION_FAILED,
    CONDITIONS_NOT_SATISFIED,
    OK,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Decision,
    Refused,
)

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.state import CardState, ContactTransaction

_CHALLENGE_LENGTH = 8
_ARPC_LENGTH = 8
_ISSUER_DATA_LENGTH = 10  # ARPC and ARC


def get_challenge(card: CardState, command: CommandApdu) -> ResponseApdu:
    """Eight random bytes, good for the command that follows (PB-2)."""
    _plain(command)
    if command.data:
        raise Refused(WRONG_LENGTH)
    _, transaction = card.dialogue
    transaction.challenge = card.random.randbytes(_CHALLENGE_LENGTH)
    return ResponseApdu(transaction.challenge, OK)


def internal_authenticate(card: CardState, command: CommandApdu) -> ResponseApdu:
    """DDA between GPO and GENERATE AC: 80 L SDAD over what the DDOL asks for (PB-2, PB-6.1)."""
    _plain(command)
    application, transaction = card.dialogue
    if Aip.DDA not in transaction.aip or transaction.first is not None:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    listed = card.rules.ddol_length.apply(application.image.ddol.length, command.data)
    transaction.cvr |= Cvr.DDA_PERFORMED
    signature = card.rules.dda_signature.apply(transaction, listed)
    return ResponseApdu(tlv.encode(Tag.RESPONSE_TEMPLATE_1, signature), OK)


def dda_signature(transaction: ContactTransaction, listed: bytes) -> bytes:
    """The SDAD over 02 ATC and the terminal's values (PB-6.1)."""
    return transaction.path.security.sign(bytes((len(transaction.atc),)) + transaction.atc, listed)


def external_authenticate(card: CardState, command: CommandApdu) -> ResponseApdu:
    """The issuer proves itself once, between the ARQC and GENERATE AC 2; a wrong ARPC answers 6300 (PB-2)."""
    _plain(command)
    if len(command.data) != _ISSUER_DATA_LENGTH:
        raise Refused(WRONG_LENGTH)
    application, transaction = card.dialogue
    _expect(transaction)
    proof, code = command.data[:_ARPC_LENGTH], command.data[_ARPC_LENGTH:]
    holds = card.rules.arpc_holds.apply(transaction, proof, code)
    transaction.issuer_authenticated, transaction.response_code = holds, code
    application.memory.issuer_authentication_failed = not holds
    if not holds:
        transaction.cvr |= Cvr.ISSUER_AUTHENTICATION_FAILED
        raise Refused(AUTHENTICATION_FAILED)
    return ResponseApdu(b"", OK)


def arpc_holds(transaction: ContactTransaction, proof: bytes, code: bytes) -> bool:
    """ARPC of method 1 over this transaction's ARQC and the ARC beside it (PB-5)."""
    security = transaction.path.security
    key = security.session_key(security.keys.ac, transaction.atc)
    return proof == security.symmetric.arpc(key, transaction.cryptogram, code)


def _expect(transaction: ContactTransaction) -> None:
    waiting = transaction.first is Decision.ARQC and transaction.second is None
    supported = Aip.ISSUER_AUTHENTICATION in transaction.aip
    if not waiting or not supported or transaction.issuer_authenticated is not None:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def _plain(command: CommandApdu) -> None:
    if command.p1 or command.p2:
        raise Refused(WRONG_P1_P2)
