"""`conformance ics` and `plan`: what a vendor declares, and what will be run because of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import LANGUAGE, REPORTS, refuse, refuse_documents, sentence
from conformance.codec.documents import DocumentErrors
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.catalogue.load import Catalogue
    from conformance.catalogue.plan import PlannedCase
    from conformance.model.iut import Product
    from conformance.runner.bench import Bench


@click.group()
def ics() -> None:
    """Declare a product: ICS and IXIT."""


@ics.command("template")
@click.argument("kind")
def ics_template(kind: str) -> None:
    """Write the product file of a KIND (terminal, card) to fill in, its questions in both languages."""
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.proforma import read_proforma
    from conformance.catalogue.template import template

    try:
        click.echo(template(read_proforma(shipped("cases") / "proforma"), kind), nl=False)
    except LookupError as error:
        refuse(sentence(error))


@ics.command("check")
@click.option("--product", required=True, help="a name below products/, or a file")
@click.option("--bench", help="a name below benches/, or a file: the device itself is held against it too")
@LANGUAGE
def ics_check(product: str, bench: str | None, language: str) -> None:
    """Review a declaration statically: 0 in order, 4 with every problem, its line and the nearest name.

    With a bench the device is asked what it shows of itself, and held against its own declaration.
    """
    from conformance import text
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.product import find_product, read_product, unstated
    from conformance.catalogue.proforma import read_proforma

    try:
        path = find_product(product)
        proforma = read_proforma(shipped("cases") / "proforma")
        declared = read_product(path, proforma)
    except DocumentErrors as errors:
        refuse(str(errors), exit_code.ICS)
    except LookupError as error:
        refuse(sentence(error))
    for each in unstated(declared, proforma):
        click.echo(
            f"{path}: ixit.{each.name} — {text.label('ics.not-stated', language)}: {each.question[language]}"
        )
    if bench is not None:
        _hold_against(bench, declared, language)
    click.echo(text.label("ics.in-order", language).format(path=path, count=len(declared.ics)))


def _hold_against(bench: str, declared: Product, language: str) -> None:
    """Ask the device on the bench; end with the code for the ICS where it contradicts its declaration."""
    from conformance import text
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue
    from conformance.codec import documents
    from conformance.link.outcomes import LinkOutcome
    from conformance.runner.bench import check_fit, find_bench, read_bench
    from conformance.runner.claims import claims
    from conformance.runner.opening import opened

    try:
        catalogue = load_catalogue(shipped("cases"))
        cases = [catalogue.cases[name] for name in catalogue.proforma.profiles[declared.profile].cases]
        file = read_bench(find_bench(bench))
        check_fit(file, declared)
        with opened(file, declared, kinds=catalogue.proforma.samples) as door:
            found = [*claims(declared, door, cases)]
    except LinkOutcome as outcome:
        refuse(f"the bench {bench} cannot be opened: {outcome}", exit_code.BLOCKED)
    except (LookupError, ValueError) as error:
        refuse(sentence(error))
    document = documents.parse(declared.path.read_text(encoding="utf-8"), str(declared.path))
    for each in found:
        group, _, name = each.item.partition(".")
        row = {"item": each.item, "declared": each.declared, "shown": each.shown, "by": each.by}
        seen = "ics.device.contradicted" if each.contradicted else "ics.device.agrees"
        key = "ics.device.unseen" if each.shown is None else seen
        line = document.line((group, name))
        said = text.label(key, language).format(**row)
        click.echo(f"{declared.path}:{line}: {said}", err=each.contradicted)
    if any(each.contradicted for each in found):
        sys.exit(exit_code.ICS)


@click.command()
@click.option("--product", required=True, help="a name below products/, or a file")
@click.option("--bench", help="a name below benches/, or a file; it is opened to learn what it offers")
@REPORTS
@click.option(
    "--write", "output", type=click.Path(path_type=Path, dir_okay=False),
    help="publish the profile's plan as a file that never changes",
)  # fmt: skip
@LANGUAGE
def plan(product: str, bench: str | None, reports: Path, output: Path | None, language: str) -> None:
    """Say what will run, what is N/A by which ICS item, what is NOT TESTABLE on the bench and why, how long.

    How long is what each case took in the product's last run under the reports folder. On a bench with an
    operator the cases stand in the order that spares changes, each with the minutes that it needs.
    """
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue
    from conformance.catalogue.product import find_product, read_product
    from conformance.catalogue.published import publish, published

    try:
        catalogue = load_catalogue(shipped("cases"))
        declared = read_product(find_product(product), catalogue.proforma)
        planned, minutes = _planned(catalogue, declared, bench)
        plan_of_profile = published(catalogue, declared.profile)
        if output is not None:
            publish(plan_of_profile, output)
    except DocumentErrors as errors:
        refuse_documents(errors)
    except (LookupError, ValueError, OSError) as error:
        refuse(sentence(error))
    _show(catalogue, planned, minutes, language)
    if minutes:
        _show_minutes(minutes, language)
    _show_time(planned, _took(reports, declared), language)
    click.echo(f"plan {declared.profile} {plan_of_profile.digest}")


def _planned(
    catalogue: Catalogue, declared: Product, bench: str | None
) -> tuple[Sequence[PlannedCase], Mapping[str, float]]:
    """The plan, and expected minutes by case where an operator needs them.

    Without a bench, as on one that offers everything.
    """
    from conformance.catalogue.plan import plan as select
    from conformance.link.outcomes import LinkOutcome
    from conformance.runner.bench import check_fit, find_bench, read_bench
    from conformance.runner.opening import opened

    if bench is None:
        needs = {need for case in catalogue.cases.values() for need in case.needs}
        return select(catalogue, declared, needs), {}
    file = read_bench(find_bench(bench))
    check_fit(file, declared)
    if file.channel == "operator":
        return _arranged(catalogue, declared, file)
    try:
        with opened(file, declared, kinds=catalogue.proforma.samples) as door:
            if door.samples is None:
                return select(catalogue, declared, door.offers), {}
            return select(catalogue, declared, door.offers, door.samples.lacking), {}
    except LinkOutcome as outcome:
        refuse(f"the bench {file.name} cannot be opened: {outcome}", exit_code.BLOCKED)


def _arranged(
    catalogue: Catalogue, declared: Product, file: Bench
) -> tuple[Sequence[PlannedCase], Mapping[str, float]]:
    """Planned without asking anybody: each case is rehearsed."""
    from pathlib import Path

    from conformance.runner.opening import with_nobody
    from conformance.runner.rehearsal import arranged
    from conformance.runner.session import Preparation, RunOptions

    before = Preparation(RunOptions(declared.id, Path()), catalogue, declared, file)
    with with_nobody(file) as (offers, capks):
        arrangement = arranged(catalogue, declared, file, offers, capks, before.parameters())
    return arrangement.plan, arrangement.minutes


def _took(reports: Path, declared: Product) -> Mapping[str, int]:
    """Milliseconds of each case in the product's last run, none without one."""
    from conformance.record.reader import RecordError, read
    from conformance.runner.session import slug

    path = reports / slug(declared.id) / "run.jsonl"
    try:
        record = read(path, incomplete=True) if path.is_file() else None
    except RecordError:
        return {}
    return {case.id: case.duration_ms for case in record.cases if case.steps} if record else {}


