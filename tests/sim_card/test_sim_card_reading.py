from __future__ import annotations

from dataclasses import replace

import pytest
from sim_card_reader import LAST, Reader, objects, reader

from conformance.codec import apdu, tlv
from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag
from conformance.crypto import rsa
from conformance.sim.card.plan import InterfacePlan
from conformance.sim.card.profile import load


def holding(place: int, *tags: int) -> Reader:
    """A card with a long key, whose first (0) or last (-1) record holds other objects."""
    shipped = load("electronic-cash")
    application = shipped.applications[0]
    assert application.contactless is not None
    path = application.contactless.ordinary
    records = list(path.records)
    records[place] = replace(records[place], holds=tags)
    changed = InterfacePlan(replace(path, records=tuple(records)))
    other = replace(shipped, applications=(replace(application, contactless=changed),))
    return reader(profile=other, balance=5000, icc_key=rsa.generate(1152))


def test_the_afl_names_three_records_of_sfi_2_and_the_last_of_sfi_5() -> None:
    one = reader()
    assert objects(one.begin())[0x94] == bytes.fromhex("1001030128010100")


def test_the_last_record_holds_the_ec_code_alone_before_it_is_read_in_a_transaction() -> None:
    one = reader()
    one.select()
    assert one.read(*LAST).data.hex().upper() == "70099F7406454343303031"


def test_the_last_record_of_a_transaction_gets_9f69_inside_its_template() -> None:
    one = reader()
    one.begin()
    record = tlv.decode_one(one.read(*LAST).data)
    assert (record.tag, [each.tag for each in record.children]) == (0x70, [0x9F74, 0x9F69])


def test_the_expiry_date_does_not_stand_in_the_last_record() -> None:
    one = reader()
    one.select()
    assert tlv.decode_one(one.read(*LAST).data).find(0x5F24) is None


@pytest.mark.parametrize(("sfi", "record"), [(2, 4), (2, 0), (5, 2), (9, 1), (11, 1)])
def test_a_record_that_is_not_there_answers_6a83(sfi: int, record: int) -> None:
    one = reader()
    one.select()
    assert one.read(sfi, record).sw == 0x6A83


def test_read_record_by_anything_but_number_answers_6a86() -> None:
    one = reader()
    one.select()
    assert one.card.process(CommandApdu(0x00, 0xB2, 1, 0x12, b"", 256)).sw == 0x6A86


@pytest.mark.parametrize(("cla", "ins", "p1", "p2"), [(0x00, 0xB2, 1, 0x14), (0x80, 0xCA, 0x9F, 0x79)])
def test_a_reading_command_with_data_answers_6700(cla: int, ins: int, p1: int, p2: int) -> None:
    one = reader()
    one.select()
    assert one.card.process(CommandApdu(cla, ins, p1, p2, b"\x00", 256)).sw == 0x6700


def test_the_balance_is_debited_when_the_last_record_is_read() -> None:
    one = reader(balance=5000)
    one.pay()
    assert one.get(Tag.EC_BALANCE).hex() == "000000004900"


def test_before_the_last_record_nothing_is_debited() -> None:
    one = reader(balance=5000)
    one.begin()
    for number in (1, 2, 3):
        one.read(2, number)
    assert one.get(Tag.EC_BALANCE).hex() == "000000005000"


def test_reading_the_last_record_again_debits_once_and_logs_once() -> None:
    one = reader(balance=5000)
    one.pay()
    one.read(*LAST)
    assert (one.get(Tag.EC_BALANCE).hex(), one.read(11, 2).sw) == ("000000004900", 0x6A83)


def test_after_an_arqc_the_last_record_commits_nothing() -> None:
    one = reader(balance=5000)
    one.begin(t9F66="26800080")
    assert len(tlv.decode_one(one.read(*LAST).data).children) == 1
    assert one.get(Tag.EC_BALANCE).hex() == "000000005000"


@pytest.mark.parametrize("lost_by", ["field", "select", "directory"])
def test_a_transaction_torn_before_the_last_record_is_rolled_back_and_its_atc_is_spent(lost_by: str) -> None:
    one = reader(balance=5000)
    one.begin()
    one.read(2, 1)
    if lost_by == "field":
        one.afresh()
    if lost_by == "directory":
        one.select(b"2PAY.SYS.DDF01")
    one.select()
    one.read(*LAST)
    assert (one.get(Tag.EC_BALANCE).hex(), one.get(Tag.ATC).hex()) == ("000000005000", "0002")


def test_after_the_answer_of_the_last_record_was_lost_it_can_be_read_again() -> None:
    one = reader(balance=5000)
    one.begin()
    lost = one.read(*LAST)
    one.afresh().select()
    assert one.read(*LAST) == lost


