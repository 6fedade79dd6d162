# ruff: noqa: E501  a table has one row a line
"""Every rule of consistency, seen to fire alone on a profile that is otherwise sound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.codec.tags import Tag
from conformance.crypto import laboratory, rsa
from conformance.crypto.certificates import make_icc_certificate
from conformance.sim.card import Interface, profile
from conformance.sim.card.consistency import RULES, findings
from conformance.sim.card.consistency.subject import checked_card
from conformance.sim.card.personalisation import FinishedPath, Particulars, finished_paths

EC, DC, CAPP, DUAL, SM, TWO = (
    "electronic-cash",
    "debit-credit",
    "extended-application",
    "dual-currency",
    "sm-beside-rsa",
    "several-applications",
)
_KEY = "11111111111111112222222222222222"
_STATIC_TAGS = """PAN, effective date, issuer country, CVM list, application usage control,
          application version card, IAC default, IAC denial, IAC online, currency code, SDA tag list"""
_ICC = "{sfi: 2, record: 3, holds: [ICC public key exponent, ICC public key remainder, ICC public key certificate]}"
_CODE = "{sfi: 5, record: 1, holds: [EC issuer authorisation code]}"
_NO_CODE = "{sfi: 5, record: 2, holds: [expiration date]}"


def element(name: str, value: str, *, side: str = "", application: str = "debit") -> str:
    """A profile's own part: one element otherwise; `side` is the interface, or the path within it."""
    nested = f"{{elements: {{{name}: {value}}}}}"
    for level in reversed(side.split()):
        nested = f"{{{level}: {nested}}}"
    return f"applications: {{{application}: {nested}}}"


def of(application: str, part: str) -> str:
    return f"applications: {{{application}: {{{part}}}}}"


def qpboc(*records: str) -> str:
    return of("debit", f"contactless: {{records: [{', '.join(records)}]}}")


def key(bits: int) -> str:
    made = rsa.generate(bits)
    return f'{{p: "{_even(made.p)}", q: "{_even(made.q)}", exponent: "03"}}'


def _even(number: int) -> str:
    digits = f"{number:X}"
    return digits.rjust(len(digits) + len(digits) % 2, "0")


def debit_credit() -> FinishedPath:
    plan, demonstration = profile.load(DC), laboratory.demonstration()
    own = Particulars(plan.holder)
    return finished_paths(plan.issuer, plan.applications[0], own, Interface.CONTACT, demonstration)[0]


def certified() -> str:
    """The ICC certificate of the shipped debit/credit card, as elements."""
    tags = (Tag.ICC_PUBLIC_KEY_CERTIFICATE, Tag.ICC_PUBLIC_KEY_REMAINDER, Tag.ICC_PUBLIC_KEY_EXPONENT)
    shown = debit_credit().elements
    return "{" + ", ".join(f'"{tag:X}": "{shown[tag].hex().upper()}"' for tag in tags) + "}"


def certificate(expires: str) -> bytes:
    """An ICC certificate of the shipped debit/credit card that ends another day."""
    path, signer = debit_credit(), laboratory.demonstration().rsa.issuer
    checked = next(
        each for each in checked_card(profile.load(DC), laboratory.demonstration()).applications[0].paths
    )
    icc = path.security.icc_key
    assert isinstance(icc, rsa.RsaPrivateKey)
    static = checked.static_data
    return make_icc_certificate(
        signer, icc.public, "6210948000000011", expires, b"\0\0\1", static
    ).certificate


# Two Mersenne primes: a modulus of 234 bits.
SHORT = f'{{p: "{_even(2**127 - 1)}", q: "{_even(2**107 - 1)}", exponent: "010001"}}'

