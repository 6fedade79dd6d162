"""What reads records: `conformance verify`, `diff` and `report`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from conformance.cli.frame import A_FILE, LANGUAGE, REPORTS, refuse, whole_record
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@click.argument("evidence", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--ledger", "ledger_file", type=A_FILE, help="the ledger in which the bundle's certificate was issued"
)
@click.option(
    "--signer", "signers", multiple=True, type=click.Path(path_type=Path, exists=True),
    help="public keys (signer.json) of who may have signed; may be given again",
)  # fmt: skip
@LANGUAGE
def verify(evidence: Path, ledger_file: Path | None, signers: Sequence[Path], language: str) -> None:
    """Check a run's record, or a certificate's bundle (folder or zip); needs no network.

    0 intact, 3 with every flaw and its place.
    """
    if evidence.is_dir() or evidence.suffix == ".zip":
        _verify_bundle(evidence, ledger_file, signers, language)
    if ledger_file is not None or signers:
        refuse("--ledger and --signer are for bundles")
    from conformance import text
    from conformance.record.evidence import flaws
    from conformance.record.verify import walk

    lines, integrity = walk(evidence.read_bytes())
    place = f"{evidence}:{integrity.line}" if integrity.line else str(evidence)
    last = integrity.after_case
    after = f" ({text.label('report.incomplete-after', language).format(case=last)})" if last else ""
    click.echo(f"{place}: {text.reason(integrity.code, integrity.detail, language)}{after}")
    wrong = [*flaws(lines, partial(_beside, evidence.parent))]
    for file, code in wrong:
        click.echo(f"{evidence.parent / file}: {text.reason(code, {}, language)}", err=True)
    sound = integrity.state == "intact" and not wrong
    sys.exit(exit_code.CONFORMING if sound else exit_code.BLOCKED)


def _beside(folder: Path, file: str) -> bytes | None:
    """A file beside a record, None without one."""
    path = folder / file
    return path.read_bytes() if path.is_file() else None


def _verify_bundle(path: Path, ledger_file: Path | None, signers: Sequence[Path], language: str) -> NoReturn:
    from conformance import text
    from conformance.crypto.signing import SigningError, read_signer
    from conformance.programme import ledger
    from conformance.programme.examination import examine
    from conformance.record import bundle

    try:
        trusted = [read_signer(each) for each in signers]
        entries = ledger.read(ledger_file) if ledger_file else None
        files = bundle.contents(path)
        manifest = bundle.manifest_of(files)
    except SigningError as error:
        refuse(str(error))
    except ledger.LedgerError as error:
        refuse(str(error), exit_code.BLOCKED)
    except bundle.BundleError as error:
        said = text.reason("bundle-unreadable", {"reason": str(error)}, language)
        refuse(f"{path}: {said}", exit_code.BLOCKED)
    flaws = [*examine(files, manifest, trusted=trusted, entries=entries)]
    for flaw in flaws:
        line = f":{flaw.detail['line']}" if flaw.detail.get("line") else ""
        click.echo(f"{path}/{flaw.file}{line}: {text.reason(flaw.code, flaw.detail, language)}", err=True)
    if flaws:
        sys.exit(exit_code.BLOCKED)
    signer = manifest.signer
    shown: dict[str, str | int] = {
        "number": manifest.number,
        "signer": signer.label,
        "fingerprint": signer.fingerprint[:16],
        "count": len(manifest.files),
    }
    click.echo(f"{path}: {text.reason('bundle-intact', shown, language)}")
    if not trusted and entries is None:
        click.echo(text.reason("bundle-not-anchored", {}, language))
    sys.exit(exit_code.CONFORMING)


@click.group()
def report() -> None:
    """Compute reports again from records."""


@report.command("run")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@LANGUAGE
def report_run(folder: Path, language: str) -> None:
    """Write report.html and junit.xml again in a run's FOLDER."""
    from conformance.report.pages import write_pages

    write_pages(whole_record(folder / "run.jsonl", language), folder, language)
    click.echo(f"  report  {folder / 'report.html'}")


@report.command("allure")
@REPORTS
@LANGUAGE
def report_allure(reports: Path, language: str) -> None:
    """Render the Allure results of all runs under the reports folder as one file."""
    from conformance.report.allure import render

    results = reports / "allure-results"
    if not results.is_dir():
        refuse(f"no {results}; run something first")
    outcome = render(results, reports / "allure.html", language, _environment(reports))
    if outcome.path is None:
        click.echo(f"  allure  {outcome.reason}")
    else:
        click.echo(f"  allure  {outcome.path}")


def _environment(reports: Path) -> dict[str, str]:
    """What the runs under the folder were made with: suite and catalogue, then each product on its bench."""
    facts: dict[str, str] = {}
    for path in sorted(reports.glob("*/run.jsonl")):
        header = whole_record(path, "en").header
        facts["suite"] = f"{header.suite.get('name', '')} {header.suite.get('version', '')}"
        facts["catalogue"] = header.catalogue_digest[:16]
        product, bench = header.product, header.bench
        tested = f"{product.get('firmware', '')} · {bench.get('name', '')} · {header.evidence_grade}"
        facts[str(product.get("id", path.parent.name))] = (
            f"{tested}{' · SIMULATED' if header.simulated else ''}"
        )
    return facts


@click.command()
@click.argument("before", type=A_FILE)
@click.argument("after", type=A_FILE)
@LANGUAGE
def diff(before: Path, after: Path, language: str) -> None:
    """Say what changed from record BEFORE to record AFTER: 0 nothing, 1 something, 3 unreadable."""
    from conformance.cli.difference import worded
    from conformance.record.compare import compare

    records = whole_record(before, language), whole_record(after, language)
    comparison = compare(*records)
    click.echo(worded(comparison, records, after, language))
    sys.exit(exit_code.NOT_CONFORMING if comparison.differs else exit_code.CONFORMING)