def test_what_recovery_checks_belonging_by_is_of_the_transaction() -> None:
    one = reader(balance=5000)
    answer = objects(one.begin())
    lost = one.read(*LAST)
    one.afresh().select()
    belongs = (one.get(Tag.ATC), one.get(Tag.EC_BALANCE), objects(one.read(*LAST))[0x9F69])
    assert belongs == (answer[0x9F36], bytes.fromhex("000000004900"), objects(lost)[0x9F69])


def test_a_torn_transaction_leaves_the_copy_of_the_one_before() -> None:
    one = reader()
    one.begin()
    committed = one.read(*LAST)
    one.afresh().select()
    one.gpo()
    one.afresh().select()
    assert one.read(*LAST) == committed


def test_recovery_leaves_the_card_ready_for_the_next_payment() -> None:
    one = reader(balance=5000)
    one.pay()
    one.afresh().select()
    one.read(*LAST)
    one.pay()
    assert one.get(Tag.EC_BALANCE).hex() == "000000004800"


def test_9f5d_in_the_last_record_is_filled_when_it_is_read_and_kept() -> None:
    one = holding(-1, 0x9F74, 0x9F5D)
    one.begin()
    one.read(*LAST)
    one.afresh().select()
    assert objects(one.read(*LAST))[0x9F5D].hex() == "000000004900"


def test_9f5d_in_an_other_record_is_computed_anew() -> None:
    one = holding(0, 0x5A, 0x9F5D)
    one.pay()
    one.afresh().select()
    assert objects(one.read(2, 1))[0x9F5D].hex() == "000000004900"


def test_a_record_with_9f4b_loses_it_outside_a_transaction() -> None:
    one = holding(0, 0x5A, 0x9F4B)
    one.pay()
    assert 0x9F4B in objects(one.read(2, 1))
    one.afresh().select()
    assert list(objects(one.read(2, 1))) == [0x5A]


def test_the_newest_payment_is_record_1_of_the_log() -> None:
    one = reader()
    one.pay(t9F02="000000000100")
    one.pay(t9F02="000000000200")
    assert [one.read(11, number).data[6:12].hex() for number in (1, 2)] == ["000000000200", "000000000100"]


def test_a_log_record_holds_what_the_log_format_lists() -> None:
    one = reader()
    one.pay()
    assert one.read(11, 1).data.hex() == (
        "260501" + "000000" + "000000000100" + "000000000000" + "0156" + "0156" + "00" * 20 + "00" + "0002"
    )


def test_the_log_keeps_ten_payments() -> None:
    one = reader()
    for _ in range(11):
        one.pay(t9F02="000000000001")
    assert (one.read(11, 10).ok, one.read(11, 11).sw) == (True, 0x6A83)


def test_a_torn_payment_is_not_logged() -> None:
    one = reader()
    one.begin()
    one.select()
    assert one.read(11, 1).sw == 0x6A83


def test_without_9f68_b2b5_nothing_is_logged() -> None:
    one = reader(elements={Tag.CARD_PROCESSING: bytes.fromhex("9900F000")})
    one.pay()
    assert one.read(11, 1).sw == 0x6A83


@pytest.mark.parametrize(
    ("tag", "answer"),
    [
        (0x9F79, "9F7906000000005000"),
        (0x9F36, "9F36020001"),
        (0x9F13, "9F13020001"),
        (0x9F17, "9F170103"),
        (0x9F5D, "9F5D06000000005000"),
        (0x9F77, "9F7706000000100000"),
        (0x9F6D, "9F6D06000000000000"),
        (0x9F51, "9F51020156"),
        (0x9F4F, "9F4F199A039F21039F02069F03069F1A025F2A029F4E149C019F3602"),
    ],
)
def test_get_data_answers_with_tag_length_and_value(tag: int, answer: str) -> None:
    one = reader(balance=5000)
    one.select()
    assert one.card.process(apdu.get_data(tag)).data.hex().upper() == answer


@pytest.mark.parametrize("tag", [0x9F99, 0x5F24, 0xDF79, 0x9F73, 0x0000])
def test_get_data_of_what_the_card_has_not_or_does_not_tell_answers_6a88(tag: int) -> None:
    one = reader()
    one.select()
    assert one.card.process(apdu.get_data(tag)).sw == 0x6A88


def test_get_data_during_a_transaction_shows_the_atc_spent_and_the_balance_kept() -> None:
    one = reader(balance=5000)
    one.begin()
    assert (one.get(Tag.ATC).hex(), one.get(Tag.EC_BALANCE).hex()) == ("0002", "000000005000")
