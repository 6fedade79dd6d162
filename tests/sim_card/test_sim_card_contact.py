from __future__ import annotations

import pytest
from sim_card_contact_reader import AAC, AID, ARQC, CDOL1, CDOL2, PAN, PSE, TC, contact, udk
from sim_card_reader import objects, value

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl
from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag
from conformance.crypto import authority
from conformance.crypto.certificates import recover_icc, recover_issuer, verify_sdad
from conformance.crypto.cryptogram import application_cryptogram_01
from conformance.sim.card import Interface, build


def test_a_contact_card_answers_to_reset_with_t_0() -> None:
    assert contact().card.power_on() == bytes.fromhex("3B600000")


def test_another_contact_atr_can_be_given() -> None:
    atr = bytes.fromhex("3BE00000813145")
    assert contact(contact_atr=atr).card.power_on() == atr


def test_a_card_without_that_interface_is_refused() -> None:
    with pytest.raises(ValueError, match="no contactless interface"):
        build("debit-credit", interface="contactless")


def test_the_pse_says_where_its_directory_is() -> None:
    assert contact().select(PSE).data.hex().upper() == "6F15840E315041592E5359532E4444463031A503880101"


def test_the_directory_holds_one_application_and_ends_with_6a83() -> None:
    one = contact()
    one.select(PSE)
    entry = tlv.decode_one(one.read(1, 1).data).children[0]
    assert (value(entry, Tag.AID), one.read(1, 2).sw, one.read(2, 1).sw) == (AID, 0x6A83, 0x6A83)


def test_the_pse_is_not_there_without_contacts_nor_the_ppse_with_them() -> None:
    contactless = build("electronic-cash")
    assert contactless.process(apdu.select(PSE)).sw == 0x6A82
    assert contact().select(b"2PAY.SYS.DDF01").sw == 0x6A82


def test_each_interface_has_an_fci_of_its_own() -> None:
    shown = [
        value(tlv.decode_one(build("electronic-cash", interface=side).process(apdu.select(AID)).data), 0x9F38)
        for side in ("contact", "contactless")
    ]
    assert shown[0] != shown[1]


def test_debit_and_credit_has_no_pdol() -> None:
    assert tlv.decode_one(contact().select().data).find(Tag.PDOL) is None


def test_gpo_answers_aip_and_afl_in_format_1() -> None:
    assert contact().begin().data.hex().upper() == "800A" + "3D00" + "08010200" + "10010301"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("80A8000002830000", 0x6985),
        ("80A8010002830000", 0x6A86),
    ],
)
def test_a_second_gpo_is_refused(command: str, status: int) -> None:
    one = contact()
    one.begin()
    assert one.card.process(CommandApdu.decode(bytes.fromhex(command))).sw == status


def test_gpo_takes_no_data_where_there_is_no_pdol() -> None:
    assert contact().begin(b"\0").sw == 0x6700


def test_the_records_lead_from_the_demonstration_authority_to_a_key_of_1152_bits() -> None:
    one = contact()
    answer = tlv.decode_one(one.begin().data).value
    found, signed = {}, b""
    for sfi, number, is_signed in Afl.parse(answer[2:]).records():
        record = one.read(sfi, number)
        found |= objects(record)
        signed += tlv.decode_one(record.data).value if is_signed else b""
    issuer = recover_issuer(
        authority.demonstration().ca.public, found[0x90], found.get(0x92, b""), found[0x9F32], PAN, None
    )
    icc = recover_icc(
        issuer.public_key,
        found[0x9F46],
        found.get(0x9F48, b""),
        found[0x9F47],
        signed + answer[:2],
        PAN,
        None,
    ).public_key
    assert icc.size == 144
    signature = tlv.decode_one(one.card.process(apdu.internal_authenticate(b"1234")).data).value
    assert verify_sdad(icc, signature, b"1234") == b"\x02\x00\x02"


def test_both_interfaces_share_one_memory() -> None:
    one = contact("electronic-cash", balance=5000)
    one.cash()
    one.first(TC)
    one.card.turn_to(Interface.CONTACTLESS)
    one.card.power_on()
    one.select()
    assert (one.get(Tag.EC_BALANCE).hex(), one.get(Tag.ATC).hex()) == ("000000004900", "0002")


@pytest.mark.parametrize("asked", [AAC, TC, ARQC])
def test_the_cryptogram_recomputes(asked: int) -> None:
    one = contact()
    answer = one.pay(asked)
    sent = [one.sent[tag] for tag in (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37)]
    cvr = answer.iad[3:7]
    expected = application_cryptogram_01(one.key(udk().ac), *sent, b"\x3d\x00", answer.atc, cvr)
    assert (answer.cid, answer.ac) == (asked, expected)


def test_the_second_cryptogram_recomputes_over_cdol2() -> None:
    one = contact()
    one.pay(ARQC)
    answer = one.second(TC, t9F37="AABBCCDD", t95="0000000040")
    sent = [one.sent[tag] for tag in (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37)]
    cvr = answer.iad[3:7]
    assert answer.ac == application_cryptogram_01(one.key(udk().ac), *sent, b"\x3d\x00", answer.atc, cvr)


@pytest.mark.parametrize("p1", [0xC0, 0x01, 0x20])
def test_generate_ac_of_a_kind_that_there_is_not_answers_6a86(p1: int) -> None:
    one = contact()
    one.begin()
    assert one.generate(p1).sw == 0x6A86


def test_generate_ac_before_gpo_answers_6985() -> None:
    one = contact()
    one.select()
    assert one.generate(TC).sw == 0x6985


def test_generate_ac_of_another_length_than_the_cdol_answers_6700() -> None:
    one = contact()
    one.begin()
    assert one.generate(TC, CDOL2).sw == 0x6700


@pytest.mark.parametrize("asked", [TC, AAC])
def test_after_a_final_cryptogram_there_is_no_other(asked: int) -> None:
    one = contact()
    one.pay(asked)
    assert one.generate(AAC, CDOL2).sw == 0x6985


def test_a_second_generate_ac_asks_for_no_arqc() -> None:
    one = contact()
    one.pay(ARQC)
    assert one.generate(ARQC, CDOL2).sw == 0x6985


def test_there_is_no_third_generate_ac() -> None:
    one = contact()
    one.online()
    assert one.generate(AAC, CDOL1).sw == 0x6985


def test_cda_without_its_bit_in_the_aip_answers_6985() -> None:
    one = contact(changed={"82": "3C00"})
    one.begin()
    assert one.generate(TC | 0x10).sw == 0x6985
