"""Every path of PB-7 with simulated cards and issuer: outcome, TVR, TSI and cryptograms to the bit."""

from __future__ import annotations

import pytest
from simulated_parties import PAN, SM_KEYS, Bank, card, inserted, tapped

from conformance.codec import apdu
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Tsi, Ttq, Tvr
from conformance.codec.tags import Tag
from conformance.codec.tlv import decode_one
from conformance.codec.values import to_bcd
from conformance.kernel import recovery
from conformance.kernel.capp import Extension, Indicator, Plan, with_key
from conformance.kernel.cvm import Cardholder, NoPin
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.preprocess import OFFLINE_QPBOC, Limits
from conformance.kernel.transaction import ActionCodes, Cryptogram, Outcome, RandomSelection
from conformance.link.tear import Tear, torn
from conformance.sim.host.issuer import Script, put_data

AAC, TC, ARQC = Cryptogram.AAC, Cryptogram.TC, Cryptogram.ARQC
ALL_BUT_SCRIPTS = Tsi(0xF800)
OFFLINE = Tsi.ODA | Tsi.CVM | Tsi.CARD_RISK_MANAGEMENT | Tsi.TERMINAL_RISK_MANAGEMENT
ONLINE_READER = Ttq.QPBOC | Ttq.CONTACT_PBOC | Ttq.ONLINE_PIN | Ttq.SIGNATURE | Ttq.FDDA_VERSION_01
AID = bytes.fromhex("A000000333010101")


class Answering:
    """An issuer that answers every request alike, without proof."""

    def __init__(self, code: bytes = b"00") -> None:
        self.code = code

    def __call__(self, _request) -> OnlineAnswer:
        return OnlineAnswer(self.code)


def balance(link) -> int | None:
    link.reset()
    link.exchange(apdu.select(AID))
    return recovery.amount_of(link, Tag.EC_BALANCE)


def test_offline_approved():
    result = inserted(card())
    assert (result.outcome, result.cryptograms) == (Outcome.OFFLINE_APPROVED, (TC,))
    assert (result.tvr, result.tsi, result.response_code) == (Tvr(0), OFFLINE, "Y1")


def test_online_approved_with_the_issuers_proof():
    bank = Bank()
    result = inserted(card(), bank, floor_limit=500)
    assert (result.outcome, result.cryptograms) == (Outcome.ONLINE_APPROVED, (ARQC, TC))
    assert (result.tvr, result.tsi, result.response_code) == (Tvr.FLOOR_LIMIT, ALL_BUT_SCRIPTS, "00")
    assert bank.issuer.balance(PAN) == 999_000


def test_online_declined():
    result = inserted(card(), Bank(), amount=2_000_000)
    assert (result.outcome, result.cryptograms) == (Outcome.ONLINE_DECLINED, (ARQC, AAC))
    assert (result.tvr, result.tsi, result.response_code) == (Tvr.FLOOR_LIMIT, ALL_BUT_SCRIPTS, "51")


def test_unable_to_go_online_declines_what_the_default_codes_name():
    result = inserted(card(), floor_limit=500)
    assert (result.outcome, result.cryptograms) == (Outcome.UNABLE_DECLINED, (ARQC, AAC))
    assert (result.tvr, result.tsi, result.response_code) == (Tvr.FLOOR_LIMIT, OFFLINE, "Z3")


def test_unable_to_go_online_approves_what_they_do_not_name():
    result = inserted(card(), random=RandomSelection(5000, 99, 99), draw=lambda: 1)
    assert (result.outcome, result.cryptograms) == (Outcome.UNABLE_APPROVED, (ARQC, TC))
    assert (result.tvr, result.response_code) == (Tvr.RANDOM_SELECTION, "Y3")


def test_a_denial_code_declines_offline():
    result = inserted(card(elements={0x9F07: b"\xc2\0"}))
    assert (result.outcome, result.cryptograms) == (Outcome.OFFLINE_DECLINED, (AAC,))
    assert (result.tvr, result.response_code) == (Tvr.SERVICE_NOT_ALLOWED, "Z1")


@pytest.mark.parametrize("called", [True, False])
def test_a_referral_is_what_the_attendant_says(called):
    result = inserted(card(), Answering(b"01"), floor_limit=500, referral=lambda _code: called)
    assert result.outcome is (Outcome.ONLINE_APPROVED if called else Outcome.ONLINE_DECLINED)


