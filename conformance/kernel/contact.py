"""One contact transaction in the standard's order, with its decisions as entries of a table (PB-7.7).

Select, initiate, read; then offline data authentication, restrictions, cardholder verification and risk
management in the terminal's order; action analysis, first GENERATE AC, online, issuer authentication,
scripts, second GENERATE AC, scripts. A device runs it by `kernel.transact.contact`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from conformance.codec.bits import Aip, Tsi
from conformance.codec.tags import Tag
from conformance.kernel import action, authentication, cash, cvm, issuer, options, restrictions, risk
from conformance.kernel import candidates as selection
from conformance.kernel.authentication import CardKey, Method
from conformance.kernel.cryptogram import first_cryptogram, second_cryptogram
from conformance.kernel.cvm import CvmRules
from conformance.kernel.issuer import OnlineAnswer, OnlineRequest
from conformance.kernel.marks import MarkRules
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
from conformance.model.rule import Rule

if TYPE_CHECKING:
    from conformance.kernel.candidates import Choice, ContactCandidate
    from conformance.kernel.cvm import Cardholder
    from conformance.kernel.select import Application

Finding: TypeAlias = Rule[Callable[[ContactTransaction], ContactTransaction]]
"""A check on what is known, which returns the state with its bits set."""

Exchanging: TypeAlias = Rule[Callable[[CardLink, ContactTransaction], ContactTransaction]]
"""A stage that talks to the card."""

Returning: TypeAlias = Rule[Callable[[CardLink, ContactTransaction, OnlineAnswer], ContactTransaction]]
"""A stage that brings the issuer's answer to the card."""

Request: TypeAlias = Rule[Callable[[ContactTransaction], Cryptogram]]
"""Which cryptogram to ask for."""

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
    """The decisions of a contact terminal, rule by rule with its clause; a defect replaces one entry."""

    candidates: Rule[Callable[[CardLink, Sequence[SupportedAid]], tuple[ContactCandidate, ...]]] = Rule(
        "EMV Book 1 12.3", selection.candidates
    )
    choose: Rule[Callable[[Sequence[ContactCandidate], Choice], ContactCandidate | None]] = Rule(
        "EMV Book 1 12.4", selection.chosen
    )
    select: Rule[Callable[[CardLink, bytes], Application | None]] = Rule(
        "EMV Book 1 12.4", selection.select_final
    )
    initiate: Rule[Callable[[CardLink, ContactTransaction], ContactTransaction | None]] = Rule(
        "PB-7.2", options.initiate_contact
    )
    asks_for_cash: Rule[Callable[[ContactTransaction], bool]] = Rule("PB-7.6", cash.asks_for_cash)
    read: Exchanging = Rule("EMV Book 3 10.2", options.read_application)
    mandatory: Rule[Callable[[Mapping[int, bytes]], None]] = Rule("EMV Book 3 7.2", options.require_mandatory)
    is_cash: Rule[Callable[[ContactTransaction], bool]] = Rule("PB-7.6", cash.is_cash)
    read_cash: Exchanging = Rule("PB-7.6", cash.read_cash)
    order: tuple[Stage, ...] = tuple(Stage)
    method: Rule[Callable[[ContactTransaction], Method]] = Rule(
        "EMV Book 3 10.3", authentication.choose_method
    )
    data_code: Rule[Callable[[ContactTransaction], bytes]] = Rule("PB-6.1", authentication.data_code)
    card_key: Rule[Callable[[ContactTransaction], CardKey]] = Rule("PB-6.1", authentication.card_key)
    version: Finding = Rule("EMV Book 3 10.4.1", restrictions.version_differs)
    usage: Finding = Rule("EMV Book 3 10.4.2", restrictions.usage_restricted)
    effective: Finding = Rule("EMV Book 3 10.4.3", restrictions.effective_date)
    expiry: Finding = Rule("EMV Book 3 10.4.3", restrictions.expiration_date)
    cvm: CvmRules = CvmRules()
    exception_file: Finding = Rule("EMV Book 4 6.5.5", risk.exception_file)
    merchant_forced: Finding = Rule("EMV Book 4 6.5.5", risk.merchant_forced)
    floor: Finding = Rule("EMV Book 3 10.6.1", risk.floor_limit)
    random: Finding = Rule("EMV Book 3 10.6.2", risk.random_selection)
    velocity: Exchanging = Rule("EMV Book 3 10.6.3", risk.velocity)
    first_request: Request = Rule("PB-7.7", action.first_request)
    cash_request: Request = Rule("PB-7.6", cash.cash_request)
    cash_pin: Rule[Callable[[ContactTransaction, Cardholder], ContactTransaction]] = Rule(
        "PB-7.6", cash.ask_for_pin
    )
    without_line: Request = Rule("PB-7.7", action.without_line)
    after_answer: Request = Rule("EMV Book 4 6.3.8", action.after_answer)
    authenticate_issuer: Returning = Rule("EMV Book 3 10.9", issuer.authenticate_issuer)
    scripts_before: Returning = Rule("EMV Book 3 10.10", issuer.scripts_before)
    scripts_after: Returning = Rule("EMV Book 3 10.10", issuer.scripts_after)
    marks: MarkRules = MarkRules()


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
    *_, ended = course(card, enter(card, terminal, terms, rules, holder.choice), host, holder, rules)
    return ended


