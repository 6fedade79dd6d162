"""BER-TLV, against round trips, another decoder, and exact places of errors."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pyemv.tlv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec import tlv
from conformance.codec.tlv import Tlv, TlvError

SESSION = json.loads(
    (Path(__file__).parents[1] / "vectors/traces/unionpay_contact_credit.json").read_text(encoding="utf-8")
)
ANSWERS = [bytes.fromhex(each["r"])[:-2] for each in SESSION["exchanges"] if len(each["r"]) > 4]

PRIMITIVE = st.sampled_from([0x50, 0x5A, 0x82, 0x9F38, 0x9F5D, 0xDF61, 0xDF8129])
TEMPLATE = st.sampled_from([0x61, 0x6F, 0x70, 0x77, 0xA5, 0xBF0C])
VALUES = st.binary(max_size=40) | st.binary(min_size=120, max_size=300)


def leaf(tag: int, value: bytes) -> Tlv:
    return Tlv(tag, value)


def template(tag: int, children: list[Tlv]) -> Tlv:
    return Tlv(tag, b"".join(child.encode() for child in children), tuple(children))


OBJECTS = st.recursive(
    st.builds(leaf, PRIMITIVE, VALUES),
    lambda inner: st.builds(template, TEMPLATE, st.lists(inner, max_size=4)),
    max_leaves=8,
)


@given(st.lists(OBJECTS, max_size=4))
def test_objects_survive_the_wire(objects: list[Tlv]) -> None:
    assert tlv.decode(b"".join(each.encode() for each in objects)) == tuple(objects)


@given(st.lists(OBJECTS, max_size=4))
def test_every_object_knows_where_it_stood(objects: list[Tlv]) -> None:
    raw = b"".join(each.encode() for each in objects)
    pending = list(tlv.decode(raw))
    while pending:
        each = pending.pop()
        assert raw[each.offset :].startswith(each.encode())
        pending.extend(each.children)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda raw: raw.hex()[:12])
def test_a_real_cards_answers_decode_as_pyemv_decodes_them(answer: bytes) -> None:
    assert _as_pyemv(tlv.decode(answer)) == pyemv.tlv.decode(answer)


@given(st.binary(max_size=60).filter(lambda raw: 0 not in raw))
def test_other_bytes_are_taken_or_refused_as_pyemv_does(raw: bytes) -> None:
    expected: dict[str, object] | None = None
    observed: dict[str, object] | None = None
    with suppress(pyemv.tlv.DecodeError):
        expected = pyemv.tlv.decode(raw)
    try:
        observed = _as_pyemv(tlv.decode(raw))
    except TlvError as error:
        if error.reason == "length-form":  # pyemv takes these
            observed = expected
    assert observed == expected


@given(st.binary(max_size=80))
def test_a_refusal_names_a_place_within_the_bytes(raw: bytes) -> None:
    place = 0
    try:
        tlv.decode(raw)
    except TlvError as error:
        place = error.offset
    assert 0 <= place <= len(raw)


@pytest.mark.parametrize(
    ("raw", "reason", "offset", "path"),
    [
        ("9F", "tag-cut", 0, ()),
        ("5A01119F", "tag-cut", 3, ()),
        ("DF81818181", "tag-cut", 0, ()),
        ("9F38", "length-cut", 2, (0x9F38,)),
        ("5A81", "length-cut", 1, (0x5A,)),
        ("5A820A", "length-cut", 1, (0x5A,)),
        ("5A8011", "length-form", 1, (0x5A,)),
        ("5A850000000001AA", "length-form", 1, (0x5A,)),
        ("5A0211", "value-cut", 2, (0x5A,)),
        ("5A8102AA", "value-cut", 3, (0x5A,)),
        ("70045A021122", None, None, None),
        ("70035A0311", "value-cut", 4, (0x70, 0x5A)),
        ("6F0A8402A000A504880100FF", "tag-cut", 11, (0x6F, 0xA5)),
        ("7006" + "5A0111" + "9F3802", "value-cut", 8, (0x70, 0x9F38)),
        ("77055A0111" + "5F20", "length-cut", 7, (0x77, 0x5F20)),
    ],
)
def test_an_error_has_its_exact_place(
    raw: str, reason: str | None, offset: int | None, path: tuple[int, ...] | None
) -> None:
    try:
        tlv.decode(bytes.fromhex(raw))
        observed: tuple[object, ...] = (None, None, None)
    except TlvError as error:
        observed = (error.reason, error.offset, error.path)
    assert observed == (reason, offset, path)


def test_what_was_read_before_an_error_is_kept() -> None:
    with pytest.raises(TlvError) as refused:
        tlv.decode(bytes.fromhex("820200005A0111" + "7006" + "5F340101" + "5A09"))
    first, second, broken = refused.value.partial
    assert (first.tag, second.tag, broken.tag) == (0x82, 0x5A, 0x70)
    assert broken.children == (Tlv(0x5F34, b"\x01"),)


def test_the_message_names_reason_place_and_tags() -> None:
    with pytest.raises(TlvError, match="value-cut at byte 4 in 70/5A"):
        tlv.decode(bytes.fromhex("70035A0311"))


def test_zeros_between_objects_are_ignored() -> None:
    assert tlv.decode(bytes.fromhex("005A0111000082020000")) == (Tlv(0x5A, b"\x11"), Tlv(0x82, bytes(2)))


def test_one_object_is_one_object() -> None:
    assert tlv.decode_one(bytes.fromhex("5A0111")) == Tlv(0x5A, b"\x11")


@pytest.mark.parametrize(("raw", "reason", "offset"), [("", "tag-cut", 0), ("5A011182020000", "surplus", 3)])
def test_none_or_two_are_not_one(raw: str, reason: str, offset: int) -> None:
    with pytest.raises(TlvError) as refused:
        tlv.decode_one(bytes.fromhex(raw))
    assert (refused.value.reason, refused.value.offset) == (reason, offset)


def test_find_goes_depth_first() -> None:
    tree = tlv.decode_one(bytes.fromhex("6F0EA5085003414141870101" + "50024242"))
    found = tree.find(0x50)
    assert found is not None
    assert found.value == b"AAA"


def test_find_of_an_absent_tag_is_none() -> None:
    assert tlv.decode_one(bytes.fromhex("7003870101")).find(0x50) is None


def test_the_place_does_not_count_in_comparison() -> None:
    assert Tlv(0x5A, b"\x11", offset=3) == Tlv(0x5A, b"\x11")
    assert len({Tlv(0x5A, b"\x11", offset=3), Tlv(0x5A, b"\x11")}) == 1


@pytest.mark.parametrize(
    ("size", "head"), [(0, "5A00"), (127, "5A7F"), (128, "5A8180"), (255, "5A81FF"), (256, "5A820100")]
)
def test_the_shortest_length_is_written(size: int, head: str) -> None:
    assert tlv.encode(0x5A, bytes(size)).hex().upper().startswith(head)


@pytest.mark.parametrize(("tag", "text"), [(0x5A, "5A"), (0x9F38, "9F38"), (0xDF8129, "DF8129"), (6, "06")])
def test_a_tag_prints_as_whole_bytes(tag: int, text: str) -> None:
    assert tlv.tag_hex(tag) == text


@pytest.mark.parametrize(
    ("tag", "constructed"), [(0x70, True), (0xBF0C, True), (0x5A, False), (0x9F38, False)]
)
def test_bit_6_of_the_first_byte_makes_a_template(tag: int, constructed: bool) -> None:
    assert Tlv(tag, b"").constructed is constructed


def _as_pyemv(objects: tuple[Tlv, ...]) -> dict[str, object]:
    return {
        tlv.tag_hex(each.tag): _as_pyemv(each.children) if each.constructed else each.value
        for each in objects
    }
