"""The document says all that a test report and a certificate must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from programme_samples import make_header, make_record

from conformance.model.run import CaseRecord, Exchange, Expectation, StepRecord
from conformance.model.verdict import Verdict
from conformance.programme import ledger, ruling
from conformance.programme.certificate import digest_of, issue
from conformance.programme.refusal import Grounds
from conformance.report import certificate_page

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model.programme import Decision, Programme

REF = "JR/T 0025.12-2018 Annex F"
TEXT = {"zh": "甲", "en": "A"}
PROFILE = {
    **make_header().profile,
    "plan_digest": "a" * 64,
    "exempt": {"TRN-BUS-060": {"zh": "模拟器没有打印机", "en": "no printer on the simulator"}},
    "statements": {
        "kernel_id": {"zh": "内核名称与版本", "en": "Kernel"},
        "kernel_checksum": {"zh": "内核校验值", "en": "Kernel checksum"},
        "level1_approval": {"zh": "Level 1 认证", "en": "Level 1 approval"},
    },
}


class Words(HTMLParser):
    """Everything that the page shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown = ""
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._hidden = tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        self.shown += "" if self._hidden else f" {data}"


def judged(case_id: str, verdict: Verdict, *, attempt: int = 1) -> CaseRecord:
    exchange = Exchange(1, b"\x00\xb2\x01\x0c\x00", b"\x90\x00", "answered", 1, 1)
    step = StepRecord("step", 0, "Tap", (exchange, Expectation("record-missing", REF, held=True)))
    return CaseRecord(case_id, 1, verdict, (step,), attempt=attempt)


@pytest.fixture
def page(programme: Programme, decision: Decision, tmp_path: Path) -> str:
    record = replace(
        make_record(
            official=True, official_attempt=2, profile=PROFILE,
            product={**make_header().product, "firmware_digest": "9" * 64, "serials": ["S-001", "S-002"]},
            ixit={"T1": 8, "kernel_id": "Kernel 7.1", "kernel_checksum": "C0FFEE"},
            bench={
                "name": "bench-7", "laboratory": "示例实验室", "address": "示例市一号", "location": "三号台",
                "operator": "操作员甲", "instruments": "Reader 77, calibrated 2026-01-02",
            },
            parameters={**make_header().parameters, "U": {"value": 3, "default": 0, "owner": "bench"}},
        ),
        cases=(
            judged("TRN-BUS-010", Verdict.REVIEW),
            judged("TRN-BUS-050", Verdict.INCONC),
            judged("TRN-BUS-050", Verdict.PASS, attempt=2),
            CaseRecord("TRN-BUS-060", 1, Verdict.NOT_TESTABLE, reason="bench lacks: O6"),
        ),
        resumed=("2026-09-01T08:01:00+00:00",),
    )  # fmt: skip
    book = tmp_path / "ledger.jsonl"
    evidence = tmp_path / "photo"
    evidence.write_bytes(b"x")
    said: Any = {"when": date(2026, 9, 1), "who": "复核员乙", "why": "照片清楚"}
    ruling.review(book, record, "TRN-BUS-010", evidence, passed=True, **said)
    full = replace(
        decision, customer={"zh": "委托方丙", "en": "Customer C"}, reviews=("TRN-BUS-010",),
        samples={"received": "2026-08-20", "condition": "无损", "sampling": "随机抽取 2/40"},
        supersedes="DEMO-2025-0009", opinions=({"zh": "意见丁", "en": "Opinion D"},),
        external=({"zh": "外部结果戊", "en": "External E"},), date=date(2026, 9, 2),
    )  # fmt: skip
    proof = {"catalogue_digest": record.header.catalogue_digest, "lines": []}
    grounds = Grounds(proof=proof, proof_digest="b" * 64)
    certificate = issue(programme, record, full, tmp_path, book, grounds)
    assert ledger.read(book)[-1].kind == "issued"
    return certificate_page.render(certificate, "zh", run_href="report.html")


# What a report must hold (ISO/IEC 17025:2017, 7.8.2.1 a to p, 7.8.6 to 7.8.8, and beyond) -> its words.
CONTENT = {
    "a title": ["符合性测试报告"],
    "b laboratory and address": ["示例实验室", "示例市一号"],
    "c location": ["三号台"],
    "d number and end": ["DEMO-2026-0001", "报告结束"],
    "e customer": ["委托方丙", "Customer C"],
    "f methods": [REF, "pboc-conformance 0.1.0", "c" * 64],
    "g item": [
        "示例厂商 Example Vendor", "Reference bus validator", "1.0.0", "9" * 64, "Kernel 7.1", "C0FFEE",
        "S-001, S-002", "无损",
    ],
    "h date of receipt": ["2026-08-20"],
    "i dates of test": ["2026-09-01T08:00:00+00:00", "2026-09-01T08:05:00+00:00"],
    "j date of issue": ["2026-09-02"],
    "k sampling": ["随机抽取 2/40"],
    "l samples only": ["仅对所测样品负责", "不得部分复制"],
    "m results with units": ["TRN-BUS-050", "PASS", "ms"],
    "n deviations and exclusions": ["TRN-BUS-060", "NOT TESTABLE", "模拟器没有打印机", "O6"],
    "o authoriser": ["演示授权人（虚构）"],
    "p results of others": ["外部结果戊"],
    "decision rule": ["时限按", "测得值＋U≤限值判为符合，U＝3 ms"],
    "clauses met": [REF, "TRN-BUS-010 1/1", "条款符合情况"],
    "opinions marked as such": ["意见与解释（非测试结果）", "意见丁"],
    "amendments": ["本文件替代 DEMO-2025-0009"],
    "ICS and IXIT": [digest_of({"TERMINAL.CONTACTLESS": True}), "未申报", "Level 1 认证"],
    "instruments": ["Reader 77, calibrated 2026-01-02", "bench-7"],
    "environment and seed": ["python 3.11", "随机种子"],
    "simulated": ["模拟 SIMULATED"],
    "counts by verdict": ["PASS 1", "NOT TESTABLE 1", "REVIEW 1"],
    "raw record": ["f" * 64, "5f2c9a1e77b04d10"],
    "proof and plan": ["a" * 64, "b" * 64],
    "attempts": ["第 2 次执行", "该固件的正式运行次数"],
    "resumed": ["2026-09-01T08:01:00+00:00"],
    "reviews": ["复核员乙", "照片清楚", "人工复核通过"],
    "parameters": ["taps"],
    "validity": ["2026-09-02 至 2029-09-02"],
    "conditions": ["固件变更后须重新判定"],
    "out of scope": ["Level 1", "射频", "密码键盘"],
    "verification": ["验证码", "conformance verify DEMO-2026-0001.zip"],
}  # fmt: skip


@pytest.mark.parametrize("item", CONTENT)
def test_the_document_holds(item: str, page: str) -> None:
    shown = " ".join(Words(page).shown.split())
    assert [words for words in CONTENT[item] if words not in shown] == []


def test_every_printed_page_carries_the_number(page: str) -> None:
    assert '@page { @bottom-center { content: "DEMO-2026-0001 · ' in page
