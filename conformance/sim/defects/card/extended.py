"""Defects that the cases of the extended application (CRD-CAP) and of SM (CRD-SMS) catch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.crypto.symmetric import SM4
from conformance.sim.card import extended, security
from conformance.sim.card.state import (
    COMPLETION_WITHOUT_HOLD,
    CONDITIONS_NOT_SATISFIED,
    HOLDS_EXHAUSTED,
    OK,
    RECORD_NOT_FOUND,
    Decision,
    Refused,
)
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, CardState, Transaction


def _unknown_record_empty(card: CardState, command: CommandApdu) -> ResponseApdu:
    try:
        return extended.read(card, command)
    except Refused as refusal:
        if refusal.status != RECORD_NOT_FOUND:
            raise
        return ResponseApdu(b"", OK)


def _cache_forgotten(rules: CardRules, application: Application, transaction: Transaction) -> None:
    transaction.cache.clear()
    extended.commit(rules, application, transaction)


def _written_at_once(card: CardState, command: CommandApdu) -> ResponseApdu:
    answer = extended.update(card, command)
    transaction = card.application.transaction
    if transaction is not None:
        extended.write(card.application, transaction.cache[-1])
    return answer


def _any_mac(key: bytes, atc: bytes, command: CommandApdu) -> bool:  # noqa: ARG001
    return True


def _any_transaction(previous: int | None, transaction: Transaction | None) -> None:  # noqa: ARG001
    if transaction is None:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def _any_length(held: int, given: int) -> None:  # noqa: ARG001
    return None


def _nothing_given_back(application: Application, transaction: Transaction) -> Decision | None:
    decision = extended.amounts(application, transaction)
    held = application.memory.capp.held.get(transaction.holds_at) if transaction.holds_at else None
    if decision is Decision.TC and held and transaction.indicator is extended.Indicator.COMPLETION:
        transaction.balance -= held
    return decision


def _completes_anything(application: Application, transaction: Transaction) -> None:
    try:
        extended.conditions(application, transaction)
    except Refused as refusal:
        if refusal.status != COMPLETION_WITHOUT_HOLD:
            raise


def _holds_without_end(application: Application, transaction: Transaction) -> None:
    try:
        extended.conditions(application, transaction)
    except Refused as refusal:
        if refusal.status != HOLDS_EXHAUSTED:
            raise


def _zeros_prove(rules: CardRules, application: Application, transaction: Transaction) -> bytes:  # noqa: ARG001
    return bytes(8)


def _sm(transaction: Transaction) -> bool:
    return transaction.path.security.symmetric is SM4


def _false_with_sm4(application: Application, transaction: Transaction) -> bytes:
    true = security.application_cryptogram(application, transaction)
    return true[::-1] if _sm(transaction) else true


def _always_sm(values: Mapping[int, bytes]) -> bool:  # noqa: ARG001
    return True


def _zeros_signed_with_sm2(transaction: Transaction) -> bytes:
    bound = security.fdda_terminal_values(transaction)
    return bytes(len(bound)) if _sm(transaction) else bound


def _defect(  # noqa: PLR0913, PLR0917  a row
    name: str, clause: str, kills: str, finding: str, replaces: str, rule: Any, purpose: str
) -> Defect:
    return Defect(name, clause, kills, finding, "card", replaces, Rule(clause, rule), purpose)


_STATUS = "status-word-differs"
# fmt: off
DEFECTS = (
    _defect("capp-unknown-record-empty", "PB-8", "CRD-CAP-010", _STATUS, "capp.read", _unknown_record_empty,
            "Answers 9000 and nothing for a record that is not there."),
    _defect("capp-cache-forgotten", "PB-7.5", "CRD-CAP-020", "value-differs", "capp.commit", _cache_forgotten,
            "Debits with the last record and forgets the update."),
    _defect("capp-written-at-once", "PB-8", "CRD-CAP-030", "value-differs", "capp.update", _written_at_once,
            "Writes an update at once, so that it stays when the transaction is torn."),
    _defect("capp-any-mac", "PB-8", "CRD-CAP-040", _STATUS, "capp.mac_holds", _any_mac,
            "Takes an update whatever its MAC."),
    _defect("capp-update-in-any-tap", "PB-8", "CRD-CAP-050", _STATUS, "capp.update_allowed", _any_transaction,
            "Takes an update in an ordinary tap."),
    _defect("capp-any-length", "PB-8", "CRD-CAP-060", _STATUS, "capp.update_length", _any_length,
            "Lets a record grow and shrink."),
    _defect("capp-nothing-given-back", "PB-8", "CRD-CAP-070", "balance-differs", "capp.amounts",
            _nothing_given_back, "Deducts a completion on top of what was held for it."),
    _defect("capp-completes-anything", "PB-2", "CRD-CAP-080", _STATUS, "capp.conditions", _completes_anything,
            "Completes what was never pre-authorised."),
    _defect("capp-proves-zeros", "PB-11.7", "CRD-CAP-090", "value-differs", "capp.proof", _zeros_prove,
            "Proves a transaction with zeros."),
    _defect("capp-holds-without-end", "PB-2", "CRD-CAP-100", _STATUS, "capp.conditions", _holds_without_end,
            "Takes a fourth pre-authorisation."),
    _defect("sm4-cryptogram-false", "PB-5", "CRD-SMS-010", "card-cryptogram-false", "application_cryptogram",
            _false_with_sm4, "Turns its cryptogram round where it is made with SM4."),
    _defect("sm-for-every-terminal", "PB-6.3", "CRD-SMS-020", "value-differs", "sm_chosen", _always_sm,
            "Answers with SM also where the terminal does not ask for it."),
    _defect("sm2-signs-zeros", "PB-6.2", "CRD-SMS-030", "fdda-not-verified", "fdda_terminal_values",
            _zeros_signed_with_sm2, "Signs zeros in place of the terminal's data with SM2."),
)
# fmt: on
