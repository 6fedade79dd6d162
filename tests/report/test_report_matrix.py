"""The page of defects by cases: every link stands, and whatever does not hold is said."""

from __future__ import annotations

import re

import pytest

from conformance.model.matrix import MatrixRow, Subject, Trial
from conformance.model.run import Finding
from conformance.model.verdict import Verdict
from conformance.report.matrix_page import render

CASES = ("TOU-GAT-010", "TOU-GAT-020", "TOU-GAT-030")
TITLES = {case: {"zh": f"用例 {case}", "en": f"Case {case}"} for case in CASES}
LIMIT = Finding("balance-differs", Verdict.FAIL, "PB-7.6", "49.00", "48.00")
CRASH = Finding("harness-crash", Verdict.ERROR, "", "", "ZeroDivisionError")


def row(defect: str | None, kills: str | None, **ending: tuple[Verdict, Finding | None]) -> MatrixRow:
    """Every case passes but those named by their number."""
    trials = tuple(Trial(case, *ending.get(f"c{case[-3:]}", (Verdict.PASS, None))) for case in CASES)
    return MatrixRow(
        Subject("scenic-gate", defect, "PB-7", "Does it wrong.", kills, "balance-differs"), trials
    )


FAILED = (Verdict.FAIL, LIMIT)
ROWS = [
    row(None, None),
    row("alone", CASES[0], c010=FAILED),
    row("noticed-twice", CASES[1], c020=FAILED, c030=FAILED, c010=(Verdict.INCONC, None)),
]
WRONG = [
    row(None, None),
    row("silent", CASES[0]),
    row("crashing", CASES[1], c020=FAILED, c030=(Verdict.ERROR, CRASH)),
]


def page(rows: list[MatrixRow] = ROWS, language: str = "zh") -> str:
    return render(rows, TITLES, "0123456789abcdef", language)


def test_no_link_leads_nowhere_and_none_leads_out():
    anchors = re.findall(r'\bid="([^"]+)"', page())
    assert len(anchors) == len(set(anchors))
    assert [each for each in re.findall(r'href="([^"]+)"', page()) if each[1:] not in anchors] == []


def test_a_cell_says_which_case_finds_what_and_the_own_case_is_marked():
    cells = re.findall(r'<td class="([^"]+)" title="([^"]+)">(.)</td>', page())
    assert cells == [
        ("fail own", "TOU-GAT-010 FAIL balance-differs", "■"),
        ("inconc", "TOU-GAT-010 INCONC", "?"),
        ("fail own", "TOU-GAT-020 FAIL balance-differs", "■"),
        ("fail", "TOU-GAT-030 FAIL balance-differs", "■"),
    ]


def test_what_only_its_own_case_notices_is_listed_as_such():
    listed = page().partition("仅由专用用例发现的缺陷（1 个）")[2].partition("</details>")[0]
    assert "alone" in listed
    assert "noticed-twice" not in listed


def test_a_case_names_the_defects_that_were_not_made_for_it():
    of_case = page().partition('id="scenic-gate.TOU-GAT-030"')[2].partition("</tr>")[0]
    assert 'href="#noticed-twice"' in of_case


@pytest.mark.parametrize(
    "said",
    ["没有用例发现该缺陷", "no case notices the defect", "有用例以 ERROR 结束", "a case ends in ERROR"],
)
def test_what_does_not_hold_is_said_in_both_languages(said):
    assert said in page(WRONG)
    assert said not in page()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_the_language_asked_for_and_holds_both(language):
    opened = page(language=language)
    assert f'<html lang="{language}">' in opened
    assert "缺陷与用例对照矩阵" in opened
    assert "Defects by cases" in opened


def test_every_result_on_the_page_is_marked_simulated():
    assert re.search(r'class="band band-simulated">[^<]*模拟 SIMULATED', page())