def enter(
    card: CardLink,
    terminal: ContactTerminal,
    terms: Terms,
    rules: ContactRules = STANDARD,
    choice: Choice = selection.first_by_priority,
) -> ContactTransaction:
    """From candidate list to accepted GPO; an application that refuses leaves the list (2CA.030.05)."""
    left = rules.candidates.apply(card, terminal.aids)
    while left and (chosen := rules.choose.apply(left, choice)) is not None:
        application = rules.select.apply(card, chosen.aid)
        if application is not None:
            settled = terminal.settled_for(application.df_name)
            state = ContactTransaction(settled, terms, application, marks=rules.marks)
            support = cash.SUPPORTED if rules.asks_for_cash.apply(state) else cash.NOT_SUPPORTED
            state = state.knowing({Tag.EC_TERMINAL_SUPPORT: support})
            initiated = rules.initiate.apply(card, state.did(f"selected {chosen.aid.hex().upper()}"))
            if initiated is not None:
                return initiated
        left = tuple(each for each in left if each.aid != chosen.aid)
    raise TerminatedError("no-application")


def course(
    card: CardLink,
    state: ContactTransaction,
    host: Host,
    holder: Cardholder,
    rules: ContactRules = STANDARD,
) -> Iterator[ContactTransaction]:
    """The state after each stage from the accepted GPO on; the last one has an outcome."""
    state = read(card, state, rules)
    yield state
    for stage in rules.order:
        state = perform(card, state, stage, holder, rules)
        yield state
    request = (rules.first_request if state.cash is None else rules.cash_request).apply(state)
    state = state.did(f"action analysis: {request.name}")
    if state.cash is not None and request is Cryptogram.ARQC:
        state = rules.cash_pin.apply(state, holder)
    state = first_cryptogram(card, state, request)
    yield state
    yield from complete(card, state, host, rules)


def read(card: CardLink, state: ContactTransaction, rules: ContactRules = STANDARD) -> ContactTransaction:
    """The records of the AFL, with all that is mandatory; of electronic cash what it holds (PB-7.6)."""
    state = rules.read.apply(card, state)
    rules.mandatory.apply(state.card)
    state = state.did("records read")
    return rules.read_cash.apply(card, state).did("electronic cash") if rules.is_cash.apply(state) else state


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
            return restrict(state, rules).did(stage.value)
        case Stage.CARDHOLDER:
            verified = cvm.verify_cardholder(card, state, holder, rules.cvm)
            return verified.did(f"{stage.value}: {verified.own[Tag.CVM_RESULTS].hex().upper()}")
        case Stage.RISK:
            return manage_risk(card, state, rules).did(stage.value)


def authenticate(
    card: CardLink, state: ContactTransaction, rules: ContactRules = STANDARD
) -> ContactTransaction:
    """Offline data authentication by the method in common; CDA is only prepared here."""
    method = rules.method.apply(state)
    state = state.did(f"{Stage.AUTHENTICATION.value}: {method.value}")
    match method:
        case Method.CDA:
            return authentication.prepare_cda(state, rules.card_key.apply)
        case Method.DDA:
            return authentication.dda(card, state, rules.card_key.apply)
        case Method.SDA:
            return authentication.sda(state, rules.data_code.apply)
        case Method.NONE:
            return authentication.oda_not_performed(state)


