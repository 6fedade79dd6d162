"""The card's risk management at GENERATE AC 1, in the order of PB-11.1, and the counters that it reads.

A check notes its CVR bit and returns a decision, or None when nothing speaks against a TC; unlike qPBOC, all
of them run, and the most cautious decision counts. Comparisons are strictly "greater than".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import Ada, Aip, Cvr
from conformance.codec.tags import Tag
from conformance.sim.card.state import CONDITIONS_NOT_SATISFIED, Decision, Refused, fen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.sim.card.rules import CardRules, ContactCheck
    from conformance.sim.card.state import Application, ContactTransaction

MOST_CAUTIOUS_FIRST = (Decision.AAC, Decision.ARQC, Decision.TC)
_LARGEST_AMOUNT = 999_999_999_999
_OWN_TO_TERMINAL = frozenset({Tag.TVR, Tag.TSI, Tag.UNPREDICTABLE_NUMBER})


def first_decision(
    rules: CardRules, application: Application, transaction: ContactTransaction, asked: Decision
) -> Decision:
    """What the card wants at GENERATE AC 1; `Refused` where check 12 says so (PB-11.1).

    Electronic cash compares what CDOL1 repeats only where the terminal asks for a TC (PB-7.6).
    """
    always = (rules.risk_last_sda, rules.risk_last_dda)
    if transaction.path.electronic_cash:
        compared = (rules.risk_cash_data,) if asked is Decision.TC else ()
        return cautious(application, transaction, (*always, *compared))
    return cautious(
        application,
        transaction,
        (
            *always,
            rules.risk_online_not_completed,
            rules.risk_last_issuer_authentication,
            rules.risk_last_script,
            rules.risk_lower_limit,
            rules.risk_international_currency,
            rules.risk_international_country,
            rules.risk_cumulative,
            rules.risk_cumulative_dual,
            rules.risk_new_card,
            rules.risk_pin_tries,
        ),
    )


def cautious(
    application: Application, transaction: ContactTransaction, checks: Iterable[ContactCheck]
) -> Decision:
    """Run every check; TC when none objects, else the most cautious decision."""
    decisions = {check.apply(application, transaction) for check in checks}
    return next((each for each in MOST_CAUTIOUS_FIRST if each in decisions), Decision.TC)


def online_not_completed(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 1: the last transaction went online and was never completed."""
    return _online(transaction, Cvr.LAST_ONLINE_NOT_COMPLETED) if application.memory.online_pending else None


