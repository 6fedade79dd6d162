"""`conformance store`: the index over records and ledgers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.frame import LANGUAGE, REPORTS, refuse
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.store import Refusal, Store

STORE = click.option(
    "--store", "url", envvar="CONFORMANCE_STORE", metavar="URL",
    help="database, as postgresql+psycopg://user@host/name [default: store.sqlite in the reports folder]",
)  # fmt: skip
PRODUCT = click.option("--product", help="only the runs of this product")


@click.group()
def store() -> None:
    """Ask, or build again, the index over all records and ledgers."""


@store.command()
@STORE
@REPORTS
@LANGUAGE
def rebuild(url: str | None, reports: Path, language: str) -> None:
    """Read every record and ledger under the reports folder anew: 0 all taken, 3 some refused."""
    from conformance.programme.ledger import LedgerError

    try:
        with opened(url, reports) as database:
            rebuilt = database.rebuild(reports, _records(reports), _ledgers(reports))
    except LedgerError as error:
        refuse(str(error), exit_code.BLOCKED)
    click.echo(f"  store  {database.name}: {rebuilt.runs} runs, {rebuilt.decisions} decisions")
    for refusal in rebuilt.refused:
        click.echo(worded(refusal, language), err=True)
    sys.exit(exit_code.BLOCKED if rebuilt.refused else exit_code.CONFORMING)


@store.command()
@PRODUCT
@STORE
@REPORTS
def runs(product: str | None, url: str | None, reports: Path) -> None:
    """List runs, oldest first."""
    with opened(url, reports) as database:
        found = [{**row, "counts": _counts(row["counts"])} for row in database.runs(product)]
    _listed(found, ("started", "product", "firmware", "profile", "bench", "counts", "place"))


@store.command()
@click.argument("case_id")
@PRODUCT
@STORE
@REPORTS
def case(case_id: str, product: str | None, url: str | None, reports: Path) -> None:
    """Say how a case ended in every run, oldest first."""
    with opened(url, reports) as database:
        found = database.case(case_id, product)
    _listed(found, ("started", "product", "firmware", "revision", "attempt", "verdict", "headline", "place"))


@store.command()
@click.argument("code")
@STORE
@REPORTS
def finding(code: str, url: str | None, reports: Path) -> None:
    """Say where a finding, named by its CODE, was made before."""
    with opened(url, reports) as database:
        found = database.findings(code)
    _listed(found, ("started", "product", "firmware", "case_id", "expected", "observed", "exchange", "place"))


@store.command()
@click.option("--programme", help="only the ledger of this programme")
@STORE
@REPORTS
def decisions(programme: str | None, url: str | None, reports: Path) -> None:
    """List what people decided, as the ledgers have it."""
    with opened(url, reports) as database:
        found = [{**row, "about": _counts(row["about"])} for row in database.decisions(programme)]
    _listed(found, ("programme", "number", "kind", "when", "who", "about", "why"))


def add(url: str, reports: Path, record: Path, language: str) -> None:
    """Take one run that has just ended; a refusal is said and changes nothing else."""
    with opened(url, reports) as database:
        refusal = database.add(reports, record)
    click.echo(f"  store   {database.name}" if refusal is None else worded(refusal, language))


def opened(url: str | None, reports: Path) -> Store:
    """The store behind the URL, by default a file in the reports folder."""
    from conformance.store import Store, StoreError

    if url is None:
        reports.mkdir(parents=True, exist_ok=True)
    try:
        return Store(url or f"sqlite:///{reports / 'store.sqlite'}")
    except StoreError as error:
        refuse(str(error), exit_code.BLOCKED)


def worded(refusal: Refusal, language: str) -> str:
    """Why a record was not taken, with its place."""
    from conformance import text

    line = "" if refusal.line is None else f":{refusal.line}"
    return f"{refusal.place}{line}: {text.reason(refusal.code, refusal.detail, language)}"


def _records(reports: Path) -> Sequence[Path]:
    return sorted(reports.rglob("run.jsonl"))


def _ledgers(reports: Path) -> Mapping[str, Any]:
    """Each programme's ledger: as decisions under this folder continued it, else as it is declared."""
    from conformance.catalogue.folders import shipped
    from conformance.programme import ledger

    declared = {path.parent.name: path for path in shipped("programmes").glob("*/ledger.jsonl")}
    continued = {path.stem.removeprefix("ledger-"): path for path in reports.glob("ledger-*.jsonl")}
    return {name: ledger.read(path) for name, path in sorted({**declared, **continued}.items())}


def _counts(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _listed(found: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """A table with aligned columns; nothing found is said."""
    if not found:
        click.echo("nothing", err=True)
        return
    from rich.cells import cell_len

    table = [list(columns), *([_cell(row[name]) for name in columns] for row in found)]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _cell(value: Any) -> str:
    return "—" if value is None else str(value)