def restrict(state: ContactTransaction, rules: ContactRules = STANDARD) -> ContactTransaction:
    """Version, usage control, effective and expiration date (EMV Book 3 10.4)."""
    for check in (rules.version, rules.usage, rules.effective, rules.expiry):
        state = check.apply(state)
    return state


def manage_risk(
    card: CardLink, state: ContactTransaction, rules: ContactRules = STANDARD
) -> ContactTransaction:
    """Exception file and forced online always; the rest, with TSI B1b4, if the AIP asks (EMV Book 3 10.6).

    Electronic cash is not held against floor limit, chance or velocity (PB-7.6).
    """
    state = rules.merchant_forced.apply(rules.exception_file.apply(state))
    if Aip.TERMINAL_RISK_MANAGEMENT not in state.aip:
        return state
    if state.cash is not None:
        return state.performed(Tsi.TERMINAL_RISK_MANAGEMENT)
    state = rules.random.apply(rules.floor.apply(state))
    return rules.velocity.apply(card, state).performed(Tsi.TERMINAL_RISK_MANAGEMENT)


def complete(
    card: CardLink, state: ContactTransaction, host: Host, rules: ContactRules = STANDARD
) -> Iterator[ContactTransaction]:
    """The states that follow the first cryptogram (PB-7.7, PB-11.2)."""
    granted = state.cryptograms[-1]
    if granted is not Cryptogram.ARQC:
        yield _offline(state, approved=granted is Cryptogram.TC and state.cda is not CdaState.FAILED)
        return
    if state.cda is CdaState.FAILED:
        yield second_cryptogram(card, _offline(state, approved=False), Cryptogram.AAC)
        return
    answer = None if state.terminal.offline_only else host(OnlineRequest(state.values))
    if answer is None:
        yield _unable(card, state, rules)
        return
    yield from _online(card, issuer.response_known(state, answer), answer, rules)


def _offline(state: ContactTransaction, *, approved: bool) -> ContactTransaction:
    """Y1 or Z1: decided without the issuer (EMV Book 4 A6)."""
    outcome = Outcome.OFFLINE_APPROVED if approved else Outcome.OFFLINE_DECLINED
    return replace(_response_code(state, b"Y1" if approved else b"Z1"), outcome=outcome)


def _unable(card: CardLink, state: ContactTransaction, rules: ContactRules) -> ContactTransaction:
    """Y3 or Z3 by the default action codes, and a cryptogram for it (PB-11.5)."""
    request = rules.without_line.apply(state)
    state = _response_code(state, b"Y3" if request is Cryptogram.TC else b"Z3").did("unable to go online")
    state = second_cryptogram(card, state, request)
    outcome = Outcome.UNABLE_APPROVED if _granted(state) else Outcome.UNABLE_DECLINED
    return replace(state, outcome=outcome)


def _online(
    card: CardLink, state: ContactTransaction, answer: OnlineAnswer, rules: ContactRules
) -> Iterator[ContactTransaction]:
    """Bring the issuer's answer to the card, scripts 72 also after a refusal (EMV Book 3 10.10)."""
    state = state.did(f"online: {answer.response_code.decode('ascii', 'replace')}")
    yield state
    for bring in (rules.authenticate_issuer, rules.scripts_before):
        state = bring.apply(card, state, answer)
        yield state
    state = second_cryptogram(card, state, rules.after_answer.apply(state))
    outcome = Outcome.ONLINE_APPROVED if _granted(state) else Outcome.ONLINE_DECLINED
    state = replace(state, outcome=outcome)
    yield state
    yield rules.scripts_after.apply(card, state, answer)


def _granted(state: ContactTransaction) -> bool:
    return state.cryptograms[-1] is Cryptogram.TC and state.cda is not CdaState.FAILED


def _response_code(state: ContactTransaction, code: bytes) -> ContactTransaction:
    return state.knowing({Tag.AUTHORISATION_RESPONSE_CODE: code})