# fmt: off
BROKEN = [
    ("element-missing", EC, element("ATC", "")),
    ("element-length", EC, element("EC single limit", '"0000002000"')),
    ("element-digits", EC, element("EC reset threshold", '"00000000000A"')),
    ("element-of-the-terminal", EC, element("TVR", '"0000000000"')),
    ("dol-malformed", EC, element("DDOL", '"9F3704DF"', side="contact")),
    ("dol-unknown-tag", EC, element("DDOL", '"9F3704DF5501"', side="contact")),
    ("dol-length", EC, element("DDOL", '"9F3708"', side="contact")),
    ("dol-asks-for-the-cards-own", EC, element("DDOL", '"9F37049F3602"', side="contact")),
    ("dol-twice", EC, element("DDOL", '"9F37049F3704"', side="contact")),
    ("dol-lacks-cryptogram-input", EC,
     element("PDOL", '"9F66049F02069F1A0295055F2A029A039C019F3704"', side="contactless")),
    ("cdol2-lacks-response-code", EC,
     element("CDOL2", '"9F02069F03069F1A0295055F2A029A039C019F37049F2103"', side="contact")),
    ("pdol-lacks-ttq", EC, element("PDOL", '"9F02069F03069F1A0295055F2A029A039C019F3704"', side="contactless")),
    ("pdol-lacks-cash", EC, element("PDOL", '"9F02065F2A02"', side="contact")),
    ("pdol-lacks-sm", SM, element("PDOL", '"9F7A019F02065F2A02"', side="contact")),
    ("iad-form", EC, element("issuer application data", '"08010103000000010A01"')),
    ("iad-version", EC, element("issuer application data", '"07010203000000010A01"')),
    ("iad-algorithm", EC, element("issuer application data", '"07010103000000020A01"')),
    ("iad-amounts", DC, element("issuer application data", '"07010103000000010A01"')),
    ("cardholder-name-twice", DC,
     element("cardholder name extended", "{text: A NAME OF MORE THAN TWENTY-SIX LETTERS}")),
    ("date-impossible", EC, 'holder: {effective: "140231"}'),
    ("date-order", EC, 'holder: {effective: "310101"}'),
    ("label-missing", EC, element("application label", "")),
    ("preferred-name-code-table", DC, element("issuer code table index", "")),
    ("afl-malformed", DC, element("AFL", '"00010100"', side="contact")),
    ("afl-names-absent-record", DC, element("AFL", '"08010300100101011002030018010100"', side="contact")),
    ("record-without-afl", DC, element("AFL", '"080202001001010110020300"', side="contact")),
    ("record-twice", EC, qpboc('"2.1"', '"2.2"', _ICC, "{sfi: 4, record: 1, holds: [language preference]}",
     "{sfi: 4, record: 1, holds: [application label]}", '"5.1"')),
    ("record-length", EC, of("debit", f'elements: {{DF50: "{"00" * 250}"}}, contactless: {{records: ["2.1", "2.2", {_ICC}, '
     '{sfi: 4, record: 1, holds: [DF50]}, "5.1"]}')),
    ("record-differs", EC, of("debit", f"contact: {{electronic_cash: {{records: ['1.1', '1.2', '2.1', '2.2',"
     f" {_ICC.replace('sfi: 2, record: 3', 'sfi: 4, record: 1')}, '5.1']}}}}")),
    ("element-given-twice", EC, qpboc('"2.1"', '"2.2"', _ICC, "{sfi: 4, record: 1, holds: [PAN]}", '"5.1"')),
    ("element-not-read", EC, of("debit", f"records: [{{sfi: 2, record: 1, signed: true, holds: [{_STATIC_TAGS}]}}, "
     "{sfi: 2, record: 2, holds: [CA public key index, issuer public key exponent, issuer public key remainder, "
     f"issuer public key certificate]}}, {_CODE}, {{sfi: 1, record: 1, holds: [track 2]}}, "
     "{sfi: 1, record: 2, holds: [CDOL1, CDOL2, DDOL]}]")),
    ("nothing-signed", EC, qpboc("{sfi: 2, record: 1, holds: [PAN, expiration date, SDA tag list]}", '"2.2"', _ICC, '"5.1"')),
    ("certificate-signed", EC, qpboc('"2.1"', '"2.2"', _ICC.replace("holds", "signed: true, holds").replace("2, r", "4, r"),
     '"5.1"')),
    ("sda-tag-list", EC, element("SDA tag list", '"825A"')),
    ("sda-tag-list-not-read", EC, qpboc("{sfi: 2, record: 1, signed: true, holds: [PAN, expiration date]}",
     '"2.2"', _ICC, '"5.1"')),
    ("log-file", EC, element("log entry", '"0A0A"')),
    ("log-records", EC, element("log entry", '"0B00"')),
    ("log-file-taken", EC, element("load log entry", '"0B0A"', side="contact")),
    ("load-log-format", EC, element("load log format", "", side="contact")),
    ("oda-object-missing", EC, qpboc('"2.1"', "{sfi: 2, record: 2, holds: [CA public key index, "
     "issuer public key remainder, issuer public key certificate]}", _ICC, '"5.1"')),
    ("oda-object-in-vain", EC, element("AIP", '"1C00"', side="contact")),
    ("ca-key-unknown", EC, element("CA public key index", '"77"')),
    ("issuer-certificate-length", EC, element("issuer public key certificate", f'"{"6A" * 144}"')),
    ("issuer-key-remainder", EC, element("issuer public key remainder", '"0102"')),
    ("issuer-certificate", EC, element("issuer public key exponent", '"010001"')),
    ("issuer-identifier", EC, 'issuer: {identifier: "621095FF"}'),
    ("icc-certificate-length", EC, element("ICC public key certificate", f'"{"6A" * 112}"')),
    ("icc-key-remainder", EC, element("ICC public key remainder", '"0102"')),
    ("icc-certificate", EC, element("ICC public key certificate", f'"{"01" * 144}"')),
    ("icc-certificate-pan", EC,
     of("debit", 'elements: {PAN: "6210948000000029", track 2: "6210948000000029D30122200000000000"}')),
    ("signed-data", EC, element("ICC public key exponent", '"010001"')),
    ("signed-static-data", "debit", element("signed static application data", f'"{"6A" * 144}"')),
    ("key-longer-than-its-signer", EC, of("debit", f"icc_key: {key(1280)}")),
    ("icc-key-size", EC, of("debit", f"icc_key: {SHORT}")),
    ("icc-key", DC, of("debit", f"icc_key: {key(1152)}, elements: {certified()}")),
    ("key-exponent", DC, element("PIN public key exponent", '"05"')),
    ("expiry-after-issuer-certificate", EC, 'issuer: {certificates_expire: "1130"}'),
    ("keys-alike", EC, of("debit", f'keys: {{ac: "{_KEY}", mac: "{_KEY}", enc: "{_KEY[16:] + _KEY[:16]}"}}')),
    ("key-halves-alike", EC, of("debit", f'keys: {{ac: "{_KEY}", mac: "{"01" * 16}", enc: "{_KEY[16:] + _KEY[:16]}"}}')),
    ("cvm-list-missing", EC, element("CVM list", "")),
    ("cvm-list-in-vain", EC, element("AIP", '"2C00"', side="contact")),
    ("cvm-list-form", EC, element("CVM list", '"000000000000000042031E031F"')),
    ("cvm-unknown", EC, element("CVM list", '"000000000000000042031E0321031F00"')),
    ("cvm-list-asks-for-pin", EC, element("CVM list", '"000000000000000041031E031F00"')),
    ("pin-blocked", DC, element("PIN try counter", '"00"')),
    ("pin-in-vain", EC, of("debit", 'pin: "1234"')),
    ("contactless-path", EC, element("AIP", '"3C80"')),
    ("ec-balance-limit", EC, element("EC balance", '{yuan: "1000.01"}')),
    ("ec-second-currency", DUAL, element("second EC single limit", "")),
    ("ec-second-currency-same", DUAL, element("EC second currency", '"0156"')),
    ("currency-conversion", DUAL, element("currency conversion factor", "")),
    ("ec-code-not-read", EC, of("debit", f"contact: {{electronic_cash: {{records: ['1.1', '1.2', '2.1', '2.2', "
     f"{_ICC.replace('sfi: 2, record: 3', 'sfi: 4, record: 2')}]}}}}")),
    ("ec-code-in-debit-credit", EC, of("debit", "contact: {records: ['1.1', '1.2', '2.1', '2.2', "
     f"{_ICC.replace('sfi: 2, record: 3', 'sfi: 4, record: 1')}, '5.1']}}")),
    ("ec-code-last", EC, qpboc('"2.1"', '"2.2"', '"5.1"', _ICC)),
    ("ec-code-alone", EC, qpboc('"2.1"', '"2.2"', _ICC, "{sfi: 5, record: 1, holds: [EC issuer authorisation code, "
     "language preference]}")),
    ("signature-record", EC, of("debit", f'icc_key: {key(1152)}, contactless: {{records: ["2.1", "2.2", {_ICC}, "5.1"]}}')),
    ("one-low-value-check", EC, of("debit", 'elements: {card processing: "D910F000", CTTAL: {yuan: "1.00"}}')),
    ("low-value-elements", EC, of("debit", "contact: , elements: {EC single limit: }")),
    ("ec-elements", EC, of("debit", "contactless: , elements: {EC single limit: }")),
    ("expiry-in-last-record", EC, qpboc(f"{{sfi: 2, record: 1, signed: true, holds: [{_STATIC_TAGS}]}}", '"2.2"', _ICC,
     "{sfi: 5, record: 1, holds: [EC issuer authorisation code, expiration date]}")),
    ("cvm-enciphered-pin", "quasi-credit", of("debit", 'pin: "1234", elements: {CVM list: "000000000000000044031F00"}')),
    ("icc-certificate-expiry", DC, element("ICC public key certificate", f'"{certificate("1130").hex().upper()}"')),
    ("cumulative-elements", EC, element("card processing", '"5910F000"')),
    ("mismatched-currency", EC, element("card processing", '"9D50F000"')),
    ("track2-form", EC, element("track 2", '"6210948000000011FFFF"')),
    ("track2-pan", EC, element("track 2", '"6210948000000029D30122200000000000"')),
    ("track2-expiry", EC, element("track 2", '"6210948000000011D30112200000000000"')),
    ("track2-service-code", DC, element("service code", '"0201"')),
    ("capp-identifier", CAPP, element("extended application", '"03"')),
    ("capp-pdol", CAPP, element("PDOL", '"9F66049F02069F03069F1A0295055F2A029A039C019F3704"', side="contactless")),
    ("capp-files", CAPP, of("debit", "capp_files: ")),
    ("capp-file-kind", CAPP, of("debit", f'capp_files: [{{sfi: 30, record_length: 10, size: 10, open_key: "{_KEY}"}}]')),
    ("capp-file-taken", CAPP, of("debit", f'capp_files: [{{sfi: 21, record_length: 10, size: 10, open_key: "{_KEY}"}}, '
     f'{{sfi: 21, record_length: 10, size: 10, open_key: "{_KEY}"}}]')),
    ("capp-record-form", CAPP, of("debit", f'capp_files: [{{sfi: 21, record_length: 10, size: 10, open_key: "{_KEY}", '
     f'records: [{{management_key: "{_KEY}", content: "01700200"}}]}}]')),
    ("capp-record-length", CAPP, of("debit", f'capp_files: [{{sfi: 21, record_length: 4, size: 10, open_key: "{_KEY}", '
     f'records: [{{management_key: "{_KEY}", content: "0170020000"}}]}}]')),
    ("capp-file-full", CAPP, of("debit", f'capp_files: [{{sfi: 21, record_length: 10, size: 4, open_key: "{_KEY}", '
     f'records: [{{management_key: "{_KEY}", content: "0170020000"}}]}}]')),
    ("capp-record-twice", CAPP, of("debit", f'capp_files: [{{sfi: 21, record_length: 10, size: 20, open_key: "{_KEY}", '
     f'records: [{{management_key: "{_KEY}", content: "0170020000"}}, {{management_key: "{_KEY}", content: "01700100"}}]}}]')),
    ("deposit-parts", CAPP, element("deduction limit", '{yuan: "1.00"}')),
    ("deposit-overdrawn", "extended-deposit", element("deducted amount", '{yuan: "400.01"}')),
    ("aid-twice", TWO, of("credit", 'aid: "A000000333010101"')),
    ("aid-hidden", TWO, of("credit", 'aid: "A0000003330101"')),
    ("aid-rid", TWO, of("credit", 'aid: "A000000334010102"')),
    ("priority-twice", TWO, element("application priority indicator", '"01"')),
    ("service-code-of-a-chip", EC, 'issuer: {service_code: "120"}'),
    ("stripe-track1-form", EC, "stripe: {track1: nothing}"),
    ("stripe-track2-form", EC, 'stripe: {track2: "6210948000000011"}'),
    ("stripe-and-chip", EC, 'stripe: {track2: "6210948000000011=301122000000000000"}'),
    ("stripe-name", DC, 'stripe: {track1: "B6210948000000011^ANOTHER/NAME^3012220"}'),
]
# fmt: on


