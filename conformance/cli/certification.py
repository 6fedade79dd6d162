"""From runs to certificates to milestone pages, in the folder that holds the reports.

The shipped ledger is never written: the first decision copies it into the reports folder, and later ones
append there.
"""

from __future__ import annotations

import shutil
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
    from datetime import date

    from conformance.model.programme import Certificate, Reason

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
    run = reports / slug(product)
    if not (run / "run.jsonl").is_file():
        raise ValueError(f"{product} has no run below {reports}; run it first")
    certificate = certificates.issue(
        load_programme(folder),
        read(run / "run.jsonl"),
        certificates.read_decision(decision),
        reports / "certificates",
        ledger(reports, folder),
    )
    kept = reports / "certificates" / certificate.number
    kept.mkdir(exist_ok=True)
    for name in _EVIDENCE:  # a later run of the product takes the place of its run, never of this one
        shutil.copyfile(run / name, kept / name)
    return _certificate_page(reports, certificate, language)


_EVIDENCE = ("run.jsonl", "report.html")


def _certificate_page(
    reports: Path, certificate: Certificate, language: str, state: Reason | None = None
) -> Path:
    page = reports / "certificates" / f"{certificate.number}.html"
    href = f"{certificate.number}/report.html"
    page.write_text(
        certificate_page.render(certificate, language, state=state, run_href=href),
        encoding="utf-8",
        newline="\n",
    )
    return page


def worded(error: RefusedError, language: str) -> str:
    """Every reason against a certificate, a line each."""
    return "\n".join(reason(each, language) for each in error.reasons)


def withdraw(reports: Path, folder: Path, number: str, *, by: str, why: str, on: date, language: str) -> None:
    """Withdraw a certificate in the copied ledger; its page says so from then on."""
    certificates.withdraw(ledger(reports, folder), number, when=on, who=by, why=why)
    milestone_page(reports, folder, as_of=None, language=language)


def milestone_page(reports: Path, folder: Path, *, as_of: date | None, language: str) -> Path:
    """Write the programme's page, and the pages of its certificates as they stand on that day; return it."""
    copy = reports / f"ledger-{folder.name}.jsonl"
    view = compute(
        load_programme(folder),
        reports / "certificates",
        copy if copy.exists() else folder / "ledger.jsonl",
        as_of,
        tuple(_runs(reports)),
    )
    for each in view.certificates:
        if each.state.code != "certificate-not-in-ledger":
            _certificate_page(reports, each.certificate, language, each.state)
    page = reports / f"programme-{folder.name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(programme_page.render(view, language), encoding="utf-8", newline="\n")
    return page


def _runs(reports: Path) -> Iterator[RunEvidence]:
    for path in sorted((*reports.glob("*/run.jsonl"), *reports.glob("certificates/*/run.jsonl"))):
        record = read(path, incomplete=True)
        href = path.with_name("report.html").relative_to(reports).as_posix()
        yield RunEvidence(record.header.product["id"], record, href)
