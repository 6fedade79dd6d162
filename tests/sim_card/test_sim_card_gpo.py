from __future__ import annotations

import pytest
from sim_card_reader import PAN, PSN, objects, reader

from conformance.codec import apdu, tlv
from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.codec.tags import Tag
from conformance.crypto import authority
from conformance.crypto.cryptogram import (
    application_cryptogram_01,
    application_cryptogram_17,
    idd_mac,
)
from conformance.crypto.keys import derive_udk, session_key

ONLINE = {"t9F66": "26800080"}
OFFLINE_ONLY = {"t9F66": "2A000080"}
TC_ORDER = [0x82, 0x94, 0x9F36, 0x9F26, 0x9F10, 0x57, 0x5F34, 0x9F4B, 0x9F6C, 0x9F5D]
OTHER_ORDER = [0x82, 0x9F36, 0x57, 0x9F10, 0x9F26, 0x9F63, 0x5F34, 0x9F6C, 0x9F5D]


def tags(response: ResponseApdu) -> list[int]:
    return [each.tag for each in tlv.decode_one(response.data).children]


def test_gpo_has_to_follow_select() -> None:
    assert reader().gpo().sw == 0x6985


def test_a_second_gpo_is_refused() -> None:
    one = reader()
    one.begin()
    assert one.gpo().sw == 0x6985


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("80A8010002830000", 0x6A86),
        ("80A80001 02830000", 0x6A86),
        ("80A80000 02850000", 0x6A80),
        ("80A80000", 0x6A80),
        ("80A80000 0183", 0x6700),
        ("80A80000 03830500", 0x6700),
        ("80A80000 02830000", 0x6700),
    ],
)
def test_a_gpo_that_is_not_well_formed_is_refused(command: str, status: int) -> None:
    one = reader()
    one.select()
    assert one.card.process(CommandApdu.decode(bytes.fromhex(command))).sw == status


@pytest.mark.parametrize("length", [32, 34])
def test_data_of_another_length_than_the_pdol_answer_6700(length: int) -> None:
    one = reader()
    one.select()
    assert one.card.process(apdu.get_processing_options(bytes(length))).sw == 0x6700


def test_a_refused_length_costs_no_atc_and_the_right_length_is_still_taken() -> None:
    one = reader()
    one.select()
    one.card.process(apdu.get_processing_options(bytes(32)))
    assert one.gpo().ok
    assert one.get(Tag.ATC) == b"\x00\x02"


@pytest.mark.parametrize("ttq", ["46000000", "00000000"])
def test_a_reader_without_qpboc_is_refused_and_the_atc_is_spent(ttq: str) -> None:
    one = reader()
    assert one.begin(t9F66=ttq).sw == 0x6985
    assert one.get(Tag.ATC) == b"\x00\x02"


def test_at_ffff_the_card_refuses_for_good() -> None:
    one = reader(elements={Tag.ATC: bytes.fromhex("FFFE")})
    assert one.begin().ok
    assert one.begin().sw == 0x6985


def test_a_tc_answers_the_listed_objects_and_no_other() -> None:
    one = reader()
    assert tags(one.begin()) == TC_ORDER


def test_an_arqc_answers_the_listed_objects_and_no_afl() -> None:
    one = reader()
    assert tags(one.begin(**ONLINE)) == OTHER_ORDER


def test_an_aac_answers_like_an_arqc() -> None:
    one = reader(balance=50)
    assert tags(one.begin(**OFFLINE_ONLY)) == OTHER_ORDER


def test_9f5d_shows_what_is_left_after_this_debit() -> None:
    one = reader(balance=5000)
    assert objects(one.begin())[0x9F5D].hex() == "000000004900"


def test_without_9f68_b1b1_there_is_no_9f5d() -> None:
    one = reader(elements={Tag.CARD_PROCESSING: bytes.fromhex("9810F000")})
    assert 0x9F5D not in tags(one.begin())


def test_track_2_carries_pan_expiry_and_service_code() -> None:
    one = reader(expires="281130")
    assert objects(one.begin())[0x57].hex().upper() == "6210948000000011D281122000000000000F"


@pytest.mark.parametrize(
    ("changed", "balance", "cvr"),
    [({}, 5000, "03900000"), (ONLINE, 5000, "03A00000"), (OFFLINE_ONLY, 50, "03802000")],
)
def test_the_cvr_names_the_decision_and_what_failed(changed: dict[str, str], balance: int, cvr: str) -> None:
    one = reader(balance=balance)
    assert objects(one.begin(**changed))[0x9F10][3:7].hex().upper() == cvr


def test_9f10_carries_the_balance_after_this_debit_and_its_mac() -> None:
    one = reader(balance=5000)
    issuer_data = objects(one.begin())[0x9F10]
    udk = derive_udk(authority.demonstration().imk.mac, PAN, PSN)
    mac = idd_mac(session_key(udk, 2), b"\x00\x02", bytes.fromhex("0000004900"))
    assert issuer_data == bytes.fromhex("07010103900000010A010000004900") + mac


def test_9f10_of_a_profile_without_discretionary_data_ends_with_the_algorithm() -> None:
    one = reader(elements={Tag.ISSUER_APPLICATION_DATA: bytes.fromhex("0701010300000001")})
    assert objects(one.begin())[0x9F10].hex().upper() == "0701010390000001"


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [(1, "0000004900"), (2, "0000000000"), (3, "00000049000000000000"), (5, "0000004900")],
)
def test_the_discretionary_data_show_what_their_id_names(identifier: int, shown: str) -> None:
    template = bytes.fromhex("07010103000000010A") + bytes((identifier,))
    one = reader(elements={Tag.ISSUER_APPLICATION_DATA: template})
    assert objects(one.begin())[0x9F10][9:-4].hex() == f"{identifier:02}{shown}"


def test_the_cryptogram_covers_the_terminal_data_under_cvn_01() -> None:
    one = reader()
    answer = objects(one.begin())
    key = session_key(derive_udk(authority.demonstration().imk.ac, PAN, PSN), 2)
    sent = [one.terminal[tag] for tag in (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37)]
    expected = application_cryptogram_01(key, *sent, answer[0x82], b"\x00\x02", answer[0x9F10][3:7])
    assert answer[0x9F26] == expected


def test_the_cryptogram_covers_less_under_cvn_17() -> None:
    template = {Tag.ISSUER_APPLICATION_DATA: bytes.fromhex("07011103000000010A01")}
    one = reader(elements=template)
    answer = objects(one.begin())
    key = session_key(derive_udk(authority.demonstration().imk.ac, PAN, PSN), 2)
    sent = (one.terminal[0x9F02], one.terminal[0x9F37])
    assert answer[0x9F26] == application_cryptogram_17(key, *sent, b"\x00\x02", b"\x90")


def test_every_valid_gpo_costs_one_atc() -> None:
    one = reader()
    counters = [objects(one.begin())[0x9F36].hex() for _ in range(3)]
    assert counters == ["0002", "0003", "0004"]
