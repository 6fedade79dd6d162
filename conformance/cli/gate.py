"""`conformance gate`: one exit code for a CI job, and what its server shows."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from conformance.cli.frame import A_FILE, DAY, LANGUAGE, refuse, sentence, whole_record
from conformance.codec import documents
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from conformance.catalogue.load import Catalogue
    from conformance.catalogue.published import PublishedPlan
    from conformance.codec.documents import Document
    from conformance.model.run import RunRecord
    from conformance.report.sarif import Place
    from conformance.runner.gate import Judgement

_OUTPUT = click.Path(path_type=Path, dir_okay=False)
_ITEM = re.compile(r"\w+\.\w+")


@click.command()
@click.argument("record", type=A_FILE)
@click.option("--plan", "plan_file", type=A_FILE, help="a published plan (conformance plan --write)")
@click.option("--profile", help="the profile's plan as the catalogue stands")
@click.option("--baseline", type=A_FILE, help="the record of the last release, to compare with")
@click.option("--no-new", is_flag=True, help="let pass what fails in the baseline already")
@click.option("--waivers", "waiver_file", type=A_FILE, help="a file of waivers")
@click.option("--on", "day", type=DAY, help="day on which waivers are judged [default: the record's]")
@click.option("--product", help="the product's file; by default found by the record's product")
@click.option("--junit", "junit_file", type=_OUTPUT, help="write JUnit XML")
@click.option("--sarif", "sarif_file", type=_OUTPUT, help="write SARIF 2.1.0")
@click.option("--summary", "summary_file", type=_OUTPUT, help="append a Markdown summary")
@LANGUAGE
def gate(
    record: Path,
    plan_file: Path | None,
    profile: str | None,
    baseline: Path | None,
    no_new: bool,
    waiver_file: Path | None,
    day: datetime | None,
    product: str | None,
    junit_file: Path | None,
    sarif_file: Path | None,
    summary_file: Path | None,
    language: str,
) -> None:
    """Judge a RECORD against a plan and end with its exit code.

    With --no-new, 0 says that nothing fails but what the baseline shows already.
    """
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue
    from conformance.report import junit
    from conformance.runner.gate import judge, read_waivers

    if (plan_file is None) == (profile is None):
        refuse("a gate needs either --plan or --profile")
    if no_new and baseline is None:
        refuse("--no-new needs --baseline")
    try:
        catalogue = load_catalogue(shipped("cases"))
        plan = _plan(catalogue, plan_file, profile)
        waivers = read_waivers(waiver_file) if waiver_file else ()
        run = _record_of(plan, record, language)
        before = _record_of(plan, baseline, language) if baseline else None
        declared = _declared(product or str(run.header.product["id"])) if product or sarif_file else None
    except LookupError as error:
        refuse(sentence(error))
    except (ValueError, OSError) as error:
        refuse(str(error))
    on = day.date() if day else exit_code.day_of(run)
    judgement = judge(run, plan, waivers, on, before if no_new else None)
    if declared is not None:
        judgement = judgement.with_contradictions(_other_answers(run, declared))
    if sarif_file is not None and declared is not None:
        _write(sarif_file, _sarif(run, judgement, _places(declared, catalogue, plan), language))
    if junit_file is not None:
        _write(junit_file, junit.render(run, language))
    page = _summary(
        run, judgement, None if before is None else _difference(before, run, record, language), language
    )
    if summary_file is not None:
        with summary_file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(page)
    click.echo(page)
    click.echo(f"plan {plan.profile} {plan.digest}")
    sys.exit(judgement.code)


def _plan(catalogue: Catalogue, file: Path | None, profile: str | None) -> PublishedPlan:
    from conformance.catalogue.published import published, read_plan

    return read_plan(file) if file is not None else published(catalogue, str(profile))


def _record_of(plan: PublishedPlan, path: Path, language: str) -> RunRecord:
    record = whole_record(path, language)
    name = record.header.profile["name"]
    if name != plan.profile:
        refuse(f"{path}: a run of the profile {name}; the plan is of {plan.profile}")
    return record


def _declared(product: str) -> Document:
    """The product's file with its lines."""
    from conformance.catalogue.product import find_product

    path = find_product(product)
    inside = path.resolve().is_relative_to(Path.cwd())
    shown = path.resolve().relative_to(Path.cwd()) if inside else path.resolve()
    return documents.parse(path.read_text(encoding="utf-8"), shown.as_posix())


def _other_answers(record: RunRecord, declared: Document) -> tuple[str, ...]:
    """The ICS items that the product's file answers otherwise than the record that is judged."""
    then, now = record.header.ics, declared.value["ics"]
    return tuple(
        f"{declared.source}:{declared.line(('ics', item))}: {item}"
        for item in sorted({*then, *now})
        if then.get(item) is not now.get(item)
    )


def _places(declared: Document, catalogue: Catalogue, plan: PublishedPlan) -> Mapping[str, Place]:
    """For each case the line of the ICS item that made it apply: the last it names, an optional one first."""
    from conformance.report.sarif import Place

    places = {}
    for case_id in plan.revisions:
        case = catalogue.cases.get(case_id)
        named = _ITEM.findall(case.applies_if) if case is not None else []
        optional = [item for item in named if item not in plan.mandatory_items]
        item = (optional or named or [""])[-1]
        places[case_id] = Place(_uri(declared.source), declared.line(("ics", item)))
    return places


def _uri(path: str) -> str:
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)


def _sarif(record: RunRecord, judgement: Judgement, places: Mapping[str, Place], language: str) -> str:
    from conformance.report.sarif import render

    return render(record, [*judgement.cases.values()], places, judgement.states, language)


def _difference(before: RunRecord, after: RunRecord, path: Path, language: str) -> str:
    from conformance.cli.difference import worded
    from conformance.record.compare import compare

    return worded(compare(before, after), (before, after), path, language)


def _summary(record: RunRecord, judgement: Judgement, difference: str | None, language: str) -> str:
    from conformance.report.summary import render

    return render(
        record, [*judgement.cases.values()], judgement.states, judgement.code,
        contradictions=judgement.contradictions, difference=difference, language=language,
    )  # fmt: skip


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")
