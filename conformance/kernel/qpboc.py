"""One contactless transaction in the standard's order, its decisions entries of a table (PB-7.1 to PB-7.4).

Pre-processing, selection, GPO; then by the card's path contactless debit/credit, which goes on as over
contacts, or qPBOC: records, restrictions, fDDA, cardholder verification by CTQ, online. A device runs it by
`kernel.transact.contactless`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.bits import Aip, Ctq, Ttq
from conformance.codec.tags import Tag
from conformance.crypto.certificates import CertificateError
from conformance.kernel import capp, cash, contact, contactless, options, recovery
from conformance.kernel.answers import one_of
from conformance.kernel.candidates import is_supported
from conformance.kernel.contact import ContactRules
from conformance.kernel.cvm import Cardholder, CvmCode, CvmResult, NoPin
from conformance.kernel.initiate import CardDecision, Purchase, answered
from conformance.kernel.issuer import OnlineRequest
from conformance.kernel.preprocess import OFFLINE_QPBOC, Limits, OtherInterfaceError, preprocess
from conformance.kernel.restrictions import date_of, expired
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import ContactTransaction, Cryptogram, Outcome, SupportedAid, asks_for
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.model.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from conformance.codec.apdu import ResponseApdu
    from conformance.kernel.capp import CappKeys, Extension, Plan
    from conformance.kernel.contact import Host
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated
    from conformance.kernel.issuer import OnlineAnswer
    from conformance.kernel.select import Application, Candidate
    from conformance.kernel.transaction import ContactTerminal, Terms
    from conformance.link.card import CardLink

_CONDITIONS_NOT_SATISFIED = 0x6985
_KINDS = {
    CardDecision.AAC: Cryptogram.AAC,
    CardDecision.TC: Cryptogram.TC,
    CardDecision.ARQC: Cryptogram.ARQC,
}


@dataclass(frozen=True, slots=True)
class ContactlessTerminal:
    """What a contactless reader is and was loaded with, besides what it has in common with a contact one.

    `ttq` are its capabilities; pre-processing adds what an amount asks for. `extended_application` allows an
    amount of zero offline, `status_check` is the optional first check (PB-7.1).
    """

    base: ContactTerminal
    ttq: Ttq = OFFLINE_QPBOC
    limits: Limits = field(default_factory=Limits)
    extended_application: bool = False
    status_check: bool = False

    @property
    def online_capable(self) -> bool:
        return Ttq.OFFLINE_ONLY not in self.ttq


class Turn(Enum):
    """What a check makes of a transaction."""

    GO_ON = "go on"
    ONLINE = "go online"
    DECLINE = "decline"
    OTHER_INTERFACE = "use another interface"


@dataclass(frozen=True, slots=True)
class Tapped:
    """A contactless transaction between two stages.

    `known` holds terminal, terms and all objects by tag. `initiated` is there once GPO was answered by qPBOC,
    `over_contact` once the card took contactless debit/credit; `transaction` while records are read. A `torn`
    one lacks its last record, at which the card may have committed (PB-7.5).
    """

    terminal: ContactlessTerminal
    known: ContactTransaction
    ttq: Ttq
    initiated: Initiated | None = None
    over_contact: ContactTransaction | None = None
    transaction: Transaction | None = None
    torn: bool = False
    online: OnlineAnswer | None = None
    signature: bool = False
    outcome: Outcome | None = None
    reason: str = ""

    @property
    def values(self) -> Mapping[int, bytes]:
        return self.known.values

    @property
    def path(self) -> tuple[str, ...]:
        return self.known.path

    @property
    def cryptograms(self) -> tuple[Cryptogram, ...]:
        return () if self.initiated is None else (_KINDS[self.initiated.decision],)

    @property
    def ctq(self) -> Ctq | None:
        """9F6C; None where the card gave none."""
        value = self.known.card.get(Tag.CTQ)
        return Ctq.from_bytes(value) if value is not None and len(value) == Ctq.SIZE else None

    def knowing(self, values: Mapping[int, bytes]) -> Self:
        return replace(self, known=self.known.knowing(values))

    def did(self, step: str) -> Self:
        return replace(self, known=self.known.did(step))

    def with_records(self, transaction: Transaction) -> Self:
        known = replace(self.known, card=transaction.values, records=transaction.records)
        return replace(self, known=known, transaction=transaction)

    def ended(self, outcome: Outcome, reason: str = "") -> Self:
        return replace(self.did(outcome.value), outcome=outcome, reason=reason)


Check = Rule[Callable[[Tapped], Turn]]


def preprocessed(terminal: ContactlessTerminal, terms: Terms) -> Ttq:
    """The TTQ for this amount (PB-7.1)."""
    return preprocess(
        terms.amount,
        terminal.limits,
        terminal.ttq,
        extended_application=terminal.extended_application,
        status_check=terminal.status_check,
    )


def choose(candidates: Sequence[Candidate], supported: Sequence[SupportedAid]) -> Candidate | None:
    """The supported entry of highest priority; of equals, the card's order decides (PB-1)."""
    mutual = [each for each in candidates if is_supported(each.aid, supported)]
    return min(mutual, key=lambda candidate: candidate.priority, default=None)


