"""A vendor's declaration is refused loudly, with file, line, item and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.catalogue.product import find_product, read_product
from conformance.catalogue.proforma import read_proforma
from conformance.codec.documents import DocumentErrors
from conformance.model.refused import UnknownProductError

ROOT = Path(__file__).resolve().parents[2]
PROFORMA = read_proforma(ROOT / "cases" / "proforma")
GOOD = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")


def refused(tmp_path, text) -> DocumentErrors:
    path = tmp_path / "product.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentErrors) as caught:
        read_product(path, PROFORMA)
    return caught.value


def test_the_shipped_product_is_in_order(tmp_path):
    path = tmp_path / "product.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_product(path, PROFORMA).kind == "terminal"


def test_a_misspelt_item_is_refused_with_the_nearest_name(tmp_path):
    errors = refused(tmp_path, GOOD.replace("TERMINAL.FLASH_CARD", "TERMINAL.FLASHCARD"))
    problem = next(each for each in errors.problems if each.code == "unknown-ics-item")
    assert (problem.nearest, problem.line) == ("TERMINAL.FLASH_CARD", 16)


def test_an_unanswered_item_is_refused(tmp_path):
    errors = refused(tmp_path, GOOD.replace("  TERMINAL.FLASH_CARD: true\n", ""))
    assert "does not answer TERMINAL.FLASH_CARD" in str(errors)


def test_a_mandatory_item_cannot_be_denied(tmp_path):
    errors = refused(tmp_path, GOOD.replace("TERMINAL.BLACKLIST: true", "TERMINAL.BLACKLIST: false"))
    assert [problem.code for problem in errors.problems] == ["mandatory-item-denied"]


def test_an_answer_is_true_or_false(tmp_path):
    errors = refused(tmp_path, GOOD.replace("TERMINAL.EC: true", 'TERMINAL.EC: "yes"'))
    assert "product.yaml:14: ics.TERMINAL.EC" in str(errors)


def test_a_loosened_parameter_is_refused(tmp_path):
    errors = refused(tmp_path, GOOD.replace("ixit: {}", "ixit: {taps: 100}"))
    assert [problem.code for problem in errors.problems] == ["parameter-loosened"]


def test_a_tightened_parameter_is_taken(tmp_path):
    path = tmp_path / "product.yaml"
    path.write_text(GOOD.replace("ixit: {}", "ixit: {tap_budget: 300}"), encoding="utf-8")
    assert read_product(path, PROFORMA).ixit == {"tap_budget": 300}


def test_a_product_that_is_not_there_is_answered_with_the_nearest():
    with pytest.raises(UnknownProductError, match="did you mean simulated/bus-validator"):
        find_product("simulated/bus-validater")