def broken(base: str, own: str) -> profile.Profile:
    return profile.parse(f"card: broken\nextends: {base}\n{own}", "x.yaml")


@pytest.mark.parametrize("name", profile.shipped())
def test_a_shipped_profile_is_consistent(name: str) -> None:
    assert [str(each) for each in findings(profile.load(name))] == []


@pytest.mark.parametrize(("rule", "base", "own"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_rule_fires_alone(rule: str, base: str, own: str) -> None:
    found = findings(broken(base, own))
    assert {each.rule.name for each in found} == {rule}, "\n".join(map(str, found))


def test_a_live_ca_key_is_refused() -> None:
    made = laboratory.demonstration()
    live = replace(made, rsa=replace(made.rsa, ca_index=2))
    assert {each.rule.name for each in findings(profile.load(DC), live)} == {"ca-key-live"}


def test_every_rule_is_seen_to_fire() -> None:
    assert {row[0] for row in BROKEN} | {"ca-key-live"} == {rule.name for rule in RULES}
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_finding_says_where_what_and_by_which_rule() -> None:
    found = findings(broken(DC, element("DDOL", '"9F3704DF5501"', side="contact")))
    assert str(found[0]) == (
        "x.yaml:3: applications.debit.contact.elements.DDOL (9F49) asks for DF55, which is no known data element"
        " (contact debit and credit) [dol-unknown-tag, EMV Book 3 5.4]"
    )
