from __future__ import annotations

import hashlib

import pytest
from sim_card_contact_reader import AAC, ARQC, CDA, CDOL1, CDOL2, TC, ContactReader, contact, opened

from conformance.codec import apdu, tlv
from conformance.codec.bits import Cvr
from conformance.codec.tags import Tag
from conformance.crypto.certificates import verify_sdad
from conformance.sim.card.profile import load

UNABLE = {"t8A": b"Z3".hex()}


def outcome(one: ContactReader, asked: int = TC, **changed: str) -> tuple[int, Cvr]:
    answer = one.second(asked, **changed)
    return answer.cid, answer.cvr


@pytest.mark.parametrize("code", [b"00", b"10", b"11", b"01", b"02", b"Y1"])
def test_an_approval_of_the_issuer_gives_a_tc(code: bytes) -> None:
    one = contact()
    one.pay(ARQC)
    cid, cvr = outcome(one, t8A=code.hex())
    assert (cid, cvr.first, cvr.second) == (TC, "ARQC", "TC")


@pytest.mark.parametrize(("asked", "code"), [(TC, b"05"), (AAC, b"00"), (TC, b"Y9")])
def test_anything_else_gives_an_aac(asked: int, code: bytes) -> None:
    one = contact()
    one.pay(ARQC)
    cid, cvr = outcome(one, asked, t8A=code.hex())
    assert (cid, cvr.first, cvr.second) == (AAC, "ARQC", "AAC")


def test_the_code_inside_the_arpc_has_to_approve_too() -> None:
    one = contact()
    one.pay(ARQC)
    assert one.authenticate(b"05").ok
    assert outcome(one, t8A=b"00".hex())[0] == AAC


def test_a_wrong_arpc_answers_6300_and_is_noted() -> None:
    one = contact(changed={"9F52": "0000"})
    one.pay(ARQC)
    assert one.authenticate(wrong=True).sw == 0x6300
    cid, cvr = outcome(one)
    assert (cid, Cvr.ISSUER_AUTHENTICATION_FAILED in cvr) == (TC, True)


@pytest.mark.parametrize(("ada", "cid"), [("4000", AAC), ("4400", AAC | 0x08), ("0000", TC)])
def test_failed_issuer_authentication_declines_by_ada_b1b7(ada: str, cid: int) -> None:
    one = contact(changed={"9F52": ada})
    one.pay(ARQC)
    one.authenticate(wrong=True)
    assert outcome(one)[0] == cid


@pytest.mark.parametrize(("ada", "cid"), [("2000", AAC), ("2400", AAC | 0x08), ("0000", TC)])
def test_mandatory_issuer_authentication_that_is_missing_declines_by_ada_b1b6(ada: str, cid: int) -> None:
    one = contact(changed={"9F52": ada, "9F56": "80"})
    one.pay(ARQC)
    decided, cvr = outcome(one)
    assert (decided, Cvr.ISSUER_AUTHENTICATION_NOT_PERFORMED in cvr) == (cid, True)


@pytest.mark.parametrize("moment", ["before GENERATE AC", "twice", "after GENERATE AC 2"])
def test_issuer_authentication_has_one_moment(moment: str) -> None:
    one = contact()
    one.begin()
    if moment != "before GENERATE AC":
        one.first(ARQC)
        one.authenticate()
    if moment == "after GENERATE AC 2":
        one.second()
    one.atc = one.atc or b"\0\2"
    one.ac = one.ac or bytes(8)
    assert one.authenticate().sw == 0x6985


def test_issuer_authentication_without_the_code_answers_6700() -> None:
    one = contact()
    one.pay(ARQC)
    assert one.card.process(apdu.external_authenticate(bytes(8))).sw == 0x6700


@pytest.mark.parametrize(
    ("elements", "changed", "cid", "noted"),
    [
        ({}, {}, TC, Cvr(0)),
        ({"9F59": "00"}, {}, AAC, Cvr.VELOCITY_EXCEEDED),
        ({"9F58": "FF", "9F59": "FF", "9F36": "00F0"}, {}, TC, Cvr(0)),
        ({"9F13": "0000", "9F52": "0100"}, {}, AAC, Cvr.NEW_CARD),
        ({"9F13": "0000", "9F52": "0000"}, {}, TC, Cvr.NEW_CARD),
        ({"9F17": "00", "9F52": "0010"}, {}, AAC, Cvr.PIN_TRIES_EXCEEDED),
        ({"9F5C": "000000000099"}, {}, AAC, Cvr.VELOCITY_EXCEEDED),
        ({"9F5C": "000000000100"}, {}, TC, Cvr(0)),
        ({"9F5C": "000000000091"}, {"t5F2A": "0344"}, AAC, Cvr.VELOCITY_EXCEEDED),
        ({"9F5C": "000000000092"}, {"t5F2A": "0344"}, TC, Cvr(0)),
    ],
)
def test_unable_to_go_online_the_upper_limits_decide(
    elements: dict[str, str], changed: dict[str, str], cid: int, noted: Cvr
) -> None:
    one = contact(changed=elements)
    one.pay(ARQC, **changed)
    decided, cvr = outcome(one, TC, **changed, **UNABLE)
    upper = Cvr.VELOCITY_EXCEEDED | Cvr.NEW_CARD | Cvr.PIN_TRIES_EXCEEDED
    assert (decided, cvr & upper, Cvr.UNABLE_ONLINE in cvr) == (cid, noted, True)


