"""JUnit XML: each ending becomes what a CI server understands."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from report_record import PAN, failed, record

from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.report import junit


def suite(**changes: object) -> ET.Element:
    found = ET.fromstring(junit.render(record(**changes))).find("testsuite")  # noqa: S314  our own
    assert found is not None
    return found


def outcome(verdict: Verdict) -> str | None:
    case = CaseRecord("TRN-BUS-010", 1, verdict, reason="interrupted")
    element = next(iter(suite(cases=(case,)).iter("testcase")))
    kinds = [child.tag for child in element if child.tag != "properties"]
    return kinds[0] if kinds else None


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (Verdict.PASS, None),
        (Verdict.FAIL, "failure"),
        (Verdict.INCONC, "error"),
        (Verdict.ERROR, "error"),
        (Verdict.REVIEW, "error"),
        (Verdict.NOT_APPLICABLE, "skipped"),
        (Verdict.NOT_TESTABLE, "skipped"),
        (Verdict.NOT_RUN, "error"),
    ],
)
def test_an_ending_maps_to_its_element(verdict: Verdict, kind: str | None) -> None:
    assert outcome(verdict) == kind


def test_every_selected_case_is_listed() -> None:
    assert [case.get("name") for case in suite().iter("testcase")] == [e.id for e in record().header.cases]


def test_counts_agree_with_the_elements() -> None:
    counts = {key: suite().get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "1", "errors": "2", "skipped": "2"}


def test_a_case_names_its_requirements() -> None:
    case = next(iter(suite().iter("testcase")))
    requirements = [each.get("value") for each in case.iter("property") if each.get("name") == "requirement"]
    assert requirements == ["JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"]


def test_a_skipped_case_says_why() -> None:
    assert suite().find(".//skipped").get("message") == "N/A: ICS 声明不支持：TERMINAL.BLACKLIST"  # type: ignore[union-attr]


def test_a_failure_is_a_lab_note() -> None:
    note = suite().findtext(".//failure")
    assert note is not None
    assert note.splitlines() == [
        "FAIL: 终端发送了此处不应发送的 GET PROCESSING OPTIONS。",
        "  期望: 不发送 GET PROCESSING OPTIONS",
        "  实际: GET PROCESSING OPTIONS × 1",
        "  条款: JR/T 0025.12-2018 Annex F",
        "  重现: conformance trace run.jsonl --case TRN-BUS-050 --exchange 107",
    ]


def test_no_pan_gets_into_the_file() -> None:
    assert PAN not in junit.render(record())


def test_control_characters_do_not_break_the_xml() -> None:
    finding = replace(failed().findings[0], code="value-differs", arguments={"what": "a\x00b"})
    case = replace(failed(), headline=finding)
    assert suite(cases=(case,)).find(".//failure").get("message") == "FAIL: a\ufffdb：取值不符。"  # type: ignore[union-attr]
