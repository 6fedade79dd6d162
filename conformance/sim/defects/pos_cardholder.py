"""Defective point-of-sale terminals: how they verify cardholders, what they make of an issuer's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.kernel import action, cvm
from conformance.kernel.cash import Cash
from conformance.kernel.cvm import CvmResult
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from conformance.crypto.rsa import RsaPublicKey
    from conformance.kernel.cvm import Cardholder, CvmCode, CvmList, CvmRule
    from conformance.kernel.transaction import ContactTransaction, Cryptogram
    from conformance.link.card import CardLink

DEVICE = "pos"
_ABOVE_X = 0x07


def _without_challenge(key: RsaPublicKey, block: bytes, challenge: bytes) -> bytes:
    return cvm.enciphered(key, block, bytes(len(challenge)))


def _done_by_pin(_method: CvmCode) -> CvmResult:
    return CvmResult.SUCCESSFUL


def _no_document_fits(_state: ContactTransaction, _holder: Cardholder) -> CvmResult:
    return CvmResult.FAILED


def _any_document_fits(state: ContactTransaction, _holder: Cardholder) -> CvmResult:
    held = state.card.get(Tag.CARDHOLDER_ID_NUMBER)
    return CvmResult.SUCCESSFUL if held else CvmResult.FAILED


def _from_x_on(state: ContactTransaction, listed: CvmList, rule: CvmRule) -> bool:
    at_x = rule.condition == _ABOVE_X and state.terms.amount == listed.x
    return at_x or cvm.applies(state, listed, rule)


def _x_for_y(state: ContactTransaction, listed: CvmList, rule: CvmRule) -> bool:
    return cvm.applies(state, replace(listed, y=listed.x), rule)


def _never_referred(state: ContactTransaction) -> Cryptogram:
    return action.after_answer(replace(state, terminal=replace(state.terminal, referring=frozenset())))


def _referral_is_approval(state: ContactTransaction) -> Cryptogram:
    return action.after_answer(replace(state, terminal=replace(state.terminal, referral=lambda _code: True)))


def _no_pin_asked(state: ContactTransaction, _holder: Cardholder) -> ContactTransaction:
    return state


def _balance_unread(_card: CardLink, state: ContactTransaction) -> ContactTransaction:
    return replace(state, cash=Cash(None, None))


DEFECTS = (
    Defect(
        id="pos-cash-balance-unread",
        clause="PB-7.6",
        kills="COR-ECA-010",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.read_cash",
        rule=Rule("PB-7.6", _balance_unread),
        purpose="Does not ask what the electronic cash holds.",
    ),
    Defect(
        id="pos-pin-without-challenge",
        clause="PB-2.verify.enciphered",
        kills="COR-CON-510",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.enciphered",
        rule=Rule("PB-2", _without_challenge),
        purpose="Puts zeros in the place of the card's challenge into an enciphered PIN.",
    ),
    Defect(
        id="pos-pin-needs-no-signature",
        clause="PB-7.7",
        kills="COR-CON-520",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.verified",
        rule=Rule("EMV Book 3 10.5", _done_by_pin),
        purpose="Takes a method of PIN and signature for done with the PIN.",
    ),
    Defect(
        id="pos-fails-every-document",
        clause="PB-3.9f61",
        kills="COR-CON-530",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.document",
        rule=Rule("PB-3", _no_document_fits),
        purpose="Takes no ID document for the cardholder's.",
    ),
    Defect(
        id="pos-takes-any-document",
        clause="PB-3.9f61",
        kills="COR-CON-540",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.document",
        rule=Rule("PB-3", _any_document_fits),
        purpose="Takes any ID document for the cardholder's.",
    ),
    Defect(
        id="pos-condition-from-x",
        clause="PB-7.7",
        kills="COR-CON-550",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.applies",
        rule=Rule("EMV Book 3 C3", _from_x_on),
        purpose="Follows a rule of condition 07 at X already.",
    ),
    Defect(
        id="pos-x-for-y",
        clause="PB-7.7",
        kills="COR-CON-560",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.applies",
        rule=Rule("EMV Book 3 C3", _x_for_y),
        purpose="Compares with X where the condition says Y.",
    ),
    Defect(
        id="pos-never-referred",
        clause="PB-7.7",
        kills="COR-CON-570",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.after_answer",
        rule=Rule("EMV Book 4 6.3.8", _never_referred),
        purpose="Takes a referral for a refusal.",
    ),
    Defect(
        id="pos-referral-is-approval",
        clause="PB-7.7",
        kills="COR-CON-580",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.after_answer",
        rule=Rule("EMV Book 4 6.3.8", _referral_is_approval),
        purpose="Takes a referral for an approval, whatever the attendant says.",
    ),
    Defect(
        id="pos-cash-online-without-pin",
        clause="PB-7.6",
        kills="COR-ECA-080",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cash_pin",
        rule=Rule("PB-7.6", _no_pin_asked),
        purpose="Asks for no PIN when electronic cash goes online.",
    ),
)
