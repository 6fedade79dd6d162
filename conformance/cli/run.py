"""`conformance run`: a product's profile on a bench, and what the run leaves behind."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import click

from conformance.cli.frame import A_FILE, LANGUAGE, REPORTS, refuse, refuse_documents, sentence, whole_record
from conformance.cli.store import STORE, add
from conformance.codec.documents import DocumentErrors
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.runner.session import Preparation, RunOptions

ATTEMPTS = click.option(
    "--attempts", type=click.IntRange(1, 3), default=1, show_default=True,
    help="how often a case that ends INCONC or ERROR is tried; a FAIL stands",
)  # fmt: skip


@click.command()
@click.argument("cases", nargs=-1)
@click.option("--product", required=True, help="what is tested: a name below products/, or a file")
@click.option("--bench", help="a name below benches/, or a file  [default: embedded; replay with --replay]")
@click.option("--replay", type=A_FILE, help="judge this recorded session instead of the product itself")
@click.option("--official", is_flag=True, help="nothing may be left out, official repetition counts")
@ATTEMPTS
@click.option("--resume", is_flag=True, help="go on with the run of this product that was cut off")
@click.option("--defect", help="give the simulated product this one defect")
@STORE
@REPORTS
@LANGUAGE
def run(
    cases: Sequence[str],
    product: str,
    bench: str | None,
    replay: Path | None,
    official: bool,
    attempts: int,
    resume: bool,
    defect: str | None,
    url: str | None,
    reports: Path,
    language: str,
) -> None:
    """Run a product's profile, or the named CASES of it, and write record and report.

    Only an --official run certifies. Official runs are kept below earlier/ and counted.

    With --replay a session that somebody recorded (docs/traces.md) is judged by the cases that need no
    influence; all others are NOT TESTABLE, and such a run never certifies.
    """
    from conformance.runner.session import RunOptions

    asked = RunOptions(
        product,
        reports,
        bench or ("replay" if replay else "embedded"),
        official,
        defect,
        cases=tuple(cases),
        attempts=attempts,
        resume=resume,
        language=language,
        replay=replay,
    )
    _carry_out(asked, url, language)


@click.command()
@click.option("--failed", is_flag=True, required=True, help="what failed or could not be judged")
@click.option("--product", required=True, help="what is tested: a name below products/, or a file")
@click.option("--bench", default="embedded", show_default=True, help="a name below benches/, or a file")
@ATTEMPTS
@click.option("--defect", help="give the simulated product this one defect")
@STORE
@REPORTS
@LANGUAGE
def rerun(
    failed: bool,  # noqa: ARG001  says what is repeated; there is no other choice yet
    product: str,
    bench: str,
    attempts: int,
    defect: str | None,
    url: str | None,
    reports: Path,
    language: str,
) -> None:
    """Run again what blocked in the product's run, into rerun/ beside it. It helps, and cannot certify."""
    from conformance.runner.exit_code import selected
    from conformance.runner.session import RunOptions, slug

    options = RunOptions(product, reports, bench, False, defect, attempts=attempts, language=language)
    path = reports / slug(_prepared(options).product.id) / "run.jsonl"
    if not path.is_file():
        refuse(f"{product} has no run below {reports}; run it first")
    before = whole_record(path, language)
    again = tuple(case.id for case in selected(before) if case.verdict.blocks and case.steps)
    if not again:
        click.echo("nothing failed")
        sys.exit(exit_code.CONFORMING)
    _carry_out(replace(options, cases=again, repeats=before), url, language)


def _prepared(options: RunOptions) -> Preparation:
    from conformance.runner.session import prepare

    try:
        return prepare(options)
    except DocumentErrors as errors:
        refuse_documents(errors)
    except (LookupError, ValueError) as error:
        refuse(sentence(error))


def _carry_out(options: RunOptions, url: str | None, language: str) -> NoReturn:
    preparation = _prepared(options)
    code = _run_under_pytest(preparation, language)
    if url:
        add(url, options.reports, preparation.folder / "run.jsonl", language)
    sys.exit(code)


def _run_under_pytest(preparation: Preparation, language: str) -> int:
    from conformance.link.outcomes import LinkOutcome
    from conformance.plugin import run_cases
    from conformance.report.allure import AllureListener
    from conformance.report.html import case_page
    from conformance.runner.history import NotResumableError
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
        catalogue_url=os.environ.get("CONFORMANCE_CATALOGUE_URL"),
    )
    attended = preparation.bench.channel == "operator"
    bar = ProgressBar(preparation.product.id, len(preparation.wanted), attended=attended)
    session = RunSession(preparation, (allure, bar))
    try:
        session.open()
    except LinkOutcome as outcome:
        refuse(f"the bench {preparation.bench.name} cannot be opened: {outcome}", exit_code.BLOCKED)
    except NotResumableError as error:
        refuse(str(error))
    if session.earlier is not None:
        click.echo(f"resumed: {len(session.endings)} cases stand, {len(session.left)} are left", err=True)
    with bar:
        run_cases(session, language)
    return _finish(preparation.folder, language)


def _facts(preparation: Preparation) -> dict[str, str]:
    """What every Allure page shows of the run."""
    facts = {"firmware": preparation.product.firmware, "bench": preparation.bench.name}
    if preparation.bench.grade == "simulated":
        facts["模拟 SIMULATED"] = preparation.bench.laboratory
    if preparation.overheard is not None:
        facts["回放 REPLAY"] = preparation.overheard.format
    if not preparation.options.official:
        facts["试运行 DRY RUN"] = "复测 RERUN" if preparation.options.repeats else "非正式运行 not official"
    return facts


def _finish(folder: Path, language: str) -> int:
    """Say where everything lies, and compute the exit code from the record."""
    record = whole_record(folder / "run.jsonl", language)
    counts = ", ".join(f"{verdict} {count}" for verdict, count in record.counts.items())
    click.echo(f"{record.header.product['id']}: {counts}")
    click.echo(f"  record  {folder / 'run.jsonl'}")
    click.echo(f"  report  {folder / 'report.html'}")
    return exit_code.exit_code(record)
