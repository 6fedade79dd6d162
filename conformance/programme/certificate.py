"""Certificates: what one record and one decision allow to be said about a product (design 3, 8)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.model.programme import Certificate, Reason
from conformance.model.verdict import Verdict
from conformance.programme import ledger
from conformance.programme.declared import read
from conformance.programme.refusal import (
    Grounds,
    Rulings,
    against,
    exempt,
    granted,
    rests_on_simulation,
    reviewed,
    run_day,
    worst_endings,
)
from conformance.programme.ruling import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from conformance.model.programme import Decision, Programme
    from conformance.model.run import CaseRecord, RunHeader, RunRecord

_LISTS = (
    "cases", "excluded", "parameters", "references", "conditions", "requirements", "statements", "waived",
    "reviewed", "opinions", "external",
)  # fmt: skip


def issue(  # noqa: PLR0913, PLR0917  programme, record and decision, what they rest on, and where it goes
    programme: Programme,
    record: RunRecord,
    decision: Decision,
    folder: Path,
    ledger_path: Path,
    grounds: Grounds | None = None,
    bundled: Callable[[Certificate], Mapping[str, str]] | None = None,
) -> Certificate:
    """Issue a certificate: `folder/NUMBER.json`, and "issued" in the ledger.

    `bundled` puts the bundle together and returns what the ledger shall hold of it. Raises `RefusedError`
    with every reason against the certificate, `LedgerError` when the ledger is broken.
    """
    certificate = decided(programme, record, decision, ledger_path, grounds or Grounds())
    text = spelled(certificate)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{certificate.number}.json").write_bytes(text)
    kept = bundled(certificate) if bundled is not None else {}
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
            **kept,
        },
    )
    return certificate


def decided(
    programme: Programme, record: RunRecord, decision: Decision, ledger_path: Path, grounds: Grounds
) -> Certificate:
    """What the certificate would say; RefusedError with every reason against it. Writes nothing."""
    entries = ledger.read(ledger_path)
    rulings = Rulings.about(record, entries, decision.date or run_day(record))
    reasons = [*against(programme, record, decision, rulings, grounds)]
    own = [each for each in entries if each.about.get("certificate") == decision.number]
    if own:
        reasons.append(Reason("number-taken", {"number": decision.number}))
    if reasons:
        raise RefusedError(tuple(reasons))
    return _certificate(programme, record, decision, rulings, grounds)


def read_certificate(path: Path) -> Certificate:
    """Read a certificate file; raises `DocumentErrors`."""
    row: dict[str, Any] = read(path, "certificate").value
    dates = {name: date.fromisoformat(row[name]) for name in ("issued", "valid_until")}
    lists = {name: tuple(row[name]) for name in _LISTS}
    return Certificate(**{**row, **dates, **lists})


def spelled(certificate: Certificate) -> bytes:
    """Spell a certificate as its file holds it; the ledger keeps the digest of these bytes."""
    return certificate.spelled


def digest_of(value: object) -> str:
    """SHA-256 of plain JSON in one spelling."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _certificate(
    programme: Programme, record: RunRecord, decision: Decision, rulings: Rulings, grounds: Grounds
) -> Certificate:
    header = record.header
    issued = decision.date or run_day(record)
    waivers = granted(decision, rulings)
    endings = [*worst_endings(record)]
    return Certificate(
        number=decision.number,
        programme=programme.id,
        synthetic=programme.synthetic,
        demonstration=decision.demonstration,
        simulated=rests_on_simulation(header),
        issued=issued,
        valid_until=min(
            [_years_later(issued, decision.validity_years), *(waiver.until for waiver in waivers)]
        ),
        product=_product(header.product),
        profile=header.profile["name"],
        profile_title=header.profile["title"],
        record=_summary(record, grounds),
        verdicts={str(verdict): number for verdict, number in record.counts.items()},
        cases=tuple(
            _case_line(record, case)
            for case in endings
            if case.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.REVIEW)
        ),
        excluded=tuple(_excluded(header, case) for case in endings if case.verdict in _EXCLUDED),
        parameters=tuple(_changed_parameters(header)),
        references=tuple(sorted({ref for entry in header.cases for ref in entry.refs})),
        conditions=decision.conditions,
        authoriser=decision.authoriser,
        rule=decision.rule,
        plan_digest=decision.plan_digest or header.profile.get("plan_digest"),
        decision_digest=decision.digest,
        issuing_body=decision.issuing_body,
        customer=decision.customer,
        samples={name: decision.samples.get(name, "") for name in ("received", "condition", "sampling")},
        supersedes=decision.supersedes,
        requirements=tuple(_requirements(record, endings)),
        statements=tuple(_statements(header)),
        waived=tuple(
            {
                "case": waiver.case,
                "revision": str(waiver.revision),
                "finding": waiver.finding,
                "reason": waiver.reason,
                "owner": waiver.owner,
                "until": waiver.until.isoformat(),
            }
            for waiver in waivers
        ),
        reviewed=tuple(
            {
                "case": case.id,
                "who": rulings.reviews[case.id].who,
                "when": rulings.reviews[case.id].when.isoformat(),
                "why": rulings.reviews[case.id].why,
                "evidence": rulings.reviews[case.id].values["evidence"],
            }
            for case in endings
            if reviewed(case, decision, rulings)
        ),
        opinions=decision.opinions,
        external=decision.external,
    )


