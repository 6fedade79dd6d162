from __future__ import annotations

import pytest
from sim_card_reader import AID, PPSE, reader, value

from conformance.codec import apdu, tlv
from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag

PSE = b"1PAY.SYS.DDF01"


def test_power_on_gives_the_atr_of_a_contactless_card() -> None:
    assert reader().card.power_on() == bytes.fromhex("3B80800101")


def test_the_directory_lists_the_application() -> None:
    answer = reader().select(PPSE)
    assert answer.data.hex().upper() == (
        "6F30840E325041592E5359532E4444463031A51EBF0C1B61194F08A000000333010101500A50424F43204445424954870101"
    )


@pytest.mark.parametrize("asked", ["A000000333010101", "A0000003330101", "A000000333"])
def test_an_application_is_found_by_its_name_or_the_beginning_of_it(asked: str) -> None:
    fci = tlv.decode_one(reader().select(bytes.fromhex(asked)).data)
    assert value(fci, Tag.DF_NAME) == AID


def test_the_fci_holds_the_pdol_inside_a5_and_the_log_entry_inside_bf0c() -> None:
    fci = tlv.decode_one(reader().select().data)
    proprietary = next(each for each in fci.children if each.tag == Tag.FCI_PROPRIETARY_TEMPLATE)
    assert Tag.PDOL in [each.tag for each in proprietary.children]
    assert value(proprietary, Tag.LOG_ENTRY) == b"\x0b\x0a"


@pytest.mark.parametrize("asked", ["A0000000031010", "A00000033301010100", "A0000003", ""])
def test_a_name_that_no_application_bears_answers_6a82(asked: str) -> None:
    assert reader().select(bytes.fromhex(asked)).sw == 0x6A82


@pytest.mark.parametrize(("p1", "p2"), [(0x00, 0x00), (0x04, 0x01), (0x04, 0x0C)])
def test_select_by_anything_but_name_answers_6a86(p1: int, p2: int) -> None:
    assert reader().card.process(CommandApdu(0x00, 0xA4, p1, p2, AID, 256)).sw == 0x6A86


def test_no_next_occurrence_of_an_only_application() -> None:
    one = reader()
    one.select(AID[:7])
    assert one.select(AID[:7], next_occurrence=True).sw == 0x6A82


@pytest.mark.parametrize("interface", ["contactless", "contact"])
def test_next_occurrence_goes_through_the_applications_that_share_the_name(interface: str) -> None:
    card = reader(profile="several-applications", interface=interface).card
    answers = [card.process(apdu.select(AID[:7], next_occurrence=again)) for again in (False, True, True)]
    named = [value(tlv.decode_one(each.data), Tag.DF_NAME)[-1] for each in answers[:2]]
    assert (named, answers[2].sw) == ([1, 2], 0x6A82)


def test_the_directory_lists_the_application_wanted_most_first() -> None:
    fci = tlv.decode_one(reader(profile="several-applications").select(PPSE).data)
    listed = [value(each, Tag.AID)[-1] for each in fci.children[1].children[0].children]
    assert listed == [2, 1]


def test_the_records_of_the_pse_hold_the_application_wanted_most_first() -> None:
    one = reader(profile="several-applications", interface="contact")
    one.select(PSE)
    records = [tlv.decode_one(one.read(1, number).data) for number in (1, 2)]
    assert [value(each.children[0], Tag.AID)[-1] for each in records] == [2, 1]


def test_an_application_has_its_own_holder_and_balance() -> None:
    one = reader(profile="several-applications")
    one.select(AID[:7] + b"\x02")
    assert one.get(Tag.EC_BALANCE) == bytes.fromhex("000000002000")
    one.gpo()
    assert b"\x62\x10\x94\x80\x00\x00\x00\x29" in one.read(2, 1).data


def test_a_failed_select_leaves_the_selected_application_selected() -> None:
    one = reader()
    one.select()
    one.select(bytes.fromhex("A0000000031010"))
    assert one.gpo().ok


@pytest.mark.parametrize("command", ["80CA9F7900", "00B2011400", "80A8000002830000"])
def test_without_an_application_there_are_no_data(command: str) -> None:
    assert reader().card.process(CommandApdu.decode(bytes.fromhex(command))).sw == 0x6985


def test_power_off_loses_the_selection() -> None:
    one = reader()
    one.select()
    assert one.afresh().gpo().sw == 0x6985


@pytest.mark.parametrize(
    ("command", "status"),
    [("00A8000002830000", 0x6E00), ("84A4040000", 0x6E00), ("0020008000", 0x6D00), ("80AE400000", 0x6D00)],
)
def test_a_class_or_instruction_that_the_card_has_not_is_refused(command: str, status: int) -> None:
    assert reader().card.process(CommandApdu.decode(bytes.fromhex(command))).sw == status
