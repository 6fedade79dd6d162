"""One contact transaction in the standard's order, with its decisions as entries of a table (PB-7.7).

Select, initiate, read; then offline data authentication, restrictions, cardholder verification and risk
management in the terminal's order; action analysis, first GENERATE AC, online, issuer authentication,
scripts, second GENERATE AC, scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from conformance.codec.bits import Aip, Tsi
from conformance.codec.tags import Tag
from conformance.kernel import action, authentication, cvm, issuer, options, restrictions, risk
from conformance.kernel import candidates as selection
from conformance.kernel.authentication import CardKey, Method
from conformance.kernel.cryptogram import first_cryptogram, second_cryptogram
from conformance.kernel.issuer import OnlineAnswer, OnlineRequest
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import (
    CdaState,
    ContactTerminal,
    ContactTransaction,
    Cryptogram,
    Outcome,
    SupportedAid,
    Terms,
)
from conformance.link.card import CardLink

if TYPE_CHECKING:
    from conformance.kernel.candidates import ContactCandidate
    from conformance.kernel.cvm import Cardholder, CvmList, CvmRule
    from conformance.kernel.select import Application

Finding: TypeAlias = Callable[[ContactTransaction], ContactTransaction]
"""A check on what is known, which returns the state with its bits set."""

Exchanging: TypeAlias = Callable[[CardLink, ContactTransaction], ContactTransaction]
"""A stage that talks to the card."""

Returning: TypeAlias = Callable[[CardLink, ContactTransaction, OnlineAnswer], ContactTransaction]
"""A stage that brings the issuer's answer to the card."""

Host: TypeAlias = Callable[[OnlineRequest], OnlineAnswer | None]
"""The way to the issuer; None when it cannot be reached."""