_EXCLUDED = (Verdict.NOT_APPLICABLE, Verdict.NOT_TESTABLE)


def _product(declared: Mapping[str, Any]) -> Mapping[str, str]:
    kept = ("id", "kind", "vendor", "model", "hardware", "firmware", "firmware_digest", "firmware_origin")
    serials = ", ".join(str(serial) for serial in declared.get("serials", ()))
    return {**{name: str(declared.get(name) or "") for name in kept}, "serials": serials}


def _summary(record: RunRecord, grounds: Grounds) -> Mapping[str, str]:
    header = record.header
    bench = ("laboratory", "address", "location", "operator", "instruments")
    return {
        "run_id": header.run_id,
        "digest": record.footer.digest if record.footer else "",
        "started": header.started,
        "finished": record.footer.finished if record.footer else "",
        "resumed": ", ".join(record.resumed),
        **{name: str(header.bench.get(name) or "") for name in bench},
        "bench": str(header.bench.get("name", "")),
        "suite": f"{header.suite.get('name', '')} {header.suite.get('version', '')}".strip(),
        "environment": ", ".join(f"{name} {each}" for name, each in sorted(header.environment.items())),
        "catalogue_digest": header.catalogue_digest,
        "proof_digest": grounds.proof_digest,
        "ics_digest": digest_of(dict(header.ics)),
        "ixit_digest": digest_of(dict(header.ixit)),
        "evidence_grade": header.evidence_grade,
        "time_base": header.time_base,
        "repetitions": "official" if header.official else "quick",
        "official_attempt": str(header.official_attempt) if header.official else "",
        "uncertainty_ms": f"{header.parameters['U']['value']:g}" if "U" in header.parameters else "",
        "seed": str(header.seed),
    }


def _case_line(record: RunRecord, case: CaseRecord) -> Mapping[str, str]:
    title = record.entry(case.id).title
    return {
        "id": case.id,
        "revision": str(case.revision),
        "verdict": str(case.verdict),
        "attempt": str(case.attempt),
        "zh": title["zh"],
        "en": title["en"],
    }


def _excluded(header: RunHeader, case: CaseRecord) -> Mapping[str, str]:
    because = exempt(header).get(case.id, {})
    return {"id": case.id, "verdict": str(case.verdict), "reason": case.reason or "", **because}


def _requirements(record: RunRecord, endings: list[CaseRecord]) -> Iterator[Mapping[str, str]]:
    """Each clause under which something was evaluated, by which cases, and whether all of it held."""
    held: dict[str, dict[str, list[bool]]] = {}
    for case in endings:
        for each in (expectation for step in case.steps for expectation in step.expectations):
            held.setdefault(each.ref, {}).setdefault(case.id, []).append(each.held)
    for ref, cases in sorted(held.items()):
        title = record.header.references.get(ref, {})
        yield {
            "ref": ref,
            "zh": title.get("zh", ""),
            "en": title.get("en", ""),
            "cases": ", ".join(f"{name} {sum(each)}/{len(each)}" for name, each in sorted(cases.items())),
            "met": "yes" if all(all(each) for each in cases.values()) else "no",
        }


def _statements(header: RunHeader) -> Iterator[Mapping[str, str]]:
    """What the IXIT states in words: approvals, kernel, keys; an empty value was not stated."""
    for name, question in header.profile.get("statements", {}).items():
        value = header.ixit.get(name)
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        yield {"name": name, "zh": question["zh"], "en": question["en"], "value": shown}


def _changed_parameters(header: RunHeader) -> Iterator[Mapping[str, str]]:
    for name, parameter in header.parameters.items():
        if parameter["value"] != parameter["default"]:
            value, default, unit = parameter["value"], parameter["default"], parameter.get("unit", "")
            yield {"name": name, "value": f"{value:g}", "default": f"{default:g}", "unit": unit}


def _years_later(day: date, years: int) -> date:
    """Return the last day of validity: the same day some years on, or 28 February for the 29th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last)
