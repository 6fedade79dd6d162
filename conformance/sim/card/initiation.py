"""GET PROCESSING OPTIONS, contactless: state, length, path, risk management, answer (PB-7.2, PB-7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import CardProcessing, Ttq
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.sim.card.risk import decide
from conformance.sim.card.state import (
    ATC_LIMIT,
    CONDITIONS_NOT_SATISFIED,
    OK,
    WRONG_DATA,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Decision,
    Refused,
    Transaction,
)

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, CardState

_COMMAND_TEMPLATE = b"\x83"


def get_processing_options(card: CardState, command: CommandApdu) -> ResponseApdu:
    """Start a transaction: it costs an ATC from here on, whatever becomes of it (PB-7.5)."""
    application, rules = card.application, card.rules
    if command.p1 or command.p2:
        raise Refused(WRONG_P1_P2)
    if not card.awaits_gpo:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    pdol = application.image.pdol
    values = pdol.split(rules.gpo_length.apply(pdol.length, _template_value(command.data)))
    card.awaits_gpo = False
    rules.consume_atc.apply(application)
    transaction = _transaction(application, values)
    rules.gpo_path.apply(transaction)
    transaction.decision = decide(rules, application, transaction)
    if transaction.decision is Decision.TC and rules.fdda_version.apply(application, transaction) == 1:
        transaction.card_authentication = rules.card_authentication.apply(
            card.random, application, transaction
        )
    application.transaction = transaction
    rules.commit_at_gpo.apply(application, transaction)
    answer = rules.answer_tc if transaction.decision is Decision.TC else rules.answer_online_or_declined
    return ResponseApdu(
        tlv.encode(Tag.RESPONSE_TEMPLATE_2, answer.apply(rules, application, transaction)), OK
    )


def whole_length(expected: int, values: bytes) -> bytes:
    """What the PDOL asks for, no more and no less, or 6700 (PB-2)."""
    if len(values) != expected:
        raise Refused(WRONG_LENGTH)
    return values


def consume_atc(application: Application) -> None:
    """Every accepted GPO costs one ATC; at FFFF the application is blocked for good (PB-2)."""
    memory = application.memory
    if memory.atc >= ATC_LIMIT:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    memory.atc += 1


def qpboc_path(transaction: Transaction) -> None:
    """This card takes qPBOC alone on the contactless interface; without TTQ B1b6 it answers 6985 (PB-7.2)."""
    if Ttq.QPBOC not in transaction.ttq:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def answer_tc(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """82 94 9F36 9F26 9F10 57 5F34 [9F4B] 9F6C [9F5D] (PB-7.3)."""
    image = application.image
    signature = rules.fdda_signature.apply(rules, application, transaction) if image.signs_in_gpo else b""
    return b"".join(
        (
            image.gpo_head_tc,
            tlv.encode(Tag.ATC, transaction.atc),
            *_cryptogram(rules, application, transaction),
            image.identity,
            tlv.encode(Tag.SIGNED_DYNAMIC_APPLICATION_DATA, signature) if signature else b"",
            tlv.encode(Tag.CTQ, transaction.ctq.to_bytes()),
            _spending(rules, application, transaction),
        )
    )


def answer_online_or_declined(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """82 9F36 57 5F34 9F26 9F10 9F63 9F6C [9F5D], without AFL (PB-7.3)."""
    image = application.image
    return b"".join(
        (
            image.gpo_head,
            tlv.encode(Tag.ATC, transaction.atc),
            image.identity,
            *_cryptogram(rules, application, transaction),
            image.product,
            tlv.encode(Tag.CTQ, transaction.ctq.to_bytes()),
            _spending(rules, application, transaction),
        )
    )


def _template_value(data: bytes) -> bytes:
    """The value of the command template 83 (PB-2): 6A80 for another template, 6700 for a length that lies."""
    if data[:1] != _COMMAND_TEMPLATE:
        raise Refused(WRONG_DATA)
    if len(data) < 2 or data[1] != len(data) - 2:
        raise Refused(WRONG_LENGTH)
    return data[2:]


def _transaction(application: Application, values: dict[int, bytes]) -> Transaction:
    image, memory = application.image, application.memory
    ttq = Ttq.from_bytes(values.get(Tag.TTQ, bytes(4)))
    return Transaction(
        values=values,
        ttq=ttq,
        offline_only=Ttq.OFFLINE_ONLY in ttq,
        amount=_amount(values.get(Tag.AMOUNT_AUTHORISED, bytes(6))),
        matched=values.get(Tag.TRANSACTION_CURRENCY) == image.elements[Tag.APPLICATION_CURRENCY],
        atc=memory.atc.to_bytes(2, "big"),
        balance=memory.balance,
        cumulative=memory.cumulative,
        foreign_count=memory.foreign_count,
        ctq=image.qualifiers,
    )


def _amount(value: bytes) -> int:
    """The amount in fen; one that is not digits can be no condition of use (chosen: 6985)."""
    digits = value.hex()
    if not digits.isdecimal():
        raise Refused(CONDITIONS_NOT_SATISFIED)
    return int(digits)


def _cryptogram(rules: CardRules, application: Application, transaction: Transaction) -> tuple[bytes, bytes]:
    issuer_data = rules.issuer_application_data.apply(rules, application, transaction)
    cryptogram = rules.application_cryptogram.apply(application, transaction)
    return tlv.encode(Tag.AC, cryptogram), tlv.encode(Tag.ISSUER_APPLICATION_DATA, issuer_data)


def _spending(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """9F5D after this debit, where 9F68 wants it in the GPO response (PB-4.7, PB-7.5)."""
    if CardProcessing.OFFLINE_SPENDING_IN_GPO not in application.image.processing:
        return b""
    spending = rules.offline_spending.apply(application.image, transaction.balance, transaction.cumulative)
    return tlv.encode(Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT, to_bcd(spending, 6))
