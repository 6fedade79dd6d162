"""YAML declares straight exchanges, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.catalogue.declared import declared_case
from conformance.codec.documents import DocumentErrors

CASE = Path(__file__).resolve().parents[2] / "cases" / "card" / "crd_sel_020.yaml"
TEXT = CASE.read_text(encoding="utf-8")


def refused(tmp_path, old, new) -> str:
    path = tmp_path / "case.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DocumentErrors) as caught:
        declared_case(path)
    return str(caught.value)


def test_a_declared_case_is_a_case_like_any_other():
    case = declared_case(CASE)
    assert (case.id, case.facades, len(case.text.steps)) == ("CRD-SEL-020", ("card", "run"), 3)


def test_hex_must_stand_in_quotes(tmp_path):
    assert "steps[0].exchanges[0].status" in refused(tmp_path, 'status: "6A86"', "status: 9000")


def test_hex_must_be_whole_bytes(tmp_path):
    assert "in quotes" in refused(tmp_path, "00A40000", "0A40000")


def test_an_unknown_item_is_refused_with_the_nearest_name(tmp_path):
    assert 'did you mean "sentence"' in refused(tmp_path, "sentence: SELECT", "sentense: SELECT")


def test_conditions_have_no_place(tmp_path):
    assert "if" in refused(tmp_path, "    ref: JR/T", "    if: CARD.EC\n    ref: JR/T")
