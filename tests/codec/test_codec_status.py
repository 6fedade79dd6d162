"""Status words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.status import StatusWord

# Every status word that PB-2 names, and the words that a reader must find.
NAMED = {
    0x9000: "success",
    0x6283: "invalidated",
    0x6300: "authentication failed",
    0x6581: "memory",
    0x6700: "length",
    0x6971: "pre-authorisation",
    0x6972: "pre-authorisation",
    0x6973: "pre-authorisation",
    0x6974: "last read",
    0x6976: "limit",
    0x6983: "blocked",
    0x6984: "invalidated",
    0x6985: "conditions",
    0x6986: "not allowed",
    0x6988: "MAC",
    0x6A80: "data field",
    0x6A81: "not supported",
    0x6A82: "not found",
    0x6A83: "record not found",
    0x6A84: "memory",
    0x6A86: "P1 P2",
    0x6A88: "not found",
    0x6E00: "class",
    0x9406: "proof",
}


@pytest.mark.parametrize(("number", "word"), NAMED.items(), ids=lambda value: f"{value}")
def test_a_status_word_of_the_standard_says_what_it_means(number: int, word: str) -> None:
    assert word in StatusWord(number).meaning("en")


@given(st.integers(0, 0xFFFF))
def test_every_status_word_has_words_in_both_languages(number: int) -> None:
    status = StatusWord(number)
    assert status.meaning("en").isascii()
    assert not status.meaning("zh").isascii()


@given(st.integers(0, 0xFFFF))
def test_it_prints_as_four_hex_digits(number: int) -> None:
    assert f"{StatusWord(number)}" == f"{number:04X}"


def test_its_halves_are_sw1_and_sw2() -> None:
    assert (StatusWord(0x6C1A).sw1, StatusWord(0x6C1A).sw2) == (0x6C, 0x1A)


@pytest.mark.parametrize(("number", "ok"), [(0x9000, True), (0x6283, False), (0x6110, False)])
def test_9000_alone_is_ok(number: int, ok: bool) -> None:
    assert StatusWord(number).ok is ok


def test_the_tries_that_are_left_are_counted() -> None:
    assert StatusWord(0x63C2).meaning("zh") == "验证失败，剩余 2 次"


@pytest.mark.parametrize(
    ("command", "number", "meaning"),
    [
        ("SELECT", 0x6283, "application blocked"),
        ("SELECT", 0x6A81, "card blocked"),
        ("VERIFY", 0x6984, "PIN tries had run out in an earlier transaction"),
        ("EXTERNAL AUTHENTICATE", 0x6300, "issuer authentication failed"),
        ("READ RECORD", 0x6A83, "record not found"),
    ],
)
def test_a_command_has_its_own_meaning_where_it_differs(command: str, number: int, meaning: str) -> None:
    assert StatusWord(number).meaning("en", command) == meaning
