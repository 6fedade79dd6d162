"""Data object lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.dol import Dol, DolEntry, DolError

QPBOC_PDOL = bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F3704")  # PB-1
TAGS = st.sampled_from([0x9F66, 0x9F02, 0x95, 0x5F2A, 0x9A, 0x9F37, 0x9F4E, 0x5A, 0xDF60, 0xDF8129])


@st.composite
def lists_with_values(draw: st.DrawFn) -> tuple[bytes, dict[int, bytes]]:
    tags = draw(st.lists(TAGS, unique=True, min_size=1))
    values = {tag: draw(st.binary(max_size=30)) for tag in tags}
    raw = b"".join(_tag_bytes(tag) + bytes((len(value),)) for tag, value in values.items())
    return raw, values


@given(lists_with_values())
def test_what_is_filled_in_comes_out_again(given_list: tuple[bytes, dict[int, bytes]]) -> None:
    raw, values = given_list
    dol = Dol.parse(raw)
    assert dol.split(dol.fill(values)) == values


@given(st.binary(max_size=60))
def test_any_bytes_are_a_list_or_refused_within_them(raw: bytes) -> None:
    place = 0
    try:
        Dol.parse(raw)
    except DolError as error:
        place = error.offset
    assert 0 <= place <= len(raw)


def test_the_pdol_of_qpboc_asks_for_33_bytes() -> None:
    assert Dol.parse(QPBOC_PDOL).length == 33


def test_entries_stand_in_the_cards_order() -> None:
    assert Dol.parse(bytes.fromhex("9F7A019F02065F2A02")).entries == (
        DolEntry(0x9F7A, 1),
        DolEntry(0x9F02, 6),
        DolEntry(0x5F2A, 2),
    )


def test_what_the_terminal_does_not_know_is_zeros() -> None:
    assert Dol.parse(bytes.fromhex("9F37049A03")).fill({0x9A: b"\x15\x03\x16"}) == bytes(4) + b"\x15\x03\x16"


@pytest.mark.parametrize(
    ("dol", "value", "filled"),
    [
        ("9F0204", "000000012345", "00012345"),  # n: the left end goes
        ("9F0208", "000000012345", "0000000000012345"),  # n: zeros on the left
        ("5A04", "6210948000000011", "62109480"),  # cn: the right end goes
        ("5A0A", "6210948000000011", "6210948000000011FFFF"),  # cn: F on the right
        ("9502", "8040201008", "8040"),  # b: the right end goes
        ("9507", "8040201008", "80402010080000"),  # b: zeros on the right
        ("9F4E03", "41424344", "414243"),  # ans, as b
        ("9F4E05", "41424344", "4142434400"),
        ("DF7F01", "AABB", "AA"),  # not in the dictionary, as b
    ],
)
def test_a_value_of_another_length_is_cut_or_padded_by_its_format(dol: str, value: str, filled: str) -> None:
    parsed = Dol.parse(bytes.fromhex(dol))
    assert parsed.fill({parsed.entries[0].tag: bytes.fromhex(value)}).hex().upper() == filled


@pytest.mark.parametrize(
    ("raw", "offset"), [("9F", 0), ("9F37", 0), ("9F37049A", 3), ("9F3704DF8129", 3), ("9F37049F", 3)]
)
def test_a_malformed_list_is_refused_where_it_goes_wrong(raw: str, offset: int) -> None:
    with pytest.raises(DolError) as refused:
        Dol.parse(bytes.fromhex(raw))
    assert refused.value.offset == offset


@pytest.mark.parametrize("size", [0, 32, 34])
def test_a_filled_list_of_another_length_is_not_split(size: int) -> None:
    with pytest.raises(DolError):
        Dol.parse(QPBOC_PDOL).split(bytes(size))


def _tag_bytes(tag: int) -> bytes:
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big")


# A tag of the dictionary or none, simple or constructed, and a length that it need not have.
_TAGS = st.sampled_from(
    [0x9F02, 0x5A, 0x95, 0x9F4E, 0x9F37, 0x61, 0xA5, 0xBF0C, 0x7F49, 0xDF7F, 0x9F7E, 0x9C]
)


@given(
    st.lists(st.tuples(_TAGS, st.integers(0, 40)), max_size=8), st.dictionaries(_TAGS, st.binary(max_size=40))
)
def test_any_list_is_filled_to_its_length(entries: list[tuple[int, int]], values: dict[int, bytes]) -> None:
    raw = b"".join(_tag_bytes(tag) + bytes((length,)) for tag, length in entries)
    dol = Dol.parse(raw)
    filled = dol.fill(values)
    assert len(filled) == dol.length == sum(length for _, length in entries)


@given(_TAGS, st.integers(0, 40), st.binary(min_size=1, max_size=40))
def test_one_value_is_fitted_by_its_format(tag: int, length: int, value: bytes) -> None:
    filled = Dol.parse(_tag_bytes(tag) + bytes((length,))).fill({tag: value})
    if _tag_bytes(tag)[0] & 0x20:
        assert filled == bytes(length)
    elif tag in {0x9F02, 0x9C}:
        assert filled == (bytes(length) + value)[-length:][:length] if length else filled == b""
    else:
        assert filled == (value + (b"\xff" if tag == 0x5A else b"\0") * length)[:length]
