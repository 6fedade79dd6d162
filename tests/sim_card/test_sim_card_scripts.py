from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sim_card_contact_reader import AAC, AID, ARQC, PSE, TC, ContactReader, contact, udk

from conformance.codec.tags import Tag
from conformance.crypto.des import retail_mac
from conformance.sim.card import Interface, build
from conformance.sim.card.profile import load


def online(profile: str = "debit-credit", **more: Any) -> ContactReader:
    """A card whose transaction has gone online, as debit or credit."""
    one = contact(profile, **more)
    if profile == "electronic-cash":
        one.cash(t9F7A="00")
    else:
        one.begin()
    one.first(ARQC)
    return one


def test_a_wrong_mac_answers_6988_and_then_everything_6985() -> None:
    one = online()
    assert one.put(0x9F58, "02", wrong=True) == 0x6988
    assert [one.put(0x9F58, "02"), one.script(0x84, 0x1E, 0, 0)] == [0x6985, 0x6985]
    assert one.get(0x9F58) == b"\x05"


def test_the_next_transaction_takes_scripts_again() -> None:
    one = online()
    one.put(0x9F58, "02", wrong=True)
    one.pay(ARQC)
    assert one.put(0x9F58, "02") == 0x9000


def test_scripts_wait_for_generate_ac() -> None:
    one = contact()
    one.begin()
    one.atc, one.ac = b"\0\2", bytes(8)
    assert one.put(0x9F58, "02") == 0x6985


@pytest.mark.parametrize("asked", [TC, AAC])
def test_after_an_offline_decision_there_are_no_scripts(asked: int) -> None:
    one = contact()
    one.pay(asked)
    assert one.put(0x9F58, "02") == 0x6985


def test_after_failed_issuer_authentication_there_are_no_scripts() -> None:
    one = online()
    one.authenticate(wrong=True)
    assert one.put(0x9F58, "02") == 0x6985


def test_scripts_are_taken_before_and_after_the_second_generate_ac() -> None:
    one = online()
    assert one.put(0x9F58, "02") == 0x9000
    one.second()
    assert one.put(0x9F58, "03") == 0x9000
    assert one.get(0x9F58) == b"\x03"


def test_a_script_too_short_for_its_mac_answers_6700() -> None:
    assert online().send(0x84, 0x1E, 0, 0, b"123").sw == 0x6700


def test_a_blocked_application_answers_6283_with_its_fci_and_declines() -> None:
    one = online()
    assert [one.script(0x84, 0x1E, 0, 0), one.script(0x84, 0x1E, 0, 0)] == [0x9000, 0x9000]
    selected = one.select()
    assert (selected.sw, AID in selected.data) == (0x6283, True)
    assert one.pay(TC).cid == AAC


def test_a_blocked_application_declines_without_contacts_too() -> None:
    one = online("electronic-cash", balance=5000)
    one.script(0x84, 0x1E, 0, 0)
    one.card.turn_to(Interface.CONTACTLESS)
    one.card.power_on()
    assert one.select().sw == 0x6283


def test_a_blocked_application_is_unblocked_after_its_decline() -> None:
    one = online()
    one.script(0x84, 0x1E, 0, 0)
    one.pay(TC)
    assert one.script(0x84, 0x18, 0, 0) == 0x9000
    assert one.select().ok


def test_a_blocked_card_answers_6a81_to_everything_for_good() -> None:
    one = online()
    one.script(0x84, 0x16, 0, 0)
    one.card.power_on()
    assert [one.select().sw, one.select(PSE).sw, one.read(1, 1).sw] == [0x6A81] * 3


@pytest.mark.parametrize(
    ("tag", "value", "status"),
    [
        (0x9F54, "000000000500", 0x9000),
        (0x9F54, "00000000050A", 0x6A80),
        (0x9F54, "0500", 0x6700),
        (0x9F51, "0156", 0x6A80),
        (0x9F79, "000000000500", 0x6A80),
        (0xDF63, "000000000000", 0x6A86),
    ],
)
def test_put_data_writes_what_it_may(tag: int, value: str, status: int) -> None:
    assert online().put(tag, value) == status


def test_a_script_that_is_refused_counts_as_failed() -> None:
    one = contact(changed={"9F52": "0008"})
    one.online()
    one.put(0x9F54, "0500")
    assert one.pay(TC).cid == ARQC


def test_what_put_data_wrote_is_obeyed() -> None:
    one = online()
    one.put(0x9F54, "000000000099")
    one.second(TC)
    assert one.pay(TC).cid == ARQC


