"""Consistency of a card profile: every rule by name, with its source, in the order of a card engineer's look.

`findings` names what is wrong with a profile and where; a card with none of them is one that terminals can
work with. The rules look at what a terminal would meet, path by path, and not at how the file is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.codec.documents import DocumentErrors
from conformance.crypto import laboratory
from conformance.sim.card.consistency import certificates, elements, extended, files, payment, stripe
from conformance.sim.card.consistency.rule import Rule
from conformance.sim.card.consistency.subject import (
    CheckedApplication,
    CheckedCard,
    CheckedPath,
    checked_card,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.codec.documents import DocumentError, ItemPath
    from conformance.crypto.laboratory import Laboratory
    from conformance.sim.card.plan import Profile

_A = "EMV Book 3 A"

PATH_RULES: tuple[Rule[CheckedPath], ...] = (
    Rule("element-missing", "PB-2", elements.missing),
    Rule("element-length", _A, elements.length),
    Rule("element-digits", _A, elements.digits),
    Rule("element-of-the-terminal", _A, elements.of_the_terminal),
    Rule("dol-malformed", "EMV Book 3 5.4", elements.dol_malformed),
    Rule("dol-unknown-tag", "EMV Book 3 5.4", elements.dol_unknown_tag),
    Rule("dol-length", "EMV Book 3 5.4", elements.dol_length),
    Rule("dol-asks-for-the-cards-own", "EMV Book 3 5.4", elements.dol_asks_for_the_card_s_own, must=False),
    Rule("dol-twice", "EMV Book 3 5.4", elements.dol_twice, must=False),
    Rule("dol-lacks-cryptogram-input", "PB-5", elements.cryptogram_inputs),
    Rule("cdol2-lacks-response-code", "PB-11.5", elements.response_code),
    Rule("pdol-lacks-ttq", "PB-7.2", elements.qualifiers_in_pdol),
    Rule("pdol-lacks-cash", "PB-7.6", elements.cash_in_pdol),
    Rule("pdol-lacks-sm", "PB-6.3", elements.sm_in_pdol),
    Rule("iad-form", "PB-4.3", elements.issuer_data_form),
    Rule("iad-version", "PB-4.3", elements.issuer_data_version),
    Rule("iad-algorithm", "PB-4.3", elements.issuer_data_algorithm),
    Rule("iad-amounts", "PB-4.3", elements.issuer_data_amounts),
    Rule("cardholder-name-twice", "PB-3", elements.name_length),
    Rule("date-impossible", _A, elements.dates),
    Rule("date-order", _A, elements.effective_after_expiry),
    Rule("label-missing", "PB-1", stripe.label_missing),
    Rule("preferred-name-code-table", "EMV Book 1 12.2.4", stripe.preferred_name),
    Rule("afl-malformed", "EMV Book 3 10.2", files.afl_malformed),
    Rule("afl-names-absent-record", "EMV Book 3 10.2", files.afl_without_record),
    Rule("record-twice", "EMV Book 3 5.3", files.record_twice),
    Rule("record-length", "EMV Book 3 5.3", files.record_length),
    Rule("element-given-twice", "PB-7.4", files.element_twice),
    Rule("element-not-read", "EMV Book 3 7.2", files.element_not_read),
    Rule("nothing-signed", "PB-6.1", files.nothing_signed),
    Rule("certificate-signed", "PB-6.1", certificates.signed_certificate),
    Rule("sda-tag-list", "PB-6.1", files.sda_tag_list),
    Rule("sda-tag-list-not-read", "PB-6.1", files.sda_tag_list_not_read),
    Rule("log-file", "PB-1", files.log_entry_file),
    Rule("log-records", "PB-1", files.log_entry_records),
    Rule("log-file-taken", "PB-1", files.log_file_taken),
    Rule("load-log-format", "PB-3.2", files.log_format_missing),
    Rule("oda-object-missing", "EMV Book 3 7.5", certificates.objects_missing),
    Rule("oda-object-in-vain", "PB-4.1", certificates.objects_in_vain, must=False),
    Rule("ca-key-unknown", "PB-10", certificates.ca_unknown),
    Rule("ca-key-live", "PB-10", certificates.ca_live),
    Rule("issuer-certificate-length", "PB-6.1", certificates.issuer_certificate_length),
    Rule("issuer-key-remainder", "PB-6.1", certificates.issuer_remainder),
    Rule("issuer-certificate", "PB-6.1", certificates.issuer_certificate),
    Rule("issuer-identifier", "PB-6.1", certificates.issuer_identifier),
    Rule("icc-certificate-length", "PB-6.1", certificates.icc_certificate_length),
    Rule("icc-key-remainder", "PB-6.1", certificates.icc_remainder),
    Rule("icc-certificate", "PB-6.1", certificates.icc_certificate),
    Rule("icc-certificate-pan", "PB-6.1", certificates.icc_certificate_pan),
    Rule("signed-data", "PB-6.1", certificates.signed_data),
    Rule("signed-static-data", "PB-6.1", certificates.signed_static_data),
    Rule("key-longer-than-its-signer", "EMV Book 2 D1", certificates.key_longer_than_its_signer),
    Rule("icc-key-size", "EMV Book 2 D1", certificates.key_size),
    Rule("icc-key", "PB-6.1", certificates.icc_key),
    Rule("key-exponent", "EMV Book 2 B2", certificates.exponents),
    Rule("expiry-after-issuer-certificate", "PB-3", certificates.issuer_expiry),
    Rule("icc-certificate-expiry", "PB-3", certificates.icc_expiry),
    Rule("keys-alike", "PB-5", stripe.keys_alike),
    Rule("key-halves-alike", "PB-5", stripe.key_halves),
    Rule("cvm-list-missing", "PB-4.1", payment.cvm_list_missing),
    Rule("cvm-list-in-vain", "PB-4.1", payment.cvm_list_in_vain, must=False),
    Rule("cvm-list-form", "EMV Book 3 C3", payment.cvm_list_form),
    Rule("cvm-unknown", "EMV Book 3 C3", payment.cvm_unknown),
    Rule("cvm-list-asks-for-pin", "PB-11.6", payment.cvm_list_pin),
    Rule("cvm-enciphered-pin", "EMV Book 2 7", payment.enciphered_pin),
    Rule("pin-in-vain", "PB-11.6", payment.pin_in_vain, must=False),
    Rule("pin-blocked", "PB-11.6", payment.pin_blocked, must=False),
    Rule("contactless-path", "PB-4.1", payment.contactless_path),
    Rule("ec-elements", "PB-7.6", payment.cash_elements),
    Rule("ec-balance-limit", "PB-3", payment.balance_limit),
    Rule("ec-second-currency", "PB-3", payment.second_currency),
    Rule("ec-second-currency-same", "PB-3", payment.second_currency_same),
    Rule("currency-conversion", "PB-3", payment.currency_conversion),
    Rule("ec-code-in-debit-credit", "PB-3", payment.cash_code_in_debit),
    Rule("ec-code-not-read", "PB-7.6", payment.cash_code_not_read),
    Rule("ec-code-last", "PB-3", payment.cash_code_last),
    Rule("ec-code-alone", "PB-3", payment.cash_code_alone, must=False),
    Rule("expiry-in-last-record", "PB-3", payment.expiry_last),
    Rule("signature-record", "PB-6.2", payment.signature_record),
    Rule("one-low-value-check", "PB-4.7", payment.one_low_value_check),
    Rule("low-value-elements", "PB-7.3", payment.low_value_elements),
    Rule("cumulative-elements", "PB-7.3", payment.cumulative_elements, must=False),
    Rule("mismatched-currency", "PB-4.7", payment.mismatched_currency),
    Rule("track2-form", "PB-3", stripe.track2_form),
    Rule("track2-pan", "PB-3", stripe.track2_pan),
    Rule("track2-expiry", "PB-3", stripe.track2_expiry),
    Rule("track2-service-code", "PB-3", stripe.track2_service_code),
    Rule("capp-identifier", "PB-8", extended.identifier),
    Rule("capp-pdol", "PB-8", extended.indicator_in_pdol),
    Rule("deposit-parts", "PB-8", extended.deposit_parts),
    Rule("deposit-overdrawn", "PB-8", extended.deposit_overdrawn),
)
APPLICATION_RULES: tuple[Rule[CheckedApplication], ...] = (
    Rule("record-without-afl", "EMV Book 3 10.2", files.record_without_afl),
    Rule("record-differs", "EMV Book 3 5.3", files.record_differs),
    Rule("capp-files", "PB-8", extended.files_missing),
    Rule("capp-file-kind", "PB-8", extended.file_kind),
    Rule("capp-file-taken", "PB-8", extended.file_twice),
    Rule("capp-record-form", "PB-8", extended.record_form),
    Rule("capp-record-length", "PB-8", extended.record_too_long),
    Rule("capp-file-full", "PB-8", extended.file_full),
    Rule("capp-record-twice", "PB-8", extended.identifier_twice),
)
CARD_RULES: tuple[Rule[CheckedCard], ...] = (
    Rule("aid-twice", "PB-1", stripe.aid_twice),
    Rule("aid-hidden", "PB-1", stripe.aid_hidden, must=False),
    Rule("aid-rid", "PB-1", stripe.aid_registered),
    Rule("priority-twice", "EMV Book 1 12.2.3", stripe.priority_twice),
    Rule("service-code-of-a-chip", "PB-3", stripe.service_code_of_a_chip, must=False),
    Rule("stripe-track1-form", "ISO/IEC 7813", stripe.stripe_track1_form),
    Rule("stripe-track2-form", "ISO/IEC 7813", stripe.stripe_track2_form),
    Rule("stripe-and-chip", "PB-9", stripe.stripe_and_chip),
    Rule("stripe-name", "PB-9", stripe.stripe_name),
)
RULES: tuple[Rule[Any], ...] = (*PATH_RULES, *APPLICATION_RULES, *CARD_RULES)


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """One rule that a profile breaks, or for advice does not follow; `problem` says where and what."""

    rule: Rule[Any]
    problem: DocumentError

    def __str__(self) -> str:
        advice = "" if self.rule.must else "advice, "
        return f"{self.problem} [{advice}{self.rule.name}, {self.rule.source}]"


def findings(profile: Profile, authorities: Laboratory | None = None) -> tuple[Inconsistency, ...]:
    """Everything that is inconsistent in a profile, in the order of the file.

    Certificates that the profile does not have are made by `authorities`, without them the demonstration's.
    ValueError where the profile cannot even be personalised for looking at.
    """
    card = checked_card(profile, authorities or laboratory.demonstration())
    gathered: dict[tuple[str, ItemPath, str], tuple[Rule[Any], list[str]]] = {}
    for rule, at, sentence, path in _all(card):
        gathered.setdefault((rule.name, at, sentence), (rule, []))[1].append(path)
    found = [
        Inconsistency(rule, profile.document.problem(at, rule.name, _with_paths(sentence, paths)))
        for (_, at, sentence), (rule, paths) in gathered.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.problem.source, each.problem.line)))


@lru_cache(maxsize=256)
def refuse_inconsistent(profile: Profile, authorities: Laboratory) -> None:
    """Refuse a finished image that is inconsistent, with everything that is; DocumentErrors."""
    if any(application.is_image for application in profile.applications):
        wrong = [each for each in findings(profile, authorities) if each.rule.must]
        if wrong:
            raise DocumentErrors(each.problem for each in wrong)


def _all(card: CheckedCard) -> Iterator[tuple[Rule[Any], ItemPath, str, str]]:
    for application in card.applications:
        for path in application.paths:
            for rule in PATH_RULES:
                for where, sentence in rule.look(card, path):
                    yield rule, _place(card, application, path.at, where), sentence, path.name
        for each in APPLICATION_RULES:
            levels = tuple(at for path in application.paths for at in path.at)
            for where, sentence in each.look(card, application):
                yield each, _place(card, application, levels, where), sentence, ""
    for one in CARD_RULES:
        for where, sentence in one.look(card, card):
            yield one, where if isinstance(where, tuple) else (), sentence, ""


def _place(
    card: CheckedCard, application: CheckedApplication, at: tuple[ItemPath, ...], where: int | ItemPath | None
) -> ItemPath:
    return where if isinstance(where, tuple) else card.place(application.name, at, where)


def _with_paths(sentence: str, paths: list[str]) -> str:
    named = ", ".join(dict.fromkeys(filter(None, paths)))
    return f"{sentence} ({named})" if named else sentence