def test_a_load_by_script_raises_the_balance():
    bank, link = Bank(), card()
    bank.issuer.send_script(PAN, Script(bytes(4), (put_data(Tag.EC_BALANCE, to_bcd(9000, 6)),)))
    result = inserted(link, bank, terms={"online_only": True})
    assert (result.outcome, result.cryptograms) == (Outcome.ONLINE_APPROVED, (ARQC, TC))
    assert (result.tsi, result.script_results.hex()) == (Tsi(0xFC00), "2000000000")
    assert balance(link) == 9000


def test_a_load_that_cannot_go_online_is_declined():
    result = inserted(card(), terms={"online_only": True})
    assert (result.outcome, result.cryptograms) == (Outcome.UNABLE_DECLINED, (ARQC, AAC))


def test_a_load_at_an_offline_terminal_is_declined():
    result = inserted(card(), type=0x23, terms={"online_only": True})
    assert (result.outcome, result.cryptograms) == (Outcome.OFFLINE_DECLINED, (AAC,))


@pytest.mark.parametrize("profile", ["electronic-cash", "sm-beside-rsa"])
def test_dda_holds_with_rsa_and_with_sm(profile):
    result = inserted(card(profile))
    assert (result.tvr, result.outcome) == (Tvr(0), Outcome.OFFLINE_APPROVED)
    assert (len(result.values[0x90]) == 142) is (profile == "sm-beside-rsa")


def test_an_sm_card_shows_rsa_to_a_terminal_without_sm():
    result = inserted(card("sm-beside-rsa"), sm_ca_keys={})
    assert (result.tvr, len(result.values[0x90])) == (Tvr(0), 176)


@pytest.mark.parametrize("interface", ["contact", "contactless"])
@pytest.mark.parametrize("tag", [0x90, 0x9F46])
def test_an_altered_sm_certificate_fails(interface, tag):
    link = Altered(card("sm-beside-rsa", interface), tag)
    result = (inserted if interface == "contact" else tapped)(link)
    if interface == "contact":
        assert result.tvr == Tvr.DDA_FAILED
    else:
        assert result.outcome is Outcome.OFFLINE_DECLINED


def test_an_sm_key_that_the_terminal_lacks_fails_dda_without_missing_data():
    other = {(rid, index + 1): key for (rid, index), key in SM_KEYS.items()}
    assert inserted(card("sm-beside-rsa"), sm_ca_keys=other).tvr == Tvr.DDA_FAILED


@pytest.mark.parametrize("aip", ["3D00"])
def test_cda_signs_both_cryptograms(aip):
    bank = Bank()
    result = inserted(card("debit-credit"), bank, floor_limit=500)
    assert (result.outcome, result.tvr) == (Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT)
    assert result.path[2] == "offline data authentication: CDA"
    assert result.values[Tag.AIP].hex().upper() == aip


def test_cda_that_fails_with_an_arqc_asks_for_an_aac():
    link = Altered(card("debit-credit"), 0x9F4B)
    result = inserted(link, Bank(), floor_limit=500)
    assert (result.outcome, result.cryptograms) == (Outcome.OFFLINE_DECLINED, (ARQC, AAC))
    assert result.tvr == Tvr.FLOOR_LIMIT | Tvr.CDA_FAILED


def test_cda_that_fails_with_a_tc_declines_offline():
    result = inserted(Altered(card("debit-credit"), 0x9F4B))
    assert (result.outcome, result.cryptograms) == (Outcome.OFFLINE_DECLINED, (TC,))
    assert (result.tvr, result.response_code) == (Tvr.CDA_FAILED, "Z1")


def test_two_currencies_are_paid_from_two_purses():
    link = card("dual-currency")
    hong_kong = inserted(link, electronic_cash=True, cash_limit=20000, currency=bytes.fromhex("0344"))
    assert (hong_kong.electronic_cash, hong_kong.outcome) == (True, Outcome.OFFLINE_APPROVED)
    assert (balance(link), recovery.amount_of(link, 0xDF79)) == (5000, 3000)
    yuan = inserted(link, electronic_cash=True, cash_limit=20000)
    assert (yuan.electronic_cash, yuan.outcome) == (True, Outcome.OFFLINE_APPROVED)
    assert (balance(link), recovery.amount_of(link, 0xDF79)) == (4000, 3000)


