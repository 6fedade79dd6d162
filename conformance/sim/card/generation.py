"""GENERATE AC, first and second: who may ask, what is decided, how it is answered (PB-11.1, PB-11.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Ada, Aip, Cvr, Tvr
from conformance.codec.tags import Tag
from conformance.sim.card import completion, contact_risk
from conformance.sim.card.security import CVR_LENGTH, cryptogram
from conformance.sim.card.state import (
    CONDITIONS_NOT_SATISFIED,
    OK,
    WRONG_P1_P2,
    Decision,
    Refused,
    fen,
)

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.codec.dol import Dol
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, CardState, ContactTransaction

_CDA = 0x10
_ASKED = {0x00: Decision.AAC, 0x40: Decision.TC, 0x80: Decision.ARQC}
_CRYPTOGRAM = {Decision.AAC: 0x00, Decision.TC: 0x40, Decision.ARQC: 0x80}
_ADVICE = 0x08
_REASON_PIN_TRIES = 0x02


def generate_ac(card: CardState, command: CommandApdu) -> ResponseApdu:
    """GENERATE AC: the terminal asks, and the card may only answer with less (PB-2, PB-11.1)."""
    asked = _ASKED.get(command.p1 & ~_CDA)
    if asked is None or command.p2:
        raise Refused(WRONG_P1_P2)
    application, transaction = card.dialogue
    _expect(transaction, asked)
    combined = bool(command.p1 & _CDA)
    if combined and Aip.CDA not in transaction.aip:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    image = application.image
    _take(card.rules, transaction, image.cdol1 if transaction.first is None else image.cdol2, command.data)
    apply = _first if transaction.first is None else _second
    decision, information = apply(card.rules, application, transaction, asked)
    return _answer(card.rules, application, transaction, (decision, information, combined))


def _expect(transaction: ContactTransaction, asked: Decision) -> None:
    """A second GENERATE AC follows an ARQC and asks for TC or AAC; there is no third (PB-2, PB-11.5)."""
    if transaction.first is None:
        return
    if transaction.first is not Decision.ARQC or transaction.second is not None or asked is Decision.ARQC:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def _take(rules: CardRules, transaction: ContactTransaction, cdol: Dol, listed: bytes) -> None:
    """Note what the terminal lists, unless its length or its amount refuses it."""
    values = cdol.split(rules.gac_length.apply(cdol.length, listed))
    known = transaction.values | values
    transaction.amount = fen(known.get(Tag.AMOUNT_AUTHORISED, bytes(6)))
    transaction.listed += listed
    transaction.values = known
    transaction.asked.append(values)


def _first(
    rules: CardRules, application: Application, transaction: ContactTransaction, asked: Decision
) -> tuple[Decision, int]:
    refused = rules.blocked_application.apply(application)
    decision = least(asked, refused or contact_risk.first_decision(rules, application, transaction, asked))
    transaction.first = decision
    transaction.cvr |= decision.value
    if decision is Decision.ARQC:
        application.memory.online_pending = True
        return decision, 0
    transaction.closed = not (application.memory.blocked or application.memory.pin_exhausted)
    if decision is Decision.TC:
        _approve(rules, application, transaction)
        return decision, 0
    if not transaction.path.electronic_cash:
        rules.count_international.apply(application, transaction)
    rules.authentication_flags.apply(application, transaction)
    return decision, rules.first_advice.apply(application, transaction)


def _approve(rules: CardRules, application: Application, transaction: ContactTransaction) -> None:
    """An offline approval: electronic cash pays from the balance, debit and credit count (PB-11.1)."""
    if transaction.path.electronic_cash:
        rules.cash_debit.apply(application, transaction)
    else:
        rules.count_amounts.apply(application, transaction)
        rules.count_international.apply(application, transaction)
    rules.contact_log.apply(application, transaction)


def cash_debit(application: Application, transaction: ContactTransaction) -> None:
    """Electronic cash takes the amount from the balance, and no counter moves (PB-7.6)."""
    memory, purse = application.memory, transaction.purse
    memory.hold(purse, memory.held(purse) - transaction.amount)


def first_advice(application: Application, transaction: ContactTransaction) -> int:
    """An AAC may ask for an advice, by ADA B1b5, or b4 with reason 010 where the PIN was lost (PB-11.1)."""
    actions = application.actions
    lost = transaction.pin_lost and Ada.ADVICE_PIN_TRIES in actions
    reason = _REASON_PIN_TRIES if lost else 0
    return reason | (_ADVICE if lost or Ada.ADVICE_DECLINED in actions else 0)


def authentication_flags(application: Application, transaction: ContactTransaction) -> None:
    """A decline after failed offline data authentication is remembered (PB-11.1, PB-11.5)."""
    tvr, memory = transaction.tvr, application.memory
    if Tvr.SDA_FAILED in tvr:
        memory.sda_failed = True
    elif Tvr.DDA_FAILED in tvr or Tvr.CDA_FAILED in tvr:
        memory.dda_failed = True


def _second(
    rules: CardRules, application: Application, transaction: ContactTransaction, asked: Decision
) -> tuple[Decision, int]:
    transaction.cvr = transaction.cvr.without(Cvr.SECOND_NOT_REQUESTED)
    refused = rules.blocked_application.apply(application)
    unable = transaction.values.get(Tag.AUTHORISATION_RESPONSE_CODE) in completion.UNABLE_ONLINE
    complete = completion.unable_online if unable else completion.online_completed
    decision, advice = complete(rules, application, transaction, refused or asked)
    transaction.second = decision
    if decision is Decision.TC:
        transaction.cvr |= Cvr.SECOND_TC
        rules.contact_log.apply(application, transaction)
    return decision, _ADVICE if advice else 0


def least(*decisions: Decision) -> Decision:
    """TC may become ARQC, and either AAC, never the other way (PB-11.1)."""
    return next(each for each in contact_risk.MOST_CAUTIOUS_FIRST if each in decisions)


def _answer(
    rules: CardRules,
    application: Application,
    transaction: ContactTransaction,
    decided: tuple[Decision, int, bool],
) -> ResponseApdu:
    decision, information, combined = decided
    memory = application.memory
    cvr = (CVR_LENGTH | transaction.cvr).to_bytes()
    proof = rules.contact_cryptogram.apply(application, transaction, cvr)
    if not transaction.cryptogram:
        transaction.cryptogram = proof
    amounts = memory.held(transaction.purse), memory.cumulative
    security = transaction.path.security
    issuer = rules.contact_issuer_data.apply(rules, application, security, transaction.atc, cvr, amounts)
    shown = bytes((_CRYPTOGRAM[decision] | information,)), transaction.atc, proof, issuer
    if combined and decision is not Decision.AAC:
        return ResponseApdu(rules.combined_answer.apply(transaction, *shown), OK)
    return ResponseApdu(rules.separate_answer.apply(*shown), OK)


def contact_cryptogram(application: Application, transaction: ContactTransaction, cvr: bytes) -> bytes:
    """The AC over what the last CDOL listed (PB-5)."""
    values = transaction.asked[-1]
    return cryptogram(application.image, transaction.path, transaction.atc, cvr, values)


def separate_answer(information: bytes, atc: bytes, proof: bytes, issuer: bytes) -> bytes:
    """Format 1: 80 L CID ATC AC IAD (PB-11.2)."""
    return tlv.encode(Tag.RESPONSE_TEMPLATE_1, information + atc + proof + issuer)


def combined_answer(
    transaction: ContactTransaction,
    information: bytes,
    atc: bytes,
    proof: bytes,
    issuer: bytes,
) -> bytes:
    """CDA: 77 with 9F27 9F36 9F4B 9F10; the signature binds every value that was exchanged (PB-11.2)."""
    head = tlv.encode(Tag.CID, information) + tlv.encode(Tag.ATC, atc)
    tail = tlv.encode(Tag.ISSUER_APPLICATION_DATA, issuer)
    security = transaction.path.security
    exchanged = security.digest(transaction.listed + head + tail)
    dynamic = bytes((len(atc),)) + atc + information + proof + exchanged
    unpredictable = transaction.asked[-1].get(Tag.UNPREDICTABLE_NUMBER, bytes(4))
    signature = security.sign(dynamic, unpredictable)
    middle = tlv.encode(Tag.SIGNED_DYNAMIC_APPLICATION_DATA, signature)
    return tlv.encode(Tag.RESPONSE_TEMPLATE_2, head + middle + tail)
