"""Each bit of TVR and TSI, provoked; and what the terminal then asks for."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest
from contact_cards import (
    CDOL1,
    KEYS,
    PAN,
    TODAY,
    ContactCard,
    answering,
    issued,
    ok,
    paid,
    sw,
    terminal,
    without,
)

from conformance.codec.bits import Tsi, Tvr
from conformance.codec.tlv import encode
from conformance.crypto.certificates import make_icc_certificate
from conformance.kernel.contact import STANDARD, Stage
from conformance.kernel.cvm import Cardholder, NoPin, needs_signature
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.marks import MarkRules
from conformance.kernel.transaction import (
    ActionCodes,
    Capability,
    Cryptogram,
    Outcome,
    RandomSelection,
    SupportedAid,
    Terms,
)
from conformance.model.rule import Rule

CVM_LIST = 0x8E
SCRIPT = encode(0x9F18, b"\1\2\3\4") + encode(0x86, bytes.fromhex("841E000004AABBCCDD"))
ANYTHING = Tvr((1 << 40) - 1)


def listing(rules: str, **changed: bytes) -> dict[int, bytes]:
    """The records with this CVM list; amount X is 5.00."""
    return {**issued(), CVM_LIST: bytes.fromhex("000001F400000000" + rules)}


def approving(*scripts: bytes, data: bytes = bytes(8)):
    return lambda _request: OnlineAnswer(b"00", data, scripts)


def holder(pin="123456", block=b"\x99" * 8):
    return Cardholder(lambda _tries: pin, lambda _pan: block, lambda *document: document == (b"ID", 0))


ONLINE = {"grants": (0x80, None)}
CARDS = {
    Tvr.ODA_NOT_PERFORMED: (ContactCard(aip=0x1C00), {}),
    Tvr.SDA_FAILED: (ContactCard(aip=0x4C00, records={**issued(aip=0x4C00), 0x93: bytes(128)}), {}),
    Tvr.ICC_DATA_MISSING: (ContactCard(records=without(CVM_LIST)), {}),
    Tvr.EXCEPTION_FILE: (ContactCard(), {"device": terminal(listed=lambda pan, _psn: pan == PAN)}),
    Tvr.DDA_FAILED: (ContactCard(forged={"INTERNAL AUTHENTICATE": answering(0x6985)}), {}),
    Tvr.CDA_FAILED: (
        ContactCard(aip=0x7D00, records=issued(aip=0x7D00), forged={"GENERATE AC": lambda _: ok(PLAIN_TC)}),
        {},
    ),
    Tvr.VERSION_DIFFERS: (ContactCard(records={**issued(), 0x9F08: b"\0\x20"}), {}),
    Tvr.EXPIRED: (ContactCard(records={**issued(), 0x5F24: bytes.fromhex("260503")}), {}),
    Tvr.NOT_YET_EFFECTIVE: (ContactCard(records={**issued(), 0x5F25: bytes.fromhex("260505")}), {}),
    Tvr.SERVICE_NOT_ALLOWED: (ContactCard(records={**issued(), 0x9F07: b"\xc2\0"}), {}),
    Tvr.NEW_CARD: (
        ContactCard(
            records={**issued(), 0x9F14: b"\x09", 0x9F23: b"\x09"}, data={0x9F36: b"\0\1", 0x9F13: b"\0\0"}
        ),
        {},
    ),
    Tvr.CVM_FAILED: (ContactCard(records=listing("0000")), {}),
    Tvr.UNRECOGNISED_CVM: (ContactCard(records=listing("47001F00")), {}),
    Tvr.PIN_TRIES_EXCEEDED: (ContactCard(records=listing("41001F00"), data={0x9F17: b"\0"}), {}),
    Tvr.NO_PIN_PAD: (ContactCard(records=listing("41001F00")), {"holder": holder(NoPin.NO_PIN_PAD)}),
    Tvr.PIN_NOT_ENTERED: (ContactCard(records=listing("41001F00")), {"holder": holder(NoPin.NOT_ENTERED)}),
    Tvr.ONLINE_PIN_ENTERED: (ContactCard(records=listing("0200")), {"holder": holder()}),
    Tvr.FLOOR_LIMIT: (ContactCard(), {"device": terminal(floor_limit=1000)}),
    Tvr.LOWER_OFFLINE_LIMIT: (ContactCard(records={**issued(), 0x9F14: b"\1", 0x9F23: b"\2"}), {}),
    Tvr.LOWER_OFFLINE_LIMIT | Tvr.UPPER_OFFLINE_LIMIT: (
        ContactCard(records={**issued(), 0x9F14: b"\0", 0x9F23: b"\1"}),
        {},
    ),
    Tvr.RANDOM_SELECTION: (
        ContactCard(),
        {"device": terminal(random=RandomSelection(2000, 30, 60), draw=lambda: 30)},
    ),
    Tvr.MERCHANT_FORCED: (ContactCard(), {"terms": Terms(1000, TODAY, forced_online=True)}),
    Tvr.DEFAULT_TDOL: (ContactCard(records={**issued(), 0x8C: CDOL1 + bytes.fromhex("9814")}), {}),
    Tvr.ISSUER_AUTHENTICATION_FAILED: (
        ContactCard(**ONLINE, forged={"EXTERNAL AUTHENTICATE": answering(0x6300)}),
        {"host": approving()},
    ),
    Tvr.SCRIPT_FAILED_BEFORE_AC: (
        ContactCard(**ONLINE, forged={"APPLICATION BLOCK": answering(0x6988)}),
        {"host": approving(encode(0x71, SCRIPT))},
    ),
    Tvr.SCRIPT_FAILED_AFTER_AC: (
        ContactCard(**ONLINE, forged={"APPLICATION BLOCK": answering(0x6988)}),
        {"host": approving(encode(0x72, SCRIPT))},
    ),
}
PLAIN_TC = bytes.fromhex("801340000600000000000000AC07010103A0000001")
# A card whose online codes are all set asks for an ARQC, so that the issuer is reached.
ASKING_ONLINE = {"device": terminal(type=0x21)}


def test_every_bit_of_the_tvr_is_provoked():
    provoked = Tvr(0)
    for bit in CARDS:
        provoked |= bit
    assert [bit for bit in Tvr if bit not in provoked] == []


@pytest.mark.parametrize("bits", CARDS, ids=str)
def test_the_bit_is_set_and_no_other(bits):
    card, circumstances = CARDS[bits]
    fresh = replace(card, asked=[])
    if fresh.grants[0] == 0x80:
        circumstances = {**ASKING_ONLINE, **circumstances}
    assert paid(fresh, **circumstances).tvr == bits


def test_every_bit_of_tvr_and_tsi_is_set_by_an_entry_that_names_its_clause():
    marks = MarkRules()
    for bit in (*Tvr, *Tsi):
        mark = marks.of(bit)
        assert mark.clause.startswith("EMV Book")
        assert mark.apply(0) == bit
    assert len(dataclasses.fields(marks)) == len(Tvr) + len(Tsi)


@pytest.mark.parametrize("bits", CARDS, ids=str)
def test_a_bit_is_set_by_its_entry_alone(bits):
    card, circumstances = CARDS[bits]
    fresh = replace(card, asked=[])
    if fresh.grants[0] == 0x80:
        circumstances = {**ASKING_ONLINE, **circumstances}
    names = [bit.name.lower() for bit in bits]
    unset = replace(MarkRules(), **{name: Rule("a defect", lambda field: field) for name in names})
    assert paid(fresh, **circumstances, rules=replace(STANDARD, marks=unset)).tvr == Tvr(0)


def test_a_plain_purchase_sets_no_bit_and_is_approved_offline():
    ended = paid(ContactCard())
    assert (ended.tvr, ended.outcome) == (Tvr(0), Outcome.OFFLINE_APPROVED)
    assert ended.tsi == Tsi.ODA | Tsi.CVM | Tsi.CARD_RISK_MANAGEMENT | Tsi.TERMINAL_RISK_MANAGEMENT


def test_a_card_that_supports_nothing_leaves_only_card_risk_management_in_the_tsi():
    assert paid(ContactCard(aip=0x0000)).tsi == Tsi.CARD_RISK_MANAGEMENT


def test_issuer_authentication_and_scripts_show_in_the_tsi():
    ended = paid(ContactCard(**ONLINE), **ASKING_ONLINE, host=approving(encode(0x72, SCRIPT)))
    assert ended.tsi == Tsi(0xFC00)


def test_a_missing_counter_exceeds_both_limits_and_misses_data():
    ended = paid(ContactCard(records={**issued(), 0x9F14: b"\1", 0x9F23: b"\2"}, data={}))
    assert ended.tvr == Tvr.ICC_DATA_MISSING | Tvr.LOWER_OFFLINE_LIMIT | Tvr.UPPER_OFFLINE_LIMIT


@pytest.mark.parametrize("tag", [0x8F, 0x90, 0x92, 0x9F32, 0x9F46, 0x9F47, 0x9F48])
def test_a_missing_object_fails_dda_and_misses_data(tag):
    if tag == 0x92 and not issued()[0x92]:
        pytest.skip("this key needs no remainder")
    assert paid(ContactCard(records=without(tag))).tvr == Tvr.DDA_FAILED | Tvr.ICC_DATA_MISSING


def test_an_unknown_ca_key_fails_dda():
    assert paid(ContactCard(), terminal(ca_keys={})).tvr == Tvr.DDA_FAILED


def test_without_a_ddol_the_default_one_serves():
    ddol = bytes.fromhex("9F3704")
    assert paid(ContactCard(records=without(0x9F49)), terminal(default_ddol=ddol)).tvr == Tvr(0)


def test_without_any_ddol_dda_fails():
    assert paid(ContactCard(records=without(0x9F49))).tvr == Tvr.DDA_FAILED


def test_sda_is_done_by_a_card_that_has_no_more():
    ended = paid(ContactCard(aip=0x5C00, records=issued(aip=0x5C00)))
    assert (ended.tvr, ended.own[0x9F45]) == (Tvr(0), b"\xda\xc0")


def test_cda_yields_the_signed_cryptogram():
    ended = paid(ContactCard(aip=0x7D00, records=issued(aip=0x7D00)))
    assert (ended.tvr, ended.answer[0x9F26], ended.outcome) == (
        Tvr(0),
        b"\xac" * 8,
        Outcome.OFFLINE_APPROVED,
    )


def test_cda_covers_the_pdol_and_both_cryptograms():
    card = ContactCard(
        aip=0x7D00,
        records=issued(aip=0x7D00),
        fci={0x9F38: bytes.fromhex("9F7A019F02065F2A02")},
        grants=(0x80, None),
    )
    ended = paid(card, **ASKING_ONLINE, host=approving())
    assert (ended.tvr, ended.outcome) == (Tvr(0), Outcome.ONLINE_APPROVED)


def test_a_tc_without_its_signature_is_declined_without_a_second_cryptogram():
    card = replace(CARDS[Tvr.CDA_FAILED][0], asked=[])
    ended = paid(card)
    assert ended.outcome is Outcome.OFFLINE_DECLINED
    assert [each.name for each in card.asked].count("GENERATE AC") == 1


def test_an_arqc_without_its_signature_is_answered_with_a_request_for_an_aac():
    plain = bytes.fromhex("801380000600000000000000AC07010103A0000001")
    declined = bytes.fromhex("801300000600000000000000AC07010103A0000001")
    answers = iter((ok(plain), ok(declined)))
    card = ContactCard(
        aip=0x7D00, records=issued(aip=0x7D00), forged={"GENERATE AC": lambda _: next(answers)}
    )
    ended = paid(card, **ASKING_ONLINE, host=approving())
    assert ended.outcome is Outcome.OFFLINE_DECLINED
    assert [each.p1 for each in card.asked if each.name == "GENERATE AC"] == [0x90, 0x00]


def test_an_aac_to_a_request_for_cda_fails_cda():
    ended = paid(ContactCard(aip=0x7D00, records=issued(aip=0x7D00), grants=(0x00, None)))
    assert (ended.tvr, ended.outcome) == (Tvr.CDA_FAILED, Outcome.OFFLINE_DECLINED)


def test_without_the_cards_key_no_signature_is_asked_for():
    card = ContactCard(aip=0x7D00, records=without(0x9F46, aip=0x7D00))
    ended = paid(card)
    assert ended.tvr == Tvr.CDA_FAILED | Tvr.ICC_DATA_MISSING
    assert card.asked[-1].p1 == 0x40


@pytest.mark.parametrize(
    ("codes", "request_", "outcome"),
    [
        (ActionCodes(denial=ANYTHING), 0x00, Outcome.OFFLINE_DECLINED),
        (ActionCodes(online=ANYTHING), 0x80, Outcome.UNABLE_APPROVED),
        (ActionCodes(online=ANYTHING, default=ANYTHING), 0x80, Outcome.UNABLE_DECLINED),
        (ActionCodes(), 0x40, Outcome.OFFLINE_APPROVED),
    ],
)
def test_the_action_codes_decide(codes, request_, outcome):
    card = ContactCard()
    ended = paid(card, terminal(action_codes=codes, floor_limit=1000))
    assert ended.outcome is outcome
    assert next(each.p1 for each in card.asked if each.name == "GENERATE AC") == request_


def test_an_offline_terminal_declines_by_the_default_codes():
    device = terminal(type=0x23, action_codes=ActionCodes(default=Tvr.FLOOR_LIMIT), floor_limit=1000)
    assert paid(ContactCard(), device).outcome is Outcome.OFFLINE_DECLINED


def test_a_card_without_action_codes_goes_online_for_any_bit():
    card = ContactCard(records=without(0x9F0D, 0x9F0E, 0x9F0F))
    ended = paid(card, terminal(floor_limit=1000))
    assert ended.cryptograms[0] is Cryptogram.ARQC
    assert ended.outcome is Outcome.UNABLE_DECLINED


@pytest.mark.parametrize(
    ("outcome", "circumstances", "code"),
    [
        (Outcome.OFFLINE_APPROVED, {}, b"Y1"),
        (Outcome.OFFLINE_DECLINED, {"device": terminal(action_codes=ActionCodes(denial=ANYTHING))}, b"Z1"),
        (Outcome.UNABLE_APPROVED, ASKING_ONLINE, b"Y3"),
        (
            Outcome.UNABLE_DECLINED,
            {"device": terminal(type=0x21, action_codes=ActionCodes(default=ANYTHING))},
            b"Z3",
        ),
    ],
)
def test_the_response_code_says_how_it_ended_without_the_issuer(outcome, circumstances, code):
    card = ContactCard(records={**issued(), 0x9F08: b"\0\x20"})
    ended = paid(card, **circumstances)
    assert (ended.outcome, ended.own[0x8A]) == (outcome, code)


def test_the_issuer_declines():
    ended = paid(ContactCard(), **ASKING_ONLINE, host=lambda _request: OnlineAnswer(b"05"))
    assert (ended.outcome, ended.cryptograms) == (
        Outcome.ONLINE_DECLINED,
        (Cryptogram.ARQC, Cryptogram.AAC),
    )


def test_a_card_that_answers_aac_to_an_approval_declines():
    ended = paid(ContactCard(grants=(None, 0x00)), **ASKING_ONLINE, host=approving())
    assert ended.outcome is Outcome.ONLINE_DECLINED


def test_an_aip_without_issuer_authentication_gets_no_external_authenticate():
    card = ContactCard(aip=0x7800, records=issued(aip=0x7800))
    ended = paid(card, **ASKING_ONLINE, host=approving())
    assert "EXTERNAL AUTHENTICATE" not in [each.name for each in card.asked]
    assert ended.outcome is Outcome.ONLINE_APPROVED


@pytest.mark.parametrize(
    ("script", "answer", "result"),
    [
        (SCRIPT, 0x9000, "2001020304"),
        (SCRIPT, 0x6200, "2001020304"),
        (SCRIPT, 0x6988, "1101020304"),
        (SCRIPT[7:], 0x9000, "2000000000"),
        (SCRIPT[:7], 0x9000, "1001020304"),
        (SCRIPT + encode(0x86, b"\x84"), 0x9000, "1001020304"),
        (SCRIPT * 10, 0x9000, "1001020304"),
    ],
)
def test_a_script_leaves_its_result(script, answer, result):
    card = ContactCard(**ONLINE, forged={"APPLICATION BLOCK": answering(answer)})
    ended = paid(card, **ASKING_ONLINE, host=approving(encode(0x72, script)))
    assert ended.script_results.hex().upper() == result


def test_scripts_71_come_before_and_72_after_the_second_cryptogram():
    card = ContactCard(**ONLINE)
    after, before = encode(0x72, SCRIPT), encode(0x71, SCRIPT.replace(b"\x84\x1e", b"\x84\x18"))
    paid(card, **ASKING_ONLINE, host=approving(after, before))
    names = [each.name for each in card.asked][-3:]
    assert names == ["APPLICATION UNBLOCK", "GENERATE AC", "APPLICATION BLOCK"]


@pytest.mark.parametrize(
    ("rules", "who", "results"),
    [
        ("0100", holder(), "010002"),
        ("0400", holder(), "040002"),
        ("0300", holder(), "030000"),
        ("0500", holder(), "050000"),
        ("0500", holder("000000"), "050001"),
        ("0200", holder(), "020000"),
        ("1E03", holder(), "1E0300"),
        ("1F00", holder(), "1F0002"),
        ("2000", holder(), "200002"),
        ("0106", holder(), "3F0001"),
        ("0107", holder(), "010702"),
        ("41001E00", holder("000000"), "1E0000"),
        ("0100", holder("000000"), "010001"),
        ("0002", holder(), "000201"),
        ("01FF", holder(), "3F0001"),
    ],
)
def test_the_cvm_list_leads_to_its_results(rules, who, results):
    records = {**listing(rules), 0x9F61: b"ID", 0x9F62: b"\0"}
    assert paid(ContactCard(records=records), holder=who).own[0x9F34].hex().upper() == results


@pytest.mark.parametrize(
    ("condition", "terms", "applies"),
    [
        ("01", Terms(1000, TODAY, type=1), False),
        ("02", Terms(1000, TODAY), True),
        ("02", Terms(1000, TODAY, other=1, type=9), False),
        ("04", Terms(1000, TODAY, type=1), True),
        ("05", Terms(1000, TODAY, other=1, type=9), True),
        ("06", Terms(500, TODAY), True),
        ("07", Terms(500, TODAY), False),
        ("08", Terms(1, TODAY), False),
        ("09", Terms(1, TODAY), True),
    ],
)
def test_the_condition_of_a_rule_is_looked_at(condition, terms, applies):
    ended = paid(ContactCard(records=listing("1F" + condition)), terms=terms)
    assert (Tvr.CVM_FAILED not in ended.tvr) is applies


def test_a_terminal_without_pin_pad_says_so():
    device = terminal(capabilities=Capability.SIGNATURE | Capability.DDA)
    assert paid(ContactCard(records=listing("41001E00")), device).tvr == Tvr.NO_PIN_PAD


def test_the_pin_is_enciphered_with_the_cards_own_pin_key():
    certified = make_icc_certificate(KEYS.issuer, KEYS.icc.public, PAN, "1249", b"\0\0\2", b"")
    records = {
        **listing("0400"),
        0x9F2D: certified.certificate,
        0x9F2E: certified.exponent,
        0x9F2F: certified.remainder,
    }
    card = ContactCard(records={tag: each for tag, each in records.items() if tag != 0x9F46})
    assert paid(card, holder=holder()).own[0x9F34] == b"\4\0\2"


def test_a_rule_of_the_table_is_exchanged_for_another():
    careless = replace(STANDARD, expiry=Rule("a defect", lambda state: state))
    card = ContactCard(records={**issued(), 0x5F24: bytes.fromhex("260503")})
    assert paid(card, rules=careless).tvr == Tvr(0)


def test_the_stages_run_in_the_order_of_the_table():
    card = ContactCard(records={**issued(), 0x9F14: b"\x09", 0x9F23: b"\x09"})
    paid(card, rules=replace(STANDARD, order=tuple(reversed(Stage))))
    names = [each.name for each in card.asked]
    assert names.index("GET DATA") < names.index("INTERNAL AUTHENTICATE")


def test_a_signature_is_asked_for_when_the_method_ends_with_one():
    assert needs_signature(paid(ContactCard(records=listing("1E00"))))
    assert not needs_signature(paid(ContactCard(records=listing("1F00"))))


def test_the_last_wrong_pin_exceeds_the_tries():
    card = ContactCard(records=listing("0100"))
    ended = paid(card, holder=holder("000000"))
    assert ended.tvr == Tvr.CVM_FAILED | Tvr.PIN_TRIES_EXCEEDED
    assert [each.name for each in card.asked].count("VERIFY") == 3


def test_an_enciphered_pin_without_challenge_fails():
    card = ContactCard(records=listing("0400"), forged={"GET CHALLENGE": answering(0x6D00)})
    assert paid(card, holder=holder()).tvr == Tvr.CVM_FAILED


def test_the_log_of_the_terminal_counts_into_the_floor_limit():
    assert paid(ContactCard(), terminal(spent=lambda _pan: 49000)).tvr == Tvr.FLOOR_LIMIT


@pytest.mark.parametrize(
    ("amount", "draw", "drawn"), [(1000, 31, False), (26000, 45, True), (26000, 46, False)]
)
def test_random_selection_grows_with_the_amount(amount, draw, drawn):
    device = terminal(random=RandomSelection(2000, 30, 60), draw=lambda: draw)
    assert (paid(ContactCard(), device, Terms(amount, TODAY)).tvr == Tvr.RANDOM_SELECTION) is drawn


def test_an_application_of_the_list_is_used_without_a_pse():
    device = terminal(aids=(SupportedAid(bytes.fromhex("A000000333010101"), partial=False),))
    assert paid(ContactCard(), device).outcome is Outcome.OFFLINE_APPROVED


def test_the_answer_in_format_2_is_read_too():
    answer = encode(0x77, encode(0x82, b"\x7c\0") + encode(0x94, bytes.fromhex("08011700")))
    card = ContactCard(forged={"GET PROCESSING OPTIONS": lambda _: ok(answer)})
    assert paid(card).outcome is Outcome.OFFLINE_APPROVED


def test_a_refused_cryptogram_ends_the_transaction():
    with pytest.raises(Exception, match="gac-refused: 6985"):
        paid(ContactCard(forged={"GENERATE AC": lambda _: sw(0x6985)}))
