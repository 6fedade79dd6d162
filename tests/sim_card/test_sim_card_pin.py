from __future__ import annotations

import pytest
from sim_card_contact_reader import AAC, ARQC, TC, ContactReader, contact

from conformance.codec import apdu
from conformance.codec.bits import Cvr
from conformance.codec.tags import Tag
from conformance.sim.card.profile import load


def begun(**changed: str) -> ContactReader:
    one = contact(changed={name[1:]: value for name, value in changed.items()})
    one.begin()
    return one


def test_the_right_pin_is_taken_and_noted() -> None:
    one = begun()
    assert one.verify() == 0x9000
    cvr = one.first().cvr
    assert (Cvr.OFFLINE_PIN_PERFORMED in cvr, Cvr.OFFLINE_PIN_FAILED in cvr) == (True, False)


def test_a_wrong_pin_takes_a_try_and_the_right_one_gives_them_back() -> None:
    one = begun()
    assert [one.verify("9999"), one.verify("0000")] == [0x63C2, 0x63C1]
    assert one.get(Tag.PIN_TRY_COUNTER) == b"\x01"
    one.verify()
    assert one.get(Tag.PIN_TRY_COUNTER) == b"\x03"


def test_a_wrong_pin_is_noted() -> None:
    one = begun()
    one.verify("9999")
    assert Cvr.OFFLINE_PIN_FAILED in one.first().cvr


def test_tries_that_run_out_answer_6983_in_this_transaction_and_6984_in_the_next() -> None:
    one = begun(t9F17="01")
    assert [one.verify("9999"), one.verify()] == [0x63C0, 0x6983]
    one.begin()
    assert [one.verify(), one.verify()] == [0x6984, 0x6983]


def test_the_last_try_may_block_the_application_by_ada_b2b8() -> None:
    one = begun(t9F17="01", t9F52="0080")
    one.verify("9999")
    answer = one.first(TC)
    assert (answer.cid, Cvr.BLOCKED_PIN_TRIES in answer.cvr) == (AAC, True)
    assert one.select().sw == 0x6283


@pytest.mark.parametrize(
    ("p1", "p2", "block", "status"),
    [(0, 0, 8, 0x6A86), (1, 0x80, 8, 0x6A86), (0, 0x80, 7, 0x6700), (0, 0x88, 8, 0x6700)],
)
def test_verify_of_another_kind_or_length_is_refused(p1: int, p2: int, block: int, status: int) -> None:
    one = begun()
    assert one.send(0x00, 0x20, p1, p2, bytes(block)).sw == status
    assert one.get(Tag.PIN_TRY_COUNTER) == b"\x03"


def test_a_card_without_offline_pin_answers_6a81() -> None:
    one = contact("electronic-cash")
    one.cash()
    assert one.verify() == 0x6A81


def enciphered(challenge: bytes, block: str = "241234FFFFFFFFFF") -> bytes:
    key = load("debit-credit").applications[0].icc_key
    assert key is not None
    plain = b"\x7f" + bytes.fromhex(block) + challenge
    number = int.from_bytes(plain.ljust(key.public.size, b"\x5a"), "big") % key.public.modulus
    return pow(number, key.public.exponent, key.public.modulus).to_bytes(key.public.size, "big")


def test_an_enciphered_pin_is_taken_with_the_card_s_challenge() -> None:
    one = begun()
    challenge = one.card.process(apdu.get_challenge()).data
    assert one.send(0x00, 0x20, 0, 0x88, enciphered(challenge)).sw == 0x9000


def test_an_enciphered_pin_with_another_challenge_is_wrong() -> None:
    one = begun()
    one.card.process(apdu.get_challenge())
    assert one.send(0x00, 0x20, 0, 0x88, enciphered(bytes(8))).sw == 0x63C2


def test_an_enciphered_pin_without_a_challenge_answers_6985() -> None:
    assert begun().send(0x00, 0x20, 0, 0x88, enciphered(bytes(8))).sw == 0x6985


def test_a_challenge_serves_once() -> None:
    one = begun()
    challenge = one.card.process(apdu.get_challenge()).data
    one.send(0x00, 0x20, 0, 0x88, enciphered(challenge))
    assert one.send(0x00, 0x20, 0, 0x88, enciphered(challenge)).sw == 0x6985


def test_the_issuer_unblocks_the_pin_also_after_a_decline() -> None:
    one = begun(t9F17="01")
    one.verify("9999")
    one.first(AAC)
    assert one.script(0x84, 0x24, 0, 0) == 0x9000
    assert one.get(Tag.PIN_TRY_COUNTER) == b"\x01"


@pytest.mark.parametrize("old", [None, "1234"])
def test_the_issuer_changes_the_pin(old: str | None) -> None:
    one = begun()
    one.first(ARQC)
    assert one.change_pin("654321", old=old) == 0x9000
    one.begin()
    assert [one.verify("1234"), one.verify("654321")] == [0x63C2, 0x9000]


def test_a_new_pin_that_does_not_open_is_refused() -> None:
    one = begun()
    one.first(ARQC)
    assert one.script(0x84, 0x24, 0, 2, bytes(16)) == 0x6A80


@pytest.mark.parametrize(("p2", "length", "status"), [(0, 16, 0x6700), (1, 8, 0x6700), (3, 0, 0x6A86)])
def test_a_pin_script_of_another_kind_or_length_is_refused(p2: int, length: int, status: int) -> None:
    one = begun()
    one.first(ARQC)
    assert one.script(0x84, 0x24, 0, p2, bytes(length)) == status
