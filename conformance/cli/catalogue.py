"""`conformance catalogue`: the cases, their proof, their lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import DAY, LANGUAGE, refuse
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

SIMULATED = (
    "simulated/bus-validator",
    "simulated/bus-validator-online",
    "simulated/pos",
    "simulated/electronic-cash-card",
    "simulated/debit-credit-card",
    "simulated/extended-application-card",
    "simulated/sm-card",
    "simulated/dual-currency-card",
    "simulated/quasi-credit-card",
    "simulated/hospital-counter",
    "simulated/scenic-gate",
    "simulated/toll-exit",
)


@click.group()
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


@catalogue.command("page")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("reports/catalogue.html"),
    show_default=True,
    help="the page that is written",
)
@LANGUAGE
def catalogue_page(output: Path, language: str) -> None:  # fmt: skip
    """Write every case, with what it states and on which clause, as one page in both languages."""
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue
    from conformance.report.catalogue_page import ListedCase, render

    loaded = load_catalogue(shipped("cases"))
    listed = [
        ListedCase(
            loaded.entry(case.id),
            case.applies_if,
            case.needs,
            tuple(name for name, profile in loaded.proforma.profiles.items() if case.id in profile.cases),
        )
        for case in loaded.cases.values()
    ]
    output.parent.mkdir(parents=True, exist_ok=True)
    page = render(listed, loaded.proforma.references, loaded.digest, language)
    output.write_text(page, encoding="utf-8", newline="\n")
    click.echo(f"  catalogue  {output}")


@catalogue.command("proof")
@click.argument("products", nargs=-1)
@click.option(
    "--write", "output", type=click.Path(path_type=Path, dir_okay=False),
    help="write the proof as a file that a certificate can rest on",
)  # fmt: skip
def catalogue_proof(products: Sequence[str], output: Path | None) -> None:
    """Show that every case passes on the conforming simulator and fails on its defect.

    Each case of a card must also notice a defect that no other case of its group notices.
    """
    from conformance.runner.proof import overlaps, prove, spelled

    wrong, proofs = 0, []
    click.echo(f"{'case':<12}  {'defect':<34}  {'expected':<28}  observed")
    for proof in prove(products or SIMULATED):
        wrong += not proof.holds
        proofs.append(proof)
        row = f"{proof.case:<12}  {proof.defect or '—':<34}  {proof.expected:<28}  {proof.observed}"
        click.echo(row if proof.holds else f"{row}  ✗")
    for overlap in overlaps(products or SIMULATED):
        wrong += overlap.reason is None
        click.echo(
            f"{overlap.case:<12}  beside {', '.join(overlap.others)}: {overlap.reason or 'no reason  ✗'}"
        )
    if output is not None:
        output.write_text(spelled(proofs), encoding="utf-8", newline="\n")
    if wrong:
        refuse(f"{wrong} lines do not hold", exit_code.NOT_CONFORMING)


@catalogue.command("matrix")
@click.argument("products", nargs=-1)
@click.option("--defect", "defects", multiple=True, metavar="ID", help="only this one; may be repeated")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("reports/matrix.html"),
    show_default=True, help="the page that is written",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="processes at a time [default: one per processor]")
@LANGUAGE
def catalogue_matrix(
    products: Sequence[str], defects: Sequence[str], output: Path, jobs: int | None, language: str
) -> None:
    """Run every defect against all cases of its device, and write which of them notice it.

    Ends with 1 where no case notices a defect, its own does not, or any case ends in ERROR.
    """
    import os

    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue
    from conformance.report.matrix_page import render
    from conformance.runner.matrix import matrix
    from conformance.sim.defects import DEFECTS

    unknown = [name for name in defects if name not in DEFECTS]
    if unknown:
        refuse(f"no defect {', '.join(unknown)}")
    rows = []
    click.echo(f"{'case':<12}  {'defect':<40}  noticed by")
    for row in matrix(products or SIMULATED, defects, jobs or os.cpu_count() or 1):
        rows.append(row)
        subject = row.subject
        told = f"{len(row.noticed)} of {len(row.trials)}{''.join(f'  {each}  ✗' for each in row.problems)}"
        click.echo(f"{subject.kills or subject.device:<12}  {subject.defect or '—':<40}  {told}")
    loaded = load_catalogue(shipped("cases"))
    titles = {case: loaded.entry(case).title for case in loaded.cases}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(render(rows, titles, loaded.digest, language), encoding="utf-8", newline="\n")
    click.echo(f"  matrix  {output}")
    wrong = sum(len(row.problems) for row in rows)
    if wrong:
        refuse(f"{wrong} lines do not hold", exit_code.NOT_CONFORMING)


@catalogue.command("lock")
@click.option("--check", "only_check", is_flag=True, help="write nothing; 1 if catalogue and lock differ")
@click.option("--editorial", multiple=True, metavar="ID", help="the case changed, and no verdict can")
@click.option("--on", "day", type=DAY, help="day since when what is new is active [default: today]")
def catalogue_lock(only_check: bool, editorial: Sequence[str], day: datetime | None) -> None:
    """Lock each case's behaviour to its revision, or check that it is so."""
    from datetime import UTC, datetime

    from conformance.catalogue import lock
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue

    folder = shipped("cases")
    path = folder / lock.NAME
    try:
        on = (day or datetime.now(UTC)).date()
        cases, locked = load_catalogue(folder).cases, lock.read_lock(path)
        if only_check:
            differences = [*lock.check(cases, locked)]
            if differences:
                refuse("\n".join(differences), exit_code.NOT_CONFORMING)
        else:
            fresh = lock.renewed(cases, locked, day=on.isoformat(), editorial=editorial)
            path.write_text(lock.spelled(fresh), encoding="utf-8", newline="\n")
    except lock.LockError as error:
        refuse(str(error), exit_code.NOT_CONFORMING)
    except ValueError as error:
        refuse(str(error))
    click.echo(f"  lock  {path}")
