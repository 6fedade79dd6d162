from __future__ import annotations

import pytest
from sim_card_reader import Reader, objects, reader

from conformance.codec.tags import Tag

OFFLINE, CAPABLE = "2A000080", "26000080"  # offline-only; online-capable
PROCESSING = Tag.CARD_PROCESSING


def decided(one: Reader, **changed: str) -> str:
    """What the card came to: TC, ARQC, AAC from byte 5 of 9F10, or the status word."""
    answer = one.begin(**changed)
    if not answer.ok:
        return str(answer.sw)
    return {0x10: "TC", 0x20: "ARQC"}.get(objects(answer)[0x9F10][4] & 0x30, "AAC")


@pytest.mark.parametrize(
    ("particulars", "changed", "decision"),
    [
        # currency (7.3, 1 and 4)
        ({}, {"t5F2A": "0840", "t9F66": CAPABLE}, "ARQC"),
        ({"9F68": "9950F000"}, {"t5F2A": "0840", "t9F66": OFFLINE}, "AAC"),
        ({"9F68": "9D10D000"}, {"t5F2A": "0840", "t9F66": CAPABLE}, "TC"),
        ({"9F68": "9D10D000", "9F53": "00"}, {"t5F2A": "0840", "t9F66": CAPABLE}, "ARQC"),
        ({"9F68": "9D10D000", "9F53": "00"}, {"t5F2A": "0840", "t9F66": OFFLINE}, "AAC"),
        ({"9F68": "9D10D000", "9F53": "FF"}, {"t5F2A": "0840", "t9F66": OFFLINE}, "TC"),
        # new card (2 and 4)
        ({"9F13": "0000", "9F68": "9930F000"}, {"t9F66": OFFLINE}, "AAC"),
        ({"9F13": "0000"}, {"t9F66": OFFLINE}, "TC"),
        ({"9F13": "0000"}, {"t9F66": CAPABLE}, "ARQC"),
        ({"9F13": "0000", "9F68": "8910F000"}, {"t9F66": CAPABLE}, "TC"),
        # PIN tries (2 and 4)
        ({"9F17": "00"}, {"t9F66": OFFLINE}, "AAC"),
        ({"9F17": "00"}, {"t9F66": CAPABLE}, "ARQC"),
        ({"9F17": "00", "9F68": "9110F000"}, {"t9F66": OFFLINE}, "TC"),
        # cardholder verification (2 and 3)
        ({}, {"t9F66": "2E400080"}, "TC"),
        ({}, {"t9F66": "26400080"}, "ARQC"),
        ({}, {"t9F66": "22400080"}, "TC"),
        ({}, {"t9F66": "20400080"}, "6985"),
        ({"9F68": "99100000"}, {"t9F66": "26400080"}, "6985"),
        ({"9F6B": "000000000050"}, {"t9F66": CAPABLE}, "ARQC"),
        ({"9F6B": "000000000100"}, {"t9F66": CAPABLE}, "TC"),
        ({"9F68": "9D10A000"}, {"t5F2A": "0840", "t9F66": CAPABLE}, "6985"),
        # online requested (4)
        ({}, {"t9F66": "26800080"}, "ARQC"),
        ({}, {"t9F66": "2A800080"}, "TC"),
        # low value (5)
        ({"9F79": "000000000100"}, {"t9F66": OFFLINE}, "TC"),
        ({"9F79": "000000000099"}, {"t9F66": OFFLINE}, "AAC"),
        ({"9F79": "000000000099"}, {"t9F66": CAPABLE}, "ARQC"),
        ({"9F6D": "000000004901"}, {"t9F66": CAPABLE}, "ARQC"),
        ({"9F6D": "000000004901"}, {"t9F66": OFFLINE}, "TC"),
        ({"9F78": "000000000099"}, {"t9F66": OFFLINE}, "AAC"),
        ({"9F68": "1910F000"}, {"t9F66": OFFLINE}, "AAC"),
        ({"9F68": "1910F000"}, {"t9F66": CAPABLE}, "ARQC"),
        # low value and, or, cumulative amount (5)
        ({"9F68": "5910F000", "9F54": "000000000100"}, {"t9F66": OFFLINE}, "TC"),
        ({"9F68": "5910F000", "9F54": "000000000099"}, {"t9F66": OFFLINE}, "AAC"),
        ({"9F68": "5910F000", "9F54": "000000000099", "9F5C": "000000000100"}, {"t9F66": OFFLINE}, "TC"),
        ({"9F68": "5910F000", "9F54": "000000000099", "9F5C": "000000000100"}, {"t9F66": CAPABLE}, "ARQC"),
        ({"9F68": "3910F000", "9F54": "000000000100", "9F79": "000000000000"}, {"t9F66": OFFLINE}, "TC"),
        ({"9F68": "3910F000", "9F54": "000000000099", "9F79": "000000000000"}, {"t9F66": OFFLINE}, "AAC"),
        # contact preferred for online (6)
        ({"9F68": "9B10F000"}, {"t9F66": "36800080"}, "6985"),
        ({"9F68": "9B10F000"}, {"t9F66": "26800080"}, "ARQC"),
        # prepaid (7)
        ({"9F68": "9990F000"}, {"t9F66": "26800080"}, "ARQC"),
        ({"9F68": "9990F000"}, {"t9F66": "26800080", "t9F02": "000000000000"}, "AAC"),
        ({"9F68": "9990F000"}, {"t9F66": "26800080", "t9F02": "000000005001"}, "AAC"),
    ],
)
def test_the_card_decides_as_its_profile_and_the_reader_say(
    particulars: dict[str, str], changed: dict[str, str], decision: str
) -> None:
    elements = {int(tag, 16): bytes.fromhex(value) for tag, value in particulars.items()}
    assert decided(reader(elements=elements), **changed) == decision


