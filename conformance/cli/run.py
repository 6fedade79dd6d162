"""`conformance run`: a product's profile on a bench, and what the run leaves behind."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import LANGUAGE, REPORTS, refuse, refuse_documents, sentence, whole_record
from conformance.cli.store import STORE, add
from conformance.codec.documents import DocumentErrors
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.runner.session import Preparation


@click.command()
@click.argument("cases", nargs=-1)
@click.option("--product", required=True, help="what is tested: a name below products/, or a file")
@click.option("--bench", default="embedded", show_default=True, help="a name below benches/, or a file")
@click.option("--official", is_flag=True, help="use the official repetition counts")
@click.option("--defect", help="give the simulated product this one defect")
@STORE
@REPORTS
@LANGUAGE
def run(
    cases: Sequence[str],
    product: str,
    bench: str,
    official: bool,
    defect: str | None,
    url: str | None,
    reports: Path,
    language: str,
) -> None:
    """Run a product's profile, or the named CASES of it, and write record and report."""
    from conformance.runner.session import RunOptions, prepare

    options = RunOptions(product, reports, bench, official, defect)
    try:
        preparation = prepare(options)
    except DocumentErrors as errors:
        refuse_documents(errors)
    except (LookupError, ValueError) as error:
        refuse(sentence(error))
    unknown = [case for case in cases if case not in preparation.profile.cases]
    if unknown:
        refuse(f"the profile {preparation.profile.name} has no case {', '.join(unknown)}")
    code = _run_under_pytest(preparation, cases, language)
    if url:
        add(url, reports, preparation.folder / "run.jsonl", language)
    sys.exit(code)


def _run_under_pytest(preparation: Preparation, cases: Sequence[str], language: str) -> int:
    from conformance.link.outcomes import LinkOutcome
    from conformance.plugin import run_cases
    from conformance.report.allure import AllureListener
    from conformance.report.html import case_page
    from conformance.runner.progress import ProgressBar
    from conformance.runner.session import RunSession

    allure = AllureListener(
        preparation.options.reports / "allure-results",
        preparation.product.id,
        preparation.catalogue.entry,
        language=language,
        facts=_facts(preparation),
        floor=preparation.profile.floor,
        trace=lambda record: case_page(record, language),
    )
    bar = ProgressBar(preparation.product.id, len(cases) or len(preparation.profile.cases))
    session = RunSession(preparation, (allure, bar))
    try:
        session.open()
    except LinkOutcome as outcome:
        refuse(f"the bench {preparation.bench.name} cannot be opened: {outcome}", exit_code.BLOCKED)
    with bar:
        run_cases(session, cases, language)
    return _finish(preparation.folder, language)


def _facts(preparation: Preparation) -> dict[str, str]:
    """What every Allure page shows of the run."""
    facts = {"firmware": preparation.product.firmware, "bench": preparation.bench.name}
    if preparation.bench.grade == "simulated":
        facts["模拟 SIMULATED"] = preparation.bench.laboratory
    return facts


def _finish(folder: Path, language: str) -> int:
    """Say where everything lies, and compute the exit code from the record."""
    record = whole_record(folder / "run.jsonl", language)
    counts = ", ".join(f"{verdict} {count}" for verdict, count in record.counts.items())
    click.echo(f"{record.header.product['id']}: {counts}")
    click.echo(f"  record  {folder / 'run.jsonl'}")
    click.echo(f"  report  {folder / 'report.html'}")
    return exit_code.exit_code(record)
