"""BCD, amounts, PAN, track 2, issuer application data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec import values
from conformance.codec.values import IssuerApplicationData, Track2

DIGITS = st.text("0123456789", max_size=13)
PANS = st.text("0123456789", min_size=12, max_size=19)


@given(st.integers(0, 10**12 - 1))
def test_a_number_survives_bcd(number: int) -> None:
    assert values.from_bcd(values.to_bcd(number, 6)) == number


@pytest.mark.parametrize("number", [-1, 10**12])
def test_a_number_that_does_not_fit_is_not_bcd(number: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        values.to_bcd(number, 6)


@pytest.mark.parametrize("raw", ["0A", "F000", ""])
def test_other_nibbles_are_no_number(raw: str) -> None:
    with pytest.raises(ValueError, match="not digits"):
        values.from_bcd(bytes.fromhex(raw))


@given(st.integers(0, 10**12))
def test_fen_and_yuan_are_each_others_reverse(amount: int) -> None:
    assert values.fen(values.yuan(amount)) == amount


@pytest.mark.parametrize(("text", "amount"), [("1.00", 100), ("0.01", 1), ("49", 4900), ("1000.50", 100050)])
def test_an_amount_in_yuan_is_read_as_fen(text: str, amount: int) -> None:
    assert values.fen(text) == amount


@pytest.mark.parametrize(
    "text", ["", "1.0", "1.000", "-1.00", "1,00", "1.00 ", "¥1", "１.00", "1e2", "1.00\n"]
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        values.fen(text)


@given(PANS)
def test_a_pan_survives_the_wire(pan: str) -> None:
    assert values.pan_from_bytes(values.pan_to_bytes(pan)) == pan


@pytest.mark.parametrize("raw", ["6210948000000011", "6210948000000011FFFF"])
def test_the_padding_is_no_part_of_a_pan(raw: str) -> None:
    assert values.pan_from_bytes(bytes.fromhex(raw)) == "6210948000000011"


@pytest.mark.parametrize("raw", ["", "FFFF", "62A0", "62F0"])
def test_what_is_not_digits_is_no_pan(raw: str) -> None:
    with pytest.raises(ValueError, match="not a PAN"):
        values.pan_from_bytes(bytes.fromhex(raw))


@pytest.mark.parametrize(
    ("pan", "masked"),
    [
        ("6210948000000011", "621094******0011"),
        ("62109480000000110", "621094*******0110"),
        ("6210940011", "*" * 10),
    ],
)
def test_a_masked_pan_shows_six_and_four(pan: str, masked: str) -> None:
    assert values.mask_pan(pan) == masked


@given(
    st.builds(
        Track2,
        PANS,
        st.text("0123456789", min_size=4, max_size=4),
        st.text("0123456789", min_size=3, max_size=3),
        DIGITS,
    )
)
def test_track_2_survives_the_wire(track2: Track2) -> None:
    assert Track2.parse(track2.encode()) == track2


def test_the_real_cards_track_2_is_read() -> None:
    raw = bytes.fromhex("6210948000000011D301020100000F")
    assert Track2.parse(raw) == Track2("6210948000000011", "3010", "201", "00000")


@pytest.mark.parametrize("raw", ["", "6210948000000011", "6210948000000011D3010", "62109480D30102010A"])
def test_other_bytes_are_no_track_2(raw: str) -> None:
    with pytest.raises(ValueError, match="not track 2"):
        Track2.parse(bytes.fromhex(raw + "F" * (len(raw) % 2)))


@given(
    st.builds(
        IssuerApplicationData,
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(min_size=4, max_size=4),
        st.integers(0, 255),
        st.none() | st.binary(max_size=20),
    )
)
def test_issuer_application_data_survive_the_wire(iad: IssuerApplicationData) -> None:
    assert IssuerApplicationData.parse(iad.encode()) == iad


def test_a_live_cards_issuer_application_data_are_read() -> None:
    raw = bytes.fromhex("07010103900000010A010000020000C8AB4F4F")  # PB-4.3
    iad = IssuerApplicationData.parse(raw)
    assert (iad.dki, iad.cvn, iad.cvr.hex(), iad.algorithm) == (1, 1, "03900000", 1)
    assert iad.idd is not None
    assert iad.idd.hex() == "010000020000c8ab4f4f"


@pytest.mark.parametrize("raw", ["", "0601010390000001", "07010103900000", "07010103900000010A01"])
def test_other_bytes_are_no_issuer_application_data(raw: str) -> None:
    with pytest.raises(ValueError, match="9F10"):
        IssuerApplicationData.parse(bytes.fromhex(raw))