class Altered:
    """A card on a wire that turns one bit of an object."""

    def __init__(self, link, tag: int) -> None:
        self.link = link
        self.tag = tag

    def exchange(self, command):
        response = self.link.exchange(command)
        if command.name not in {"READ RECORD", "GET PROCESSING OPTIONS", "GENERATE AC"} or not response.ok:
            return response
        found = decode_one(response.data).find(self.tag)
        if found is None:
            return response
        changed = bytearray(response.data)
        changed[response.data.index(found.value) + 20] ^= 1
        return ResponseApdu(bytes(changed), response.sw)


VERSION_00 = OFFLINE_QPBOC.without(Ttq.FDDA_VERSION_01)


@pytest.mark.parametrize(("ttq", "version"), [(OFFLINE_QPBOC, 1), (VERSION_00, 0)])
@pytest.mark.parametrize("profile", ["electronic-cash", "sm-beside-rsa"])
def test_both_fdda_versions_hold_with_rsa_and_sm(ttq, version, profile):
    result = tapped(card(profile, "contactless"), ttq=ttq)
    assert result.outcome is Outcome.OFFLINE_APPROVED
    assert (Tag.CARD_AUTHENTICATION_RELATED_DATA in result.values) is bool(version)


@pytest.mark.parametrize(
    ("ctq", "ttq", "outcome"),
    [
        ("0000", ONLINE_READER, Outcome.OFFLINE_DECLINED),
        ("2000", ONLINE_READER, Outcome.ONLINE_APPROVED),
        ("2000", ONLINE_READER | Ttq.OFFLINE_ONLY, Outcome.OFFLINE_DECLINED),
        ("1000", ONLINE_READER, Outcome.OTHER_INTERFACE),
        ("1000", ONLINE_READER.without(Ttq.CONTACT_PBOC), Outcome.OFFLINE_DECLINED),
        ("3000", ONLINE_READER, Outcome.ONLINE_APPROVED),
        ("3000", ONLINE_READER | Ttq.OFFLINE_ONLY, Outcome.OTHER_INTERFACE),
    ],
)
def test_a_failed_fdda_turns_where_9f6c_says(ctq, ttq, outcome):
    link = Altered(card(interface="contactless", elements={0x9F6C: bytes.fromhex(ctq)}), 0x9F4B)
    assert tapped(link, Answering(), ttq=ttq).outcome is outcome


@pytest.mark.parametrize(
    ("ctq", "ttq", "outcome"),
    [
        ("0000", ONLINE_READER, Outcome.OFFLINE_DECLINED),
        ("0800", ONLINE_READER, Outcome.ONLINE_APPROVED),
        ("0800", ONLINE_READER | Ttq.OFFLINE_ONLY, Outcome.OFFLINE_DECLINED),
    ],
)
def test_an_expired_card_turns_where_9f6c_says(ctq, ttq, outcome):
    link = card(interface="contactless", elements={0x9F6C: bytes.fromhex(ctq)}, expires="260430")
    assert tapped(link, Answering(), ttq=ttq).outcome is outcome
    assert balance(link) == 5000


def test_a_card_of_the_exception_file_is_declined_before_it_commits():
    link = card(interface="contactless")
    assert tapped(link, base={"listed": lambda _pan, _psn: True}).outcome is Outcome.OFFLINE_DECLINED
    assert balance(link) == 5000


PIN = Cardholder(online_pin=lambda _pan: b"\x99" * 8)
NO_PIN = Cardholder(online_pin=lambda _pan: NoPin.NOT_ENTERED)


@pytest.mark.parametrize(
    ("processing", "ttq", "holder", "outcome", "results"),
    [
        ("9910F000", ONLINE_READER, PIN, Outcome.ONLINE_APPROVED, "020000"),
        (
            "9910F000",
            ONLINE_READER,
            NO_PIN,
            Outcome.OFFLINE_DECLINED,
            "",
        ),
        ("99107000", ONLINE_READER, PIN, Outcome.OFFLINE_APPROVED, "1E0000"),
        ("9910F000", ONLINE_READER.without(Ttq.ONLINE_PIN), PIN, Outcome.OFFLINE_APPROVED, "1E0000"),
    ],
)
def test_the_cardholder_is_verified_as_9f6c_asks(processing, ttq, holder, outcome, results):
    elements = {0x9F68: bytes.fromhex(processing)}
    link = card(interface="contactless", elements=elements)
    result = tapped(link, Bank(), ttq=ttq, limits=Limits(cvm=1000), holder=holder)
    assert result.outcome is outcome
    assert result.values.get(Tag.CVM_RESULTS, b"").hex().upper() == results
    assert result.signature is (results == "1E0000")


