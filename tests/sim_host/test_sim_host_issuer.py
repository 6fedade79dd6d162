"""The issuer: cryptograms, ARPC, scripts with their MAC, PIN, accounts."""

from __future__ import annotations

import dataclasses

import pyemv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sim_host_counter import PAN, chip

from conformance.codec import tlv
from conformance.codec.apdu import CommandApdu
from conformance.crypto import authority, sm4, sm_authority
from conformance.crypto.des import retail_mac, tdes_decrypt
from conformance.crypto.keys import derive_udk, session_key
from conformance.sim.host.issuer import (
    Account,
    Authorisation,
    Issuer,
    IssuerRules,
    Script,
    put_data,
)
from conformance.sim.host.pin import pin_block, pin_of
from conformance.sim.rule import Rule

pytestmark = pytest.mark.filterwarnings(  # pyemv 1.5 uses 3DES as cryptography had it before
    "ignore:TripleDES has been moved", "ignore:(Two|Single)-key TripleDES"
)

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
TOP_UP = Script(bytes.fromhex("00000001"), (put_data(0x9F79, bytes.fromhex("000000010000")),))


def asked(amount: int = 2000, **changes: object) -> Authorisation:
    return dataclasses.replace(Authorisation(PAN, amount, "1411", chip(amount)), **changes)


def an_issuer(**changes: object) -> Issuer:
    return Issuer((dataclasses.replace(Account(PAN, 10_000), **changes),))


def answer(issuer: Issuer, request: Authorisation) -> str:
    return issuer.authorise(request, "debit", "000000000001").response


@pytest.mark.parametrize("cvn", [0x01, 0x11])
def test_a_true_cryptogram_is_approved(cvn: int) -> None:
    assert answer(an_issuer(), asked(card=chip(2000, cvn=cvn))) == "00"


@pytest.mark.parametrize(
    "tag", [0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37, 0x82, 0x9F36, 0x9F26]
)
def test_a_cryptogram_over_anything_else_is_refused(tag: int) -> None:
    card = chip(2000)
    changed = card[tag][:-1] + bytes((card[tag][-1] ^ 1,))
    assert answer(an_issuer(), asked(card=card | {tag: changed})) == "05"


@pytest.mark.parametrize("tag", [0x9F10, 0x9F26, 0x9F36, 0x9F37])
def test_card_data_that_bears_no_cryptogram_is_refused(tag: int) -> None:
    card = {key: value for key, value in chip(2000).items() if key != tag}
    assert answer(an_issuer(), asked(card=card)) == "05"


def test_a_cryptogram_version_that_nobody_knows_is_refused() -> None:
    assert answer(an_issuer(), asked(card=chip(2000) | {0x9F10: bytes.fromhex("07010903A0B80001")})) == "05"


def test_an_aac_is_no_request() -> None:
    assert answer(an_issuer(), asked(card=chip(2000, cid=0x00))) == "05"


@pytest.mark.parametrize(("balance", "response", "left"), [(2000, "00", 0), (1999, "51", 1999)])
def test_a_tc_that_comes_online_asks_the_account(balance: int, response: str, left: int) -> None:
    issuer = an_issuer(balance=balance)
    assert answer(issuer, asked(card=chip(2000, cid=0x40))) == response
    assert issuer.balance(PAN) == left


def test_a_false_tc_that_comes_online_is_refused() -> None:
    assert answer(an_issuer(), asked(card=chip(2000, cid=0x40) | {0x9F26: bytes(8)})) == "05"


def test_the_arpc_opens_to_arqc_and_response_code() -> None:
    decision = an_issuer().authorise(asked(), "debit", "1")
    shown = decision.card[0x91]
    key = session_key(derive_udk(authority.demonstration().imk.ac, PAN, "01"), 1)
    opened = bytes(a ^ b for a, b in zip(tdes_decrypt(key, shown[:8]), chip(2000)[0x9F26], strict=True))
    assert (opened, shown[8:]) == (b"00" + bytes(6), b"00")


def test_a_false_cryptogram_gets_no_arpc() -> None:
    decision = an_issuer().authorise(asked(card=chip(2000) | {0x9F26: bytes(8)}), "debit", "1")
    assert decision.card == {}


