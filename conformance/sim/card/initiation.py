"""GET PROCESSING OPTIONS: state, length, path, then for qPBOC risk management (PB-7.2, PB-7.3, PB-7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import CardProcessing, Ttq
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.sim.card.paths import Way
from conformance.sim.card.purse import FIRST
from conformance.sim.card.risk import decide
from conformance.sim.card.state import (
    ATC_LIMIT,
    CONDITIONS_NOT_SATISFIED,
    OK,
    WRONG_DATA,
    WRONG_LENGTH,
    WRONG_P1_P2,
    ContactTransaction,
    Decision,
    Refused,
    Transaction,
    fen,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.paths import Path, Paths
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
    listed = rules.gpo_length.apply(pdol.length, template_value(command.data))
    values = pdol.split(listed)
    card.awaits_gpo = False
    rules.consume_atc.apply(application)
    paths = _paths(rules, application, values)
    path = rules.gpo_path.apply(rules, application, paths, values, card.interface)
    if path.way is Way.QPBOC:
        return _qpboc(card, application, path, values)
    atc = application.memory.atc.to_bytes(2, "big")
    purse = rules.purse.apply(application, values) if path.electronic_cash else None
    application.contact = ContactTransaction(path, atc, values, listed, dict(values), purse or FIRST)
    return ResponseApdu(rules.gpo_format_1.apply(path), OK)


def _paths(rules: CardRules, application: Application, values: Mapping[int, bytes]) -> Paths:
    """Those with SM where the terminal asks for it and the card has them, else those with RSA (PB-6.3)."""
    image, chosen = application.image, rules.sm_chosen.apply(values)
    return image.sm_paths if chosen and image.sm_paths else image.paths


def _qpboc(card: CardState, application: Application, path: Path, values: dict[int, bytes]) -> ResponseApdu:
    """Risk management, then a response of format 2 (PB-7.3)."""
    rules = card.rules
    transaction = _transaction(rules, application, path, values)
    rules.capp.conditions.apply(application, transaction)
    refused = rules.blocked_application.apply(application)
    transaction.decision = refused or decide(rules, application, transaction)
    transaction.proves_online = rules.proves_online.apply(transaction)
    if transaction.proves_itself and rules.fdda_version.apply(application, transaction) == 1:
        transaction.card_authentication = rules.card_authentication.apply(
            card.random, application, transaction
        )
    application.transaction = transaction
    rules.commit_at_gpo.apply(application, transaction)
    shown = rules.gpo_objects.apply(Decision.TC if transaction.proves_itself else transaction.decision)
    answer = b"".join(_object(rules, application, transaction, tag) for tag in shown)
    return ResponseApdu(tlv.encode(Tag.RESPONSE_TEMPLATE_2, answer), OK)


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


def answered_objects(decision: Decision) -> tuple[int, ...]:
    """What the card answers, in order; an object that this card has not is left out (PB-7.3)."""
    return _ANSWER_TC if decision is Decision.TC else _ANSWER_ONLINE_OR_DECLINED


def proves_online(transaction: Transaction) -> bool:
    """A card that goes online proves itself all the same where the reader asks for it, TTQ B1b1 (PB-4.5).

    That it then answers as with a TC, and debits nothing, is an own reading.
    """
    return transaction.decision is Decision.ARQC and Ttq.ODA_FOR_ONLINE in transaction.ttq


def template_value(data: bytes) -> bytes:
    """The value of the command template 83 (PB-2): 6A80 for another template, 6700 for a length that lies."""
    if data[:1] != _COMMAND_TEMPLATE:
        raise Refused(WRONG_DATA)
    if len(data) < 2 or data[1] != len(data) - 2:
        raise Refused(WRONG_LENGTH)
    return data[2:]


def _transaction(
    rules: CardRules, application: Application, path: Path, values: dict[int, bytes]
) -> Transaction:
    image, memory = application.image, application.memory
    ttq = Ttq.from_bytes(values.get(Tag.TTQ, bytes(4)))
    purse = rules.field_purse.apply(application, rules.purse.apply(application, values))
    return Transaction(
        path=path,
        values=values,
        ttq=ttq,
        offline_only=Ttq.OFFLINE_ONLY in ttq,
        amount=fen(values.get(Tag.AMOUNT_AUTHORISED, bytes(6))),
        matched=purse is not None,
        purse=purse or FIRST,
        atc=memory.atc.to_bytes(2, "big"),
        balance=memory.held(purse or FIRST),
        cumulative=memory.cumulative,
        foreign_count=memory.foreign_count,
        deducted=memory.deducted,
        indicator=rules.capp.indicator.apply(application, values),
        ctq=image.qualifiers,
    )


def _object(rules: CardRules, application: Application, transaction: Transaction, tag: int) -> bytes:
    """One object of the answer: encoded at personalisation, or made for this transaction."""
    if tag not in _MADE:
        return application.image.gpo_objects.get(tag, b"")
    value = _MADE[tag](rules, application, transaction)
    return tlv.encode(tag, value) if value else b""


def _aip(rules: CardRules, application: Application, transaction: Transaction) -> bytes:  # noqa: ARG001
    return transaction.path.aip


def _afl(rules: CardRules, application: Application, transaction: Transaction) -> bytes:  # noqa: ARG001
    return transaction.path.afl


def _atc(rules: CardRules, application: Application, transaction: Transaction) -> bytes:  # noqa: ARG001
    return transaction.atc


def _cryptogram(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    if not rules.capp.shows_cryptogram.apply(transaction):
        return b""
    return rules.application_cryptogram.apply(application, transaction)


def _issuer_data(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    return rules.issuer_application_data.apply(rules, application, transaction)


def _signature(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """9F4B, if it has room here; if not, a record holds it (PB-6.2)."""
    if not transaction.path.security.signs_in_gpo:
        return b""
    return rules.fdda_signature.apply(rules, application, transaction)


def _qualifiers(rules: CardRules, application: Application, transaction: Transaction) -> bytes:  # noqa: ARG001
    return transaction.ctq.to_bytes()


def _spending(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """9F5D after this debit, where 9F68 wants it in the GPO response (PB-4.7, PB-7.5)."""
    image = application.image
    if CardProcessing.OFFLINE_SPENDING_IN_GPO not in image.processing:
        return b""
    return to_bcd(rules.offline_spending.apply(image, transaction.balance, transaction.cumulative), 6)


_ANSWER_TC = (
    Tag.AIP,
    Tag.AFL,
    Tag.ATC,
    Tag.AC,
    Tag.ISSUER_APPLICATION_DATA,
    Tag.TRACK2,
    Tag.PAN_SEQUENCE_NUMBER,
    Tag.SIGNED_DYNAMIC_APPLICATION_DATA,
    Tag.CTQ,
    Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT,
)
_ANSWER_ONLINE_OR_DECLINED = (
    Tag.AIP,
    Tag.ATC,
    Tag.TRACK2,
    Tag.ISSUER_APPLICATION_DATA,
    Tag.AC,
    Tag.PRODUCT_IDENTIFICATION,
    Tag.PAN_SEQUENCE_NUMBER,
    Tag.CTQ,
    Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT,
    Tag.CARDHOLDER_NAME,
)
_MADE: Mapping[int, Callable[[CardRules, Application, Transaction], bytes]] = {
    Tag.AIP: _aip,
    Tag.AFL: _afl,
    Tag.ATC: _atc,
    Tag.AC: _cryptogram,
    Tag.ISSUER_APPLICATION_DATA: _issuer_data,
    Tag.SIGNED_DYNAMIC_APPLICATION_DATA: _signature,
    Tag.CTQ: _qualifiers,
    Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT: _spending,
}
