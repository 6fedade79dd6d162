"""A reports folder as some months of work leave it: runs of two firmwares, a failure mended, a ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from conformance.model.programme import LedgerEntry
from conformance.model.run import CaseEntry, CaseRecord, Exchange, Expectation, Finding, RunHeader, StepRecord
from conformance.model.verdict import Verdict
from conformance.record.privacy import Privacy
from conformance.record.writer import RunWriter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FLASH = "JR/T 0025.12-2018 Annex F"
CASES = ("TRN-BUS-010", "TRN-BUS-050", "TRN-BUS-060")
LOST = Finding("not-sent", Verdict.FAIL, FLASH, "no GET PROCESSING OPTIONS", "取处理选项")
SELECT = Exchange(1, bytes.fromhex("00A4040000"), bytes.fromhex("6A82"), "answered", 1000, 80)


def header(run_id: str, firmware: str, started: str) -> RunHeader:
    return RunHeader(
        run_id=run_id,
        started=started,
        suite={"name": "pboc-conformance", "version": "0.1.0"},
        catalogue_digest="c4" * 32,
        product={"id": "acme/validator", "vendor": "示例厂商", "model": "BV-1", "firmware": firmware},
        profile={"name": "transit-bus", "title": {"zh": "公交", "en": "Bus"}},
        ics={},
        ixit={},
        parameters={},
        bench={"name": "embedded"},
        simulated=True,
        time_base="virtual",
        evidence_grade="simulated",
        official=False,
        seed=1,
        environment={},
        references={},
        cases=tuple(map(entry, CASES)),
    )


def entry(name: str) -> CaseEntry:
    both = {"zh": name, "en": name}
    return CaseEntry(name, 1, "5f" * 32, (FLASH,), (), both, both, {"zh": (), "en": ()})


def passed(name: str, attempt: int = 1) -> CaseRecord:
    events = (SELECT, Expectation("status-word-differs", FLASH, held=True))
    return CaseRecord(name, 1, Verdict.PASS, (StepRecord("step", 0, "刷卡", events),), attempt=attempt)


def failed(name: str) -> CaseRecord:
    events = (Expectation("not-sent", FLASH, held=True), Expectation("not-sent", FLASH, held=False), LOST)
    return CaseRecord(name, 1, Verdict.FAIL, (StepRecord("step", 0, "刷卡", events),), headline=LOST)


def write(path: Path, header: RunHeader, cases: Iterable[CaseRecord], *, closed: bool = True) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with RunWriter(path, header, Privacy(trusted=True)) as writer:
        for case in cases:
            writer.case_started(case.id, case.revision, case.attempt)
            for step in case.steps:
                writer.step_started(step.kind, step.index, step.text)
                for event in step.events:
                    writer.event(event)
                writer.step_ended()
            writer.case_ended(case.verdict, case.headline, case.reason, case.duration_ms)
        if closed:
            writer.close(header.started, {})
    return path


def reports(folder: Path) -> Path:
    """Three runs: 1.0 fails, 1.1 passes at the second attempt, 1.2 was cut off after its first case."""
    one, two, three = (
        header(f"2026-0{month}", f"1.{month - 1}", f"2026-0{month}-05T08:00:00+00:00") for month in (1, 2, 3)
    )
    write(folder / "a" / "run.jsonl", one, [passed("TRN-BUS-010"), failed("TRN-BUS-050")])
    again = replace(passed("TRN-BUS-060"), verdict=Verdict.INCONC)
    whole = [passed("TRN-BUS-010"), passed("TRN-BUS-050"), again, passed("TRN-BUS-060", attempt=2)]
    write(folder / "b" / "run.jsonl", two, whole)
    write(folder / "c" / "run.jsonl", three, [passed("TRN-BUS-010")], closed=False)
    return folder


def decided(number: int, kind: str, when: date) -> LedgerEntry:
    about, before = {"certificate": "SIM-1"}, None if kind == "issued" else {"state": "valid"}
    return LedgerEntry(
        number, kind, when, "审核员", "现场故障", about, {}, before, "0" * 64, f"{number:064d}"
    )


DECISIONS = (decided(1, "issued", date(2026, 2, 9)), decided(2, "withdrawn", date(2026, 6, 1)))