def _show_minutes(minutes: Mapping[str, float], language: str) -> None:
    from conformance import text

    row = {"minutes": f"{sum(minutes.values()):.0f}", "count": len(minutes)}
    click.echo(text.label("plan.minutes-in-all", language).format(**row))


def _show_time(planned: Sequence[PlannedCase], took: Mapping[str, int], language: str) -> None:
    from conformance import text

    due = [each.case.id for each in planned if each.verdict is None]
    known = [took[name] for name in due if name in took]
    key = "plan.time" if known else "plan.time-unknown"
    row = {"seconds": f"{sum(known) / 1000:.1f}", "known": len(known), "count": len(due)}
    click.echo(text.label(key, language).format(**row))


def _show(
    catalogue: Catalogue, planned: Sequence[PlannedCase], minutes: Mapping[str, float], language: str
) -> None:
    """The cases in three lists: to run, N/A, NOT TESTABLE."""
    from conformance import text

    heading = text.label("plan.to-run", language)
    groups: dict[str, list[str]] = {heading: []}
    for each in planned:
        title = catalogue.entry(each.case.id).title[language]
        row = f"  {each.case.id}@{each.case.revision}  {title}"
        if each.verdict is None:
            needs = text.label("plan.minutes", language).format(minutes=f"{minutes.get(each.case.id, 0):.1f}")
            groups[heading].append(f"{row}  {needs}" if minutes else row)
        else:
            reason = text.case_reason(each.reason or "", language)
            groups.setdefault(f"{each.verdict} {text.verdict(each.verdict, language)}", []).append(
                f"{row} — {reason}"
            )
    for name, rows in groups.items():
        click.echo("\n".join([f"{name} ({len(rows)})", *rows]))