@pytest.mark.parametrize(
    ("changed", "qualifiers"),
    [
        ({}, "0000"),
        ({"t9F66": "26400080"}, "8000"),
        ({"t9F66": "22400080"}, "4000"),
        ({"t9F66": "2A400080"}, "4000"),
    ],
)
def test_the_ctq_names_the_verification_that_the_card_chose(changed: dict[str, str], qualifiers: str) -> None:
    one = reader()
    assert objects(one.begin(**changed))[0x9F6C].hex() == qualifiers


def test_a_prepaid_card_pays_when_it_goes_online() -> None:
    one = reader(balance=5000, elements={PROCESSING: bytes.fromhex("9990F000")})
    one.begin(t9F66="26800080")
    assert one.get(Tag.EC_BALANCE).hex() == "000000004900"


def test_a_card_that_is_not_prepaid_does_not() -> None:
    one = reader(balance=5000)
    one.begin(t9F66="26800080")
    assert one.get(Tag.EC_BALANCE).hex() == "000000005000"


def test_foreign_payments_are_counted_to_the_limit() -> None:
    elements = {PROCESSING: bytes.fromhex("9D10D000"), Tag.CONSECUTIVE_LIMIT_CURRENCY: b"\x02"}
    one = reader(elements=elements)
    one.pay(t5F2A="0840")
    one.pay(t5F2A="0840")
    assert decided(one, t5F2A="0840") == "ARQC"


@pytest.mark.parametrize(
    ("processing", "spending"),
    [
        ("9910F000", "000000005000"),
        ("5910F000", "000000000700"),
        ("3910F000", "000000005700"),
        ("1910F000", "0" * 12),
    ],
)
def test_9f5d_is_computed_by_the_mode_of_9f68(processing: str, spending: str) -> None:
    elements = {PROCESSING: bytes.fromhex(processing), Tag.CTTAL: bytes.fromhex("000000000700")}
    one = reader(balance=5000, elements=elements)
    one.select()
    assert one.get(0x9F5D).hex() == spending
