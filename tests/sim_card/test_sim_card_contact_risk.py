from __future__ import annotations

import pytest
from sim_card_contact_reader import AAC, ARQC, TC, ContactReader, contact

from conformance.codec.bits import Cvr

DECLINED, ONLINE, APPROVED = "AAC", "ARQC", "TC"
NAMES = {AAC: DECLINED, TC: APPROVED, ARQC: ONLINE}


def pay(one: ContactReader, asked: int = TC, **changed: str) -> tuple[str, Cvr]:
    answer = one.pay(asked, **changed)
    return NAMES[answer.cid & 0xC0], answer.cvr


@pytest.mark.parametrize(
    ("elements", "changed", "decision", "noted"),
    [
        # 6, LCOL
        ({"9F58": "01"}, {}, APPROVED, Cvr(0)),
        ({"9F58": "00"}, {}, ONLINE, Cvr.VELOCITY_EXCEEDED),
        ({"9F58": "FF", "9F36": "00F0"}, {}, APPROVED, Cvr(0)),
        # 7, international currency
        ({"9F53": "00"}, {"t5F2A": "0840"}, ONLINE, Cvr.VELOCITY_EXCEEDED),
        ({"9F53": "01"}, {"t5F2A": "0840"}, APPROVED, Cvr(0)),
        ({"9F53": "FF"}, {"t5F2A": "0840"}, APPROVED, Cvr(0)),
        # 8, international country
        ({"9F72": "00"}, {"t9F1A": "0840"}, ONLINE, Cvr.VELOCITY_EXCEEDED),
        ({"9F72": "01"}, {"t9F1A": "0840"}, APPROVED, Cvr(0)),
        # 9, CTTAL
        ({"9F54": "000000000100"}, {}, APPROVED, Cvr(0)),
        ({"9F54": "000000000099"}, {}, ONLINE, Cvr.VELOCITY_EXCEEDED),
        ({"9F54": "000000000000"}, {}, APPROVED, Cvr(0)),
        # 10, both currencies; 100 in 0344 are 92 in 0156
        ({"9F75": "000000000099"}, {}, ONLINE, Cvr.VELOCITY_EXCEEDED),
        ({"9F75": "000000000092"}, {"t5F2A": "0344"}, APPROVED, Cvr(0)),
        ({"9F75": "000000000091"}, {"t5F2A": "0344"}, ONLINE, Cvr.VELOCITY_EXCEEDED),
        # 11, new card
        ({"9F13": "0000", "9F52": "0200"}, {}, ONLINE, Cvr.NEW_CARD),
        ({"9F13": "0000", "9F52": "0000"}, {}, APPROVED, Cvr.NEW_CARD),
        # 12, PIN tries
        ({"9F17": "00", "9F52": "0060"}, {}, DECLINED, Cvr.PIN_TRIES_EXCEEDED),
        ({"9F17": "00", "9F52": "0020"}, {}, ONLINE, Cvr.PIN_TRIES_EXCEEDED),
        ({"9F17": "00", "9F52": "0000"}, {}, APPROVED, Cvr.PIN_TRIES_EXCEEDED),
    ],
)
def test_the_card_decides_and_notes_why(
    elements: dict[str, str], changed: dict[str, str], decision: str, noted: Cvr
) -> None:
    outcome, cvr = pay(contact(changed=elements), **changed)
    assert (outcome, cvr & 0x00_00_FF_FF) == (decision, noted)


def test_pin_tries_lost_earlier_block_the_application_by_ada_b2b3() -> None:
    one = contact(changed={"9F17": "00", "9F52": "0004"})
    one.begin()
    assert (one.generate(TC).sw, one.select().sw) == (0x6985, 0x6283)


def test_an_online_transaction_not_completed_sends_the_next_one_online() -> None:
    one = contact()
    one.pay(ARQC)
    assert pay(one) == (
        ONLINE,
        Cvr.SECOND_NOT_REQUESTED | Cvr.FIRST_ARQC | Cvr.LAST_ONLINE_NOT_COMPLETED | 3 << 24,
    )


