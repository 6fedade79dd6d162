"""Certificates: what one record and one decision allow to be said about a product (design 3, 8)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.codec.documents import DocumentErrors
from conformance.model.programme import Certificate, Decision, Reason
from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.programme import ledger
from conformance.programme.declared import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.model.programme import Programme
    from conformance.model.run import RunHeader, RunRecord


class RefusedError(Exception):
    """A certificate cannot be issued or withdrawn; `reasons` are worded when they are shown."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(_plainly(reason) for reason in reasons))


def read_decision(path: Path) -> Decision:
    """Read a decision file; raises `DocumentErrors`."""
    document = read(path, "decision")
    row: dict[str, Any] = document.value["decision"]
    if row["date"] is None and not row["demonstration"]:
        sentence = "is missing: only a demonstration is decided on the record's own day"
        raise DocumentErrors([document.problem(("decision", "date"), "missing", sentence)])
    return Decision(
        number=row["number"],
        date=row["date"] and date.fromisoformat(row["date"]),
        authoriser=row["authoriser"],
        rule=row["rule"],
        profile=row["profile"],
        product=row["product"],
        demonstration=row["demonstration"],
        plan_digest=row["plan_digest"],
        issuing_body=row["issuing_body"],
        validity_years=row.get("validity_years", 3),
        conditions=tuple(row["conditions"]),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def issue(
    programme: Programme, record: RunRecord, decision: Decision, folder: Path, ledger_path: Path
) -> Certificate:
    """Issue a certificate: `folder/NUMBER.json`, and "issued" in the ledger.

    Raises `RefusedError` with every reason against it, `LedgerError` when the ledger is broken.
    """
    reasons = [*_against_record(programme, record), *_against_decision(record, decision)]
    if decision.demonstration and not programme.synthetic:
        reasons.append(Reason("demonstration-does-not-count", {"programme": programme.id}))
    if _decided(ledger_path, "issued", decision.number) is not None:
        reasons.append(Reason("number-taken", {"number": decision.number}))
    if reasons:
        raise RefusedError(tuple(reasons))
    certificate = _certificate(programme, record, decision)
    text = spelled(certificate)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{certificate.number}.json").write_bytes(text)
    ledger.append(
        ledger_path,
        "issued",
        when=certificate.issued,
        who=decision.authoriser["zh"],
        why=decision.rule["zh"],
        about={"certificate": certificate.number},
        values={
            "product": certificate.product["id"],
            "profile": certificate.profile,
            "certificate": hashlib.sha256(text).hexdigest(),
            "record": certificate.record["digest"],
            "decision": decision.digest,
        },
    )
    return certificate


def withdraw(ledger_path: Path, number: str, *, when: date, who: str, why: str) -> None:
    """Withdraw a certificate from a day on; raises `RefusedError` when there is none to withdraw."""
    issued, withdrawn = (_decided(ledger_path, kind, number) for kind in ("issued", "withdrawn"))
    if issued is None:
        raise RefusedError((Reason("number-unknown", {"number": number}),))
    if withdrawn is not None:
        raise RefusedError((Reason("number-withdrawn", {"number": number, "on": withdrawn.isoformat()}),))
    if when < issued:
        arguments = {"number": number, "on": issued.isoformat()}
        raise RefusedError((Reason("withdrawn-before-issued", arguments),))
    ledger.append(ledger_path, "withdrawn", when=when, who=who, why=why, about={"certificate": number})


def read_certificate(path: Path) -> Certificate:
    """Read a certificate file; raises `DocumentErrors`."""
    row: dict[str, Any] = read(path, "certificate").value
    dates = {name: date.fromisoformat(row[name]) for name in ("issued", "valid_until")}
    lists = {
        name: tuple(row[name]) for name in ("cases", "excluded", "parameters", "references", "conditions")
    }
    return Certificate(**{**row, **dates, **lists})


def spelled(certificate: Certificate) -> bytes:
    """Spell a certificate as its file holds it; the ledger keeps the digest of these bytes."""
    text = json.dumps(
        asdict(certificate), ensure_ascii=False, indent=1, sort_keys=True, default=date.isoformat
    )
    return text.encode() + b"\n"


def blocking_cases(record: RunRecord) -> Iterator[CaseRecord]:
    """Find every case that keeps the record's product from a certificate; one without an ending is NOT RUN.

    The last attempt counts, but a FAIL before it stays: what passes only sometimes does not conform.
    """
    attempts: dict[str, list[CaseRecord]] = {entry.id: [] for entry in record.header.cases}
    for case in record.cases:
        attempts.setdefault(case.id, []).append(case)
    for case_id, endings in attempts.items():
        failed = [case for case in endings if case.verdict is Verdict.FAIL]
        worst = (failed or endings[-1:] or [_not_run(record, case_id)])[0]
        if worst.verdict.blocks:
            yield worst


def _not_run(record: RunRecord, case_id: str) -> CaseRecord:
    return CaseRecord(case_id, record.entry(case_id).revision, Verdict.NOT_RUN, reason="not-reached")


def _against_record(programme: Programme, record: RunRecord) -> Iterator[Reason]:
    header = record.header
    if not record.complete:
        yield Reason("record-incomplete", {"run": header.run_id})
    for case in blocking_cases(record):
        code = case.headline.code if case.headline else case.reason or ""
        yield Reason("case-blocks", {"case": case.id, "verdict": str(case.verdict), "code": code})
    if not any(case.verdict is Verdict.PASS for case in record.cases):
        yield Reason("nothing-passed", {"run": header.run_id})
    if "defect" in header.product:
        yield Reason("defect-built-in", {"defect": header.product["defect"]})
    if not programme.synthetic and rests_on_simulation(header):
        yield Reason("simulated-does-not-count", {"programme": programme.id})
    if not programme.synthetic and not header.official:
        yield Reason("run-not-official", {"run": header.run_id})
    if not programme.synthetic and header.time_base != "real":
        yield Reason("time-not-real", {"run": header.run_id})


def _against_decision(record: RunRecord, decision: Decision) -> Iterator[Reason]:
    header = record.header
    if decision.product != header.product["id"]:
        arguments = {"decided": decision.product, "tested": header.product["id"]}
        yield Reason("decision-about-other-product", arguments)
    if decision.profile != header.profile["name"]:
        arguments = {"decided": decision.profile, "tested": header.profile["name"]}
        yield Reason("decision-about-other-profile", arguments)
    if decision.plan_digest not in (None, header.catalogue_digest):
        yield Reason("decision-about-other-plan", {"tested": header.catalogue_digest[:12]})
    if decision.date is not None and decision.date < run_day(record):
        arguments = {"on": decision.date.isoformat(), "run": run_day(record).isoformat()}
        yield Reason("decided-before-run", arguments)


def rests_on_simulation(header: RunHeader) -> bool:
    """True when the record says nothing about a real device: it counts in synthetic programmes only."""
    return header.simulated or header.evidence_grade == "simulated"


def run_day(record: RunRecord) -> date:
    """Return the day on which the run ended, or began if it never ended, in UTC as the record has it."""
    stamp = record.footer.finished if record.footer else record.header.started
    return date.fromisoformat(stamp[:10])


def _decided(ledger_path: Path, kind: str, number: str) -> date | None:
    """Find the day on which a certificate was first issued or withdrawn."""
    entries = ledger.read(ledger_path)
    days = (each.when for each in entries if each.kind == kind and each.about["certificate"] == number)
    return next(days, None)


def _certificate(programme: Programme, record: RunRecord, decision: Decision) -> Certificate:
    header = record.header
    issued = decision.date or run_day(record)
    return Certificate(
        number=decision.number,
        programme=programme.id,
        synthetic=programme.synthetic,
        demonstration=decision.demonstration,
        simulated=rests_on_simulation(header),
        issued=issued,
        valid_until=_years_later(issued, decision.validity_years),
        product=_product(header.product),
        profile=header.profile["name"],
        profile_title=header.profile["title"],
        record=_summary(record),
        verdicts={str(verdict): number for verdict, number in record.counts.items()},
        cases=tuple(_case_line(record, case) for case in record.cases if case.verdict is Verdict.PASS),
        excluded=tuple(
            {"id": case.id, "verdict": str(case.verdict), "reason": case.reason or ""}
            for case in record.cases
            if case.verdict is Verdict.NOT_APPLICABLE
        ),
        parameters=tuple(_changed_parameters(header)),
        references=tuple(sorted({ref for entry in header.cases for ref in entry.refs})),
        conditions=decision.conditions,
        authoriser=decision.authoriser,
        rule=decision.rule,
        plan_digest=decision.plan_digest,
        decision_digest=decision.digest,
        issuing_body=decision.issuing_body,
    )


def _product(declared: Mapping[str, Any]) -> Mapping[str, str]:
    kept = ("id", "kind", "vendor", "model", "hardware", "firmware", "firmware_digest", "firmware_origin")
    serials = ", ".join(str(serial) for serial in declared.get("serials", ()))
    return {**{name: str(declared.get(name) or "") for name in kept}, "serials": serials}


def _summary(record: RunRecord) -> Mapping[str, str]:
    header = record.header
    return {
        "run_id": header.run_id,
        "digest": record.footer.digest if record.footer else "",
        "started": header.started,
        "finished": record.footer.finished if record.footer else "",
        "laboratory": str(header.bench.get("laboratory", "")),
        "location": str(header.bench.get("location", "")),
        "suite": f"{header.suite.get('name', '')} {header.suite.get('version', '')}".strip(),
        "catalogue_digest": header.catalogue_digest,
        "evidence_grade": header.evidence_grade,
        "time_base": header.time_base,
        "repetitions": "official" if header.official else "quick",
        "seed": str(header.seed),
    }


def _case_line(record: RunRecord, case: CaseRecord) -> Mapping[str, str]:
    title = record.entry(case.id).title
    return {
        "id": case.id,
        "revision": str(case.revision),
        "verdict": str(case.verdict),
        "zh": title["zh"],
        "en": title["en"],
    }


def _changed_parameters(header: RunHeader) -> Iterator[Mapping[str, str]]:
    for name, parameter in header.parameters.items():
        if parameter["value"] != parameter["default"]:
            value, default, unit = parameter["value"], parameter["default"], parameter.get("unit", "")
            yield {"name": name, "value": f"{value:g}", "default": f"{default:g}", "unit": unit}


def _years_later(day: date, years: int) -> date:
    """Return the last day of validity: the same day some years on, or 28 February for the 29th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last)


def _plainly(reason: Reason) -> str:
    details = ", ".join(f"{name} {value}" for name, value in reason.arguments.items() if value != "")
    return f"{reason.code}: {details}" if details else reason.code