class Stage(Enum):
    """What happens between reading and action analysis, in the terminal's own order (EMV Book 3 8.2)."""

    AUTHENTICATION = "offline data authentication"
    RESTRICTIONS = "processing restrictions"
    CARDHOLDER = "cardholder verification"
    RISK = "terminal risk management"


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The decisions of a contact terminal; each can be exchanged for another of the same shape."""

    candidates: Callable[[CardLink, Sequence[SupportedAid]], tuple[ContactCandidate, ...]] = (
        selection.candidates
    )
    choose: Callable[[Sequence[ContactCandidate]], ContactCandidate | None] = selection.first_by_priority
    select: Callable[[CardLink, bytes], Application | None] = selection.select_final
    initiate: Callable[[CardLink, ContactTransaction], ContactTransaction | None] = options.initiate_contact
    read: Exchanging = options.read_application
    mandatory: Callable[[Mapping[int, bytes]], None] = options.require_mandatory
    order: tuple[Stage, ...] = tuple(Stage)
    method: Callable[[ContactTransaction], Method] = authentication.choose_method
    data_code: Callable[[ContactTransaction], bytes] = authentication.rsa_data_code
    card_key: Callable[[ContactTransaction], CardKey] = authentication.rsa_card_key
    version: Finding = restrictions.version_differs
    usage: Finding = restrictions.usage_restricted
    effective: Finding = restrictions.effective_date
    expiry: Finding = restrictions.expiration_date
    cvm_applies: Callable[[ContactTransaction, CvmList, CvmRule], bool] = cvm.applies
    exception_file: Finding = risk.exception_file
    merchant_forced: Finding = risk.merchant_forced
    floor: Finding = risk.floor_limit
    random: Finding = risk.random_selection
    velocity: Exchanging = risk.velocity
    first_request: Callable[[ContactTransaction], Cryptogram] = action.first_request
    without_line: Callable[[ContactTransaction], Cryptogram] = action.without_line
    after_answer: Callable[[ContactTransaction], Cryptogram] = action.after_answer
    authenticate_issuer: Returning = issuer.authenticate_issuer
    scripts_before: Returning = issuer.scripts_before
    scripts_after: Returning = issuer.scripts_after


STANDARD = ContactRules()


def pay(  # noqa: PLR0913, PLR0917  the parties of a transaction
    card: CardLink,
    terminal: ContactTerminal,
    terms: Terms,
    host: Host,
    holder: Cardholder,
    rules: ContactRules = STANDARD,
) -> ContactTransaction:
    """A whole transaction; its `outcome` says how it ended. Raises TerminatedError when the card ends it."""
    state = read(card, enter(card, terminal, terms, rules), rules)
    for stage in rules.order:
        state = perform(card, state, stage, holder, rules)
    state = first_cryptogram(card, state, rules.first_request(state))
    return complete(card, state, host, rules)


def enter(
    card: CardLink, terminal: ContactTerminal, terms: Terms, rules: ContactRules = STANDARD
) -> ContactTransaction:
    """From candidate list to accepted GPO; an application that refuses leaves the list (2CA.030.05)."""
    left = rules.candidates(card, terminal.aids)
    while left and (chosen := rules.choose(left)) is not None:
        application = rules.select(card, chosen.aid)
        if application is not None:
            initiated = rules.initiate(card, ContactTransaction(terminal, terms, application))
            if initiated is not None:
                return initiated
        left = tuple(each for each in left if each.aid != chosen.aid)
    raise TerminatedError("no-application")


def read(card: CardLink, state: ContactTransaction, rules: ContactRules = STANDARD) -> ContactTransaction:
    """The records of the AFL, with everything that is mandatory."""
    state = rules.read(card, state)
    rules.mandatory(state.card)
    return state


def perform(
    card: CardLink,
    state: ContactTransaction,
    stage: Stage,
    holder: Cardholder,
    rules: ContactRules = STANDARD,
) -> ContactTransaction:
    """One of the stages between reading and action analysis."""
    match stage:
        case Stage.AUTHENTICATION:
            return authenticate(card, state, rules)
        case Stage.RESTRICTIONS:
            return restrict(state, rules)
        case Stage.CARDHOLDER:
            return cvm.verify_cardholder(card, state, holder, rules.cvm_applies)
        case Stage.RISK:
            return manage_risk(card, state, rules)


def authenticate(
    card: CardLink, state: ContactTransaction, rules: ContactRules = STANDARD
) -> ContactTransaction:
    """Offline data authentication by the method in common; CDA is only prepared here."""
    match rules.method(state):
        case Method.CDA:
            return authentication.prepare_cda(state, rules.card_key)
        case Method.DDA:
            return authentication.dda(card, state, rules.card_key)
        case Method.SDA:
            return authentication.sda(state, rules.data_code)
        case Method.NONE:
            return authentication.oda_not_performed(state)


def restrict(state: ContactTransaction, rules: ContactRules = STANDARD) -> ContactTransaction:
    """Version, usage control, effective and expiration date (EMV Book 3 10.4)."""
    return rules.expiry(rules.effective(rules.usage(rules.version(state))))


def manage_risk(
    card: CardLink, state: ContactTransaction, rules: ContactRules = STANDARD
) -> ContactTransaction:
    """Exception file and forced online always; the rest, with TSI B1b4, if the AIP asks (EMV Book 3 10.6)."""
    state = rules.merchant_forced(rules.exception_file(state))
    if Aip.TERMINAL_RISK_MANAGEMENT not in state.aip:
        return state
    state = rules.velocity(card, rules.random(rules.floor(state)))
    return state.performed(Tsi.TERMINAL_RISK_MANAGEMENT)


def complete(
    card: CardLink, state: ContactTransaction, host: Host, rules: ContactRules = STANDARD
) -> ContactTransaction:
    """What follows the first cryptogram (PB-7.7, PB-11.2)."""
    granted = state.cryptograms[-1]
    if granted is not Cryptogram.ARQC:
        approved = granted is Cryptogram.TC and state.cda is not CdaState.FAILED
        return _offline(state, approved=approved)
    if state.cda is CdaState.FAILED:
        return second_cryptogram(card, _offline(state, approved=False), Cryptogram.AAC)
    answer = None if state.terminal.offline_only else host(OnlineRequest(state.values))
    return _unable(card, state, rules) if answer is None else _online(card, state, answer, rules)


def _offline(state: ContactTransaction, *, approved: bool) -> ContactTransaction:
    """Y1 or Z1: decided without the issuer (EMV Book 4 A6)."""
    outcome = Outcome.OFFLINE_APPROVED if approved else Outcome.OFFLINE_DECLINED
    return replace(_response_code(state, b"Y1" if approved else b"Z1"), outcome=outcome)


def _unable(card: CardLink, state: ContactTransaction, rules: ContactRules) -> ContactTransaction:
    """Y3 or Z3 by the default action codes, and a cryptogram for it (PB-11.5)."""
    request = rules.without_line(state)
    state = _response_code(state, b"Y3" if request is Cryptogram.TC else b"Z3")
    state = second_cryptogram(card, state, request)
    outcome = Outcome.UNABLE_APPROVED if _granted(state) else Outcome.UNABLE_DECLINED
    return replace(state, outcome=outcome)


def _online(
    card: CardLink, state: ContactTransaction, answer: OnlineAnswer, rules: ContactRules
) -> ContactTransaction:
    """Bring the issuer's answer to the card, scripts 72 also after a refusal (EMV Book 3 10.10)."""
    state = issuer.response_known(state, answer)
    state = rules.authenticate_issuer(card, state, answer)
    state = rules.scripts_before(card, state, answer)
    state = second_cryptogram(card, state, rules.after_answer(state))
    outcome = Outcome.ONLINE_APPROVED if _granted(state) else Outcome.ONLINE_DECLINED
    return replace(rules.scripts_after(card, state, answer), outcome=outcome)


def _granted(state: ContactTransaction) -> bool:
    return state.cryptograms[-1] is Cryptogram.TC and state.cda is not CdaState.FAILED


def _response_code(state: ContactTransaction, code: bytes) -> ContactTransaction:
    return state.knowing({Tag.AUTHORISATION_RESPONSE_CODE: code})
