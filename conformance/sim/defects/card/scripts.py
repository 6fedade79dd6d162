"""Defects of issuer scripts, for CRD-SCR."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec.bits import Cvr
from conformance.sim.card import contact_risk, scripts, updating
from conformance.sim.card.state import APPLICATION_BLOCKED, OK, WRONG_DATA, Refused
from conformance.sim.defects.card.made import defect, never

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.codec.status import StatusWord
    from conformance.sim.card.state import Application, CardState, ContactTransaction, Decision

_UNKNOWN_P2, _CHANGE, _SCRIPTS = 0x03, 0x02, 0xF0


def _shown_as_open(application: Application) -> StatusWord:  # noqa: ARG001  that is the defect
    return OK


def _open_again(card: CardState) -> None:
    card.blocked = False


def _old_pin_stays(
    application: Application, transaction: ContactTransaction, enciphered: bytes, with_old: bool
) -> str:
    scripts.new_pin(application, transaction, enciphered, with_old)
    return application.memory.pin or ""


def _any_p2(card: CardState, command: CommandApdu, data: bytes) -> None:
    if command.p2 != _UNKNOWN_P2:
        scripts.pin_change_unblock(card, command, data)


def _tries_stay(card: CardState, command: CommandApdu, data: bytes) -> None:
    before = card.application.memory.pin_tries
    scripts.pin_change_unblock(card, command, data)
    if command.p2 != _CHANGE:
        card.application.memory.pin_tries = before


def _until_the_reset(card: CardState, command: CommandApdu, data: bytes) -> None:
    """Checks and takes everything, and keeps nothing."""
    images = dict(card.application.images)
    current = card.application.image
    updating.put_data(card, command, data)
    card.application.images.update(images)
    card.application.image = current


def _any_tag(card: CardState, command: CommandApdu, data: bytes) -> None:
    try:
        updating.put_data(card, command, data)
    except Refused as refusal:
        if refusal.status != WRONG_DATA:
            raise


def _longer_record(card: CardState, command: CommandApdu, data: bytes) -> None:
    place = command.p2 >> 3, command.p1
    record = card.application.image.records.get(place)
    longest = len(record.answer.data) if record is not None and record.answer is not None else len(data)
    updating.update_record(card, command, data[:longest])


def _on_after_wrong_mac(transaction: ContactTransaction) -> None:
    scripts.script_allowed(replace(transaction, scripts_refused=False))


def _never_refused_for_order(transaction: ContactTransaction) -> None:
    if transaction.first is not None:
        scripts.script_allowed(transaction)


def _after_failed_authentication(transaction: ContactTransaction) -> None:
    authenticated = True if transaction.issuer_authenticated is False else transaction.issuer_authenticated
    scripts.script_allowed(replace(transaction, issuer_authenticated=authenticated))


def _not_counted(application: Application, transaction: ContactTransaction) -> Decision | None:
    decision = contact_risk.last_script(application, transaction)
    transaction.cvr = transaction.cvr.without(Cvr(_SCRIPTS))
    return decision


def _not_noted(application: Application, transaction: ContactTransaction) -> Decision | None:
    decision = contact_risk.last_script(application, transaction)
    transaction.cvr = transaction.cvr.without(Cvr.LAST_SCRIPT_FAILED)
    return decision


def _offline_after_failure(application: Application, transaction: ContactTransaction) -> None:
    contact_risk.last_script(application, transaction)


_STATUS = "status-word-differs"
DEFECTS = (
    defect(
        "blocked-application-shown-as-open", "CRD-SCR-010", _STATUS, "PB-2", "select_status", _shown_as_open,
        f"Does not answer {APPLICATION_BLOCKED} when a blocked application is selected.",
    ),
    defect(
        "application-stays-blocked", "CRD-SCR-020", _STATUS, "PB-2", "application_unblock", never,
        "Takes APPLICATION UNBLOCK and leaves the application blocked.",
    ),
    defect(
        "card-block-forgotten", "CRD-SCR-030", _STATUS, "PB-2", "card_blocked", _open_again,
        "Lives on after CARD BLOCK.",
    ),
    defect(
        "pin-unblock-without-tries", "CRD-SCR-040", "value-differs", "PB-2", "pin_change_unblock",
        _tries_stay, "Takes PIN UNBLOCK and gives no try back.",
    ),
    defect(
        "old-pin-stays", "CRD-SCR-050", _STATUS, "PB-5", "new_pin", _old_pin_stays,
        "Takes a new PIN and keeps the old one.",
    ),
    defect(
        "pin-script-ignores-p2", "CRD-SCR-060", _STATUS, "PB-2", "pin_change_unblock", _any_p2,
        "Takes PIN CHANGE/UNBLOCK whatever P2 says.",
    ),
    defect(
        "put-data-not-kept", "CRD-SCR-070", "value-differs", "PB-2", "put_data", _until_the_reset,
        "Takes PUT DATA and keeps the old value.",
    ),
    defect(
        "put-data-takes-any-tag", "CRD-SCR-080", _STATUS, "PB-2", "put_data", _any_tag,
        "Answers 9000 to PUT DATA of what it may not write.",
    ),
    defect(
        "record-cut-to-fit", "CRD-SCR-090", _STATUS, "PB-2", "update_record", _longer_record,
        "Cuts a record that is too long instead of refusing it.",
    ),
    defect(
        "scripts-go-on-after-wrong-mac", "CRD-SCR-100", _STATUS, "PB-11.6", "script_allowed",
        _on_after_wrong_mac, "Takes further scripts after one of a wrong MAC.",
    ),
    defect(
        "scripts-before-generate-ac", "CRD-SCR-110", _STATUS, "PB-11.6", "script_allowed",
        _never_refused_for_order, "Looks at a script's MAC before there is a cryptogram.",
    ),
    defect(
        "scripts-after-failed-authentication", "CRD-SCR-120", _STATUS, "PB-11.6", "script_allowed",
        _after_failed_authentication, "Takes scripts behind a wrong ARPC.",
    ),
    defect(
        "scripts-not-counted", "CRD-SCR-130", "value-differs", "PB-11.1", "risk_last_script", _not_counted,
        "Never says how many scripts it took.",
    ),
    defect(
        "failed-script-not-noted", "CRD-SCR-140", "cvr-bit-missing", "PB-11.1", "risk_last_script",
        _not_noted, "Does not say in the CVR that a script had failed.",
    ),
    defect(
        "failed-script-stays-offline", "CRD-SCR-150", "card-decision-differs", "PB-11.1",
        "risk_last_script", _offline_after_failure, "Stays offline after a failed script.",
    ),
)  # fmt: skip