def takes_contact_path(ttq: Ttq, response: ResponseApdu) -> bool:
    """The card chose contactless debit/credit: the reader has nothing else, or AIP B2b8 says so (PB-7.2)."""
    if Ttq.CONTACTLESS_PBOC not in ttq:
        return False
    if Ttq.QPBOC not in ttq:
        return True
    answer = one_of(response, (Tag.RESPONSE_TEMPLATE_1, Tag.RESPONSE_TEMPLATE_2), "gpo")
    if answer.tag == Tag.RESPONSE_TEMPLATE_1:
        aip = answer.value[: Aip.SIZE]
    else:
        found = answer.find(Tag.AIP)
        aip = found.value if found is not None else b""
    return len(aip) == Aip.SIZE and Aip.CONTACTLESS_PATH in Aip.from_bytes(aip)


def refused(ttq: Ttq) -> TerminatedError:
    """6985 to GPO: no other application of this card in this pass (PB-7.2); over contacts if there are any.

    That a refusal may mean "over contacts" is how PB-7.3 lets a card prefer them.
    """
    return (
        OtherInterfaceError("GPO: 6985")
        if Ttq.CONTACT_PBOC in ttq
        else TerminatedError("gpo-refused", "6985")
    )


def expiry(state: Tapped) -> Turn:
    """An expired application goes online if 9F6C b4 says so and there is a line, else declines (PB-7.4)."""
    value = state.known.card.get(Tag.EXPIRATION_DATE)
    if value is None or not expired(date_of(value), state.known.terms.when.date()):
        return Turn.GO_ON
    asks = state.ctq is not None and Ctq.ONLINE_IF_EXPIRED in state.ctq
    return Turn.ONLINE if asks and state.terminal.online_capable else Turn.DECLINE


def exception_file(state: Tapped) -> Turn:
    """A card of the exception file is declined (PB-7.4)."""
    listed = state.initiated is not None and state.known.terminal.listed(
        state.initiated.pan, state.initiated.psn
    )
    return Turn.DECLINE if listed else Turn.GO_ON


def authenticate(state: Tapped) -> None:
    """Verify fDDA. Raises CertificateError, and TerminatedError where there is nothing to verify it with."""
    if state.transaction is None:
        raise TerminatedError("afl-missing")
    base, today = state.terminal.base, state.known.terms.when.date()
    contactless.authenticate(state.transaction, base.ca_keys, today, base.sm_ca_keys)


def after_failed_authentication(state: Tapped) -> Turn:
    """After a failed fDDA: online by 9F6C b6, over contacts by b5, where there are; else decline (PB-7.4)."""
    ctq = state.ctq or Ctq(0)
    if Ctq.ONLINE_IF_ODA_FAILS in ctq and state.terminal.online_capable:
        return Turn.ONLINE
    if Ctq.SWITCH_IF_ODA_FAILS in ctq and Ttq.CONTACT_PBOC in state.ttq:
        return Turn.OTHER_INTERFACE
    return Turn.DECLINE


