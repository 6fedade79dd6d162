"""A record as SARIF 2.1.0, for code scanning: a rule for each case, a result for each that does not conform.

A result points at the line of the product file that declared the capability, since a result without a place
is dropped by those who read SARIF. Only FAIL has a level; SARIF knows "open" and "review" for the rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import text
from conformance.model.verdict import Verdict
from conformance.report.junit import replay
from conformance.report.masking import masks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model.run import CaseEntry, CaseRecord, RunRecord

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_KINDS = {Verdict.FAIL: ("fail", "error"), Verdict.REVIEW: ("review", "none")}
_OPEN = ("open", "none")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, as a URI relative to the root of the repository."""

    uri: str
    line: int


def render(
    record: RunRecord,
    cases: Sequence[CaseRecord],
    places: Mapping[str, Place],
    states: Mapping[str, str],
    language: str = "zh",
) -> str:
    """The judged cases with the place of each; `states` says which are waived, and which known before."""
    header = record.header
    entries = {entry.id: entry for entry in header.cases}
    rules = [_rule(case.id, entries.get(case.id), language) for case in cases]
    cover = masks(record.cases)
    results = [
        _result(case, index, places[case.id], cover.words(_message(case, language)), states[case.id])
        for index, case in enumerate(cases)
        if case.verdict.blocks
    ]
    driver = {"name": "pboc-conformance", "version": header.suite.get("version", ""), "rules": rules}
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"conformance/{header.profile['name']}/"},
                "invocations": [{"executionSuccessful": record.complete}],
                "results": results,
                "properties": {
                    "product": header.product.get("id", ""),
                    "firmware": header.product.get("firmware", ""),
                    "run": header.run_id,
                    "simulated": header.simulated,
                    **({"replay": header.replay["file"]} if header.replay else {}),
                },
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(case_id: str, entry: CaseEntry | None, language: str) -> dict[str, Any]:
    """The case with its requirements; a planned case that the record never selected has its id only."""
    if entry is None:
        return {"id": case_id, "shortDescription": {"text": case_id}}
    return {
        "id": case_id,
        "shortDescription": {"text": entry.title[language]},
        "fullDescription": {"text": entry.purpose[language]},
        "help": {"text": "\n".join(entry.refs) or case_id},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": [*entry.refs], "revision": entry.revision, "sources": [*entry.sources]},
    }


def _result(case: CaseRecord, index: int, place: Place, message: str, state: str) -> dict[str, Any]:
    kind, level = _KINDS.get(case.verdict, _OPEN)
    result: dict[str, Any] = {
        "ruleId": case.id,
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": place.uri},
                    "region": {"startLine": place.line},
                }
            }
        ],
        "partialFingerprints": {"conformanceCase/v1": case.id},
        "properties": {"verdict": str(case.verdict), "state": state},
    }
    if state == "waived":
        result["suppressions"] = [{"kind": "external", "status": "accepted"}]
    if state == "known":
        result["baselineState"] = "unchanged"
    return result


def _message(case: CaseRecord, language: str) -> str:
    """What was found, expected and observed, under which clause, and how to see it."""
    finding = case.headline
    if finding is None:
        why = text.case_reason(case.reason, language) if case.reason else text.verdict(case.verdict, language)
        return f"{case.verdict}: {why}"
    worded = text.finding(finding, language)
    rows = [
        ("finding.expected", worded.expected),
        ("finding.observed", worded.observed),
        ("finding.clause", finding.ref),
        ("finding.replay", replay(case.id, finding.where.exchange)),
    ]
    lines = [f"{text.label(key, language)}: {value}" for key, value in rows if value]
    return "\n".join([f"{case.verdict}: {worded.what}", *lines])
