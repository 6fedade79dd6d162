"""Electronic cash in two currencies, over contacts and in the field (PB-7.3, PB-7.6)."""

from __future__ import annotations

import pytest
from sim_card_contact_reader import ARQC, TC, ContactReader, contact
from sim_card_reader import LAST, Reader, objects, reader

from conformance.codec import tlv
from conformance.codec.tags import Tag

HKD = "0344"
FIRST, SECOND = "000000005000", "000000004000"
SHOWN = {0x9F79: 0xDF79, 0x9F6D: 0xDF76, 0x9F77: 0xDF77, 0x9F78: 0xDF78, 0x9F6B: 0xDF72}


def card(changed: dict[str, str] | None = None) -> ContactReader:
    return contact("dual-currency", changed, balance=5000)


def amounts(one: ContactReader | Reader) -> tuple[str, str]:
    return one.get(0x9F79).hex(), one.get(0xDF79).hex()


@pytest.mark.parametrize(
    ("changed", "aip"),
    [
        ({"t5F2A": HKD}, "3800"),
        ({"t5F2A": HKD, "t9F02": "000000004000"}, "3800"),
        ({"t5F2A": HKD, "t9F02": "000000004001"}, "3C00"),
        ({"t9F02": "000000004001"}, "3800"),
        ({"t5F2A": "0840"}, "3C00"),
    ],
)
def test_each_currency_has_conditions_of_its_own(changed: dict[str, str], aip: str) -> None:
    assert tlv.decode_one(card().cash(**changed).data).value[:2].hex().upper() == aip


def test_the_single_limit_is_that_of_the_currency() -> None:
    one = card({"DF78": "000000000099"})
    assert tlv.decode_one(one.cash(t5F2A=HKD).data).value[:2].hex() == "3c00"


@pytest.mark.parametrize(
    ("currency", "left"), [(HKD, (FIRST, "000000003900")), ("0156", ("000000004900", SECOND))]
)
def test_a_tc_pays_from_the_purse_of_its_currency(currency: str, left: tuple[str, str]) -> None:
    one = card()
    one.cash(t5F2A=currency)
    answer = one.first(TC, t5F2A=currency)
    assert answer.cid == TC
    paid = left[0] if currency == "0156" else left[1]
    assert answer.iad[10:15].hex() == paid[2:]
    one.select()
    assert amounts(one) == left


def test_get_data_shows_the_purse_of_the_transaction() -> None:
    one = card({"DF76": "000000000007"})
    one.select()
    second = {tag: one.get(other) for tag, other in SHOWN.items()}
    first = {tag: one.get(tag) for tag in SHOWN}
    one.cash(t5F2A=HKD)
    assert {tag: one.get(tag) for tag in SHOWN} == second
    one.cash()
    assert {tag: one.get(tag) for tag in SHOWN} == first
    assert all(first[tag] != second[tag] for tag in SHOWN if tag != 0x9F78)


def test_after_a_new_selection_get_data_shows_the_first_purse_again() -> None:
    one = card()
    one.cash(t5F2A=HKD)
    one.select()
    assert amounts(one) == (FIRST, SECOND)


def test_a_debit_in_the_second_currency_leaves_get_data_alone() -> None:
    one = card()
    one.cash(t5F2A=HKD, t9F7A="00")
    assert amounts(one) == (FIRST, SECOND)


@pytest.mark.parametrize(
    ("tag", "value", "status"),
    [
        (0xDF79, "000000080000", 0x9000),
        (0xDF79, "000000080001", 0x6985),
        (0xDF77, "000000090000", 0x9000),
        (0xDF76, "000000000100", 0x9000),
        (0xDF72, "0000", 0x6700),
    ],
)
def test_the_issuer_writes_the_second_purse(tag: int, value: str, status: int) -> None:
    one = card()
    one.cash(t9F7A="00")
    one.first(ARQC)
    assert one.put(tag, value) == status
    assert (one.get(tag).hex() == value) is (status == 0x9000)


def test_a_load_of_the_second_purse_is_logged_as_such() -> None:
    one = card()
    one.cash(t9F7A="00")
    one.first(ARQC)
    one.put(0xDF79, "000000009000")
    assert one.read(12, 1).data[:14].hex() == "df79" + SECOND + "000000009000"
    assert amounts(one) == (FIRST, "000000009000")


# In the field


def test_qpboc_pays_from_the_second_purse_with_the_last_record() -> None:
    one = reader(profile="dual-currency", balance=5000)
    answer = objects(one.begin(t5F2A=HKD))
    assert (answer[0x9F10][4] & 0x30, answer[0x9F10][10:15].hex()) == (0x10, "0000003900")
    assert answer[0x9F5D].hex() == "000000003900"
    one.afresh().select()
    assert amounts(one) == (FIRST, SECOND)
    one.pay(t5F2A=HKD)
    one.select()
    assert amounts(one) == (FIRST, "000000003900")
    assert one.read(*LAST).ok


def test_the_second_purse_needs_the_low_value_check() -> None:
    one = reader(profile="dual-currency", elements={Tag.CARD_PROCESSING: bytes.fromhex("3910F000")})
    assert objects(one.begin(t5F2A=HKD, t9F66="26000080"))[0x9F10][4] & 0x30 == 0x20


@pytest.mark.parametrize(
    ("changed", "cvr"),
    [
        ({"DF78": "000000000099"}, 0x20),
        ({"DF76": "000000003901"}, 0x20),
        ({"DF76": "000000003900"}, 0x10),
        ({"DF79": "000000000099"}, 0x20),
    ],
)
def test_the_limits_of_the_second_purse_count(changed: dict[str, str], cvr: int) -> None:
    elements = {int(tag, 16): bytes.fromhex(value) for tag, value in changed.items()}
    one = reader(profile="dual-currency", elements=elements)
    assert objects(one.begin(t5F2A=HKD))[0x9F10][4] & 0x30 == cvr


def test_the_cvm_limit_is_that_of_the_currency() -> None:
    one = reader(profile="dual-currency", elements={0xDF72: bytes.fromhex("000000000099")})
    assert objects(one.begin(t5F2A=HKD))[0x9F6C].hex() == "8000"
    assert objects(one.begin())[0x9F6C].hex() == "0000"