@pytest.mark.parametrize(
    ("changes", "response"),
    [
        ({"balance": 1999}, "51"),
        ({"balance": 2000}, "00"),
        ({"blocked": True}, "62"),
        ({"referred": True}, "01"),
        ({"referred": True, "expires": "1410"}, "54"),
        ({"expires": "1410"}, "54"),
        ({"expires": "1411"}, "00"),
        ({"pin": "123456"}, "00"),
    ],
)
def test_the_account_decides(changes: dict[str, object], response: str) -> None:
    assert answer(an_issuer(**changes), asked()) == response


def test_a_card_that_nobody_issued_is_unknown() -> None:
    assert answer(an_issuer(), asked(pan="6210948000000029")) == "14"


def test_three_wrong_pins_are_the_last() -> None:
    issuer = an_issuer(pin="123456")
    pins = ("000000", "000000", "000000", "123456")
    assert [answer(issuer, asked(pin=pin)) for pin in pins] == ["55", "55", "55", "75"]


def test_the_right_pin_forgives_the_wrong_ones() -> None:
    issuer = an_issuer(pin="123456")
    pins = ("000000", "000000", "123456", "000000")
    assert [answer(issuer, asked(amount=1, card=chip(1), pin=pin)) for pin in pins] == [
        "55",
        "55",
        "00",
        "55",
    ]


def test_a_debit_leaves_the_account_and_a_refusal_does_not() -> None:
    issuer = an_issuer()
    answer(issuer, asked())
    answer(issuer, asked(amount=9000, card=chip(9000)))
    assert issuer.balance(PAN) == 8000


def test_a_hold_takes_from_what_is_available_only() -> None:
    issuer = an_issuer()
    issuer.authorise(asked(), "hold", "1")
    assert (issuer.balance(PAN), issuer.available(PAN)) == (10_000, 8000)


def test_a_true_tc_is_settled_without_touching_the_account() -> None:
    issuer = an_issuer(balance=0)
    response = issuer.settle_offline(PAN, 200, chip(200, cid=0x40), "1")
    assert (response, issuer.balance(PAN), issuer.movements[-1].kind) == ("00", 0, "electronic cash")


def test_a_false_tc_is_not_settled() -> None:
    card = chip(200, cid=0x40) | {0x9F26: bytes(8)}
    assert an_issuer().settle_offline(PAN, 200, card, "1") == "05"


def test_a_script_carries_its_mac() -> None:
    issuer = an_issuer()
    issuer.send_script(PAN, TOP_UP)
    (identifier, sent) = tlv.decode(issuer.authorise(asked(), "debit", "1").card[0x72])
    key = session_key(derive_udk(authority.demonstration().imk.mac, PAN, "01"), 1)
    head = bytes.fromhex("04DA9F790A")
    mac = retail_mac(key, head + b"\0\1" + chip(2000)[0x9F26] + bytes.fromhex("000000010000"))[:4]
    command = CommandApdu.decode(sent.value)
    assert (identifier.value, command.encode()[:5], command.data[6:]) == (TOP_UP.identifier, head, mac)


def test_a_script_is_sent_once() -> None:
    issuer = an_issuer()
    issuer.send_script(PAN, TOP_UP)
    decisions = [issuer.authorise(asked(), "debit", "1") for _ in range(2)]
    assert [0x72 in decision.card for decision in decisions] == [True, False]


def test_a_script_waits_for_a_card_that_proves_itself() -> None:
    issuer = an_issuer()
    issuer.send_script(PAN, TOP_UP)
    issuer.authorise(asked(card=chip(2000) | {0x9F26: bytes(8)}), "debit", "1")
    assert 0x72 in issuer.authorise(asked(), "debit", "1").card


def test_one_replaced_rule_changes_what_the_issuer_does() -> None:
    rules = dataclasses.replace(IssuerRules(), cryptogram_true=Rule("PB-5", lambda *_: True))
    issuer = Issuer((Account(PAN, 10_000),), rules)
    assert answer(issuer, asked(card=chip(2000) | {0x9F26: bytes(8)})) == "00"


def test_another_cards_key_proves_nothing() -> None:
    other = "6210948000000029"
    issuer = Issuer((Account(other, 10_000),))
    assert answer(issuer, asked(pan=other)) == "05"


