"""The table of rules that a simulated card is built with; a defect replaces exactly one entry.

A table of its own within it, such as `capp`, counts as its entries: "capp.update".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.sim.card import (
    authentication,
    choice,
    completion,
    contact_risk,
    generation,
    initiation,
    logs,
    reading,
    risk,
    scripts,
    security,
    selection,
    updating,
    verification,
)
from conformance.sim.card.extended_rules import CappRules
from conformance.sim.card.state import Application, CardState, ContactTransaction, Decision, Transaction
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from random import Random

    from conformance.codec.status import StatusWord
    from conformance.sim.card.image import Image
    from conformance.sim.card.paths import Path, Paths, Security
    from conformance.sim.card.purse import Purse
    from conformance.sim.card.state import Interface

Command = Rule[Callable[[CardState, CommandApdu], ResponseApdu]]
Check = Rule[Callable[[Application, Transaction], Decision | None]]
ContactCheck = Rule[Callable[[Application, ContactTransaction], Decision | None]]
Effect = Rule[Callable[[Application, ContactTransaction], None]]
Script = Rule[Callable[[CardState, CommandApdu, bytes], None]]
Shown = Rule[Callable[["CardRules", Application, Transaction], bytes]]


@dataclass(frozen=True, slots=True)
class CardRules:
    """What a conforming card does, rule by rule with its clause (sections of the PBOC facts, PB-n)."""

    select: Command = Rule("PB-2", selection.select)
    directory_fci: Rule[Callable[[tuple[Application, ...]], bytes]] = Rule("PB-1", selection.directory_fci)
    select_match: Rule[Callable[[bytes, bytes], bool]] = Rule("PB-1", selection.name_matches)
    select_fci: Rule[Callable[[Application], bytes]] = Rule("PB-1", selection.application_fci)

    select_status: Rule[Callable[[Application], StatusWord]] = Rule("PB-2", selection.selection_status)
    pse_fci: Rule[Callable[[], bytes]] = Rule("PB-1", selection.pse_fci)
    pse_record: Rule[Callable[[tuple[Application, ...], int, int], bytes | None]] = Rule(
        "PB-1", selection.pse_record
    )
    card_blocked: Rule[Callable[[CardState], None]] = Rule("PB-2", scripts.refuse_blocked_card)
    unknown_command: Rule[Callable[[StatusWord], StatusWord]] = Rule("PB-2", selection.unknown_command)
    blocked_application: Rule[Callable[[Application], Decision | None]] = Rule(
        "PB-2", risk.blocked_application
    )

    get_processing_options: Command = Rule("PB-2", initiation.get_processing_options)
    gpo_length: Rule[Callable[[int, bytes], bytes]] = Rule("PB-2", initiation.whole_length)
    consume_atc: Rule[Callable[[Application], None]] = Rule("PB-2", initiation.consume_atc)
    sm_chosen: Rule[Callable[[Mapping[int, bytes]], bool]] = Rule("PB-6.3", choice.sm_chosen)
    gpo_path: Rule[Callable[[CardRules, Application, Paths, Mapping[int, bytes], Interface], Path]] = Rule(
        "PB-7.2", choice.gpo_path
    )
    purse: Rule[Callable[[Application, Mapping[int, bytes]], Purse | None]] = Rule("PB-7.6", choice.purse)
    field_purse: Rule[Callable[[Application, Purse | None], Purse | None]] = Rule(
        "PB-7.3", choice.field_purse
    )
    cash_conditions: Rule[Callable[[Application, Purse, Mapping[int, bytes]], bool]] = Rule(
        "PB-7.6", choice.cash_conditions
    )
    gpo_format_1: Rule[Callable[[Path], bytes]] = Rule("PB-7.2", choice.format_1)
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
    proves_online: Rule[Callable[[Transaction], bool]] = Rule("PB-4.5", initiation.proves_online)

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
    get_data_second_currency: Rule[Callable[[Purse, int], int]] = Rule("PB-7.6", reading.shown_tag)
    get_data_object: Rule[Callable[[int, bytes], bytes]] = Rule("PB-2", reading.data_object)

    get_challenge: Command = Rule("PB-2", authentication.get_challenge)
    internal_authenticate: Command = Rule("PB-2", authentication.internal_authenticate)
    ddol_length: Rule[Callable[[int, bytes], bytes]] = Rule("PB-2", initiation.whole_length)
    dda_signature: Rule[Callable[[ContactTransaction, bytes], bytes]] = Rule(
        "PB-6.1", authentication.dda_signature
    )
    verify: Command = Rule("PB-2", verification.verify)
    deciphered_pin: Rule[Callable[[Application, bytes | None, bytes], bytes]] = Rule(
        "PB-2", verification.deciphered_pin
    )
    pin_tries_left: Effect = Rule("PB-11.6", verification.pin_tries_left)
    pin_presented: Rule[Callable[[Application, ContactTransaction, bytes], StatusWord]] = Rule(
        "PB-11.6", verification.pin_presented
    )

    generate_ac: Command = Rule("PB-2", generation.generate_ac)
    gac_length: Rule[Callable[[int, bytes], bytes]] = Rule("PB-2", initiation.whole_length)
    risk_last_sda: ContactCheck = Rule("PB-11.1", contact_risk.last_sda)
    risk_last_dda: ContactCheck = Rule("PB-11.1", contact_risk.last_dda)
    risk_cash_data: ContactCheck = Rule("PB-7.6", contact_risk.cash_data)
    risk_online_not_completed: ContactCheck = Rule("PB-11.1", contact_risk.online_not_completed)
    risk_last_issuer_authentication: ContactCheck = Rule("PB-11.1", contact_risk.last_issuer_authentication)
    risk_last_script: ContactCheck = Rule("PB-11.1", contact_risk.last_script)
    risk_lower_limit: ContactCheck = Rule("PB-11.1", contact_risk.lower_limit)
    risk_international_currency: ContactCheck = Rule("PB-11.1", contact_risk.international_currency)
    risk_international_country: ContactCheck = Rule("PB-11.1", contact_risk.international_country)
    risk_cumulative: ContactCheck = Rule("PB-11.1", contact_risk.cumulative)
    risk_cumulative_dual: ContactCheck = Rule("PB-11.1", contact_risk.cumulative_dual)
    risk_new_card: ContactCheck = Rule("PB-11.1", contact_risk.new_card)
    risk_pin_tries: ContactCheck = Rule("PB-11.1", contact_risk.pin_tries)
    count_amounts: Effect = Rule("PB-11.1", contact_risk.count_amounts)
    count_international: Effect = Rule("PB-11.1", contact_risk.count_international)
    authentication_flags: Effect = Rule("PB-11.1", generation.authentication_flags)
    first_advice: Rule[Callable[[Application, ContactTransaction], int]] = Rule(
        "PB-11.1", generation.first_advice
    )
    cash_debit: Effect = Rule("PB-7.6", generation.cash_debit)
    contact_cryptogram: Rule[Callable[[Application, ContactTransaction, bytes], bytes]] = Rule(
        "PB-5", generation.contact_cryptogram
    )
    contact_issuer_data: Rule[
        Callable[[CardRules, Application, Security, bytes, bytes, tuple[int, int]], bytes]
    ] = Rule("PB-4.3", security.issuer_data)
    separate_answer: Rule[Callable[[bytes, bytes, bytes, bytes], bytes]] = Rule(
        "PB-11.2", generation.separate_answer
    )
    combined_answer: Rule[Callable[[ContactTransaction, bytes, bytes, bytes, bytes], bytes]] = Rule(
        "PB-11.2", generation.combined_answer
    )

    external_authenticate: Command = Rule("PB-2", authentication.external_authenticate)
    arpc_holds: Rule[Callable[[ContactTransaction, bytes, bytes], bool]] = Rule(
        "PB-5", authentication.arpc_holds
    )
    unable_upper_limit: ContactCheck = Rule("PB-11.5", completion.upper_limit)
    unable_new_card: ContactCheck = Rule("PB-11.5", completion.unable_new_card)
    unable_pin_tries: ContactCheck = Rule("PB-11.5", completion.unable_pin_tries)
    unable_cumulative: ContactCheck = Rule("PB-11.5", completion.unable_cumulative)
    unable_cumulative_dual: ContactCheck = Rule("PB-11.5", completion.unable_cumulative_dual)
    issuer_approval: Rule[Callable[[ContactTransaction], bool]] = Rule("PB-11.5", completion.issuer_approval)
    authentication_declines: Rule[Callable[[Application, ContactTransaction], bool]] = Rule(
        "PB-11.5", completion.authentication_declines
    )
    reset_flags: Rule[Callable[[Application], None]] = Rule("PB-11.5", completion.reset_flags)
    reset_counters: Rule[Callable[[Application], None]] = Rule("PB-11.5", completion.reset_counters)

    script_limit: Rule[Callable[[Application], None]] = Rule("PB-11.6", scripts.script_limit)
    script_allowed: Rule[Callable[[ContactTransaction], None]] = Rule("PB-11.6", scripts.script_allowed)
    script_mac_holds: Rule[Callable[[ContactTransaction, CommandApdu, bytes], bool]] = Rule(
        "PB-5", scripts.script_mac_holds
    )
    application_block: Script = Rule("PB-2", scripts.application_block)
    application_unblock: Script = Rule("PB-2", scripts.application_unblock)
    card_block: Script = Rule("PB-2", scripts.card_block)
    pin_change_unblock: Script = Rule("PB-2", scripts.pin_change_unblock)
    new_pin: Rule[Callable[[Application, ContactTransaction, bytes, bool], str]] = Rule(
        "PB-5", scripts.new_pin
    )
    put_data: Script = Rule("PB-2", updating.put_data)
    load: Rule[Callable[[Application, Purse, int], None]] = Rule("PB-8", updating.load)
    put_data_limits: Rule[Callable[[Application, int, bytes], None]] = Rule("PB-2", updating.put_data_limits)
    update_record: Script = Rule("PB-2", updating.update_record)

    contact_log: Effect = Rule("PB-11.3", logs.contact_log)
    load_log: Rule[Callable[[Application, ContactTransaction, Purse, int], None]] = Rule(
        "PB-11.3", logs.load_log
    )
    load_log_signed: Rule[Callable[[Application], bytes]] = Rule("PB-3.2", logs.load_log_signed)

    capp: CappRules = field(default_factory=CappRules)
