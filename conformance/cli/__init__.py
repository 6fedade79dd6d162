"""The `conformance` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from conformance import __version__
from conformance.codec.documents import DocumentErrors
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model.run import RunRecord
    from conformance.runner.session import Preparation

LANGUAGE = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", envvar="CONFORMANCE_LANGUAGE",
    show_default=True, help="language of pages and messages",
)  # fmt: skip
REPORTS = click.option(
    "--reports", type=click.Path(path_type=Path, file_okay=False), default=Path("reports/latest"),
    show_default=True, help="folder that takes records and reports",
)  # fmt: skip


SIMULATED = ("simulated/bus-validator", "simulated/electronic-cash-card")


def refuse(sentence: str, code: int = exit_code.USAGE) -> NoReturn:
    """Say why nothing was done, on standard error, and end with the code of design section 10."""
    click.echo(sentence, err=True)
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="conformance")
def main() -> None:
    """Conformance tests and certification for the PBOC financial IC card (金融IC卡)."""


@main.command()
@click.argument("cases", nargs=-1)
@click.option("--product", required=True, help="what is tested: a name below products/, or a file")
@click.option("--bench", default="embedded", show_default=True, help="a name below benches/, or a file")
@click.option("--official", is_flag=True, help="use the official repetition counts")
@click.option("--defect", help="give the simulated product this one defect")
@REPORTS
@LANGUAGE
def run(
    cases: Sequence[str],
    product: str,
    bench: str,
    official: bool,
    defect: str | None,
    reports: Path,
    language: str,
) -> None:
    """Run a product's profile, or the named CASES of it, and write record and report."""
    from conformance.runner.session import RunOptions, prepare

    options = RunOptions(product, reports, bench, official, defect)
    try:
        preparation = prepare(options)
    except DocumentErrors as errors:
        in_ics = any(problem.code in _ICS_PROBLEMS for problem in errors.problems)
        refuse(str(errors), exit_code.ICS if in_ics else exit_code.USAGE)
    except (LookupError, ValueError) as error:
        refuse(_sentence(error))
    unknown = [case for case in cases if case not in preparation.profile.cases]
    if unknown:
        refuse(f"the profile {preparation.profile.name} has no case {', '.join(unknown)}")
    sys.exit(_run_under_pytest(preparation, cases, language))


_ICS_PROBLEMS = {
    "unknown-ics-item", "unanswered-ics-item", "mandatory-item-denied", "unknown-parameter",
    "parameter-loosened", "parameter-out-of-range",
}  # fmt: skip


