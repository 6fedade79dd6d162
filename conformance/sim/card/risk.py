"""The card's risk management of qPBOC, check by check in the order of PB-7.3.

A check returns a decision, which ends the list, or None to go on. What it finds out (CTQ, CVR bits, the
amounts after this debit) it notes in the transaction; nothing is written to the card here (PB-7.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import CardProcessing, Ctq, Cvr, Ttq
from conformance.codec.tags import Tag
from conformance.sim.card.state import CONDITIONS_NOT_SATISFIED, NO_LIMIT, Decision, Refused

if TYPE_CHECKING:
    from conformance.sim.card.image import Image
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, Transaction

_LARGEST_AMOUNT = 999_999_999_999  # twelve digits


def decide(rules: CardRules, application: Application, transaction: Transaction) -> Decision:
    """Run the checks in the standard's order and return what they come to; 6985 as `Refused` (PB-7.3)."""
    decision = _first_decision(rules, application, transaction)
    rules.risk_contact_preferred.apply(application, transaction, decision)
    return rules.risk_prepaid.apply(application, transaction, decision)


def _first_decision(rules: CardRules, application: Application, transaction: Transaction) -> Decision:
    checks = (
        rules.risk_currency,
        rules.risk_offline_only_new_card,
        rules.risk_offline_only_pin_tries,
        rules.risk_cardholder_verification,
        rules.risk_online_required,
        rules.risk_online_for_mismatch,
        rules.risk_online_new_card,
        rules.risk_online_pin_tries,
        rules.capp.amounts if transaction.indicator else rules.risk_amounts,
        rules.risk_foreign_count,
    )
    decisions = (check.apply(application, transaction) for check in checks)
    return next((decision for decision in decisions if decision is not None), Decision.AAC)


def blocked_application(application: Application) -> Decision | None:
    """Whatever else holds, a blocked application declines (PB-2)."""
    return Decision.AAC if application.memory.blocked else None


def currency(application: Application, transaction: Transaction) -> Decision | None:
    """A currency other than 9F51 and DF71 is declined where 9F68 B2b7 says so."""
    refused = CardProcessing.MISMATCHED_CURRENCY_NOT_ALLOWED in application.image.processing
    return Decision.AAC if refused and not transaction.matched else None


def offline_only_new_card(application: Application, transaction: Transaction) -> Decision | None:
    """A card never online before is declined at an offline-only reader, 9F68 B2b6."""
    declines = CardProcessing.NEW_CARD_OFFLINE_DECLINED in application.image.processing
    new = declines and transaction.offline_only and application.memory.last_online_atc == 0
    return _noted(transaction, Cvr.NEW_CARD, Decision.AAC) if new else None


def offline_only_pin_tries(application: Application, transaction: Transaction) -> Decision | None:
    """Without PIN tries left an offline-only reader is declined, 9F68 B1b4."""
    exhausted = transaction.offline_only and _pin_tries_exhausted(application)
    return _noted(transaction, Cvr.PIN_TRIES_EXCEEDED, Decision.AAC) if exhausted else None


def cardholder_verification(application: Application, transaction: Transaction) -> Decision | None:
    """Online PIN (online-capable readers) before signature, each only where both sides have it; else 6985."""
    processing, ttq = application.image.processing, transaction.ttq
    if not _verification_needed(application.image, transaction):
        return None
    pin = CardProcessing.ONLINE_PIN_MATCHED if transaction.matched else CardProcessing.ONLINE_PIN_MISMATCHED
    if not transaction.offline_only and pin in processing and Ttq.ONLINE_PIN in ttq:
        transaction.ctq |= Ctq.ONLINE_PIN_REQUIRED
        return Decision.ARQC
    if CardProcessing.SIGNATURE in processing and Ttq.SIGNATURE in ttq:
        transaction.ctq |= Ctq.SIGNATURE_REQUIRED
        return None
    raise Refused(CONDITIONS_NOT_SATISFIED)


def online_required(application: Application, transaction: Transaction) -> Decision | None:  # noqa: ARG001
    """The reader asks for an online cryptogram, TTQ B2b8."""
    asked = not transaction.offline_only and Ttq.ONLINE_CRYPTOGRAM_REQUIRED in transaction.ttq
    return Decision.ARQC if asked else None


def online_for_mismatch(application: Application, transaction: Transaction) -> Decision | None:
    """A currency other than 9F51 goes online unless 9F68 B1b3 allows it offline."""
    allowed = CardProcessing.OFFLINE_MISMATCHED_CURRENCY in application.image.processing
    online = not transaction.offline_only and not transaction.matched and not allowed
    return Decision.ARQC if online else None


def online_new_card(application: Application, transaction: Transaction) -> Decision | None:
    """A card never online before goes online, 9F68 B1b5."""
    checked = CardProcessing.NEW_CARD_CHECK in application.image.processing
    new = checked and not transaction.offline_only and application.memory.last_online_atc == 0
    return _noted(transaction, Cvr.NEW_CARD, Decision.ARQC) if new else None