def test_a_reader_that_can_do_neither_is_refused_by_the_card():
    ttq = ONLINE_READER.without(Ttq.ONLINE_PIN | Ttq.SIGNATURE | Ttq.CONTACT_PBOC)
    result = tapped(card(interface="contactless"), Bank(), ttq=ttq, limits=Limits(cvm=1000))
    assert (result.outcome, result.reason, result.detail) == (Outcome.TERMINATED, "gpo-refused", "6985")


def test_a_card_that_prefers_contacts_online_is_sent_there():
    link = card(interface="contactless", elements={0x9F68: bytes.fromhex("9A10F000")})
    result = tapped(link, Bank(), ttq=ONLINE_READER, limits=Limits(floor=500))
    assert result.outcome is Outcome.OTHER_INTERFACE


def test_without_9f6c_the_reader_asks_for_a_signature():
    link = card(interface="contactless", elements={0x9F68: bytes.fromhex("99107000")})
    result = tapped(Without9F6C(link), Bank(), ttq=ONLINE_READER, limits=Limits(cvm=1000))
    assert result.signature


class Without9F6C:
    """A card on a wire that renames 9F6C."""

    def __init__(self, link) -> None:
        self.link = link

    def exchange(self, command):
        response = self.link.exchange(command)
        renamed = response.data.replace(bytes.fromhex("9F6C02"), bytes.fromhex("9F7E02"))
        return ResponseApdu(renamed, response.sw)


@pytest.mark.parametrize("ttq", [Ttq.CONTACTLESS_PBOC, Ttq.CONTACTLESS_PBOC | Ttq.QPBOC])
def test_contactless_debit_goes_on_as_over_contacts(ttq):
    result = tapped(card("contactless-debit", "contactless"), ttq=ttq)
    assert (result.outcome, result.tvr, result.tsi) == (Outcome.OFFLINE_APPROVED, Tvr(0), OFFLINE)
    assert (result.contactless, result.path[1]) == (True, "contactless debit/credit")


def test_contactless_debit_goes_online():
    link = card("contactless-debit", "contactless")
    result = tapped(link, Bank(), ttq=Ttq.CONTACTLESS_PBOC, base={"floor_limit": 500})
    assert (result.outcome, result.cryptograms) == (Outcome.ONLINE_APPROVED, (ARQC, TC))


def test_a_card_without_contactless_debit_is_taken_by_qpboc():
    result = tapped(card(interface="contactless"), ttq=Ttq.CONTACTLESS_PBOC | Ttq.QPBOC | Ttq.OFFLINE_ONLY)
    assert result.path[1] == "qPBOC: TC"


@pytest.mark.parametrize("exchange", ["GET PROCESSING OPTIONS", "READ RECORD", "last record"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_tap_torn_at_any_exchange_debits_once_or_not_at_all(exchange, when):
    link = card(interface="contactless")
    result = tapped(torn(link, Tear(when, exchange)))
    committed = (when, exchange) == ("after", "last record")
    assert result.outcome is Outcome.LOST
    assert (result.torn is not None) is (exchange == "last record")
    assert balance(link) == (4000 if committed else 5000)


METRO, RECORD = 21, bytes.fromhex("05700700000000000000")
KEY = with_key(bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF"))


def extension(indicator: Indicator, amount: int) -> Extension:
    plan = Plan(amount, indicator, ((METRO, RECORD[:-1] + bytes((indicator,))),))
    return Extension(METRO, RECORD[:2], lambda _record: plan, lambda _sfi: KEY, lambda: bytes(8))


def test_segments_holds_and_completions_change_the_balance_as_planned():
    link = card("extended-application", "contactless")
    left = []
    for indicator, amount in ((1, 0), (1, 300), (2, 6000), (3, 3000)):
        link.reset()
        plan = extension(Indicator(indicator), amount)
        result = tapped(link, extended_application=True, extension=plan)
        assert result.outcome is Outcome.OFFLINE_APPROVED
        assert bool(result.cryptogram) is (indicator != Indicator.PREAUTHORISATION)
        left.append(balance(link))
    assert left == [100_000, 99_700, 93_700, 96_700]


def test_default_codes_of_the_terminal_count_too():
    codes = ActionCodes(default=Tvr.RANDOM_SELECTION)
    result = inserted(card(), random=RandomSelection(5000, 99, 99), draw=lambda: 1, action_codes=codes)
    assert result.outcome is Outcome.UNABLE_DECLINED
