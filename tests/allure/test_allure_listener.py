"""Allure results say what the verdicts say, and a second run replaces the first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.model.run import CaseEntry, CaseRecord, Exchange, Finding, StepRecord
from conformance.model.verdict import Verdict
from conformance.report.allure import AllureListener

if TYPE_CHECKING:
    from pathlib import Path

PRODUCT = "simulated/bus-validator"
FOUND = Finding("command-was-sent", Verdict.FAIL, "JR/T 0025.12-2018 Annex F", "no GPO", "exchange 12")
UNREACHED = Finding("terminal-hung", Verdict.INCONC, "", "an idle terminal", "nothing")
EXCHANGE = Exchange(12, bytes.fromhex("80A80000"), bytes.fromhex("9000"), "answered", 10, 5)


def entry(case_id: str) -> CaseEntry:
    return CaseEntry(
        id=case_id,
        revision=1,
        digest="",
        refs=("JR/T 0025.12-2018 Annex F",),
        sources=("TR-05a",),
        title={"zh": "丢失响应后补全一次", "en": "Lost answer completes once"},
        purpose={"zh": "只扣一次款。", "en": "One debit."},
        steps={"zh": ("终端空闲", "再次刷卡"), "en": ("The validator is idle", "The card returns")},
    )


def listen(results: Path, record: CaseRecord, **options: Any) -> dict[str, Any]:
    """Play a case to a listener and read back its result."""
    listener = AllureListener(results, PRODUCT, entry, **options)
    listener.case_started(record.id, record.revision, record.attempt)
    for step in record.steps:
        listener.step_started(step.kind, step.index, step.text)
        for event in step.events:
            listener.happened(event)
        listener.step_ended()
    listener.case_ended(record)
    (path,) = results.glob("*-result.json")
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return result


def failed_case() -> CaseRecord:
    steps = (
        StepRecord("preamble", 0, "The validator is idle", ()),
        StepRecord("step", 1, "The card returns", (EXCHANGE, FOUND)),
    )
    return CaseRecord("TRN-BUS-050", 1, Verdict.FAIL, steps, FOUND)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.PASS, "passed"),
        (Verdict.FAIL, "failed"),
        (Verdict.INCONC, "broken"),
        (Verdict.ERROR, "broken"),
        (Verdict.REVIEW, "broken"),
        (Verdict.NOT_APPLICABLE, "skipped"),
        (Verdict.NOT_TESTABLE, "skipped"),
    ],
)
def test_allure_status_follows_from_the_verdict(tmp_path: Path, verdict: Verdict, status: str) -> None:
    assert listen(tmp_path, CaseRecord("TRN-BUS-050", 1, verdict))["status"] == status


def test_allure_label_keeps_the_verdict_itself(tmp_path: Path) -> None:
    labels = listen(tmp_path, CaseRecord("TRN-BUS-050", 1, Verdict.INCONC))["labels"]
    assert {"name": "verdict", "value": "INCONC"} in labels


def test_allure_title_is_chinese_by_default(tmp_path: Path) -> None:
    assert listen(tmp_path, failed_case())["name"] == "TRN-BUS-050 丢失响应后补全一次"


def test_allure_steps_are_translated(tmp_path: Path) -> None:
    steps = listen(tmp_path, failed_case())["steps"]
    assert [step["name"] for step in steps] == ["前置 · 终端空闲", "步骤 · 再次刷卡"]


def test_allure_step_that_found_something_carries_it(tmp_path: Path) -> None:
    steps = listen(tmp_path, failed_case(), language="en")["steps"]
    assert [step["status"] for step in steps] == ["passed", "failed"]
    assert "exchange 12" in steps[1]["statusDetails"]["message"]


def test_allure_preamble_that_was_not_reached_is_broken(tmp_path: Path) -> None:
    steps = (StepRecord("preamble", 0, "The validator is idle", (UNREACHED,)),)
    result = listen(tmp_path, CaseRecord("TRN-BUS-050", 1, Verdict.INCONC, steps, UNREACHED))
    assert [step["status"] for step in result["steps"]] == ["broken"]


def test_allure_message_is_the_headline(tmp_path: Path) -> None:
    message = listen(tmp_path, failed_case(), language="en")["statusDetails"]["message"]
    assert "no GPO" in message
    assert "Annex F" in message


def test_allure_says_why_a_case_was_not_judged(tmp_path: Path) -> None:
    record = CaseRecord("TRN-BUS-050", 1, Verdict.NOT_TESTABLE, reason="the bench offers no tear")
    assert listen(tmp_path, record)["statusDetails"]["message"] == "the bench offers no tear"


def test_allure_attaches_one_trace_to_a_case_with_exchanges(tmp_path: Path) -> None:
    result = listen(tmp_path, failed_case(), trace=lambda record: f"<p>{record.id}</p>")
    (attachment,) = result["attachments"]
    assert (tmp_path / attachment["source"]).read_text(encoding="utf-8") == "<p>TRN-BUS-050</p>"


def test_allure_floor_case_is_critical(tmp_path: Path) -> None:
    labels = listen(tmp_path, failed_case(), floor=["TRN-BUS-050"])["labels"]
    assert {"name": "severity", "value": "critical"} in labels


def test_allure_second_run_replaces_the_first(tmp_path: Path) -> None:
    first = listen(tmp_path, failed_case())
    second = listen(tmp_path, CaseRecord("TRN-BUS-050", 1, Verdict.PASS))
    assert (second["uuid"], second["status"]) == (first["uuid"], "passed")


def test_allure_products_share_a_folder(tmp_path: Path) -> None:
    listen(tmp_path, failed_case())
    other = AllureListener(tmp_path, "simulated/other", entry)
    other.case_started("TRN-BUS-050", 1, 1)
    other.case_ended(CaseRecord("TRN-BUS-050", 1, Verdict.PASS))
    assert len(list(tmp_path.glob("*-result.json"))) == 2


def test_allure_history_survives_a_new_revision(tmp_path: Path) -> None:
    first = listen(tmp_path, failed_case())
    second = listen(tmp_path, CaseRecord("TRN-BUS-050", 2, Verdict.PASS))
    assert first["historyId"] == second["historyId"]


def test_allure_links_case_and_clause_to_the_catalogue_where_it_is_served(tmp_path: Path) -> None:
    result = listen(tmp_path, failed_case(), catalogue_url="https://lab.example/catalogue.html")
    links = {link["type"]: link["url"] for link in result["links"]}
    assert links["tms"] == "https://lab.example/catalogue.html#TRN-BUS-050"
    assert links["requirement"].startswith("https://lab.example/catalogue.html#clause-")


def test_allure_without_an_address_has_no_link(tmp_path: Path) -> None:
    assert "links" not in listen(tmp_path, failed_case())