def test_unable_to_go_online_an_approval_counts() -> None:
    one = contact(changed={"9F5C": "000000000150"})
    for expected in (TC, AAC):
        one.pay(ARQC)
        assert outcome(one, TC, **UNABLE)[0] == expected


def test_an_online_approval_resets_limits_and_flags() -> None:
    one = contact(changed={"9F54": "000000000150", "9F53": "01", "9F58": "03"})
    one.pay(TC)
    one.pay(TC, t5F2A="0840")
    one.pay(ARQC)
    one.authenticate()
    one.second()
    assert one.get(Tag.LAST_ONLINE_ATC) == b"\0\4"
    assert one.pay(TC).cvr & 0xFFFF == 0
    assert one.pay(TC, t5F2A="0840").cid == TC


def test_an_online_decline_resets_the_flags_but_no_limits() -> None:
    one = contact(changed={"9F54": "000000000150"})
    one.pay(TC)
    one.pay(ARQC)
    one.second(AAC)
    cvr = one.pay(TC).cvr
    assert (Cvr.LAST_ONLINE_NOT_COMPLETED in cvr, Cvr.VELOCITY_EXCEEDED in cvr) == (False, True)
    assert one.get(Tag.LAST_ONLINE_ATC) == b"\0\1"


@pytest.mark.parametrize("failed", ["missing", "wrong"])
def test_without_the_issuer_authentication_that_it_needs_nothing_is_reset(failed: str) -> None:
    one = contact(changed={"9F52": "0000", "9F56": "80"})
    one.pay(ARQC)
    if failed == "wrong":
        one.authenticate(wrong=True)
    assert outcome(one)[0] == TC
    assert one.get(Tag.LAST_ONLINE_ATC) == b"\0\1"
    assert Cvr.LAST_ONLINE_NOT_COMPLETED in one.pay(TC).cvr


@pytest.mark.parametrize("second", [False, True])
def test_cda_signs_all_that_was_exchanged(second: bool) -> None:
    one, key = contact(), load("debit-credit").applications[0].icc_key
    assert key is not None
    one.begin()
    listed = b""
    if second:
        one.first(ARQC)
        listed = CDOL1.fill(one.sent)
    answer = tlv.decode_one(one.generate(TC | CDA, CDOL2 if second else CDOL1).data)
    assert [each.tag for each in answer.children] == [0x9F27, 0x9F36, 0x9F4B, 0x9F10]
    listed += (CDOL2 if second else CDOL1).fill(one.sent)
    shown = [each for each in answer.children if each.tag != 0x9F4B]
    found = {each.tag: each.value for each in answer.children}
    dynamic = verify_sdad(key.public, found[0x9F4B], one.sent[0x9F37])
    exchanged = hashlib.sha1(
        listed + b"".join(each.encode() for each in shown), usedforsecurity=False
    ).digest()
    assert (dynamic[:4], dynamic[12:]) == (b"\x02" + found[0x9F36] + found[0x9F27], exchanged)


def test_an_aac_is_never_signed() -> None:
    one = contact()
    one.begin()
    assert opened(one.generate(AAC | CDA)).cid == AAC


@pytest.mark.parametrize("listed", [b"", b"12345"])
def test_internal_authenticate_of_another_length_than_the_ddol_answers_6700(listed: bytes) -> None:
    one = contact()
    one.begin()
    assert one.send(0x00, 0x88, 0, 0, listed).sw == 0x6700


def test_internal_authenticate_before_gpo_or_without_dda_answers_6985() -> None:
    early, without = contact(), contact(changed={"82": "1D00"})
    early.select()
    without.begin()
    assert [one.send(0x00, 0x88, 0, 0, b"1234").sw for one in (early, without)] == [0x6985, 0x6985]