def test_what_put_data_wrote_holds_on_both_interfaces() -> None:
    one = online("electronic-cash")
    one.put(0x9F78, "000000000050")
    one.card.turn_to(Interface.CONTACTLESS)
    one.card.power_on()
    one.select()
    assert one.get(0x9F78).hex() == "000000000050"


def test_update_record_writes_a_record() -> None:
    one = online()
    record = bytes.fromhex("70055F20025858")
    assert one.script(0x04, 0xDC, 1, 1 << 3 | 4, record) == 0x9000
    assert one.read(1, 1).data == record


@pytest.mark.parametrize(
    ("record", "p2", "length", "status"),
    [(9, 1 << 3 | 4, 1, 0x6A83), (1, 1 << 3 | 4, 200, 0x6A84), (1, 1 << 3 | 5, 1, 0x6A86)],
)
def test_update_record_elsewhere_or_too_long_is_refused(
    record: int, p2: int, length: int, status: int
) -> None:
    assert online().script(0x04, 0xDC, record, p2, bytes(length)) == status


@pytest.mark.parametrize(("cla", "ins"), [(0x84, 0xDA), (0x04, 0x1E), (0x00, 0x18), (0x80, 0x24)])
def test_a_script_in_another_class_is_refused(cla: int, ins: int) -> None:
    assert online().send(cla, ins, 0, 0, bytes(4)).sw == 0x6E00


def test_a_load_raises_the_balance_and_is_logged() -> None:
    one = online("electronic-cash", balance=5000)
    assert one.put(Tag.EC_BALANCE, "000000010000") == 0x9000
    assert one.get(Tag.EC_BALANCE).hex() == "000000010000"
    assert (
        one.read(12, 1).data.hex() == "9f79" + "000000005000" + "000000010000" + "260501" + "101112" + "0002"
    )


def test_a_load_beyond_the_limit_is_refused_and_not_logged() -> None:
    one = online("electronic-cash", balance=5000)
    assert one.put(Tag.EC_BALANCE, "000000100001") == 0x6A80
    assert (one.get(Tag.EC_BALANCE).hex(), one.read(12, 1).sw) == ("000000005000", 0x6A83)


def test_the_load_log_keeps_ten_and_gives_them_all_under_a_mac() -> None:
    one = online("electronic-cash", balance=0)
    for amount in range(1, 12):
        one.put(Tag.EC_BALANCE, f"{amount:012}")
    whole = one.read(12, 0).data
    assert (whole[:3].hex(), len(whole)) == ("00020a", 3 + 10 * 22 + 4)
    assert whole[-4:] == retail_mac(one.key(udk().mac), whole[:-4])[:4]
    assert (one.read(12, 1).data[13], one.read(12, 10).data[13], one.read(12, 11).sw) == (0x11, 0x02, 0x6A83)


@pytest.mark.parametrize(("asked", "logged"), [(TC, True), (AAC, False), (ARQC, False)])
def test_an_approval_is_logged(asked: int, logged: bool) -> None:
    one = contact()
    one.pay(asked)
    assert one.read(11, 1).ok is logged


def test_an_online_approval_is_logged_with_the_values_of_the_transaction() -> None:
    one = contact()
    one.online()
    assert one.read(11, 1).data.hex() == (
        "260501" + "101112" + "000000000100" + "000000000000" + "0156" + "0156" + "00" * 20 + "00" + "0002"
    )


def with_mac_limit(limit: int | None) -> ContactReader:
    """A debit card whose profile says how many wrong MACs in a row it endures."""
    profile = load("debit-credit")
    plan = replace(profile.applications[0], script_mac_limit=limit)
    made = build(replace(profile, applications=(plan,)))
    made.power_on()
    return ContactReader(made)


@pytest.mark.parametrize(("limit", "status"), [(None, 0x9000), (3, 0x9000), (2, 0x6985)])
def test_wrong_macs_in_a_row_end_all_scripts_where_the_profile_says_so(
    limit: int | None, status: int
) -> None:
    one = with_mac_limit(limit)
    for _ in range(2):
        one.pay(ARQC)
        assert one.put(0x9F58, "07", wrong=True) == 0x6988
    one.pay(ARQC)
    assert one.put(0x9F58, "07") == status


def test_a_right_mac_begins_the_count_anew() -> None:
    one = with_mac_limit(2)
    for wrong in (True, False, True, False):
        one.pay(ARQC)
        assert one.put(0x9F58, "07", wrong=wrong) == (0x6988 if wrong else 0x9000)
