"""What every case of the catalogue owes its reader."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from conformance.catalogue.applicability import items
from conformance.catalogue.load import load_catalogue
from conformance.sim.defects import DEFECTS

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(ROOT / "cases")
IDS = sorted(CATALOGUE.cases)
FACTS = set(re.findall(r"^\| ([A-Z]{1,2}-[0-9.a-z-]+) \|", "".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "facts").glob("*.md")
), re.MULTILINE))  # fmt: skip


@pytest.mark.parametrize("case_id", IDS)
def test_a_case_is_killed_by_a_defect(case_id):
    assert [defect for defect in DEFECTS.values() if defect.kills == case_id]


@pytest.mark.parametrize("case_id", IDS)
def test_a_case_rests_on_facts_that_are_written_down(case_id):
    assert set(CATALOGUE.cases[case_id].sources) <= FACTS


@pytest.mark.parametrize("case_id", IDS)
def test_a_case_stands_whole_in_chinese(case_id):
    entry = CATALOGUE.entry(case_id)
    sentences = [entry.title["zh"], entry.purpose["zh"], *entry.steps["zh"]]
    assert all(re.search(r"[\u4e00-\u9fff]", sentence) for sentence in sentences)


@pytest.mark.parametrize(
    "case_id", [case_id for case_id in IDS if CATALOGUE.cases[case_id].path.suffix == ".py"]
)
def test_a_case_fits_a_page(case_id):
    case = CATALOGUE.cases[case_id]
    body = ast.parse(case.path.read_text(encoding="utf-8"))
    function = next(node for node in body.body if isinstance(node, ast.FunctionDef))
    assert function.end_lineno - function.lineno <= 40
    assert not any(isinstance(node, ast.If | ast.While | ast.Try) for node in ast.walk(function))


# Expectations about what passed between the laboratory's card and the terminal.
O1 = {
    node.name
    for name in ("dialogue", "kernel")
    for node in ast.parse((ROOT / "conformance" / "expect" / f"{name}.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
}


@pytest.mark.parametrize("case_id", [each for each in IDS if "terminal" in CATALOGUE.cases[each].facades])
def test_a_case_that_judges_the_dialogue_needs_it(case_id):
    case = CATALOGUE.cases[case_id]
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(case.path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert "O1" in case.needs or not calls & O1


def test_every_ics_item_is_used_by_a_case_or_a_profile():
    used = {item for case in CATALOGUE.cases.values() for item in items(case.applies_if)}
    mandatory = {item for each in CATALOGUE.proforma.profiles.values() for item in each.mandatory_items}
    # Asked for the record; a case that needs one takes it off this list.
    reserved = {"TERMINAL.FDDA_01", "CARD.FDDA_01"} | {
        f"CARD.{name}"
        for name in (
            "DUAL_CURRENCY",
        )
    }  # fmt: skip
    assert set(CATALOGUE.proforma.items) == used | mandatory | reserved


def test_every_defect_kills_a_case_of_the_catalogue():
    assert {defect.kills for defect in DEFECTS.values()} <= set(CATALOGUE.cases)
