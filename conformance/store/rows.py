"""Turns a record or a ledger into rows, and nothing else: what is not in them is not in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.model.verdict import Verdict
from conformance.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Table

    from conformance.model.programme import LedgerEntry
    from conformance.model.run import CaseRecord, RunRecord

Row = dict[str, Any]


def of_record(record: RunRecord, place: str) -> Mapping[Table, list[Row]]:
    """The rows of one run; `place` is where its record lies below the reports folder."""
    name = record.header.run_id
    numbered = list(enumerate(record.cases))
    return {
        tables.run: [_run(record, place)],
        tables.judged: [*(_judged(name, *each) for each in numbered), *_never_begun(record)],
        tables.finding: [row for each in numbered for row in _findings(name, *each)],
        tables.requirement: [row for each in numbered for row in _requirements(name, *each)],
    }


def of_ledger(programme: str, entries: Iterable[LedgerEntry]) -> list[Row]:
    """The rows of one programme's ledger."""
    return [
        {
            "programme": programme,
            "number": entry.number,
            "kind": entry.kind,
            "when": entry.when.isoformat(),
            "who": entry.who,
            "why": entry.why,
            "about": dict(entry.about),
            "values": dict(entry.values),
            "before": None if entry.before is None else dict(entry.before),
            "digest": entry.digest,
        }
        for entry in entries
    ]


def _run(record: RunRecord, place: str) -> Row:
    header, footer = record.header, record.footer
    return {
        "id": header.run_id,
        "place": place,
        "digest": footer.digest if footer else None,
        "started": header.started,
        "finished": footer.finished if footer else None,
        "product": str(header.product.get("id", "")),
        "firmware": str(header.product.get("firmware", "")),
        "firmware_digest": header.product.get("firmware_digest"),
        "profile": str(header.profile.get("name", "")),
        "bench": str(header.bench.get("name", "")),
        "simulated": header.simulated,
        "official": header.official,
        "evidence_grade": header.evidence_grade,
        "suite_version": str(header.suite.get("version", "")),
        "catalogue_digest": header.catalogue_digest,
    }


def _judged(run: str, place: int, case: CaseRecord) -> Row:
    return {
        "run": run,
        "place": place,
        "case_id": case.id,
        "revision": case.revision,
        "attempt": case.attempt,
        "verdict": str(case.verdict),
        "headline": case.headline.code if case.headline else None,
        "reason": case.reason,
        "duration_ms": case.duration_ms,
        "exchanges": len(case.exchanges),
    }


def _never_begun(record: RunRecord) -> Iterator[Row]:
    begun = {case.id for case in record.cases}
    absent = (entry for entry in record.header.cases if entry.id not in begun)
    for place, entry in enumerate(absent, len(record.cases)):
        yield {
            "run": record.header.run_id,
            "place": place,
            "case_id": entry.id,
            "revision": entry.revision,
            "attempt": 0,
            "verdict": str(Verdict.NOT_RUN),
            "headline": None,
            "reason": None,
            "duration_ms": 0,
            "exchanges": 0,
        }


def _findings(run: str, place: int, case: CaseRecord) -> Iterator[Row]:
    for number, found in enumerate(case.findings, 1):
        yield {
            "run": run,
            "place": place,
            "number": number,
            "code": found.code,
            "verdict": str(found.verdict),
            "ref": found.ref,
            "expected": found.expected,
            "observed": found.observed,
            "exchange": found.where.exchange,
        }


def _requirements(run: str, place: int, case: CaseRecord) -> Iterator[Row]:
    judged: dict[str, list[bool]] = {}
    for step in case.steps:
        for each in step.expectations:
            judged.setdefault(each.ref, []).append(each.held)
    for ref, held in judged.items():
        yield {"run": run, "place": place, "ref": ref, "evaluated": len(held), "held": sum(held)}