def test_failed_issuer_authentication_is_noted_until_it_succeeds() -> None:
    one = contact(changed={"9F52": "0000"})
    one.pay(ARQC)
    one.authenticate(wrong=True)
    one.second(TC)
    assert Cvr.LAST_ISSUER_AUTHENTICATION_FAILED in one.pay(ARQC).cvr
    one.authenticate()
    one.second(TC)
    assert Cvr.LAST_ISSUER_AUTHENTICATION_FAILED not in one.pay(TC).cvr


@pytest.mark.parametrize(("ada", "decision"), [("8000", ONLINE), ("0000", APPROVED)])
def test_failed_issuer_authentication_goes_online_by_ada_b1b8(ada: str, decision: str) -> None:
    one = contact(changed={"9F52": ada})
    one.card._state.applications[0].memory.issuer_authentication_failed = True
    assert pay(one)[0] == decision


@pytest.mark.parametrize(
    ("aip", "tvr", "noted"),
    [
        ("7C00", "4000000000", Cvr.LAST_SDA_FAILED),
        ("3D00", "0800000000", Cvr.LAST_DDA_FAILED),
        ("3D00", "0400000000", Cvr.LAST_DDA_FAILED),
        ("3D00", "0000000000", Cvr(0)),
    ],
)
def test_failed_authentication_of_a_declined_transaction_is_noted_in_the_next(
    aip: str, tvr: str, noted: Cvr
) -> None:
    one = contact(changed={"82": aip})
    one.pay(AAC, t95=tvr)
    assert pay(one)[1] & (Cvr.LAST_SDA_FAILED | Cvr.LAST_DDA_FAILED) == noted


@pytest.mark.parametrize(("ada", "decision"), [("0008", ONLINE), ("0000", APPROVED)])
def test_a_failed_script_is_noted_counted_and_goes_online_by_ada_b2b4(ada: str, decision: str) -> None:
    one = contact(changed={"9F52": ada})
    one.online()
    one.put(0x9F58, "05", wrong=True)
    outcome, cvr = pay(one)
    assert (outcome, cvr.scripts, Cvr.LAST_SCRIPT_FAILED in cvr) == (decision, 1, True)


def test_scripts_before_the_second_generate_ac_are_not_counted() -> None:
    one = contact()
    one.pay(ARQC)
    one.put(0x9F58, "05")
    one.second(TC)
    one.put(0x9F58, "06")
    assert pay(one)[1].scripts == 1


@pytest.mark.parametrize(
    ("asked", "lcol", "decision"), [(AAC, "05", DECLINED), (ARQC, "05", ONLINE), (AAC, "00", DECLINED)]
)
def test_what_the_terminal_asks_may_only_become_less(asked: int, lcol: str, decision: str) -> None:
    assert pay(contact(changed={"9F58": lcol}), asked)[0] == decision


def test_offline_approvals_add_up_to_the_limit() -> None:
    one = contact(changed={"9F54": "000000000250"})
    assert [pay(one)[0] for _ in range(3)] == [APPROVED, APPROVED, ONLINE]


def test_foreign_transactions_count_also_when_they_are_declined() -> None:
    one = contact(changed={"9F53": "01"})
    one.pay(AAC, t5F2A="0840")
    assert pay(one, t5F2A="0840")[0] == ONLINE


@pytest.mark.parametrize(("ada", "cid"), [("1000", 0x08), ("0000", 0x00)])
def test_a_decline_asks_for_an_advice_by_ada_b1b5(ada: str, cid: int) -> None:
    assert contact(changed={"9F52": ada}).pay(AAC).cid == cid


def test_a_decline_after_the_pin_was_lost_gives_the_reason_by_ada_b1b4() -> None:
    one = contact(changed={"9F52": "0800", "9F17": "01"})
    one.begin()
    one.verify("9999")
    assert one.first(AAC).cid == 0x0A


def test_dda_is_noted() -> None:
    one = contact()
    one.begin()
    one.send(0x00, 0x88, 0, 0, b"1234")
    assert Cvr.DDA_PERFORMED in one.first().cvr
