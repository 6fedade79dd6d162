"""Records, made and written by hand, that the tests of the command read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.catalogue.published import PublishedPlan
from conformance.codec.documents import parse
from conformance.model.run import CaseEntry, Finding, RunFooter, RunHeader, RunRecord, Where
from conformance.model.verdict import Verdict
from conformance.record.privacy import Privacy
from conformance.record.writer import RunWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model.run import CaseRecord

DAY = date(2026, 1, 5)
FINDING = Finding(
    "command-sent", Verdict.FAIL, "JR/T 0025.12-2018 Annex F",
    "no GET PROCESSING OPTIONS", "GET PROCESSING OPTIONS × 1", Where(exchange=1),
    {"command": "GET PROCESSING OPTIONS", "count": 1},
)  # fmt: skip
CARD_MUTE = Finding("card-mute", Verdict.FAIL, "", "an answer before the deadline", "nothing")
PRODUCT = Path(__file__).resolve().parents[2] / "products" / "simulated" / "bus-validator.yaml"
DECLARED = parse(PRODUCT.read_bytes(), PRODUCT.name).value["ics"]  # what the record says must be declared too
ITEMS = ("TERMINAL.CONTACTLESS", "TERMINAL.EC", "TERMINAL.BLACKLIST")


def entry(name: str) -> CaseEntry:
    both = {"zh": name, "en": name}
    refs = ("JR/T 0025.12-2018 Annex F",)
    return CaseEntry(name, 1, "5f" * 32, refs, (), both, both, {"zh": (), "en": ()})


def header(names: Iterable[str], *, ics: bool = True) -> RunHeader:
    return RunHeader(
        run_id="20260105",
        started="2026-01-05T08:00:00+00:00",
        suite={"name": "pboc-conformance", "version": "0.1.0"},
        catalogue_digest="c4" * 32,
        product={
            "id": "simulated/bus-validator", "kind": "terminal", "vendor": "示例厂商", "model": "BV-1",
            "hardware": "A", "firmware": "1.0.0", "firmware_digest": None,
            "firmware_origin": "declared", "serials": ["1"],
        },
        profile={"name": "transit-bus", "title": {"zh": "公交", "en": "Bus"}, "editions": []},
        ics=DECLARED | dict.fromkeys((*ITEMS, "TERMINAL.FDDA_01", "TERMINAL.FLASH_CARD"), ics),
        ixit={},
        parameters={},
        bench={"name": "embedded", "laboratory": "", "location": "", "channel": "memory"},
        simulated=True,
        time_base="virtual",
        evidence_grade="simulated",
        official=False,
        seed=1,
        environment={},
        references={},
        cases=tuple(map(entry, names)),
    )  # fmt: skip


def run_of(
    cases: Iterable[tuple[str, CaseRecord | None]], *, complete: bool = True, ics: bool = True
) -> RunRecord:
    """A run of named cases; one without a record was never begun."""
    named = dict(cases)
    footer = RunFooter("2026-01-05T08:01:00+00:00", {}, "d" * 64) if complete else None
    made = tuple(case for case in named.values() if case is not None)
    return RunRecord(header(named, ics=ics), made, footer)


def plan(
    record: RunRecord, *, revision: int = 1, floor: tuple[str, ...] = (), further: tuple[str, ...] = ()
) -> PublishedPlan:
    """A plan of exactly the record's cases, and further ones."""
    cases = tuple(f"{each.id}@{revision}" for each in record.header.cases)
    return PublishedPlan("transit-bus", "terminal", (), ITEMS, floor, (*cases, *further))


def written(record: RunRecord, path: Path) -> Path:
    """The record as a file."""
    with RunWriter(path, record.header, Privacy(trusted=True)) as writer:
        for case in record.cases:
            writer.case_started(case.id, case.revision, case.attempt)
            for step in case.steps:
                writer.step_started(step.kind, step.index, step.text)
                for event in step.events:
                    writer.event(event)
                writer.step_ended()
            writer.case_ended(case.verdict, case.headline, case.reason, case.duration_ms)
        if record.footer is not None:
            writer.close(record.footer.finished, {str(key): value for key, value in record.counts.items()})
    return path
