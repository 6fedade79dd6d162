"""ICS expressions are total and loud."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conformance.catalogue.applicability import ExpressionError, applies, items, refused_by
from conformance.catalogue.load import load_catalogue
from conformance.model.refused import CatalogueError

PROFORMA = Path(__file__).resolve().parents[2] / "cases" / "proforma"

ANSWERS = {"T.A": True, "T.B": False}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", True),
        ("T.A", True),
        ("T.B", False),
        ("T.A and T.B", False),
        ("T.A or T.B", True),
        ("T.A and not T.B", True),
        ("not (T.A and T.B)", True),
    ],
)
def test_an_expression_is_worth_what_its_terms_say(expression, expected):
    assert applies(expression, ANSWERS) is expected


def test_all_items_are_seen_also_behind_a_short_cut():
    assert items("T.B and T.C") == {"T.B", "T.C"}


def test_an_unanswered_item_surfaces_also_behind_a_short_cut():
    with pytest.raises(KeyError):
        applies("T.B and T.C", ANSWERS)


def test_the_item_that_refuses_is_named():
    assert refused_by("T.A and T.B", ANSWERS) == ("T.B",)


@pytest.mark.parametrize("expression", ["T.A +", "T.A == T.B", "open('x')", "A", "T.A.B"])
def test_anything_but_items_and_connectives_is_refused(expression):
    with pytest.raises(ExpressionError):
        items(expression)


CASE = '''"""A title."""
from conformance.api import case

@case("TRN-BUS-990", revision=1, purpose="p", refs=[{refs}], sources=[], applies_if="{applies_if}")
def behaviour(run):
    pass
'''


def catalogue_with(tmp_path, **parts):
    shutil.copytree(PROFORMA, tmp_path / "proforma")
    (tmp_path / "proforma" / "profiles.yaml").write_text("profiles: {}\n", encoding="utf-8")
    text = CASE.format(**{"refs": "", "applies_if": "", **parts})
    (tmp_path / "transit.py").write_text(text, encoding="utf-8")
    return load_catalogue(tmp_path)


def test_an_unknown_item_in_a_case_stops_the_collection_and_suggests_the_nearest(tmp_path):
    with pytest.raises(CatalogueError, match=r"transit\.py:4: .*TERMINAL\.CONTACTLES.*TERMINAL\.CONTACTLESS"):
        catalogue_with(tmp_path, applies_if="TERMINAL.CONTACTLES")


def test_an_unlisted_reference_stops_the_collection(tmp_path):
    with pytest.raises(CatalogueError, match="EMV-B9 is not listed"):
        catalogue_with(tmp_path, refs='"EMV-B9"')


def test_a_case_in_order_is_loaded(tmp_path):
    assert list(catalogue_with(tmp_path, applies_if="TERMINAL.EC").cases) == ["TRN-BUS-990"]
