"""`conformance ics` and `plan`: what a vendor declares, and what will be run because of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import LANGUAGE, refuse, refuse_documents, sentence
from conformance.codec.documents import DocumentErrors
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalogue.load import Catalogue
    from conformance.catalogue.plan import PlannedCase
    from conformance.model.iut import Product


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
@LANGUAGE
def ics_check(product: str, language: str) -> None:
    """Review a declaration statically: 0 in order, 4 with every problem, its line and the nearest name."""
    from conformance import text
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.product import find_product, read_product
    from conformance.catalogue.proforma import read_proforma

    try:
        path = find_product(product)
        declared = read_product(path, read_proforma(shipped("cases") / "proforma"))
    except DocumentErrors as errors:
        refuse(str(errors), exit_code.ICS)
    except LookupError as error:
        refuse(sentence(error))
    click.echo(text.label("ics.in-order", language).format(path=path, count=len(declared.ics)))


@click.command()
@click.option("--product", required=True, help="a name below products/, or a file")
@click.option("--bench", help="a name below benches/, or a file; it is opened to learn what it offers")
@click.option(
    "--write", "output", type=click.Path(path_type=Path, dir_okay=False),
    help="publish the profile's plan as a file that never changes",
)  # fmt: skip
@LANGUAGE
def plan(product: str, bench: str | None, output: Path | None, language: str) -> None:
    """Say what will run, what is N/A by which ICS item, and what is NOT TESTABLE on the bench and why."""
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue
    from conformance.catalogue.product import find_product, read_product
    from conformance.catalogue.published import publish, published

    try:
        catalogue = load_catalogue(shipped("cases"))
        declared = read_product(find_product(product), catalogue.proforma)
        planned = _planned(catalogue, declared, bench)
        plan_of_profile = published(catalogue, declared.profile)
        if output is not None:
            publish(plan_of_profile, output)
    except DocumentErrors as errors:
        refuse_documents(errors)
    except (LookupError, ValueError, OSError) as error:
        refuse(sentence(error))
    _show(catalogue, planned, language)
    click.echo(f"plan {declared.profile} {plan_of_profile.digest}")


def _planned(catalogue: Catalogue, declared: Product, bench: str | None) -> Sequence[PlannedCase]:
    """Without a bench, as on one that offers everything."""
    from conformance.catalogue.plan import plan as select
    from conformance.link.outcomes import LinkOutcome
    from conformance.runner.bench import check_fit, find_bench, read_bench
    from conformance.runner.opening import opened

    if bench is None:
        needs = {need for case in catalogue.cases.values() for need in case.needs}
        return select(catalogue, declared, needs)
    file = read_bench(find_bench(bench))
    check_fit(file, declared)
    try:
        with opened(file, declared) as door:
            return select(catalogue, declared, door.offers)
    except LinkOutcome as outcome:
        refuse(f"the bench {file.name} cannot be opened: {outcome}", exit_code.BLOCKED)


def _show(catalogue: Catalogue, planned: Sequence[PlannedCase], language: str) -> None:
    """The cases in three lists: to run, N/A, NOT TESTABLE."""
    from conformance import text

    heading = text.label("plan.to-run", language)
    groups: dict[str, list[str]] = {heading: []}
    for each in planned:
        title = catalogue.entry(each.case.id).title[language]
        row = f"  {each.case.id}@{each.case.revision}  {title}"
        if each.verdict is None:
            groups[heading].append(row)
        else:
            reason = text.case_reason(each.reason or "", language)
            groups.setdefault(f"{each.verdict} {text.verdict(each.verdict, language)}", []).append(
                f"{row} — {reason}"
            )
    for name, rows in groups.items():
        click.echo("\n".join([f"{name} ({len(rows)})", *rows]))