def _sentence(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


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
        run_cases(session, cases)
    return _finish(preparation.folder, language)


def _facts(preparation: Preparation) -> dict[str, str]:
    """What every Allure page shows of the run."""
    facts = {"firmware": preparation.product.firmware, "bench": preparation.bench.name}
    if preparation.bench.grade == "simulated":
        facts["模拟 SIMULATED"] = preparation.bench.laboratory
    return facts


def _finish(folder: Path, language: str) -> int:
    """Compute the report from the record and say where everything lies."""
    record = whole_record(folder / "run.jsonl", language)
    write_reports(folder, language)
    counts = ", ".join(f"{verdict} {count}" for verdict, count in record.counts.items())
    click.echo(f"{record.header.product['id']}: {counts}")
    click.echo(f"  record  {folder / 'run.jsonl'}")
    click.echo(f"  report  {folder / 'report.html'}")
    return exit_code.exit_code(record)


def whole_record(path: Path, language: str) -> RunRecord:
    """Read a record, incomplete ones too; one that was tampered with is refused with the place."""
    from conformance import text
    from conformance.record.reader import RecordError, read

    try:
        return read(path, incomplete=True)
    except RecordError as error:
        sentence = text.reason(error.code, error.detail, language)
        refuse(f"{path}:{error.line}: {sentence}", exit_code.BLOCKED)


def write_reports(folder: Path, language: str) -> None:
    """Write the HTML report and JUnit XML beside a record."""
    from conformance.report import html, junit

    record = whole_record(folder / "run.jsonl", language)
    (folder / "report.html").write_text(html.render(record, language), encoding="utf-8", newline="\n")
    (folder / "junit.xml").write_text(junit.render(record), encoding="utf-8", newline="\n")


@main.command()
@click.argument("record", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@LANGUAGE
def verify(record: Path, language: str) -> None:
    """Check that a run's RECORD is whole: 0 intact, 3 incomplete or tampered, naming the place."""
    from conformance import text
    from conformance.record.verify import verify as verified

    integrity = verified(record)
    place = f"{record}:{integrity.line}" if integrity.line else str(record)
    last = integrity.after_case
    after = f" ({text.label('report.incomplete-after', language).format(case=last)})" if last else ""
    click.echo(f"{place}: {text.reason(integrity.code, integrity.detail, language)}{after}")
    sys.exit(exit_code.CONFORMING if integrity.state == "intact" else exit_code.BLOCKED)


@main.command()
@click.argument("session", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--case", "case_id", help="only this case of a run's record")
@click.option("--exchange", type=int, help="only this exchange")
@LANGUAGE
def trace(session: Path, case_id: str | None, exchange: int | None, language: str) -> None:
    """Decode a recorded SESSION (run.jsonl, or JSON exchanges) and check its certificates."""
    from conformance.report.trace import SessionError, render_file

    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    try:
        rendered, sound = render_file(session, language, colour=colour, case=case_id, exchange=exchange)
    except SessionError as error:
        refuse(str(error))
    click.echo(rendered, color=True)
    # A run's record holds cards that are refused on purpose: there the verdicts speak, not the certificates.
    judged_by_itself = session.suffix == ".jsonl"
    sys.exit(exit_code.CONFORMING if sound or judged_by_itself else exit_code.NOT_CONFORMING)


@main.group()
def report() -> None:
    """Compute reports again from records."""


@report.command("run")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@LANGUAGE
def report_run(folder: Path, language: str) -> None:
    """Write report.html and junit.xml again in a run's FOLDER."""
    write_reports(folder, language)
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
    outcome = render(results, reports / "allure.html", language)
    if outcome.path is None:
        click.echo(f"  allure  {outcome.reason}")
    else:
        click.echo(f"  allure  {outcome.path}")


@main.command()
@click.argument("number", required=False)
@click.option("--product", help="the product of the run that is certified")
@click.option(
    "--decision", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="decision file"
)
@click.option(
    "--programme", "programme_folder", default="example", show_default=True, help="a name or a folder"
)
@click.option("--withdraw", is_flag=True, help="withdraw certificate NUMBER instead")
@click.option("--by", help="who withdraws")
@click.option("--why", help="why it is withdrawn")
@click.option("--on", "day", help="day of the withdrawal, ISO 8601")
@REPORTS
@LANGUAGE
def certify(
    number: str | None,
    product: str | None,
    decision: Path | None,
    programme_folder: str,
    withdraw: bool,
    by: str | None,
    why: str | None,
    day: str | None,
    reports: Path,
    language: str,
) -> None:
    """Issue a certificate from a run and a decision file, or withdraw one.

    The ledger that is written is a copy below the reports folder.
    """
    from conformance.cli import certification

    folder = certification.programme_folder(programme_folder)
    try:
        if withdraw:
            if not (number and by and why and day):
                refuse("--withdraw needs NUMBER, --by, --why and --on")
            certification.withdraw(reports, folder, number, by=by, why=why, day=day)
            click.echo(f"  withdrawn  {number}")
        else:
            if not (product and decision):
                refuse("a certificate needs --product and --decision")
            page = certification.issue(reports, folder, product, decision, language)
            click.echo(f"  certificate  {page}")
    except certification.RefusedError as error:
        refuse(certification.worded(error, language), exit_code.BLOCKED)
    except (DocumentErrors, ValueError, OSError) as error:
        refuse(str(error))


@main.command()
@click.argument("folder", default="example")
@click.option(
    "--as-of", help="day on which the programme is judged, ISO 8601; by default that of the newest record"
)
@REPORTS
@LANGUAGE
def programme(folder: str, as_of: str | None, reports: Path, language: str) -> None:
    """Write the milestone page of a programme: a name below programmes/, or a FOLDER."""
    from conformance.cli import certification

    try:
        page = certification.milestone_page(
            reports, certification.programme_folder(folder), as_of=as_of, language=language
        )
    except (DocumentErrors, ValueError, OSError) as error:
        refuse(str(error))
    click.echo(f"  milestones  {page}")


@main.group()
def catalogue() -> None:
    """Look into the catalogue of cases."""


@catalogue.command("list")
@LANGUAGE
def catalogue_list(language: str) -> None:
    """List every case with its revision and title."""
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue

    loaded = load_catalogue(shipped("cases"))
    for case_id in sorted(loaded.cases):
        entry = loaded.entry(case_id)
        click.echo(f"{case_id}@{entry.revision}  {entry.title[language]}")


@catalogue.command("proof")
@click.argument("products", nargs=-1)
def catalogue_proof(products: Sequence[str]) -> None:
    """Show that every case passes on the conforming simulator and fails on its defect."""
    from conformance.runner.proof import prove

    wrong = 0
    click.echo(f"{'case':<12}  {'defect':<34}  {'expected':<28}  observed")
    for proof in prove(products or SIMULATED):
        wrong += not proof.holds
        row = f"{proof.case:<12}  {proof.defect or '—':<34}  {proof.expected:<28}  {proof.observed}"
        click.echo(row if proof.holds else f"{row}  ✗")
    if wrong:
        refuse(f"{wrong} lines do not hold", exit_code.NOT_CONFORMING)


@main.group()
def terminal() -> None:
    """Our own terminals, behind the control protocol."""


@terminal.command("serve")
@click.argument("device")
@click.option("--port", type=int, default=0, help="TCP port on loopback; 0 picks one")
@click.option("--reader", required=True, help="the PC/SC reader that the terminal reads cards in")
@click.option("--defect", help="serve the terminal with this one defect")
def terminal_serve(device: str, port: int, reader: str, defect: str | None) -> None:
    """Serve DEVICE (bus-validator): operated through the control protocol, reading cards through PC/SC."""
    from conformance.cli.serving import serve_terminal

    try:
        serve_terminal(device, port, reader, defect, announce=click.echo)
    except LookupError as error:
        refuse(_sentence(error))


@main.group()
def card() -> None:
    """Our own cards, in a virtual reader."""


@card.command("serve")
@click.argument("profile", default="electronic-cash")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="where the virtual reader's driver listens"
)
@click.option("--port", type=int, default=35963, show_default=True, help="the driver's port (vpcd)")
def card_serve(profile: str, host: str, port: int) -> None:
    """Keep a simulated card of PROFILE in a virtual PC/SC reader until interrupted."""
    from conformance.cli.serving import serve_card
    from conformance.link.outcomes import LinkOutcome

    try:
        serve_card(profile, host, port, announce=click.echo)
    except (LookupError, ValueError) as error:
        refuse(_sentence(error))
    except LinkOutcome as outcome:
        refuse(f"no virtual reader listens on {host}:{port}: {outcome}", exit_code.BLOCKED)
