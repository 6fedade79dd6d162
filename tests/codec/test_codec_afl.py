"""The application file locator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.afl import Afl, AflEntry, AflError


@st.composite
def entries(draw: st.DrawFn) -> AflEntry:
    first = draw(st.integers(1, 255))
    last = draw(st.integers(first, 255))
    return AflEntry(draw(st.integers(1, 30)), first, last, draw(st.integers(0, last - first + 1)))


@given(st.lists(entries(), min_size=1, max_size=10))
def test_a_locator_survives_the_wire(some: list[AflEntry]) -> None:
    afl = Afl(tuple(some))
    assert Afl.parse(afl.encode()) == afl


@given(st.binary(max_size=20))
def test_any_bytes_are_a_locator_or_refused_within_them(raw: bytes) -> None:
    try:
        again, place = Afl.parse(raw).encode(), 0
    except AflError as error:
        again, place = raw, error.offset
    assert again == raw
    assert 0 <= place <= len(raw)


def test_the_real_cards_records_are_read_in_its_order() -> None:
    afl = Afl.parse(bytes.fromhex("080103001001050120010100"))
    places = [(sfi, record) for sfi, record, _ in afl.records()]
    assert places == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (4, 1)]


def test_the_first_records_of_an_entry_are_the_signed_ones() -> None:
    afl = Afl.parse(bytes.fromhex("0801030010010501"))
    assert [(sfi, record) for sfi, record, signed in afl.records() if signed] == [(2, 1)]


def test_the_last_record_is_the_last_one_read() -> None:
    assert Afl.parse(bytes.fromhex("18030501180101003001010028010100")).last == (5, 1)


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        ("", 0),
        ("0801", 0),
        ("08010300100105", 4),
        ("09010300", 0),  # the low bits of the SFI byte are not zero
        ("00010300", 0),
        ("F8010300", 0),  # SFI 31
        ("0801030010000501", 5),  # record 0
        ("08030100", 2),  # last before first
        ("08010304", 3),  # more signed than there are
    ],
)
def test_a_malformed_locator_is_refused_where_it_goes_wrong(raw: str, offset: int) -> None:
    with pytest.raises(AflError) as refused:
        Afl.parse(bytes.fromhex(raw))
    assert refused.value.offset == offset
