"""The table of rules that a simulated card is built with; a defect replaces exactly one entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.sim.card import initiation, reading, risk, security, selection
from conformance.sim.card.state import Application, CardState, Decision, Transaction
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from random import Random

    from conformance.sim.card.personalisation import Image

Command = Rule[Callable[[CardState, CommandApdu], ResponseApdu]]
Check = Rule[Callable[[Application, Transaction], Decision | None]]
Shown = Rule[Callable[["CardRules", Application, Transaction], bytes]]


@dataclass(frozen=True, slots=True)
class CardRules:
    """What a conforming card does, rule by rule with its clause (sections of the PBOC facts, PB-n)."""

    select: Command = Rule("PB-2", selection.select)
    directory_fci: Rule[Callable[[tuple[Application, ...]], bytes]] = Rule("PB-1", selection.directory_fci)
    select_match: Rule[Callable[[bytes, bytes], bool]] = Rule("PB-1", selection.name_matches)
    select_fci: Rule[Callable[[Application], bytes]] = Rule("PB-1", selection.application_fci)

    get_processing_options: Command = Rule("PB-2", initiation.get_processing_options)
    gpo_length: Rule[Callable[[int, bytes], bytes]] = Rule("PB-2", initiation.whole_length)
    consume_atc: Rule[Callable[[Application], None]] = Rule("PB-2", initiation.consume_atc)
    gpo_path: Rule[Callable[[Transaction], None]] = Rule("PB-7.2", initiation.qpboc_path)
    risk_currency: Check = Rule("PB-7.3", risk.currency)
    risk_offline_only_new_card: Check = Rule("PB-7.3", risk.offline_only_new_card)
    risk_offline_only_pin_tries: Check = Rule("PB-7.3", risk.offline_only_pin_tries)
    risk_cardholder_verification: Check = Rule("PB-7.3", risk.cardholder_verification)
    risk_online_required: Check = Rule("PB-7.3", risk.online_required)
    risk_online_for_mismatch: Check = Rule("PB-7.3", risk.online_for_mismatch)
    risk_online_new_card: Check = Rule("PB-7.3", risk.online_new_card)
    risk_online_pin_tries: Check = Rule("PB-7.3", risk.online_pin_tries)
    risk_amounts: Check = Rule("PB-7.3", risk.amounts)
    risk_foreign_count: Check = Rule("PB-7.3", risk.foreign_count)
    risk_contact_preferred: Rule[Callable[[Application, Transaction, Decision], None]] = Rule(
        "PB-7.3", risk.contact_preferred
    )
    risk_prepaid: Rule[Callable[[Application, Transaction, Decision], Decision]] = Rule(
        "PB-7.3", risk.prepaid
    )
    offline_spending: Rule[Callable[[Image, int, int], int]] = Rule("PB-3", risk.offline_spending)
    gpo_objects: Rule[Callable[[Decision], tuple[int, ...]]] = Rule("PB-7.3", initiation.answered_objects)

    application_cryptogram: Rule[Callable[[Application, Transaction], bytes]] = Rule(
        "PB-5", security.application_cryptogram
    )
    issuer_application_data: Shown = Rule("PB-4.3", security.issuer_application_data)
    fdda_version: Rule[Callable[[Application, Transaction], int]] = Rule("PB-6.2", security.fdda_version)
    card_authentication: Rule[Callable[[Random, Application, Transaction], bytes]] = Rule(
        "PB-6.2", security.card_authentication
    )
    fdda_terminal_values: Rule[Callable[[Transaction], bytes]] = Rule("PB-6.2", security.fdda_terminal_values)
    fdda_signature: Shown = Rule("PB-6.2", security.fdda_signature)

    read_record: Command = Rule("PB-2", reading.read_record)
    record_absent: Rule[Callable[[], ResponseApdu]] = Rule("PB-2", reading.record_absent)
    commit_at_gpo: Rule[Callable[[Application, Transaction], None]] = Rule("PB-7.5", reading.commit_at_gpo)
    commit: Rule[Callable[[CardRules, Application, Transaction, bytes], None]] = Rule(
        "PB-7.5", reading.commit
    )
    log_record: Rule[Callable[[Application, Transaction], bytes]] = Rule("PB-3.1", reading.log_record)
    saved_record: Rule[Callable[[Application], bytes | None]] = Rule("PB-11.7", reading.saved_record)

    get_data: Command = Rule("PB-2", reading.get_data)
    get_data_object: Rule[Callable[[int, bytes], bytes]] = Rule("PB-2", reading.data_object)
