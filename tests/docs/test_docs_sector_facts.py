"""Every purpose of bus, toll, hospital, gate and migration has a case, or its page says why it has none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.catalogue.load import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
CITED = {source for case in load_catalogue(ROOT / "cases").cases.values() for source in case.sources}
PAGES = ("medical", "migration", "toll", "tourism", "transit")
NOT_CASED = "\n## Not cased\n"


def numbered(sector: str, *numbers: int) -> set[str]:
    return {f"{sector}-{number:02d}" for number in numbers}


# What the catalogue promises, by the numbers of the facts; TR-05 stands as TR-05a and TR-05b.
PROMISED = (
    numbered("TR", *range(1, 36)) - {"TR-05"} | {"TR-05a", "TR-05b"}
    | numbered("HW", *range(1, 35))
    | numbered("HC", *range(1, 13), 14, 23, 25)
    | numbered("SC", *range(1, 15))
    | numbered("MG", *range(1, 7), 11)
)  # fmt: skip


def tables(page: str) -> tuple[set[str], dict[str, str]]:
    """The ids of a page's facts, and of what is not cased with its reason."""
    text = (ROOT / "docs" / "facts" / f"{page}.md").read_text(encoding="utf-8")
    facts, _, others = text.partition(NOT_CASED)
    reasons = re.findall(r"^\| ([A-Z]{1,2}-[0-9.a-z]+) \| (.+) \|$", others, re.MULTILINE)
    return set(re.findall(r"^\| ([A-Z]{1,2}-[0-9.a-z]+) \|", facts, re.MULTILINE)), dict(reasons)


def test_every_promised_purpose_has_a_case():
    missing = PROMISED - CITED
    assert missing == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_fact_is_cited_by_a_case_or_its_page_says_why_not(page):
    facts, reasons = tables(page)
    assert facts - CITED - set(reasons) == set()


@pytest.mark.parametrize("page", PAGES)
def test_what_is_not_cased_has_a_reason_and_no_case(page):
    _, reasons = tables(page)
    assert {each for each, reason in reasons.items() if each in CITED or len(reason) < 30} == set()
