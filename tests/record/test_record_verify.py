"""Nothing can be changed in a record without verify saying so, and where."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from record_samples import write_run

from conformance.record.verify import verify, walk

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.verify import Integrity

FLIPS = 2000


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_run(tmp_path_factory.mktemp("record") / "run.jsonl").read_bytes()


@pytest.fixture(scope="module")
def lines(raw: bytes) -> list[bytes]:
    return raw.splitlines(keepends=True)


def examine(raw: bytes) -> Integrity:
    return walk(raw)[1]


def place(integrity: Integrity) -> tuple[str, int | None]:
    return integrity.state, integrity.line


def test_a_record_as_written_is_intact_but_not_authenticated(tmp_path: Path) -> None:
    integrity = verify(write_run(tmp_path / "run.jsonl"))
    assert (integrity.state, integrity.code) == ("intact", "not-authenticated")


def test_every_bit_flip_is_tampering_and_its_line_is_named(raw: bytes) -> None:
    chance = random.Random(2014)
    for _ in range(FLIPS):
        offset = chance.randrange(len(raw))
        flipped = bytearray(raw)
        flipped[offset] ^= 1 << chance.randrange(8)
        assert place(examine(bytes(flipped))) == ("tampered", raw.count(b"\n", 0, offset) + 1), offset


def test_every_line_removed_but_the_last_is_tampering(lines: list[bytes]) -> None:
    for gone in range(len(lines) - 1):
        rest = b"".join(lines[:gone] + lines[gone + 1 :])
        assert place(examine(rest)) == ("tampered", gone + 1)


def test_the_last_line_removed_is_incomplete(lines: list[bytes]) -> None:
    integrity = examine(b"".join(lines[:-1]))
    assert (integrity.state, integrity.code, integrity.line) == ("incomplete", "no-footer", len(lines))


def test_every_line_duplicated_is_tampering_at_its_copy(lines: list[bytes]) -> None:
    for twice in range(len(lines)):
        more = b"".join(lines[: twice + 1] + lines[twice:])
        assert place(examine(more)) == ("tampered", twice + 2)


def test_every_two_lines_swapped_are_tampering_at_the_first(lines: list[bytes]) -> None:
    for first in range(len(lines)):
        for second in range(first + 1, len(lines)):
            swapped = list(lines)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert place(examine(b"".join(swapped))) == ("tampered", first + 1)


def test_every_truncation_is_incomplete_at_the_line_where_it_breaks_off(raw: bytes) -> None:
    for length in range(len(raw)):
        integrity = examine(raw[:length])
        assert place(integrity) == ("incomplete", raw.count(b"\n", 0, length) + 1), length


def test_a_truncated_record_says_after_which_case(raw: bytes) -> None:
    cut = raw.index(b"\n", raw.index(b'"t":"verdict"')) + 30
    assert examine(raw[:cut]).after_case == "TRN-BUS-050"


def test_a_record_cut_before_any_verdict_names_no_case(raw: bytes) -> None:
    assert examine(raw[: raw.index(b'"t":"verdict"')]).after_case is None


def test_bytes_after_the_footer_are_tampering(raw: bytes, lines: list[bytes]) -> None:
    assert place(examine(raw + b"x")) == ("tampered", len(lines) + 1)


def test_a_lost_line_says_which_number_stands_in_its_place(lines: list[bytes]) -> None:
    integrity = examine(b"".join(lines[:3] + lines[4:]))
    assert (integrity.code, integrity.detail) == ("out-of-sequence", {"found": 5})


def test_something_else_than_a_record_is_tampered_at_its_first_line() -> None:
    assert place(examine(b"<html></html>\n")) == ("tampered", 1)


def test_a_footer_that_calls_itself_something_else_is_tampering(lines: list[bytes]) -> None:
    renamed = lines[-1].replace(b'"t":"footer"', b'"t":"footes"')
    assert place(examine(b"".join([*lines[:-1], renamed]))) == ("tampered", len(lines))
