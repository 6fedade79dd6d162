"""GENERATE AC 2: what became of going online, and what that resets (PB-11.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import Ada, Aip, Cvr
from conformance.codec.tags import Tag
from conformance.sim.card import contact_risk
from conformance.sim.card.state import Decision

if TYPE_CHECKING:
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, ContactTransaction

UNABLE_ONLINE = frozenset({b"Y3", b"Z3"})
_APPROVED = frozenset({b"00", b"10", b"11", b"01", b"02", b"Y1"})
_MANDATORY = 0x80  # 9F56 b8


def unable_online(
    rules: CardRules, application: Application, transaction: ContactTransaction, asked: Decision
) -> tuple[Decision, bool]:
    """The terminal could not go online: the upper limits decide. With the decision, whether to advise."""
    transaction.cvr |= Cvr.UNABLE_ONLINE
    rules.count_international.apply(application, transaction)
    checks = (
        rules.unable_upper_limit,
        rules.unable_new_card,
        rules.unable_pin_tries,
        rules.unable_cumulative,
        rules.unable_cumulative_dual,
    )
    allowed = contact_risk.cautious(application, transaction, checks)
    if Decision.AAC in (asked, allowed):
        rules.authentication_flags.apply(application, transaction)
        return Decision.AAC, Ada.ADVICE_DECLINED in application.actions
    rules.count_amounts.apply(application, transaction)
    return Decision.TC, False


def upper_limit(application: Application, transaction: ContactTransaction) -> Decision | None:
    """More transactions since the last online one than UCOL, 9F59, allows."""
    limit, memory = application.limit(Tag.CARD_UPPER_OFFLINE_LIMIT), application.memory
    exceeded = limit is not None and memory.atc - memory.last_online_atc > limit
    return _declined(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def unable_new_card(application: Application, transaction: ContactTransaction) -> Decision | None:
    """The card was never online; declined by ADA B1b1."""
    if application.memory.last_online_atc:
        return None
    transaction.cvr |= Cvr.NEW_CARD
    return Decision.AAC if Ada.NEW_CARD_OFFLINE_DECLINE in application.actions else None


def unable_pin_tries(application: Application, transaction: ContactTransaction) -> Decision | None:
    """The PIN tries ran out in an earlier transaction, and ADA B2b5 declines."""
    lost = contact_risk.pin_lost_earlier(application, transaction)
    declines = lost and Ada.PIN_TRIES_EARLIER_OFFLINE_DECLINE in application.actions
    return _declined(transaction, Cvr.PIN_TRIES_EXCEEDED) if declines else None


def unable_cumulative(application: Application, transaction: ContactTransaction) -> Decision | None:
    """What was spent offline in the card's own currency, with this amount, against CTTAUL, 9F5C."""
    own = not contact_risk.foreign_currency(application, transaction)
    total = application.memory.cumulative + contact_risk.own_amount(application, transaction)
    exceeded = own and contact_risk.beyond(application, Tag.CTTAUL, total)
    return _declined(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def unable_cumulative_dual(application: Application, transaction: ContactTransaction) -> Decision | None:
    """What was spent offline in both currencies, with this amount, against CTTAUL, 9F5C."""
    added = contact_risk.dual_amount(application, transaction)
    total = application.memory.dual + (added or 0)
    exceeded = added is not None and contact_risk.beyond(application, Tag.CTTAUL, total)
    return _declined(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def online_completed(
    rules: CardRules, application: Application, transaction: ContactTransaction, asked: Decision
) -> tuple[Decision, bool]:
    """The issuer answered: approved or not, authenticated or not. With the decision, whether to advise."""
    if _mandatory_missing(application, transaction):
        application.memory.issuer_authentication_failed = True
    if Aip.ISSUER_AUTHENTICATION in transaction.aip and transaction.issuer_authenticated is None:
        transaction.cvr |= Cvr.ISSUER_AUTHENTICATION_NOT_PERFORMED
    resets = (
        not _mandatory_missing(application, transaction) and transaction.issuer_authenticated is not False
    )
    if asked is not Decision.TC or not rules.issuer_approval.apply(transaction):
        if resets:
            rules.reset_flags.apply(application)
        return Decision.AAC, False
    if rules.authentication_declines.apply(application, transaction):
        return Decision.AAC, Ada.ADVICE_AUTHENTICATION in application.actions
    if resets:
        rules.reset_flags.apply(application)
        rules.reset_counters.apply(application)
    return Decision.TC, False


def issuer_approval(transaction: ContactTransaction) -> bool:
    """An ARC of approval in 8A, and in 91 too where issuer authentication succeeded."""
    told = transaction.values.get(Tag.AUTHORISATION_RESPONSE_CODE)
    authenticated = transaction.response_code if transaction.issuer_authenticated else told
    return told in _APPROVED and authenticated in _APPROVED


def authentication_declines(application: Application, transaction: ContactTransaction) -> bool:
    """Mandatory and missing with ADA B1b6, or performed and failed with ADA B1b7."""
    actions = application.actions
    if transaction.issuer_authenticated is False:
        return Ada.DECLINE_FAILED_AUTHENTICATION in actions
    return _mandatory_missing(application, transaction) and Ada.DECLINE_MISSING_ARPC in actions


def reset_flags(application: Application) -> None:
    """A completed online transaction clears what was remembered of the ones before."""
    memory = application.memory
    memory.scripts, memory.script_failed = 0, False
    memory.online_pending = memory.sda_failed = memory.dda_failed = False


def reset_counters(application: Application) -> None:
    """An online approval clears the totals and counters, and this transaction is the last online one."""
    memory = application.memory
    memory.cumulative = memory.dual = memory.foreign_count = memory.country_count = 0
    memory.last_online_atc = memory.atc


def _mandatory_missing(application: Application, transaction: ContactTransaction) -> bool:
    supported = Aip.ISSUER_AUTHENTICATION in transaction.aip
    indicator = application.elements.get(Tag.ISSUER_AUTHENTICATION_INDICATOR, b"\0")[0]
    return supported and bool(indicator & _MANDATORY) and transaction.issuer_authenticated is None


def _declined(transaction: ContactTransaction, failed: Cvr) -> Decision:
    transaction.cvr |= failed
    return Decision.AAC
