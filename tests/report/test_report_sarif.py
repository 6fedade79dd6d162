"""SARIF for code scanning and Markdown for the job's page: the same endings, nothing covered up or lost."""

from __future__ import annotations

import json

import pytest
from report_record import PAN, failed, record

from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.report import sarif, summary
from conformance.report.sarif import Place

PLACE = Place("products/a%20b.yaml", 16)


def states(run, **changes: str):
    """What the endings come to without waivers, but for the cases named."""
    found = {}
    for entry in run.header.cases:
        verdict = ending(run, entry.id).verdict
        plain = "blocked" if verdict.blocks else "conforming"
        found[entry.id] = "failed" if verdict is Verdict.FAIL else plain
    return found | {name.replace("_", "-"): state for name, state in changes.items()}


def ending(run, name):
    last = {case.id: case for case in run.cases}
    return last.get(name, CaseRecord(name, 1, Verdict.NOT_RUN, reason="not-reached"))


def log(run=None, **changes: str):
    run = run or record()
    cases = [ending(run, entry.id) for entry in run.header.cases]
    places = {case.id: PLACE for case in cases}
    return json.loads(sarif.render(run, cases, places, states(run, **changes), "en"))["runs"][0]


def result(name, **changes: str):
    return next(each for each in log(**changes)["results"] if each["ruleId"] == name)


def page(run=None, code=1, language="en", **changes: str):
    run = run or record()
    cases = [ending(run, entry.id) for entry in run.header.cases]
    return summary.render(run, cases, states(run, **changes), code, language=language)


def test_each_planned_case_is_a_rule_with_its_requirements():
    rules = log()["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [entry.id for entry in record().header.cases]
    assert "JR/T 0025.13-2018" in rules[0]["properties"]["tags"]


def test_each_case_that_blocks_is_a_result_and_no_other():
    found = {each["ruleId"]: each["properties"]["verdict"] for each in log()["results"]}
    assert found == {
        "TRN-BUS-050": "FAIL",
        "TRN-BUS-060": "INCONC",
        "TRN-BUS-090": "NOT TESTABLE",
        "TRN-BUS-110": "NOT RUN",
    }


def test_a_result_names_the_rule_by_id_and_by_place():
    run = log()
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])


def test_only_a_fail_is_an_error():
    kinds = {each["ruleId"]: (each["kind"], each["level"]) for each in log()["results"]}
    assert kinds.pop("TRN-BUS-050") == ("fail", "error")
    assert set(kinds.values()) == {("open", "none")}


def test_every_result_has_a_place_and_the_case_as_its_fingerprint():
    for each in log()["results"]:
        place = each["locations"][0]["physicalLocation"]
        assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (PLACE.uri, PLACE.line)
        assert each["partialFingerprints"] == {"conformanceCase/v1": each["ruleId"]}


def test_the_message_says_what_expected_observed_clause_and_replay():
    text = result("TRN-BUS-050")["message"]["text"]
    assert "expected: no GET PROCESSING OPTIONS" in text
    assert "clause: JR/T 0025.12-2018 Annex F" in text
    assert "conformance trace run.jsonl --case TRN-BUS-050 --exchange 107" in text


def test_a_waived_fail_is_still_a_fail_and_suppressed():
    found = result("TRN-BUS-050", TRN_BUS_050="waived")
    assert (found["kind"], found["suppressions"]) == (
        "fail",
        [{"kind": "external", "status": "accepted"}],
    )


def test_a_known_fail_is_unchanged_since_the_baseline():
    assert result("TRN-BUS-050", TRN_BUS_050="known")["baselineState"] == "unchanged"


def test_a_simulated_run_says_so():
    assert log()["properties"]["simulated"] is True
    assert "SIMULATED" in page()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_shows_a_pan(language):
    assert PAN not in page(language=language)
    assert PAN not in json.dumps(log())


def test_the_summary_counts_every_ending():
    assert (
        "PASS passed: 1 · FAIL failed: 1 · INCONC inconclusive: 1 · N/A not applicable: 1"
        " · NOT TESTABLE not testable: 1 · NOT RUN not run: 1"
    ) in page()


def test_the_summary_lists_failures_apart_from_what_was_not_judged():
    failures, _, blocked = page().partition("## Not judged")
    assert "| TRN-BUS-050 | FAIL |" in failures
    assert "| TRN-BUS-060 | INCONC |" in blocked


def test_the_summary_heads_with_product_firmware_and_code():
    assert page(code=5).startswith("# simulated/bus-validator 1.0.0: a waiver has expired (5)\n")


def test_an_incomplete_record_says_so():
    assert "INCOMPLETE" in page(record(complete=False))


def test_markup_in_a_record_is_only_text():
    run = record(cases=(failed(),))
    product = {**run.header.product, "firmware": "<b>|`1"}
    header = type(run.header)(
        **{name: getattr(run.header, name) for name in run.header.__dataclass_fields__} | {"product": product}
    )
    assert "\\<b\\>\\|\\`1" in page(type(run)(header, run.cases, run.footer))
