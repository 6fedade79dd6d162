from __future__ import annotations

import pytest
from sim_card_contact_reader import AAC, ARQC, TC, ContactReader, contact, opened
from sim_card_reader import objects

from conformance.codec import tlv
from conformance.codec.afl import Afl
from conformance.codec.tags import Tag


def cash(changed: dict[str, str] | None = None) -> ContactReader:
    return contact("electronic-cash", changed, balance=5000)


def path(one: ContactReader, **changed: str) -> str:
    """The AIP that GPO answered: 3800 electronic cash, 3C00 debit and credit."""
    return tlv.decode_one(one.cash(**changed).data).value[:2].hex().upper()


@pytest.mark.parametrize(
    ("elements", "changed", "aip"),
    [
        ({}, {}, "3800"),
        ({}, {"t9F7A": "00"}, "3C00"),
        ({}, {"t5F2A": "0840"}, "3C00"),
        ({}, {"t9F02": "000000005000"}, "3800"),
        ({}, {"t9F02": "000000005001"}, "3C00"),
        ({"9F78": "000000000099"}, {}, "3C00"),
    ],
)
def test_the_card_chooses_the_path(elements: dict[str, str], changed: dict[str, str], aip: str) -> None:
    assert path(cash(elements), **changed) == aip


@pytest.mark.parametrize("trouble", ["issuer authentication", "script"])
def test_after_trouble_in_the_last_transaction_there_is_no_electronic_cash(trouble: str) -> None:
    one = cash()
    one.cash(t9F7A="00")
    one.first(ARQC)
    if trouble == "script":
        one.put(0x9F58, "05", wrong=True)
    else:
        one.authenticate(wrong=True)
    assert path(one) == "3C00"


@pytest.mark.parametrize(("support", "present"), [("01", True), ("00", False)])
def test_the_authorisation_code_stands_in_the_records_of_electronic_cash_alone(
    support: str, present: bool
) -> None:
    one = cash()
    afl = Afl.parse(tlv.decode_one(one.cash(t9F7A=support).data).value[2:])
    found: dict[int, bytes] = {}
    for sfi, number, _ in afl.records():
        found |= objects(one.read(sfi, number))
    assert (Tag.EC_ISSUER_AUTHORISATION_CODE in found) is present


def test_a_tc_pays_from_the_balance_and_is_logged() -> None:
    one = cash()
    one.cash()
    assert one.first(TC).cid == TC
    assert (one.get(Tag.EC_BALANCE).hex(), one.read(11, 1).ok) == ("000000004900", True)


@pytest.mark.parametrize("asked", [AAC, ARQC])
def test_nothing_else_pays(asked: int) -> None:
    one = cash()
    one.cash()
    assert one.first(asked).cid == asked
    assert one.get(Tag.EC_BALANCE).hex() == "000000005000"


def test_online_electronic_cash_leaves_the_balance() -> None:
    one = cash()
    one.cash()
    one.first(ARQC)
    assert one.second(TC).cid == TC
    assert one.get(Tag.EC_BALANCE).hex() == "000000005000"


@pytest.mark.parametrize("changed", [{"t9F02": "000000000001"}, {"t5F2A": "0840"}])
def test_another_amount_or_currency_than_at_gpo_is_declined(changed: dict[str, str]) -> None:
    one = cash()
    one.cash()
    assert opened(one.generate(TC, **changed)).cid == AAC


def test_whoever_goes_online_is_not_asked_whether_cdol1_repeats_the_pdol() -> None:
    one = cash()
    one.cash()
    assert opened(one.generate(ARQC, t9F02="000000000001")).cid == ARQC


def test_electronic_cash_looks_at_no_velocity() -> None:
    one = cash({"9F58": "00", "9F54": "000000000001"})
    one.cash()
    assert one.first(TC).cid == TC


def test_the_discretionary_data_show_the_balance_after_the_debit() -> None:
    one = cash()
    one.cash()
    assert one.first(TC).iad[8:15].hex() == "0a01" + "0000004900"
