"""Bit fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.bits import Ada, Aip, CardProcessing, Ctq, Cvr, Tsi, Ttq, Tvr

FIELDS = (Ada, Aip, CardProcessing, Ctq, Cvr, Tsi, Ttq, Tvr)


@pytest.mark.parametrize("field", FIELDS)
@given(st.data())
def test_every_value_survives_the_wire(field: type[Tvr], data: st.DataObject) -> None:
    raw = data.draw(st.binary(min_size=field.SIZE, max_size=field.SIZE))
    assert field.from_bytes(raw).to_bytes() == raw


@pytest.mark.parametrize("field", FIELDS)
@given(st.data())
def test_every_set_bit_has_a_label_in_both_languages(field: type[Tvr], data: st.DataObject) -> None:
    bits = field.from_bytes(data.draw(st.binary(min_size=field.SIZE, max_size=field.SIZE)))
    assert len(bits.labels("zh")) == len(bits.labels("en"))


@pytest.mark.parametrize("field", [Aip, CardProcessing, Ctq, Tsi, Ttq, Tvr, Ada])
def test_a_label_stands_for_one_bit(field: type[Tvr]) -> None:
    ones = field.from_bytes(b"\xff" * field.SIZE)
    assert len(set(ones.labels())) == len(set(ones.labels("zh"))) == 8 * field.SIZE


@pytest.mark.parametrize("field", FIELDS)
def test_another_length_is_refused(field: type[Tvr]) -> None:
    with pytest.raises(ValueError, match=field.__name__):
        field.from_bytes(bytes(field.SIZE - 1))


# Byte and bit as PB-4 prints them: (byte, bit).
@pytest.mark.parametrize(
    ("bit", "byte", "place"),
    [
        (Aip.SDA, 1, 7),
        (Aip.DDA, 1, 6),
        (Aip.ISSUER_AUTHENTICATION, 1, 3),
        (Aip.CDA, 1, 1),
        (Aip.CONTACTLESS_PATH, 2, 8),
        (Tvr.ODA_NOT_PERFORMED, 1, 8),
        (Tvr.CDA_FAILED, 1, 3),
        (Tvr.NEW_CARD, 2, 4),
        (Tvr.ONLINE_PIN_ENTERED, 3, 3),
        (Tvr.MERCHANT_FORCED, 4, 4),
        (Tvr.SCRIPT_FAILED_AFTER_AC, 5, 5),
        (Tsi.ODA, 1, 8),
        (Tsi.SCRIPT, 1, 3),
        (Cvr.UNABLE_ONLINE, 2, 1),
        (Cvr.LAST_ONLINE_NOT_COMPLETED, 3, 8),
        (Cvr.LAST_SDA_FAILED, 3, 1),
        (Cvr.LAST_SCRIPT_FAILED, 4, 4),
        (Cvr.DDA_PERFORMED, 4, 2),
        (Ttq.CONTACTLESS_PBOC, 1, 7),
        (Ttq.QPBOC, 1, 6),
        (Ttq.OFFLINE_ONLY, 1, 4),
        (Ttq.ONLINE_CRYPTOGRAM_REQUIRED, 2, 8),
        (Ttq.CVM_REQUIRED, 2, 7),
        (Ttq.FDDA_VERSION_01, 4, 8),
        (Ctq.ONLINE_PIN_REQUIRED, 1, 8),
        (Ctq.ONLINE_IF_EXPIRED, 1, 4),
        (CardProcessing.LOW_VALUE, 1, 8),
        (CardProcessing.OFFLINE_SPENDING_IN_GPO, 1, 1),
        (CardProcessing.LOG_OFFLINE_APPROVED, 2, 5),
        (CardProcessing.SIGNATURE, 3, 5),
        (Ada.ONLINE_AFTER_FAILED_AUTHENTICATION, 1, 8),
        (Ada.NEW_CARD_OFFLINE_DECLINE, 1, 1),
        (Ada.PIN_TRIES_EARLIER_BLOCK, 2, 3),
    ],
)
def test_a_bit_stands_where_the_standard_puts_it(bit: Tvr, byte: int, place: int) -> None:
    expected = bytearray(bit.SIZE)
    expected[byte - 1] = 1 << place - 1
    assert bit.to_bytes() == bytes(expected)


def test_a_field_prints_by_name() -> None:
    assert str(Ttq.QPBOC | Ttq.OFFLINE_ONLY) == "QPBOC|OFFLINE_ONLY"
    assert str(Ttq(0)) == "0"


def test_labels_go_from_the_first_byte_on() -> None:
    assert Tvr.from_bytes(bytes.fromhex("0000008080")).labels("zh") == ("交易超过最低限额", "使用了缺省 TDOL")


def test_a_bit_without_a_name_is_called_reserved() -> None:
    assert Aip.from_bytes(bytes.fromhex("8001")).labels() == ("reserved B1b8", "reserved B2b1")


# PB-4.3: qPBOC TC, ARQC, AAC; GENERATE AC 1 and 2 of a real session; a new card approved online with PIN.
@pytest.mark.parametrize(
    ("raw", "first", "second"),
    [
        ("03900000", "TC", "not requested"),
        ("03A00000", "ARQC", "not requested"),
        ("03800000", "AAC", "not requested"),
        ("03A0A802", "ARQC", "not requested"),
        ("0360AC02", "ARQC", "TC"),
        ("03641000", "ARQC", "TC"),
    ],
)
def test_a_cvr_tells_both_cryptograms(raw: str, first: str, second: str) -> None:
    cvr = Cvr.from_bytes(bytes.fromhex(raw))
    assert (cvr.first, cvr.second) == (first, second)


def test_an_aac_is_put_into_words_though_it_has_no_bit() -> None:
    assert Cvr.from_bytes(bytes.fromhex("03000000")).labels() == (
        "AAC in second GENERATE AC",
        "AAC in first GENERATE AC",
    )


def test_a_cvr_counts_scripts() -> None:
    cvr = Cvr.from_bytes(bytes.fromhex("03900030"))
    assert cvr.scripts == 3
    assert "上次交易处理了 3 条脚本" in cvr.labels("zh")


def test_an_ada_of_four_bytes_is_read_by_its_first_two() -> None:
    assert Ada.from_bytes(bytes.fromhex("C0000000")) == Ada.from_bytes(bytes.fromhex("C000"))


def test_taking_a_bit_away_leaves_the_others() -> None:
    assert (Tsi.ODA | Tsi.CVM).without(Tsi.ODA) == Tsi.CVM


def test_taking_away_a_bit_that_is_not_set_changes_nothing() -> None:
    assert (
        Cvr.from_bytes(bytes.fromhex("03640000")).without(Cvr.OFFLINE_PIN_FAILED).to_bytes().hex()
        == "03640000"
    )
