"""A record as JUnit XML, for CI servers: FAIL is a failure, what nobody can be accused of is an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from conformance import text
from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.report.masking import masks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model.run import Finding, RunRecord

ELEMENTS = {
    Verdict.PASS: None,
    Verdict.FAIL: "failure",
    Verdict.INCONC: "error",
    Verdict.ERROR: "error",
    Verdict.REVIEW: "error",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.NOT_TESTABLE: "skipped",
    Verdict.NOT_RUN: "error",  # an interrupted run must not look like a short one
}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(record: RunRecord, language: str = "zh") -> str:
    """One suite for the run, one case for each selected case; verdicts are codes in every language."""
    header = record.header
    endings = {case.id: case for case in record.cases}
    cases = [
        endings.get(entry.id, CaseRecord(entry.id, entry.revision, Verdict.NOT_RUN, reason="not-reached"))
        for entry in header.cases
    ]
    product = _clean(str(header.product.get("id", header.product.get("model", ""))))
    suite = ET.Element("testsuite", {"name": product, "timestamp": header.started} | _counts(cases))
    properties = {
        "product": product,
        "firmware": header.product.get("firmware", ""),
        "suite": header.suite.get("version", ""),
        "catalogue": header.catalogue_digest,
        "run": header.run_id,
        "simulated": str(header.simulated).lower(),
        "official": str(header.certifies).lower(),
        **({"replay": str(header.replay["file"])} if header.replay else {}),
    }
    _properties(suite, list(properties.items()))
    for case in cases:
        suite.append(_case(record, case, product, language))
    root = ET.Element("testsuites", _counts(cases))
    root.append(suite)
    ET.indent(root)
    cover = masks(record.cases)
    for element in root.iter():
        element.text = cover.words(element.text) if element.text else element.text
        if "message" in element.attrib:
            element.set("message", cover.words(element.attrib["message"]))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _counts(cases: list[CaseRecord]) -> dict[str, str]:
    kinds = [ELEMENTS[case.verdict] for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": _seconds(sum(case.duration_ms for case in cases)),
    }


def _case(record: RunRecord, case: CaseRecord, product: str, language: str) -> ET.Element:
    entry = record.entry(case.id)
    element = ET.Element(
        "testcase", classname=case.id.rpartition("-")[0], name=case.id, time=_seconds(case.duration_ms)
    )
    requirements = [("requirement", ref) for ref in entry.refs]
    repeated = [("attempt", case.attempt)] if case.attempt > 1 else []
    _properties(element, [("product", product), ("title", entry.title[language]), *repeated, *requirements])
    kind = ELEMENTS[case.verdict]
    if kind is not None:
        message = f"{case.verdict}: {_headline(case, language)}"
        child = ET.SubElement(element, kind, message=_clean(message))
        if kind != "skipped":
            child.set("type", case.headline.code if case.headline else case.verdict.value)
            child.text = (
                _clean("\n\n".join(_note(finding, case.id, language) for finding in case.findings)) or None
            )
    return element


def _headline(case: CaseRecord, language: str) -> str:
    if case.headline is not None:
        return text.finding(case.headline, language).what
    return text.case_reason(case.reason, language) if case.reason else text.verdict(case.verdict, language)


def _note(finding: Finding, case_id: str, language: str) -> str:
    """A finding as a lab note in plain text."""
    worded = text.finding(finding, language)
    rows = [("expected", worded.expected), ("observed", worded.observed), ("clause", finding.ref)]
    if finding.where.path is not None:
        rows.append(("where", finding.where.path))
    if worded.often is not None:
        rows.append(("often", worded.often))
    rows.append(("replay", replay(case_id, finding.where.exchange)))
    lines = [f"  {text.label(f'finding.{key}', language)}: {value}" for key, value in rows if value]
    return "\n".join([f"{finding.verdict}: {worded.what}", *lines])


def replay(case_id: str, exchange: int | None) -> str:
    """The command that shows a finding's place again."""
    chosen = "" if exchange is None else f" --exchange {exchange}"
    return f"conformance trace run.jsonl --case {case_id}{chosen}"


def _properties(parent: ET.Element, rows: Iterable[tuple[str, object]]) -> None:
    element = ET.SubElement(parent, "properties")
    for name, value in rows:
        ET.SubElement(element, "property", name=name, value=_clean(str(value)))


def _clean(words: str) -> str:
    """Without the control characters that XML cannot carry."""
    return _NOT_XML.sub("�", words)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}"
