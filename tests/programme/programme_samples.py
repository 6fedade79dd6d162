from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.model.run import CaseEntry, CaseRecord, Finding, RunFooter, RunHeader, RunRecord
from conformance.model.verdict import Verdict

PROGRAMMES = Path(__file__).parents[2] / "programmes"

TITLES = {
    "TRN-BUS-010": {"zh": "正常刷卡一次扣款", "en": "One tap, one debit"},
    "TRN-BUS-050": {"zh": "末条记录应答丢失", "en": "The answer to the last record is lost"},
    "TRN-BUS-060": {"zh": "闪卡窗口之外", "en": "Outside the flash-card window"},
}


def make_header(**changes: Any) -> RunHeader:
    header = RunHeader(
        run_id="5f2c9a1e77b04d10",
        started="2026-09-01T08:00:00+00:00",
        suite={"name": "pboc-conformance", "version": "0.1.0"},
        catalogue_digest="c" * 64,
        product={
            "id": "simulated/bus-validator",
            "kind": "terminal",
            "vendor": "示例厂商 Example Vendor",
            "model": "Reference bus validator",
            "hardware": "simulated",
            "firmware": "1.0.0",
            "firmware_digest": None,
            "firmware_origin": "declared",
            "serials": ["SIM-VALIDATOR-1"],
        },
        profile={
            "name": "transit-bus",
            "title": {
                "zh": "公交验票机：单一票价、电子现金脱机消费",
                "en": "Bus validator, flat fare, offline EC",
            },
            "editions": ["JR/T 0025.12-2018"],
        },
        ics={"TERMINAL.CONTACTLESS": True},
        ixit={},
        parameters={
            "T1": {"value": 10.0, "default": 10.0, "owner": "programme", "unit": "s"},
            "taps": {"value": 20, "default": 200, "owner": "bench", "unit": ""},
        },
        bench={"laboratory": "内置模拟环境 Embedded simulators", "location": "in process"},
        simulated=True,
        time_base="virtual",
        evidence_grade="simulated",
        official=False,
        seed=1,
        environment={"python": "3.11"},
        references={},
        cases=tuple(
            CaseEntry(
                id=case_id,
                revision=1,
                digest="d" * 64,
                refs=("JR/T 0025.12-2018 Annex F",),
                sources=("TR-01",),
                title=title,
                purpose=title,
                steps={"zh": (), "en": ()},
            )
            for case_id, title in TITLES.items()
        ),
    )
    return replace(header, **changes)


def make_record(
    verdicts: dict[str, Verdict] | None = None, *, complete: bool = True, **changes: Any
) -> RunRecord:
    endings = dict.fromkeys(TITLES, Verdict.PASS) | (verdicts or {})
    cases = tuple(
        CaseRecord(case_id, 1, verdict, headline=headline(verdict), reason=reason(verdict))
        for case_id, verdict in endings.items()
        if verdict is not Verdict.NOT_RUN
    )
    footer = RunFooter("2026-09-01T08:05:00+00:00", {}, "f" * 64)
    return RunRecord(make_header(**changes), cases, footer if complete else None)


def headline(verdict: Verdict) -> Finding | None:
    if verdict is not Verdict.FAIL:
        return None
    return Finding("record-missing", verdict, "JR/T 0025.12-2018 Annex F", "one record", "none")


def reason(verdict: Verdict) -> str | None:
    return "ics: TERMINAL.FLASH_CARD" if verdict is Verdict.NOT_APPLICABLE else None