def cardholder(state: Tapped, holder: Cardholder) -> Tapped:
    """What 9F6C asks for, by what the reader can do; without 9F6C a signature (PB-4.6, PB-7.4).

    Ends the transaction when a method that is asked for is not there, or no PIN is entered.
    """
    ctq = state.ctq
    if ctq is None:
        wants = Ttq.CVM_REQUIRED in state.ttq and Ttq.SIGNATURE in state.ttq
        return _signed(state) if wants else _without_cvm(state)
    if Ctq.ONLINE_PIN_REQUIRED in ctq and Ttq.ONLINE_PIN in state.ttq:
        block = holder.online_pin(state.initiated.pan if state.initiated else "")
        if isinstance(block, NoPin):
            return state.ended(Outcome.OFFLINE_DECLINED, "pin-not-entered")
        results = bytes((CvmCode.ONLINE_PIN, 0, CvmResult.UNKNOWN))
        return state.knowing({Tag.PIN_DATA: block, Tag.CVM_RESULTS: results}).did("online PIN entered")
    if Ctq.SIGNATURE_REQUIRED in ctq and Ttq.SIGNATURE in state.ttq:
        return _signed(state)
    if ctq & (Ctq.ONLINE_PIN_REQUIRED | Ctq.SIGNATURE_REQUIRED):
        return state.ended(Outcome.OFFLINE_DECLINED, "cvm-not-supported")
    return _without_cvm(state)


def approved_online(state: Tapped, answer: OnlineAnswer) -> bool:
    """The issuer's code approves; nothing of its answer goes to the card (PB-7.4)."""
    return answer.response_code in state.terminal.base.approving


@dataclass(frozen=True, slots=True)
class ContactlessRules:
    """The decisions of a contactless terminal, rule by rule with its clause; a defect replaces one entry."""

    preprocess: Rule[Callable[[ContactlessTerminal, Terms], Ttq]] = Rule("PB-7.1", preprocessed)
    choose: Rule[Callable[[Sequence[Candidate], Sequence[SupportedAid]], Candidate | None]] = Rule(
        "PB-1", choose
    )
    takes_contact_path: Rule[Callable[[Ttq, ResponseApdu], bool]] = Rule("PB-7.2", takes_contact_path)
    refused: Rule[Callable[[Ttq], TerminatedError]] = Rule("PB-7.2", refused)
    expiry: Check = Rule("PB-7.4", expiry)
    exception_file: Check = Rule("PB-7.4", exception_file)
    authenticate: Rule[Callable[[Tapped], None]] = Rule("PB-6.2", authenticate)
    after_failed_authentication: Check = Rule("PB-7.4", after_failed_authentication)
    cardholder: Rule[Callable[[Tapped, Cardholder], Tapped]] = Rule("PB-4.6", cardholder)
    approved_online: Rule[Callable[[Tapped, OnlineAnswer], bool]] = Rule("PB-7.4", approved_online)
    capp_read: Rule[Callable[[CardLink, Application, Extension], bytes | None]] = Rule("PB-8", capp.read)
    capp_update: Rule[Callable[[CardLink, int, bytes, bytes, CappKeys], None]] = Rule("PB-8", capp.update)
    committed: Rule[Callable[[CardLink, Application, Transaction], bool]] = Rule("PB-7.5", recovery.committed)
    contact: ContactRules = ContactRules()


STANDARD = ContactlessRules()


def course(  # noqa: PLR0913, PLR0917  the parties of a transaction
    card: CardLink,
    terminal: ContactlessTerminal,
    terms: Terms,
    host: Host,
    holder: Cardholder,
    rules: ContactlessRules = STANDARD,
    extension: Extension | None = None,
) -> Iterator[Tapped]:
    """The state after each stage, the last with an outcome. Raises TerminatedError, OtherInterfaceError."""
    ttq = rules.preprocess.apply(terminal, terms)
    application = enter(card, terminal.base.aids, rules)
    state = _selected(terminal, terms, ttq, application, rules)
    asked = rules.contact.asks_for_cash.apply(state.known)
    state = state.knowing({Tag.EC_TERMINAL_SUPPORT: cash.SUPPORTED if asked else cash.NOT_SUPPORTED})
    plan = _planned(card, application, extension, rules)
    if plan is not None:
        state = _with_plan(state, plan, rules)
    state = initiated(card, state, rules)
    yield state
    if plan is not None and extension is not None:
        state = _updated(card, state, plan, extension, rules)
    if state.over_contact is not None:
        for reached in contact.course(card, state.over_contact, host, holder, rules.contact):
            yield replace(state, over_contact=reached)
        return
    match state.initiated and state.initiated.decision:
        case CardDecision.TC:
            yield from _offline(card, state, host, holder, rules)
        case CardDecision.ARQC:
            yield _ask_issuer(rules.cardholder.apply(state, holder), host, rules)
        case _:
            yield state.ended(Outcome.OFFLINE_DECLINED, "declined-by-card")


def enter(
    card: CardLink, supported: Sequence[SupportedAid], rules: ContactlessRules = STANDARD
) -> Application:
    """PPSE and SELECT of the chosen application."""
    return contactless.enter(card, choice=lambda found, _: rules.choose.apply(found, supported))


