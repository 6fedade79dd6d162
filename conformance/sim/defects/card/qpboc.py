"""Defects that the cases of electronic cash in the field catch (CRD-ECA): risk management, log, records."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from conformance.codec.bits import CardProcessing, Ctq, Cvr, Ttq
from conformance.codec.tags import Tag
from conformance.sim.card import choice, initiation, risk
from conformance.sim.card.rules import CardRules
from conformance.sim.card.state import Decision, Refused
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule, entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from conformance.sim.card.paths import Path, Paths
    from conformance.sim.card.state import Application, Interface, Transaction


def _no_check(application: Application, transaction: Transaction) -> None:  # noqa: ARG001
    return None


def _without_single_limit(application: Application, transaction: Transaction) -> Decision | None:
    image = application.image
    elements = {tag: value for tag, value in image.elements.items() if tag != Tag.EC_SINGLE_LIMIT}
    return risk.amounts(_like(application, elements), transaction)


def _without_threshold(application: Application, transaction: Transaction) -> Decision | None:
    elements = {**application.image.elements, Tag.EC_RESET_THRESHOLD: bytes(6)}
    return risk.amounts(_like(application, elements), transaction)


def _like(application: Application, elements: Mapping[int, bytes]) -> Application:
    image = dataclasses.replace(application.image, elements=elements)
    return dataclasses.replace(application, image=image)


def _last_fen_kept(application: Application, transaction: Transaction) -> Decision | None:
    if transaction.matched and transaction.amount == transaction.balance:
        transaction.checks_failed |= Cvr.VELOCITY_EXCEEDED
        return Decision.AAC if transaction.offline_only else Decision.ARQC
    return risk.amounts(application, transaction)


def _deducts_online(application: Application, transaction: Transaction, decision: Decision) -> Decision:
    asked = Ttq.ONLINE_CRYPTOGRAM_REQUIRED in transaction.ttq and transaction.matched
    if decision is Decision.ARQC and asked and CardProcessing.PREPAID not in application.image.processing:
        transaction.balance -= transaction.amount
        return decision
    return risk.prepaid(application, transaction, decision)


def _never_counts(application: Application, transaction: Transaction) -> Decision | None:  # noqa: ARG001
    return None if transaction.matched else Decision.TC


def _no_online_pin(application: Application, transaction: Transaction) -> Decision | None:
    decision = risk.cardholder_verification(application, transaction)
    if decision is Decision.ARQC:
        transaction.ctq = transaction.ctq.without(Ctq.ONLINE_PIN_REQUIRED)
        return None
    return decision


def _no_signature(application: Application, transaction: Transaction) -> Decision | None:
    decision = risk.cardholder_verification(application, transaction)
    transaction.ctq = transaction.ctq.without(Ctq.SIGNATURE_REQUIRED)
    return decision


def _no_prepayment(application: Application, transaction: Transaction, decision: Decision) -> Decision:  # noqa: ARG001
    return decision


def _no_preference(application: Application, transaction: Transaction, decision: Decision) -> None:  # noqa: ARG001
    return None


def _one_cryptogram_for_all(application: Application, transaction: Transaction) -> bytes:  # noqa: ARG001
    return bytes.fromhex("0102030405060708")


def _log_without_amount(application: Application, transaction: Transaction) -> bytes:
    values = {**application.image.elements, **transaction.values, Tag.ATC: transaction.atc}
    return application.image.log_format.fill({**values, Tag.AMOUNT_AUTHORISED: bytes(6)})


def _nothing_saved(application: Application) -> None:  # noqa: ARG001
    return None


def _any_reader(
    rules: CardRules,
    application: Application,
    paths: Paths,
    values: Mapping[int, bytes],
    interface: Interface,
) -> Path:
    try:
        return choice.gpo_path(rules, application, paths, values, interface)
    except Refused:
        if paths.qpboc is None:
            raise
        return paths.qpboc


def _records_for_all(decision: Decision) -> tuple[int, ...]:  # noqa: ARG001
    return initiation.answered_objects(Decision.TC)


def _defect(name: str, kills: str, finding: str, replaces: str, rule: Any, purpose: str) -> Defect:  # noqa: PLR0913, PLR0917  a row
    clause = _RULES[replaces].clause
    return Defect(name, clause, kills, finding, "card", replaces, Rule(clause, rule), purpose)


_RULES = entries(CardRules())
_DECISION = "card-decision-differs"
_VERIFICATION, _CONTACTS = "risk_cardholder_verification", "risk_contact_preferred"
# fmt: off
DEFECTS = (
    _defect("single-limit-unchecked", "CRD-ECA-020", _DECISION, "risk_amounts", _without_single_limit,
            "Pays any amount that the balance covers, whatever 9F78 says."),
    _defect("last-fen-kept", "CRD-ECA-030", _DECISION, "risk_amounts", _last_fen_kept,
            "Declines an amount equal to the balance."),
    _defect("threshold-unchecked", "CRD-ECA-040", _DECISION, "risk_amounts", _without_threshold,
            "Pays below the reset threshold at a reader that could go online."),
    _defect("online-tap-deducted", "CRD-ECA-050", "balance-differs", "risk_prepaid", _deducts_online,
            "Deducts a tap that the reader takes online, as if it were prepaid."),
    _defect("new-card-taps-offline", "CRD-ECA-060", _DECISION, "risk_online_new_card", _no_check,
            "Leaves out the check for a card that was never online."),
    _defect("pin-tries-unchecked", "CRD-ECA-070", _DECISION, "risk_online_pin_tries", _no_check,
            "Leaves out the check of the PIN tries."),
    _defect("foreign-currency-allowed", "CRD-ECA-080", _DECISION, "risk_currency", _no_check,
            "Takes a currency that 9F68 forbids."),
    _defect("foreign-currency-offline", "CRD-ECA-090", _DECISION, "risk_online_for_mismatch", _no_check,
            "Approves offline, at an online-capable reader, what 9F68 does not allow offline."),
    _defect("foreign-taps-uncounted", "CRD-ECA-100", _DECISION, "risk_foreign_count", _never_counts,
            "Never counts transactions in another currency."),
    _defect("online-pin-forgotten", "CRD-ECA-110", _DECISION, _VERIFICATION, _no_online_pin,
            "Does not ask for the online PIN that both sides have."),
    _defect("signature-forgotten", "CRD-ECA-120", "value-differs", _VERIFICATION, _no_signature,
            "Approves without asking for the signature in 9F6C."),
    _defect("prepaid-online-for-free", "CRD-ECA-130", "balance-differs", "risk_prepaid", _no_prepayment,
            "Deducts nothing when a prepaid card goes online."),
    _defect("contacts-not-preferred", "CRD-ECA-140", "status-word-differs", _CONTACTS, _no_preference,
            "Goes online in the field although it prefers contacts."),
    _defect("tap-cryptogram-never-changes", "CRD-ECA-150", "card-cryptogram-false", "application_cryptogram",
            _one_cryptogram_for_all, "Answers every tap with the same eight bytes."),
    _defect("log-without-amount", "CRD-ECA-160", "value-differs", "log_record", _log_without_amount,
            "Writes zeros for the amount into the log."),
    _defect("last-record-not-saved", "CRD-ECA-170", "tag-missing", "saved_record", _nothing_saved,
            "Keeps no copy of the last record, so that a torn tap can never be completed."),
    _defect("any-reader-served", "CRD-ECA-180", "status-word-differs", "gpo_path", _any_reader,
            "Starts qPBOC whatever the reader offers."),
    _defect("online-answer-with-records", "CRD-ECA-190", "value-differs", "gpo_objects", _records_for_all,
            "Answers an online tap like an offline one, with an AFL."),
)
# fmt: on
