"""ICS expressions are total and loud."""

from __future__ import annotations

import pytest

from conformance.catalogue.applicability import ExpressionError, applies, items, refused_by

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
