"""The catalogue's page: every case and every document once, each link to a place that is there."""

from __future__ import annotations

import re

import pytest

from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.report.catalogue_page import ListedCase, clause_anchor, render

LOADED = load_catalogue(shipped("cases"))
LISTED = [
    ListedCase(LOADED.entry(case.id), case.applies_if, case.needs, ()) for case in LOADED.cases.values()
]
PAGE = render(LISTED, LOADED.proforma.references, LOADED.digest)
ANCHORS = re.findall(r'\bid="([^"]+)"', PAGE)


@pytest.mark.parametrize("case_id", sorted(LOADED.cases))
def test_every_case_has_one_anchor(case_id: str) -> None:
    assert ANCHORS.count(case_id) == 1


def test_every_document_that_is_cited_has_one_anchor() -> None:
    assert [name for name in LOADED.proforma.references if ANCHORS.count(clause_anchor(name)) != 1] == []


def test_no_link_leads_nowhere_and_none_leads_out() -> None:
    targets = re.findall(r'href="([^"]+)"', PAGE)
    assert [target for target in targets if target[1:] not in ANCHORS] == []


def test_the_page_says_the_same_whatever_the_order() -> None:
    assert render(LISTED[::-1], LOADED.proforma.references, LOADED.digest) == PAGE
