"""A header and a small run that the tests of the record write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.run import (
    CaseEntry,
    CaseRecord,
    Exchange,
    Expectation,
    Finding,
    Observation,
    RunHeader,
    StepRecord,
    Where,
)
from conformance.model.verdict import Verdict
from conformance.record.privacy import Privacy
from conformance.record.writer import RunWriter

if TYPE_CHECKING:
    from pathlib import Path

SELECT = bytes.fromhex("00A4040008A00000033301010200")
FCI = bytes.fromhex(
    "6F3B8408A000000333010102A52F500B55494343204352454449548701015F2D02636E9F1101019F120B55494343"
    "20435245444954BF0C059F4D020B0A9000"
)
READ_RECORD = bytes.fromhex("00B2010C00")


def entry(case_id: str) -> CaseEntry:
    return CaseEntry(
        id=case_id,
        revision=1,
        digest="5f" * 32,
        refs=("JR/T 0025.12-2018 Annex F",),
        sources=("TR-05a", "PB-7.5"),
        title={"zh": "末条记录的应答丢失", "en": "The answer to the last record is lost"},
        purpose={"zh": "同一张卡返回后只扣款一次。", "en": "One debit when the same card returns."},
        steps={"zh": ("刷卡", "再次刷卡"), "en": ("Tap", "Tap again")},
    )


CASES = ("TRN-BUS-050", "TRN-BUS-051", "CRD-GPO-010")

HEADER = RunHeader(
    run_id="20260504T093000-1",
    started="2026-05-04T09:30:00+08:00",
    suite={"name": "pboc-conformance", "version": "0.1.0"},
    catalogue_digest="c4" * 32,
    product={"vendor": "示例厂商", "model": "BV-1", "firmware": "1.0", "serials": ["0001"]},
    profile={"name": "transit-bus", "title": {"zh": "公交验票机", "en": "Bus validator"}},
    ics={"TERMINAL.CONTACTLESS": True, "TERMINAL.CDA": False},
    ixit={"T1": 30.0},
    parameters={"T1": {"value": 30.0, "default": 30.0, "owner": "programme", "unit": "s"}},
    bench={"name": "simulators", "samples": ["S-0042"]},
    simulated=True,
    time_base="virtual",
    evidence_grade="simulated",
    official=False,
    seed=7,
    environment={"python": "3.11"},
    references={"JR/T 0025.12-2018": {"zh": "中国金融集成电路（IC）卡规范", "en": "Contactless payment"}},
    cases=tuple(map(entry, CASES)),
)


def exchange(number: int, command: bytes = SELECT, response: bytes | None = FCI) -> Exchange:
    return Exchange(number, command, response, "answered", 1000 * number, 82, modelled=True)


LOST = Finding(
    code="not-sent",
    verdict=Verdict.FAIL,
    ref="JR/T 0025.12-2018 Annex F",
    expected="no GET PROCESSING OPTIONS",
    observed="GET PROCESSING OPTIONS “取处理选项”",
    where=Where(exchange=3, path="77/94", offset=12),
    arguments={"command": "GET PROCESSING OPTIONS", "count": 1},
)

RUN = (
    CaseRecord(
        "TRN-BUS-050",
        1,
        Verdict.PASS,
        (
            StepRecord("preamble", 0, "Fare 1.00, validator idle", ()),
            StepRecord(
                "step",
                1,
                "Tap",
                (
                    exchange(1),
                    Exchange(2, READ_RECORD, None, "withdrawn", 2100, 12),
                    Observation("transaction-record", {"number": 1, "pan": "6210948000000011", "tvr": ""}),
                    Expectation("one-record", "JR/T 0025.12-2018 Annex F", held=True),
                ),
            ),
        ),
        duration_ms=41,
    ),
    CaseRecord(
        "TRN-BUS-051",
        1,
        Verdict.FAIL,
        (
            StepRecord(
                "step",
                0,
                "Tap again",
                (
                    Exchange(3, READ_RECORD, bytes.fromhex("6A83"), "answer lost", 3000, 9),
                    Expectation("not-sent", LOST.ref, held=False),
                    LOST,
                ),
            ),
        ),
        headline=LOST,
        attempt=2,
        duration_ms=7,
    ),
    CaseRecord("CRD-GPO-010", 1, Verdict.NOT_APPLICABLE, reason="ics: CARD.QPBOC"),
)


def opened(path: Path, privacy: Privacy | None = None) -> RunWriter:
    return RunWriter(path, HEADER, privacy or Privacy(trusted=True))


def write_case(writer: RunWriter, case: CaseRecord) -> None:
    writer.case_started(case.id, case.revision, case.attempt)
    for step in case.steps:
        writer.step_started(step.kind, step.index, step.text)
        for event in step.events:
            writer.event(event)
        writer.step_ended()
    writer.case_ended(case.verdict, case.headline, case.reason, case.duration_ms)


def write_run(path: Path) -> Path:
    """The whole sample run, closed."""
    with opened(path) as writer:
        for case in RUN:
            write_case(writer, case)
        writer.close("2026-05-04T09:31:00+08:00", {"PASS": 1, "FAIL": 1, "N/A": 1})
    return path