def initiated(card: CardLink, state: Tapped, rules: ContactlessRules = STANDARD) -> Tapped:
    """GPO, and which path its answer takes (PB-7.2)."""
    application = state.known.application
    pdol = application.pdol
    if pdol is None or not asks_for(pdol, Tag.TTQ):
        raise TerminatedError("pdol-without-ttq")
    sent = pdol.fill(state.values)
    response = card.exchange(apdu.get_processing_options(sent))
    if response.sw == _CONDITIONS_NOT_SATISFIED:
        raise rules.refused.apply(state.ttq)
    if rules.takes_contact_path.apply(state.ttq, response):
        known = replace(state.known, card=options.read_options(response), pdol_sent=sent)
        return replace(state, over_contact=known.did("contactless debit/credit"))
    found = answered(application, _purchase(state), response)
    known = replace(state.known, card=found.values)
    state = replace(state, known=known, initiated=found).did(f"qPBOC: {found.decision.name}")
    return state.knowing({Tag.CID: bytes((_KINDS[found.decision].value,))})


def _planned(
    card: CardLink, application: Application, extension: Extension | None, rules: ContactlessRules
) -> Plan | None:
    """Read the record of the extended application and decide what it comes to, before GPO (PB-8)."""
    if extension is None:
        return None
    supported = capp.supported(application)
    return extension.plan(rules.capp_read.apply(card, application, extension) if supported else None)


def _with_plan(state: Tapped, plan: Plan, rules: ContactlessRules) -> Tapped:
    """The amount is known only now, so that pre-processing looks at it again."""
    terms = replace(state.known.terms, amount=plan.amount)
    ttq = rules.preprocess.apply(state.terminal, terms)
    state = replace(state, known=replace(state.known, terms=terms), ttq=ttq)
    state = state.knowing({Tag.TTQ: ttq.to_bytes(), Tag.CAPP_TRANSACTION_INDICATOR: bytes((plan.indicator,))})
    return state.did(f"extended application: {plan.indicator.name}")


def _updated(
    card: CardLink, state: Tapped, plan: Plan, extension: Extension, rules: ContactlessRules
) -> Tapped:
    """Write what the plan says, where the card gave a TC: it takes effect with the last record (PB-8)."""
    initiated = state.initiated
    if initiated is None or initiated.decision is not CardDecision.TC:
        return state
    for sfi, record in plan.updates:
        rules.capp_update.apply(card, sfi, record, initiated.values[Tag.ATC], extension.keys(sfi))
    return state.did("record updated") if plan.updates else state


def _offline(
    card: CardLink, state: Tapped, host: Host, holder: Cardholder, rules: ContactlessRules
) -> Iterator[Tapped]:
    """A TC: the card commits when its last record is read; what stops it before costs nothing (PB-7.5)."""
    if state.initiated is None:
        return
    state = state.with_records(contactless.read_before_last(card, state.initiated))
    yield state
    turn = _restricted(state, rules)
    if turn is not Turn.GO_ON:
        yield _turned(state, turn, host, holder, rules)
        return
    state = yield from _last_record(card, state)
    yield _judged(state, _authenticated(state, rules), host, holder, rules)


def _judged(state: Tapped, turn: Turn, host: Host, holder: Cardholder, rules: ContactlessRules) -> Tapped:
    """What the transaction comes to once the card has committed, by what became of its fDDA."""
    if turn is Turn.GO_ON:
        turn = _restricted(state, rules)
    if turn is not Turn.GO_ON:
        return _turned(state, turn, host, holder, rules)
    state = rules.cardholder.apply(state, holder)
    if state.outcome is None and Tag.PIN_DATA in state.known.own:
        return _ask_issuer(state, host, rules)
    return state if state.outcome else _answered(state, b"Y1").ended(Outcome.OFFLINE_APPROVED)


