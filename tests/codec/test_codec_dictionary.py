"""The data dictionary, against public tag lists."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from conformance.codec.dictionary import ELEMENTS, Element, element, named, names
from conformance.codec.tags import Tag
from conformance.codec.tlv import Tlv, tag_hex

ALL = list(ELEMENTS.values())
FORMATS = {"a", "an", "ans", "b", "cn", "n", "dol", "afl", "template"}
# PB-3 and PB-2: every element of PBOC's own.
# fmt: off
PBOC_ELEMENTS = [
    0x9F14, 0x9F23, 0x9F4D, 0x9F4E, 0x9F4F, 0x9F51, 0x9F52, 0x9F53, 0x9F54, 0x9F56, 0x9F57, 0x9F58, 0x9F59,
    0x9F5C, 0x9F5D, 0x9F61, 0x9F62, 0x9F63, 0x9F66, 0x9F68, 0x9F69, 0x9F6B, 0x9F6C, 0x9F6D, 0x9F72, 0x9F73,
    0x9F74, 0x9F75, 0x9F76, 0x9F77, 0x9F78, 0x9F79, 0x9F7A, 0x9F7B, 0x9F7C, 0x9F7F, 0xDF4D, 0xDF4F, 0xDF60,
    0xDF61, 0xDF62, 0xDF63, 0xDF69, 0xDF71, 0xDF72, 0xDF76, 0xDF77, 0xDF78, 0xDF79,
]
# fmt: on
# Tags that EMV leaves to the schemes: the lists say what others put there, PBOC has its own (PB-3).
PBOC_OWN = {0x9F51, 0x9F53, 0x9F56, 0x9F57, 0x9F58, 0x9F59, 0x9F5D, 0x9F63, 0x9F68, 0x9F6B, 0x9F6D}
PBOC_OWN |= set(range(0x9F72, 0x9F80)) | set(range(0xDF4D, 0xDF80))


def _words(text: str) -> set[str]:
    return {_stem(word) for word in re.findall(r"[a-z0-9]+", text.lower())}


def _stem(word: str) -> str:
    same = {
        "authorized": "authorised",
        "id": "identifier",
        "identification": "identifier",
        "expiry": "expiration",
    }
    return same.get(word, word)


def _public_names() -> dict[int, list[str]]:
    path = Path(__file__).parents[1] / "vectors/emv_pboc_tags.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {int(row[0], 16): [name for name in row[1:9] if name] for row in rows}


PUBLIC = _public_names()


@pytest.mark.parametrize("each", [e for e in ALL if e.tag in PUBLIC], ids=lambda e: tag_hex(e.tag))
def test_a_name_is_compatible_with_the_public_lists(each: Element) -> None:
    names = set().union(*(_words(name) for name in PUBLIC[each.tag]))
    assert each.tag in PBOC_OWN or _words(each.name_en) & names


def test_every_element_has_a_tag_by_name_and_the_other_way_round() -> None:
    assert set(ELEMENTS) == {int(tag) for tag in Tag}


@pytest.mark.parametrize("each", ALL, ids=lambda e: tag_hex(e.tag))
def test_an_element_is_described_in_full(each: Element) -> None:
    assert each.format in FORMATS
    assert 0 <= each.minimum <= each.maximum
    assert each.source in ("card", "terminal", "issuer")
    assert each.reference
    assert each.name("en").isascii()
    assert not each.name("zh").isascii()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_elements_have_one_name(language: str) -> None:
    names = [each.name(language) for each in ALL]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("each", ALL, ids=lambda e: tag_hex(e.tag))
def test_a_template_is_a_constructed_tag(each: Element) -> None:
    assert Tlv(each.tag, b"").constructed is (each.format == "template")


@pytest.mark.parametrize("tag", PBOC_ELEMENTS, ids=tag_hex)
def test_pbocs_own_elements_are_known(tag: int) -> None:
    assert element(tag) is not None


def test_an_unknown_tag_has_no_element() -> None:
    assert element(0xDF8129) is None


@pytest.mark.parametrize("each", ALL, ids=lambda e: tag_hex(e.tag))
def test_an_element_is_found_by_tag_and_by_the_name_that_profiles_use(each: Element) -> None:
    short = names()[ALL.index(each)]
    assert [named(name) for name in (tag_hex(each.tag), short, short.upper())] == [(each,)] * 3


@pytest.mark.parametrize(
    "name", ["Dedicated file (DF) name", "AIP", "应用交互特征", "emv", "track 2", "9f 38"]
)
def test_a_name_is_found_in_both_languages_or_not_at_all(name: str) -> None:
    assert len(named(name)) == (name != "emv")


def test_a_name_that_two_elements_share_gives_both() -> None:
    assert [each.tag for each in named("Issuer country code")] == [0x5F28, 0x9F57]