def online_pin_tries(application: Application, transaction: Transaction) -> Decision | None:
    """Without PIN tries left the card goes online, 9F68 B1b4."""
    exhausted = not transaction.offline_only and _pin_tries_exhausted(application)
    return _noted(transaction, Cvr.PIN_TRIES_EXCEEDED, Decision.ARQC) if exhausted else None


def amounts(application: Application, transaction: Transaction) -> Decision | None:
    """In its own currency the card pays from the balance (LV) or within the cumulative limit (CTTA).

    9F68 B1b8 LV, b7 both, b6 either. What neither allows is declined offline and goes online otherwise.
    """
    if not transaction.matched:
        return None
    processing = application.image.processing
    low_value = _low_value_holds(application, transaction)
    cumulative = _cumulative_holds(application, transaction)
    if CardProcessing.LOW_VALUE_AND_CTTA in processing:
        paid = (low_value and cumulative, low_value and cumulative)
    elif CardProcessing.LOW_VALUE_OR_CTTA in processing:
        paid = (low_value, cumulative and not low_value)
    else:
        paid = (low_value and CardProcessing.LOW_VALUE in processing, False)
    if not any(paid):
        return _noted(transaction, Cvr.VELOCITY_EXCEEDED, _declined_or_online(transaction))
    transaction.balance -= transaction.amount * paid[0]
    transaction.cumulative += transaction.amount * paid[1]
    return Decision.TC


def foreign_count(application: Application, transaction: Transaction) -> Decision | None:
    """In another currency the card counts, up to 9F53, and pays nothing from the balance."""
    if transaction.matched:
        return None
    limit = application.image.elements.get(Tag.CONSECUTIVE_LIMIT_CURRENCY, bytes((NO_LIMIT,)))[0]
    if limit != NO_LIMIT and transaction.foreign_count >= limit:
        return _noted(transaction, Cvr.VELOCITY_EXCEEDED, _declined_or_online(transaction))
    transaction.foreign_count += 1
    return Decision.TC


def contact_preferred(application: Application, transaction: Transaction, decision: Decision) -> None:
    """A card that prefers contact for online says 6985 to a reader that has contact, 9F68 B1b2."""
    prefers = CardProcessing.PREFERS_CONTACT_ONLINE in application.image.processing
    if decision is Decision.ARQC and prefers and Ttq.CONTACT_PBOC in transaction.ttq:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def prepaid(application: Application, transaction: Transaction, decision: Decision) -> Decision:
    """A prepaid card pays also when it goes online, 9F68 B2b8: nothing or too much is declined."""
    prepays = CardProcessing.PREPAID in application.image.processing and transaction.matched
    if decision is not Decision.ARQC or not prepays:
        return decision
    if not 0 < transaction.amount <= transaction.balance:
        return Decision.AAC
    transaction.balance -= transaction.amount
    return Decision.ARQC


def offline_spending(image: Image, balance: int, cumulative: int) -> int:
    """9F5D by the mode of 9F68: the balance, what the cumulative limit leaves, or both together (PB-3)."""
    left = max((image.amount(Tag.CTTAUL) or image.amount(Tag.CTTAL) or 0) - cumulative, 0)
    if CardProcessing.LOW_VALUE_AND_CTTA in image.processing:
        return left
    if CardProcessing.LOW_VALUE_OR_CTTA in image.processing:
        return min(balance + left, _LARGEST_AMOUNT)
    return balance if CardProcessing.LOW_VALUE in image.processing else 0


def _noted(transaction: Transaction, failed: Cvr, decision: Decision) -> Decision:
    transaction.checks_failed |= failed
    return decision


def _declined_or_online(transaction: Transaction) -> Decision:
    return Decision.AAC if transaction.offline_only else Decision.ARQC


def _pin_tries_exhausted(application: Application) -> bool:
    checked = CardProcessing.PIN_TRY_CHECK in application.image.processing
    return checked and application.memory.pin_tries == 0


def _verification_needed(image: Image, transaction: Transaction) -> bool:
    if Ttq.CVM_REQUIRED in transaction.ttq:
        return True
    if not transaction.matched:
        return CardProcessing.CVM_REQUIRED_MISMATCHED in image.processing
    limit = image.amount(transaction.purse.cvm)
    return limit is not None and transaction.amount > limit


def _low_value_holds(application: Application, transaction: Transaction) -> bool:
    """Enough in the balance, above the reset threshold where the reader can go online, and within 9F78."""
    image = application.image
    threshold = 0 if transaction.offline_only else image.amount(transaction.purse.threshold) or 0
    single = image.amount(transaction.purse.single)
    enough = transaction.amount <= transaction.balance - threshold
    return enough and (single is None or transaction.amount <= single)


def _cumulative_holds(application: Application, transaction: Transaction) -> bool:
    """Within CTTAL, or within CTTAUL at an offline-only reader where the card has one."""
    image = application.image
    lower = image.amount(Tag.CTTAL) or 0
    limit = (image.amount(Tag.CTTAUL) or lower) if transaction.offline_only else lower
    return transaction.cumulative + transaction.amount <= limit