def resume(
    card: CardLink, torn: Tapped, host: Host, holder: Cardholder, rules: ContactlessRules = STANDARD
) -> Iterator[Tapped]:
    """Complete a torn tap from the record that its card saved; the last state has an outcome (PB-7.5).

    None has one where the card in the field is another, or did not commit. `card` has been reset. That the
    record belongs to this tap shows in fDDA 01, whose 9F69 only this card's commit can have made; in
    version 00 the record that holds 5A must show the PAN.
    """
    transaction = torn.transaction
    if transaction is None:
        return
    application = enter(card, torn.terminal.base.aids, rules)
    if not rules.committed.apply(card, application, transaction):
        return
    state = yield from _last_record(card, replace(torn, torn=False))
    try:
        rules.authenticate.apply(state)
    except CertificateError:
        return
    shown = Tag.CARD_AUTHENTICATION_RELATED_DATA in state.known.card
    if shown or recovery.shows_pan(card, contactless.place_of_pan(transaction), transaction.initiated.pan):
        yield _judged(state, Turn.GO_ON, host, holder, rules)


def _last_record(card: CardLink, state: Tapped) -> Generator[Tapped, None, Tapped]:
    """The record at which the card commits; lost, the tap is torn."""
    if state.transaction is None:
        raise TerminatedError("afl-missing")
    try:
        state = state.with_records(contactless.read_last(card, state.transaction)).did("records read")
    except (CardMute, CardWithdrawn):
        yield replace(state, torn=True)
        raise
    if Tag.EXPIRATION_DATE not in state.known.card:
        raise TerminatedError("record-object-missing", "5F24")
    yield state
    return state


def _restricted(state: Tapped, rules: ContactlessRules) -> Turn:
    turns = (check.apply(state) for check in (rules.expiry, rules.exception_file))
    return next((turn for turn in turns if turn is not Turn.GO_ON), Turn.GO_ON)


def _authenticated(state: Tapped, rules: ContactlessRules) -> Turn:
    """fDDA; what is missing for it fails it too."""
    try:
        rules.authenticate.apply(state)
    except (CertificateError, TerminatedError):
        return rules.after_failed_authentication.apply(state)
    return Turn.GO_ON


def _turned(state: Tapped, turn: Turn, host: Host, holder: Cardholder, rules: ContactlessRules) -> Tapped:
    if turn is Turn.OTHER_INTERFACE:
        return state.ended(Outcome.OTHER_INTERFACE)
    if turn is Turn.DECLINE:
        return state.ended(Outcome.OFFLINE_DECLINED)
    return _ask_issuer(rules.cardholder.apply(state, holder), host, rules)


def _ask_issuer(state: Tapped, host: Host, rules: ContactlessRules) -> Tapped:
    """Online with the cryptogram of GPO; the answer does not go to the card (PB-7.4)."""
    if state.outcome is not None:
        return state
    answer = host(OnlineRequest(state.values)) if state.terminal.online_capable else None
    if answer is None:
        return _answered(state, b"Z3").ended(Outcome.UNABLE_DECLINED)
    state = replace(_answered(state, answer.response_code), online=answer)
    approved = rules.approved_online.apply(state, answer)
    return state.ended(Outcome.ONLINE_APPROVED if approved else Outcome.ONLINE_DECLINED)


def _answered(state: Tapped, code: bytes) -> Tapped:
    return state.knowing({Tag.AUTHORISATION_RESPONSE_CODE: code})


def _signed(state: Tapped) -> Tapped:
    results = bytes((CvmCode.SIGNATURE, 0, CvmResult.UNKNOWN))
    return replace(state.knowing({Tag.CVM_RESULTS: results}).did("signature"), signature=True)


def _without_cvm(state: Tapped) -> Tapped:
    return state.knowing({Tag.CVM_RESULTS: bytes((CvmCode.NO_CVM, 0, CvmResult.SUCCESSFUL))})


def _selected(
    terminal: ContactlessTerminal, terms: Terms, ttq: Ttq, application: Application, rules: ContactlessRules
) -> Tapped:
    own: dict[int, bytes] = {Tag.TTQ: ttq.to_bytes()}
    base, marks = terminal.base.settled_for(application.df_name), rules.contact.marks
    known = ContactTransaction(base, terms, application, own=own, marks=marks).with_fresh_number()
    return Tapped(terminal, known.did(f"selected {application.df_name.hex().upper()}"), ttq)


def _purchase(state: Tapped) -> Purchase:
    terminal, terms = state.known.terminal, state.known.terms
    number = state.known.own[Tag.UNPREDICTABLE_NUMBER]
    indicator = state.known.own.get(Tag.CAPP_TRANSACTION_INDICATOR, b"\0")
    further = {**terminal.values, Tag.CAPP_TRANSACTION_INDICATOR: indicator}
    return Purchase(
        terms.amount,
        state.ttq,
        number,
        terms.when,
        terminal.country,
        terminal.currency,
        terms.type,
        further,
    )