def sm4_chip(amount: int = 2000) -> dict[int, bytes]:
    """The same elements, the cryptogram under SM4, as the standard's text has it (PB-5)."""
    card = chip(amount)
    master = sm_authority.demonstration().imk.ac
    udk = sm4.derive_udk(master, PAN, "01")
    elements = b"".join(card[tag] for tag in (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37, 0x82))
    made = sm4.sm4_mac(sm4.session_key(udk, 1), elements + card[0x9F36] + card[0x9F10][3:7])
    return card | {0x9F26: made, 0x9F10: card[0x9F10][:7] + b"\x04"}


def test_a_cryptogram_under_sm4_is_approved_and_answered_under_sm4() -> None:
    decision = an_issuer().authorise(asked(card=sm4_chip()), "debit", "1")
    key = sm4.session_key(sm4.derive_udk(sm_authority.demonstration().imk.ac, PAN, "01"), 1)
    mixed = bytes(a ^ b for a, b in zip(sm4_chip()[0x9F26], b"00" + bytes(6), strict=True))
    assert decision.card[0x91] == sm4.sm4_encrypt(key, mixed + bytes(8))[:8] + b"00"


@pytest.mark.parametrize("algorithm", [0x01, 0x02])
def test_a_cryptogram_under_another_algorithm_than_announced_is_refused(algorithm: int) -> None:
    card = sm4_chip() | {0x9F10: chip(2000)[0x9F10][:7] + bytes((algorithm,))}
    assert answer(an_issuer(), asked(card=card)) == "05"


def pyemv_session_key(use: str) -> bytes:
    """A card's session key as another implementation derives it."""
    master = getattr(authority.demonstration().imk, use)
    udk = pyemv.kd.derive_icc_mk_a(master, PAN, "01")
    return pyemv.tools.encrypt_tdes_ecb(udk, bytes.fromhex("0000000000000001000000000000FFFE"))


@given(st.binary(min_size=4, max_size=4), st.integers(1, 9_999_999))
def test_the_issuer_takes_the_cryptogram_that_pyemv_makes(number: bytes, amount: int) -> None:
    card = chip(amount) | {0x9F37: number}
    order = (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37, 0x82, 0x9F36)
    elements = b"".join(card[tag] for tag in order) + card[0x9F10][3:7]
    made = pyemv.ac.generate_ac(pyemv_session_key("ac"), elements, pyemv.ac.PaddingType.EMV)
    issuer = an_issuer(balance=10_000_000)
    assert answer(issuer, asked(amount=amount, card=card | {0x9F26: made})) == "00"


@pytest.mark.parametrize(("balance", "response"), [(10_000, b"00"), (1, b"51")])
def test_the_arpc_is_the_one_that_pyemv_makes(balance: int, response: bytes) -> None:
    decision = an_issuer(balance=balance).authorise(asked(), "debit", "1")
    made = pyemv.ac.generate_arpc_1(pyemv_session_key("ac"), chip(2000)[0x9F26], response)
    assert decision.card[0x91] == made + response


def test_a_scripts_mac_is_the_one_that_pyemv_makes() -> None:
    issuer = an_issuer()
    issuer.send_script(PAN, TOP_UP)
    _, sent = tlv.decode(issuer.authorise(asked(), "debit", "1").card[0x72])
    command = bytes.fromhex("04DA9F790A") + b"\0\1" + chip(2000)[0x9F26]
    made = pyemv.sm.generate_command_mac(pyemv_session_key("mac"), command + TOP_UP.commands[0].data, 4)
    assert CommandApdu.decode(sent.value).data[-4:] == made


@pytest.mark.parametrize("pin", ["1234", "123456", "123456789012"])
def test_a_pin_survives_its_block(pin: str) -> None:
    assert pin_of(KEY, pin_block(KEY, pin, PAN), PAN) == pin


@pytest.mark.parametrize("block", [bytes(8), bytes(7), b""])
def test_what_the_key_does_not_open_is_no_pin(block: bytes) -> None:
    assert pin_of(KEY, block, PAN) is None


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4"])
def test_a_pin_is_four_to_twelve_digits(pin: str) -> None:
    with pytest.raises(ValueError, match="4 to 12"):
        pin_block(KEY, pin, PAN)
