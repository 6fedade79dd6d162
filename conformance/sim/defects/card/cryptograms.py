"""Defects of GENERATE AC, risk management and issuer authentication, for CRD-GAC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Aip, Cvr
from conformance.codec.tags import Tag
from conformance.sim.card import authentication, completion, contact_risk, generation, security
from conformance.sim.card.state import AUTHENTICATION_FAILED, OK, Decision, Refused
from conformance.sim.defects.card.made import DONE, defect, never, padded

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.state import Application, CardState, ContactTransaction

_CDA, _KINDS, _ARQC, _RFU = 0x10, 0xC0, 0x80, 0xC0
_NOT_REQUESTED = 0x80  # in byte 2 of the CVR
_CVR_2 = 4  # its place in 9F10


def _decline_shown_as_approval(information: bytes, atc: bytes, proof: bytes, issuer: bytes) -> bytes:
    first = bool(issuer[_CVR_2] & _NOT_REQUESTED)
    shown = b"\x40" if first and information == b"\0" else information
    return generation.separate_answer(shown, atc, proof, issuer)


def _first_without_country(application: Application, transaction: ContactTransaction, cvr: bytes) -> bytes:
    values = dict(transaction.asked[-1])
    if len(transaction.asked) == 1:
        values.pop(Tag.TERMINAL_COUNTRY, None)
    return security.cryptogram(application.image, transaction.path, transaction.atc, cvr, values)


def _terminal_data_alone(application: Application, transaction: ContactTransaction, _: bytes) -> bytes:
    values = transaction.asked[-1]
    return security.cryptogram(application.image, transaction.path, bytes(2), bytes(4), values)


def _over_the_first_list(application: Application, transaction: ContactTransaction, cvr: bytes) -> bytes:
    values = transaction.asked[0]
    return security.cryptogram(application.image, transaction.path, transaction.atc, cvr, values)


def _before_gpo(card: CardState, command: CommandApdu) -> ResponseApdu:
    if card.selected is not None and card.selected.contact is None:
        return ResponseApdu(tlv.encode(Tag.RESPONSE_TEMPLATE_1, b"\x40" + bytes(18)), OK)
    return generation.generate_ac(card, command)


def _second_online(card: CardState, command: CommandApdu) -> ResponseApdu:
    _, transaction = card.dialogue
    again = transaction.first is not None and command.p1 & _KINDS == _ARQC
    return generation.generate_ac(card, replace(command, p1=0x00) if again else command)


def _third(card: CardState, command: CommandApdu) -> ResponseApdu:
    card.dialogue[1].second = None
    return generation.generate_ac(card, command)


def _any_parameters(card: CardState, command: CommandApdu) -> ResponseApdu:
    asked = 0x40 if command.p1 == _RFU else command.p1
    return generation.generate_ac(card, replace(command, p1=asked, p2=0))


def _combined_passed_over(card: CardState, command: CommandApdu) -> ResponseApdu:
    if Aip.CDA not in card.dialogue[1].aip:
        command = replace(command, p1=command.p1 & ~_CDA)
    return generation.generate_ac(card, command)


def _on_after_approval(card: CardState, command: CommandApdu) -> ResponseApdu:
    _, transaction = card.dialogue
    if transaction.first is Decision.TC:
        transaction.first = Decision.ARQC
    return generation.generate_ac(card, command)


def _no_advice(application: Application, transaction: ContactTransaction) -> int:  # noqa: ARG001
    return 0


def _no_arpc(transaction: ContactTransaction, proof: bytes, code: bytes) -> bool:  # noqa: ARG001
    return False


def _failure_hidden(card: CardState, command: CommandApdu) -> ResponseApdu:
    try:
        return authentication.external_authenticate(card, command)
    except Refused as refusal:
        if refusal.status != AUTHENTICATION_FAILED:
            raise
        return DONE


def _authenticated_again(card: CardState, command: CommandApdu) -> ResponseApdu:
    card.dialogue[1].issuer_authenticated = None
    return authentication.external_authenticate(card, command)


def _without_code(card: CardState, command: CommandApdu) -> ResponseApdu:
    return authentication.external_authenticate(card, replace(command, data=padded(10, command.data)))


def _failure_forgiven(application: Application, transaction: ContactTransaction) -> bool:
    if transaction.issuer_authenticated is False:
        return False
    return completion.authentication_declines(application, transaction)


def _absence_forgiven(application: Application, transaction: ContactTransaction) -> bool:
    if transaction.issuer_authenticated is None:
        return False
    return completion.authentication_declines(application, transaction)


def _any_code(transaction: ContactTransaction) -> bool:  # noqa: ARG001
    return True


def _still_not_requested(transaction: ContactTransaction) -> bool:
    transaction.cvr |= Cvr.SECOND_NOT_REQUESTED
    return completion.issuer_approval(transaction)


def _stale_online_counter(tag: int, value: bytes) -> bytes:
    return tlv.encode(tag, b"\0\1" if tag == Tag.LAST_ONLINE_ATC else value)


def _totals_stay(application: Application) -> None:
    memory = application.memory
    spent = memory.cumulative, memory.dual
    completion.reset_counters(application)
    memory.cumulative, memory.dual = spent


def _counted_offline_alone(application: Application, transaction: ContactTransaction) -> None:
    if transaction.first is Decision.TC:
        contact_risk.count_amounts(application, transaction)


_DECISION, _CVR = "card-decision-differs", "cvr-bit-missing"
DEFECTS = (
    defect(
        "first-cryptogram-without-country", "CRD-GAC-010", "card-cryptogram-false", "PB-5",
        "contact_cryptogram", _first_without_country,
        "Leaves the terminal's country out of its first cryptogram.",
    ),
    defect(
        "decline-shown-as-approval", "CRD-GAC-160", _DECISION, "PB-11.2", "separate_answer",
        _decline_shown_as_approval, "Shows a TC where the terminal declined.",
    ),
    defect(
        "cryptogram-over-terminal-data-alone", "CRD-GAC-030", "value-repeated", "PB-5", "contact_cryptogram",
        _terminal_data_alone, "Leaves ATC and CVR out of its cryptogram and its session key.",
        beside="CRD-GAC-010 and 310 recompute and need the issuer's keys; 030 finds it on any bench",
    ),
    defect(
        "answers-generate-ac-before-gpo", "CRD-GAC-040", "status-word-differs", "PB-2", "generate_ac",
        _before_gpo, "Answers GENERATE AC although no transaction was started.",
    ),
    defect(
        "takes-a-second-arqc", "CRD-GAC-050", "status-word-differs", "PB-2", "generate_ac",
        _second_online, "Answers a second GENERATE AC that asks for an ARQC with an AAC.",
    ),
    defect(
        "takes-a-third-generate-ac", "CRD-GAC-060", "status-word-differs", "PB-2", "generate_ac", _third,
        "Answers a third GENERATE AC.",
    ),
    defect(
        "generate-ac-ignores-parameters", "CRD-GAC-070", "status-word-differs", "PB-2", "generate_ac",
        _any_parameters, "Takes P1 C0 for a TC, and any P2.",
    ),
    defect(
        "cdol-padded", "CRD-GAC-080", "status-word-differs", "PB-2", "gac_length", padded,
        "Takes GENERATE AC with too few data, zeros behind them.",
    ),
    defect(
        "cda-passed-over", "CRD-GAC-090", "status-word-differs", "PB-2", "generate_ac",
        _combined_passed_over, "Answers without CDA where CDA was asked for and it has none.",
    ),
    defect(
        "goes-on-after-approval", "CRD-GAC-100", "status-word-differs", "PB-2", "generate_ac",
        _on_after_approval, "Answers GENERATE AC 2 behind a TC.",
    ),
    defect(
        "no-lower-limit", "CRD-GAC-110", _DECISION, "PB-11.1", "risk_lower_limit", never,
        "Does not look at LCOL.",
    ),
    defect(
        "foreign-currency-not-checked", "CRD-GAC-120", _DECISION, "PB-11.1", "risk_international_currency",
        never, "Does not limit transactions in another currency.",
    ),
    defect(
        "foreign-country-not-checked", "CRD-GAC-130", _DECISION, "PB-11.1", "risk_international_country",
        never, "Does not limit transactions in another country.",
    ),
    defect(
        "total-not-checked", "CRD-GAC-140", _DECISION, "PB-11.1", "risk_cumulative", never,
        "Does not look at its cumulative limit.",
    ),
    defect(
        "both-currencies-not-checked", "CRD-GAC-150", _DECISION, "PB-11.1", "risk_cumulative_dual", never,
        "Does not add its two currencies up.",
    ),
    defect(
        "unfinished-online-forgotten", "CRD-GAC-170", _DECISION, "PB-11.1", "risk_online_not_completed",
        never, "Forgets that a transaction went online and was cut off.",
    ),
    defect(
        "failed-dda-forgotten", "CRD-GAC-180", _CVR, "PB-11.1", "risk_last_dda", never,
        "Forgets that DDA had failed.",
    ),
    defect(
        "failed-sda-forgotten", "CRD-GAC-190", _CVR, "PB-11.1", "risk_last_sda", never,
        "Forgets that SDA had failed.",
    ),
    defect(
        "no-advice", "CRD-GAC-200", "value-differs", "PB-11.1", "first_advice", _no_advice,
        "Never asks for an advice.",
    ),
    defect(
        "right-arpc-refused", "CRD-GAC-210", "status-word-differs", "PB-5", "arpc_holds", _no_arpc,
        "Finds every ARPC wrong.",
    ),
    defect(
        "failed-authentication-hidden", "CRD-GAC-220", "status-word-differs", "PB-2",
        "external_authenticate", _failure_hidden, "Answers a wrong ARPC with 9000.",
    ),
    defect(
        "issuer-authenticates-again", "CRD-GAC-230", "status-word-differs", "PB-2", "external_authenticate",
        _authenticated_again, "Takes EXTERNAL AUTHENTICATE as often as it comes.",
    ),
    defect(
        "arpc-without-code", "CRD-GAC-240", "status-word-differs", "PB-2", "external_authenticate",
        _without_code, "Takes an ARPC without response code.",
    ),
    defect(
        "failed-authentication-forgiven", "CRD-GAC-250", _DECISION, "PB-11.5", "authentication_declines",
        _failure_forgiven, "Approves behind a wrong ARPC.",
    ),
    defect(
        "failed-authentication-forgotten", "CRD-GAC-260", _CVR, "PB-11.1",
        "risk_last_issuer_authentication", never, "Forgets that issuer authentication had failed.",
    ),
    defect(
        "missing-authentication-forgiven", "CRD-GAC-270", _DECISION, "PB-11.5", "authentication_declines",
        _absence_forgiven, "Approves without the ARPC that it has to demand.",
    ),
    defect(
        "issuers-decline-passed-over", "CRD-GAC-280", _DECISION, "PB-11.5", "issuer_approval", _any_code,
        "Takes every response code for an approval.",
    ),
    defect(
        "last-online-counter-stale", "CRD-GAC-290", "value-differs", "PB-2", "get_data_object",
        _stale_online_counter, "Shows the last online ATC as personalised.",
    ),
    defect(
        "totals-never-cleared", "CRD-GAC-300", _DECISION, "PB-11.5", "reset_counters", _totals_stay,
        "Keeps its totals after an approval online.",
    ),
    defect(
        "second-cryptogram-over-cdol1", "CRD-GAC-310", "card-cryptogram-false", "PB-5", "contact_cryptogram",
        _over_the_first_list, "Makes its second cryptogram over the values of CDOL1.",
    ),
    defect(
        "second-never-requested", "CRD-GAC-320", "cvr-bit-set", "PB-11.5", "issuer_approval",
        _still_not_requested,
        "Says in the second CVR that no second was requested.",
    ),
    defect(
        "no-upper-limit", "CRD-GAC-330", _DECISION, "PB-11.5", "unable_upper_limit", never,
        "Does not look at UCOL.",
    ),
    defect(
        "unable-online-not-counted", "CRD-GAC-340", _DECISION, "PB-11.1", "count_amounts",
        _counted_offline_alone, "Does not count what it approves because it cannot go online.",
    ),
    defect(
        "new-card-approves-unable-online", "CRD-GAC-350", _DECISION, "PB-11.5", "unable_new_card", never,
        "Approves its first transaction although it cannot go online.",
    ),
)  # fmt: skip
