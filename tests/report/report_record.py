"""A handmade record: every kind of ending, with exchanges of the real session in tests/vectors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.model.run import (
    CaseEntry,
    CaseRecord,
    Exchange,
    Expectation,
    Finding,
    Observation,
    RunFooter,
    RunHeader,
    RunRecord,
    StepRecord,
    Where,
)
from conformance.model.verdict import Verdict

SESSION = Path(__file__).parents[1] / "vectors" / "traces" / "unionpay_contact_credit.json"
PAN = "6210948000000011"
ANNEX, PART_13 = "JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"


def session() -> tuple[Exchange, ...]:
    pairs = json.loads(SESSION.read_text(encoding="utf-8"))["exchanges"]
    return tuple(
        Exchange(number, bytes.fromhex(each["c"]), bytes.fromhex(each["r"]), "answered", number, 1234)
        for number, each in enumerate(pairs, 1)
    )


def entry(name: str, zh: str, en: str) -> CaseEntry:
    return CaseEntry(
        name,
        1,
        "ab" * 32,
        (ANNEX, PART_13),
        ("TR-05a",),
        {"zh": zh, "en": en},
        {"zh": f"{zh}。", "en": f"{en}."},
        {"zh": ("刷卡",), "en": ("Tap the card",)},
    )


def sent_again(exchange: int) -> Finding:
    return Finding(
        "command-sent",
        Verdict.FAIL,
        ANNEX,
        "no GET PROCESSING OPTIONS",
        "GET PROCESSING OPTIONS × 1",
        Where(exchange=exchange),
        {"command": "GET PROCESSING OPTIONS", "count": 1},
    )


def step(*events: Any) -> StepRecord:
    return StepRecord("step", 0, "Tap the card", events)


def passed() -> CaseRecord:
    shown = Observation("indication", {"signal": "accepted", "text": "", "balance": 4900})
    stored = Observation("transaction-record", {"number": 1, "kind": "sale", "pan": PAN})
    held = Expectation("balance-differs", PART_13, held=True)
    return CaseRecord(
        "TRN-BUS-010", 1, Verdict.PASS, (step(*session(), shown, stored, held),), None, None, 1, 41
    )


def failed() -> CaseRecord:
    exchanges = [replace(each, number=each.number + 100) for each in session()[:8]]
    finding = sent_again(107)
    not_held = Expectation("command-sent", ANNEX, held=False)
    return CaseRecord(
        "TRN-BUS-050", 1, Verdict.FAIL, (step(*exchanges, not_held, finding),), finding, None, 1, 7
    )


def inconclusive() -> CaseRecord:
    finding = Finding(
        "card-mute", Verdict.INCONC, "", "an answer before the deadline", f"card {PAN} said nothing for 5 s"
    )
    preamble = StepRecord("preamble", 0, "Tap the card", (finding,))
    return CaseRecord("TRN-BUS-060", 1, Verdict.INCONC, (preamble,), finding)


def record(*, complete: bool = True, simulated: bool = True, cases: Any = None) -> RunRecord:
    """PASS, FAIL, INCONC, N/A, NOT TESTABLE, and one selected case that never ran."""
    entries = (
        entry("TRN-BUS-010", "消费一次", "One sale"),
        entry("TRN-BUS-050", "应答丢失", "The answer is lost"),
        entry("TRN-BUS-060", "卡片无应答", "A mute card"),
        entry("TRN-BUS-080", "黑名单", "A blacklist"),
        entry("TRN-BUS-090", "断电", "A power cut"),
        entry("TRN-BUS-110", "末条用例", "The last case"),
    )
    endings = cases or (
        passed(),
        failed(),
        inconclusive(),
        CaseRecord("TRN-BUS-080", 1, Verdict.NOT_APPLICABLE, reason="ics: TERMINAL.BLACKLIST"),
        CaseRecord("TRN-BUS-090", 1, Verdict.NOT_TESTABLE, reason="bench lacks: power"),
    )
    footer = RunFooter("2026-01-05T08:01:00+00:00", {}, "d" * 64) if complete else None
    return RunRecord(header(entries, simulated=simulated), endings, footer)


def header(entries: tuple[CaseEntry, ...], *, simulated: bool) -> RunHeader:
    return RunHeader(
        run_id="0f3c9a7e51d2b864",
        started="2026-01-05T08:00:00+00:00",
        suite={"name": "pboc-conformance", "version": "0.1.0"},
        catalogue_digest="c1" * 32,
        product={
            "id": "simulated/bus-validator",
            "kind": "terminal",
            "vendor": "示例厂商 <Example> & Co",
            "model": "Reference bus validator",
            "hardware": "simulated",
            "firmware": "1.0.0",
            "firmware_digest": None,
            "firmware_origin": "declared",
            "serials": ["SIM-VALIDATOR-1"],
        },
        profile={
            "name": "transit-bus",
            "title": {"zh": "公交验票机", "en": "Bus validator"},
            "editions": ["JR/T 0025.12-2018"],
        },
        ics={"TERMINAL.EC": True, "TERMINAL.BLACKLIST": False},
        ixit={"T1": 8},
        parameters={
            "T1": {
                "value": 8,
                "default": 10,
                "owner": "programme",
                "unit": "s",
                "reason": {"zh": "闪卡窗口", "en": "flash-card window"},
            }
        },
        bench={"name": "embedded", "laboratory": "内置", "location": "in process", "channel": "memory"},
        simulated=simulated,
        time_base="virtual",
        evidence_grade="simulated",
        official=False,
        seed=1,
        environment={"python": "3.11.2"},
        references={ANNEX: {"zh": "附录F", "en": "Annex F", "confidence": "M"}},
        cases=entries,
    )