def last_issuer_authentication(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 2: issuer authentication failed last time, or was mandatory and missing; online by ADA B1b8."""
    if Aip.ISSUER_AUTHENTICATION not in transaction.aip:
        return None
    if not application.memory.issuer_authentication_failed:
        return None
    transaction.cvr |= Cvr.LAST_ISSUER_AUTHENTICATION_FAILED
    return Decision.ARQC if Ada.ONLINE_AFTER_FAILED_AUTHENTICATION in application.actions else None


def last_sda(application: Application, transaction: ContactTransaction) -> None:
    """Check 3: SDA failed last time and the transaction was declined."""
    if Aip.SDA in transaction.aip and application.memory.sda_failed:
        transaction.cvr |= Cvr.LAST_SDA_FAILED


def last_dda(application: Application, transaction: ContactTransaction) -> None:
    """Check 4: DDA or CDA failed last time and the transaction was declined."""
    if Aip.DDA in transaction.aip and application.memory.dda_failed:
        transaction.cvr |= Cvr.LAST_DDA_FAILED


def last_script(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 5: how many scripts the last transaction brought, and whether one failed; online by ADA B2b4."""
    memory = application.memory
    transaction.cvr |= Cvr(memory.scripts << 4)
    if not memory.script_failed:
        return None
    transaction.cvr |= Cvr.LAST_SCRIPT_FAILED
    return Decision.ARQC if Ada.SCRIPT_FAILED_ONLINE in application.actions else None


def lower_limit(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 6: more transactions since the last online one than LCOL, 9F58, allows."""
    limit, memory = application.limit(Tag.CARD_LOWER_OFFLINE_LIMIT), application.memory
    exceeded = limit is not None and memory.atc - memory.last_online_atc > limit
    return _online(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def international_currency(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 7: offline transactions in another currency than 9F51, against 9F53."""
    limit = application.limit(Tag.CONSECUTIVE_LIMIT_CURRENCY)
    counted = foreign_currency(application, transaction) and limit is not None
    exceeded = counted and application.memory.foreign_count + 1 > (limit or 0)
    return _online(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def international_country(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 8: offline transactions in another country than 9F57, against 9F72."""
    limit = application.limit(Tag.CONSECUTIVE_LIMIT_COUNTRY)
    counted = foreign_country(application, transaction) and limit is not None
    exceeded = counted and application.memory.country_count + 1 > (limit or 0)
    return _online(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def cumulative(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 9: what was spent offline in the card's own currency, with this amount, against CTTAL, 9F54."""
    total = application.memory.cumulative + own_amount(application, transaction)
    exceeded = not foreign_currency(application, transaction) and beyond(application, Tag.CTTAL, total)
    return _online(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def cumulative_dual(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 10: what was spent offline in both currencies, the second converted by 9F73, against 9F75."""
    added = dual_amount(application, transaction)
    total = application.memory.dual + (added or 0)
    exceeded = added is not None and beyond(application, Tag.CTTAL_DUAL_CURRENCY, total)
    return _online(transaction, Cvr.VELOCITY_EXCEEDED) if exceeded else None


def new_card(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 11: the card was never online; online by ADA B1b2."""
    if application.memory.last_online_atc:
        return None
    transaction.cvr |= Cvr.NEW_CARD
    return Decision.ARQC if Ada.NEW_CARD_ONLINE in application.actions else None


def pin_tries(application: Application, transaction: ContactTransaction) -> Decision | None:
    """Check 12: the PIN tries ran out earlier: ADA B2b7 declines, else b6 goes online, else b3 blocks."""
    if not pin_lost_earlier(application, transaction):
        return None
    transaction.cvr |= Cvr.PIN_TRIES_EXCEEDED
    actions = application.actions
    if Ada.PIN_TRIES_EARLIER_DECLINE in actions:
        return Decision.AAC
    if Ada.PIN_TRIES_EARLIER_ONLINE in actions:
        return Decision.ARQC
    if Ada.PIN_TRIES_EARLIER_BLOCK in actions:
        application.memory.blocked = True
        raise Refused(CONDITIONS_NOT_SATISFIED)
    return None


def cash_data(application: Application, transaction: ContactTransaction) -> Decision | None:  # noqa: ARG001
    """Electronic cash: what CDOL1 repeats of the PDOL must be the same, but 95, 9B and 9F37 (PB-7.6)."""
    promised, asked = transaction.pdol, transaction.values
    differs = any(
        asked[tag] != value for tag, value in promised.items() if tag not in _OWN_TO_TERMINAL and tag in asked
    )
    return Decision.AAC if differs else None


def foreign_currency(application: Application, transaction: ContactTransaction) -> bool:
    own = application.elements[Tag.APPLICATION_CURRENCY]
    return transaction.values.get(Tag.TRANSACTION_CURRENCY) != own


def foreign_country(application: Application, transaction: ContactTransaction) -> bool:
    own = application.elements.get(Tag.ISSUER_COUNTRY_CARD)
    return own is not None and transaction.values.get(Tag.TERMINAL_COUNTRY) != own


def own_amount(application: Application, transaction: ContactTransaction) -> int:
    """The amount in fen where the currency is 9F51, else nothing."""
    return 0 if foreign_currency(application, transaction) else transaction.amount


def dual_amount(application: Application, transaction: ContactTransaction) -> int | None:
    """The amount in fen where the currency is 9F51 or 9F76, the latter converted; else None."""
    if not foreign_currency(application, transaction):
        return transaction.amount
    second = application.elements.get(Tag.SECOND_CURRENCY)
    factor = application.elements.get(Tag.CURRENCY_CONVERSION_FACTOR)
    if second is None or factor is None or transaction.values.get(Tag.TRANSACTION_CURRENCY) != second:
        return None
    return converted(transaction.amount, factor)


def converted(amount: int, factor: bytes) -> int:
    """By 9F73: the first digit says how many of the other seven are decimals; fen, rounded down (PB-11.7)."""
    digits = f"{fen(factor):08d}"
    whole: int = 10 ** int(digits[0])
    return int(digits[1:]) * amount // whole


def beyond(application: Application, tag: int, total: int) -> bool:
    """More than the limit in `tag`, where the card has one and it is not zero."""
    limit = application.image.amount(tag) or 0
    return bool(limit) and total > limit


def count_amounts(application: Application, transaction: ContactTransaction) -> None:
    """What an offline approval adds to the totals (PB-11.1); they stop at twelve digits."""
    memory = application.memory
    memory.cumulative = min(memory.cumulative + own_amount(application, transaction), _LARGEST_AMOUNT)
    memory.dual = min(memory.dual + (dual_amount(application, transaction) or 0), _LARGEST_AMOUNT)


def count_international(application: Application, transaction: ContactTransaction) -> None:
    """What an offline transaction abroad or in another currency counts, declined or not (PB-11.1)."""
    memory = application.memory
    memory.foreign_count += foreign_currency(application, transaction)
    memory.country_count += foreign_country(application, transaction)


def pin_lost_earlier(application: Application, transaction: ContactTransaction) -> bool:
    """No tries are left, and no VERIFY came in this transaction."""
    return application.memory.pin_exhausted and not transaction.verified


def _online(transaction: ContactTransaction, failed: Cvr) -> Decision:
    transaction.cvr |= failed
    return Decision.ARQC
