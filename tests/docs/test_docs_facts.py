"""Each row of the PBOC facts says what stands for it, and that is there; cases cite what they stand for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.catalogue.load import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
CASES = load_catalogue(ROOT / "cases").cases
ROW = re.compile(r"^\| (PB-[0-9.a-z-]+) \| (.+) \| ([HML]) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "facts" / "pboc.md").read_text(encoding="utf-8"))
STANDING = [
    (row, each.strip())
    for row, _, _, names in ROWS
    for each in ([names] if names.startswith("none: ") else names.split(","))
]
NAMED_CASES = [(row, each) for row, each in STANDING if re.fullmatch(r"[A-Z]{3}-[A-Z]{3}-\d{3}", each)]
NAMED_TESTS = [(row, each) for row, each in STANDING if each.startswith("tests/")]
SECTIONS = {"2", "3", "4", "5", "6", "7", "8", "11"}


def test_no_row_is_there_twice():
    names = [row for row, *_ in ROWS]
    assert len(names) == len(set(names))


def test_every_section_has_its_rows():
    assert {re.split(r"[-.]", row)[1] for row, *_ in ROWS} == SECTIONS


def test_whatever_stands_for_a_row_is_a_case_a_test_or_a_reason():
    reasons = [(row, each) for row, each in STANDING if re.match(r"none: .{20}", each)]
    assert set(STANDING) == {*NAMED_CASES, *NAMED_TESTS, *reasons}


@pytest.mark.parametrize(("row", "case_id"), NAMED_CASES, ids=[f"{row} {each}" for row, each in NAMED_CASES])
def test_a_case_stands_for_the_row_that_it_cites(row, case_id):
    """By the row's own id, or that of the fact above it."""
    parts = row.split(".")
    assert {".".join(parts[: count + 1]) for count in range(len(parts))} & {*CASES[case_id].sources}


@pytest.mark.parametrize(("row", "node"), NAMED_TESTS, ids=[f"{row} {each}" for row, each in NAMED_TESTS])
def test_a_test_that_stands_for_a_row_is_there(row, node):
    path, _, function = node.partition("::")
    assert re.search(rf"^def {function}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
