"""From runs to certificates to milestone pages, in the folder that holds the reports.

The shipped ledger is never written: the first decision copies it into the reports folder, and later ones
append there.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.catalogue.folders import shipped
from conformance.programme import certificate as certificates
from conformance.programme.certificate import RefusedError
from conformance.programme.load import load_programme
from conformance.programme.milestones import RunEvidence, compute
from conformance.record.reader import read
from conformance.report import certificate_page, programme_page
from conformance.runner.session import slug
from conformance.text.programme import reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model.programme import Certificate

__all__ = ["RefusedError", "issue", "milestone_page", "programme_folder", "withdraw", "worded"]


def programme_folder(name: str) -> Path:
    """A programme by its name below `programmes/`, or the folder itself."""
    named = shipped("programmes") / name
    folder = named if named.is_dir() else Path(name)
    if not (folder / "directive.yaml").is_file():
        known = sorted(path.parent.name for path in shipped("programmes").glob("*/directive.yaml"))
        raise ValueError(f"no programme {name}; there are: {', '.join(known)}")
    return folder


def ledger(reports: Path, folder: Path) -> Path:
    """The ledger that a decision is appended to: a copy of the shipped one, made when first needed."""
    copy = reports / f"ledger-{folder.name}.jsonl"
    if not copy.exists():
        reports.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "ledger.jsonl", copy)
    return copy


def issue(reports: Path, folder: Path, product: str, decision: Path, language: str) -> Path:
    """Issue a certificate from the product's run under the reports folder; return its page."""
    record = read(reports / slug(product) / "run.jsonl")
    certificate = certificates.issue(
        load_programme(folder),
        record,
        certificates.read_decision(decision),
        reports / "certificates",
        ledger(reports, folder),
    )
    return _certificate_page(reports, certificate, language)


def _certificate_page(reports: Path, certificate: Certificate, language: str) -> Path:
    page = reports / "certificates" / f"{certificate.number}.html"
    href = f"../{slug(certificate.product['id'])}/report.html"
    page.write_text(
        certificate_page.render(certificate, language, run_href=href), encoding="utf-8", newline="\n"
    )
    return page


def worded(error: RefusedError, language: str) -> str:
    """Every reason against a certificate, a line each."""
    return "\n".join(reason(each, language) for each in error.reasons)


def withdraw(reports: Path, folder: Path, number: str, *, by: str, why: str, day: str) -> None:
    """Withdraw a certificate in the copied ledger."""
    certificates.withdraw(ledger(reports, folder), number, when=date.fromisoformat(day), who=by, why=why)


def milestone_page(reports: Path, folder: Path, *, as_of: str | None, language: str) -> Path:
    """Write the programme's page into the reports folder; return it."""
    copy = reports / f"ledger-{folder.name}.jsonl"
    view = compute(
        load_programme(folder),
        reports / "certificates",
        copy if copy.exists() else folder / "ledger.jsonl",
        date.fromisoformat(as_of) if as_of else None,
        tuple(_runs(reports)),
    )
    page = reports / f"programme-{folder.name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(programme_page.render(view, language), encoding="utf-8", newline="\n")
    return page


def _runs(reports: Path) -> Iterator[RunEvidence]:
    for path in sorted(reports.glob("*/run.jsonl")):
        record = read(path, incomplete=True)
        yield RunEvidence(record.header.product["id"], record, f"{path.parent.name}/report.html")
