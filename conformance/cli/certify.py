"""`conformance certify`, `review`, `waive`, `accept`, `programme`: what people decide, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.frame import (
    A_FILE,
    DAY,
    LANGUAGE,
    REPORTS,
    ask_passphrase,
    refuse,
    refuse_record,
    whole_record,
)
from conformance.codec.documents import DocumentErrors
from conformance.record.reader import RecordError
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalogue.delta import DeltaPlan
    from conformance.model.programme import LedgerEntry

PROGRAMME = click.option(
    "--programme", "programme_folder", default="example", show_default=True, help="a name or a folder"
)


def _product_id(_: click.Context, __: click.Parameter, value: str) -> str:
    from conformance.catalogue.product import product_id

    return product_id(value)


PRODUCT = click.option(
    "--product",
    required=True,
    callback=_product_id,
    help="the product of the run that is decided on: id or file",
)
DECISION = click.option("--decision", required=True, type=A_FILE, help="decision file")
KEY = click.option("--key", type=click.Path(path_type=Path, exists=True), help="signing key [default: 演示]")
PLAN = click.option("--plan", type=A_FILE, help="the published plan that was decided on")
PROOF = click.option(
    "--proof", type=A_FILE, help="the catalogue's proof, as catalogue proof --write leaves it"
)
BY = click.option("--by", required=True, help="who decides")
WHY = click.option("--why", required=True, help="why")
ON = click.option("--on", "day", type=DAY, help="day of the decision [default: today]")


class DecisionCommand(click.Command):
    """Tells why something is not decided so: 3 with every reason, 2 for a wrong file or name."""

    def invoke(self, ctx: click.Context) -> Any:
        from conformance.cli import certification
        from conformance.programme.ledger import LedgerError

        language = ctx.params.get("language", "zh")
        try:
            return super().invoke(ctx)
        except certification.RefusedError as error:
            refuse(certification.worded(error, language), exit_code.BLOCKED)
        except LedgerError as error:
            refuse(str(error), exit_code.BLOCKED)
        except RecordError as error:
            refuse_record(error, ctx.params.get("reports") or Path("record"), language)
        except (DocumentErrors, ValueError, OSError) as error:
            refuse(str(error))


def _day(day: datetime | None) -> Any:
    return (day or datetime.now(UTC)).date()


@click.group()
def certify() -> None:
    """Issue, suspend, reinstate, withdraw or supersede a certificate; reject; sign a decision; plan a change.

    The ledger that is written is a copy below the reports folder.
    """


@certify.command(cls=DecisionCommand)
@PRODUCT
@DECISION
@KEY
@PLAN
@PROOF
@PROGRAMME
@REPORTS
@LANGUAGE
def issue(**given: Any) -> None:
    """Issue a certificate from a run and a decision file, with its signed bundle."""
    _issue(None, given)


@certify.command(cls=DecisionCommand)
@click.argument("number")
@PRODUCT
@DECISION
@KEY
@PLAN
@PROOF
@PROGRAMME
@REPORTS
@LANGUAGE
def supersede(number: str, **given: Any) -> None:
    """Issue a certificate that takes the place of NUMBER; the decision names it under `supersedes`."""
    _issue(number, given)


def _issue(supersedes: str | None, given: dict[str, Any]) -> None:
    from conformance.cli import certification

    folder = certification.programme_folder(given["programme_folder"])
    page, packed = certification.issue(
        given["reports"], folder, given["product"], given["decision"], given["language"],
        key=given["key"], plan=given["plan"], proof=given["proof"], supersedes=supersedes,
    )  # fmt: skip
    click.echo(f"  certificate  {page}")
    click.echo(f"  bundle       {packed}")


@certify.command(cls=DecisionCommand)
@click.argument("number")
@BY
@WHY
@ON
@PROGRAMME
@REPORTS
@LANGUAGE
def withdraw(
    number: str, by: str, why: str, day: datetime | None, programme_folder: str, reports: Path, language: str
) -> None:
    """Withdraw certificate NUMBER from a day on."""
    from conformance.cli import certification
    from conformance.programme import ruling

    folder = certification.programme_folder(programme_folder)
    ruling.withdraw(certification.ledger_of(reports, folder), number, when=_day(day), who=by, why=why)
    certification.milestone_page(reports, folder, as_of=None, language=language)
    click.echo(f"  withdrawn  {number}")


@certify.command(cls=DecisionCommand)
@click.argument("number")
@BY
@WHY
@ON
@click.option("--until", type=DAY, help="last day of the suspension [default: open]")
@PROGRAMME
@REPORTS
@LANGUAGE
def suspend(
    number: str,
    by: str,
    why: str,
    day: datetime | None,
    until: datetime | None,
    programme_folder: str,
    reports: Path,
    language: str,
) -> None:
    """Suspend certificate NUMBER from a day on."""
    from conformance.cli import certification
    from conformance.programme import ruling

    folder = certification.programme_folder(programme_folder)
    book = certification.ledger_of(reports, folder)
    ends = until.date() if until else None
    ruling.suspend(book, number, when=_day(day), who=by, why=why, until=ends)
    certification.milestone_page(reports, folder, as_of=None, language=language)
    click.echo(f"  suspended  {number}")


@certify.command(cls=DecisionCommand)
@click.argument("number")
@BY
@WHY
@ON
@PROGRAMME
@REPORTS
@LANGUAGE
def reinstate(
    number: str, by: str, why: str, day: datetime | None, programme_folder: str, reports: Path, language: str
) -> None:
    """End the suspension of certificate NUMBER from a day on."""
    from conformance.cli import certification
    from conformance.programme import ruling

    folder = certification.programme_folder(programme_folder)
    ruling.reinstate(certification.ledger_of(reports, folder), number, when=_day(day), who=by, why=why)
    certification.milestone_page(reports, folder, as_of=None, language=language)
    click.echo(f"  reinstated  {number}")


@certify.command(cls=DecisionCommand)
@PRODUCT
@DECISION
@PROGRAMME
@REPORTS
@LANGUAGE
def reject(product: str, decision: Path, programme_folder: str, reports: Path, language: str) -> None:
    """Write the letter that says why a product gets no certificate."""
    from conformance.cli import certification

    folder = certification.programme_folder(programme_folder)
    click.echo(f"  letter  {certification.reject(reports, folder, product, decision, language)}")


@certify.command("delta", cls=DecisionCommand)
@click.argument("number")
@click.option("--answers", type=A_FILE, help="the questionnaire, filled in [default: write an empty one]")
@REPORTS
@LANGUAGE
def delta_plan(number: str, answers: Path | None, reports: Path, language: str) -> None:
    """Say what a change of the product of certificate NUMBER asks to be tested again.

    Without --answers it writes the questionnaire.
    """
    from conformance.catalogue.delta import delta, questionnaire, read_answers, read_changes
    from conformance.catalogue.folders import shipped
    from conformance.catalogue.load import load_catalogue
    from conformance.catalogue.published import published, read_plan

    folder = reports / "certificates" / number
    if not (folder / "plan.json").is_file():
        refuse(f"{folder} holds no bundle with a plan")
    certified, changes = read_plan(folder / "plan.json"), read_changes(shipped("cases") / "proforma")
    if answers is None:
        click.echo(questionnaire(changes, certified.kind), nl=False)
        return
    now = published(load_catalogue(shipped("cases")), certified.profile)
    plan = delta(read_answers(answers, changes, certified.kind), certified, now)
    _show_delta(plan, language)


def _show_delta(plan: DeltaPlan, language: str) -> None:
    from conformance import text

    if not plan.again:
        click.echo(text.label("delta.nothing", language))
        return
    click.echo(text.label("delta.again", language).format(count=len(plan.again)))
    for name, reasons in plan.again.items():
        click.echo(f"  {name}  {', '.join(reasons)}")
    click.echo(text.label("delta.kept", language).format(count=len(plan.kept)))
    for name in plan.kept:
        click.echo(f"  {name}")


@certify.command(cls=DecisionCommand)
@click.argument("decision", type=A_FILE)
@click.option("--key", required=True, type=click.Path(path_type=Path, exists=True), help="signing key")
def sign(decision: Path, key: Path) -> None:
    """Sign a DECISION file as its authoriser; the signature lies beside it."""
    from conformance.cli import certification
    from conformance.crypto import signing

    opened = signing.read_key(key, ask_passphrase)
    click.echo(f"  signed  {certification.sign_decision(decision, opened)}")


@certify.command("new-key", cls=DecisionCommand)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--label", required=True, help="whose key it is, as verify shows it")
@click.option("--sealed", is_flag=True, help="with a passphrase, asked for or in CONFORMANCE_KEY_PASSPHRASE")
def new_key(folder: Path, label: str, sealed: bool) -> None:
    """Make a signing key (Ed25519 and SM2) in FOLDER, outside any repository; give away signer.json only."""
    from conformance.crypto import signing

    passphrase = ask_passphrase(new=True) if sealed else None
    private, public = signing.write_key(signing.generate(label, demonstration=False), folder, passphrase)
    click.echo(f"  private  {private}\n  public   {public}")
    click.echo(f"  fingerprint  {signing.read_signer(public).fingerprint}")


@click.command(cls=DecisionCommand)
@click.argument("case_id", metavar="CASE")
@click.option("--record", required=True, type=A_FILE, help="the run's record")
@click.option("--evidence", required=True, type=A_FILE, help="what was judged: a photo, a receipt, a log")
@click.option("--verdict", required=True, type=click.Choice(["pass", "fail"]), help="what the person says")
@BY
@WHY
@ON
@PROGRAMME
@REPORTS
@LANGUAGE
def review(
    case_id: str,
    record: Path,
    evidence: Path,
    verdict: str,
    by: str,
    why: str,
    day: datetime | None,
    programme_folder: str,
    reports: Path,
    language: str,
) -> None:
    """Sign off a CASE that ended REVIEW, with the evidence; a decision names it under `reviews`."""
    from conformance.cli import certification
    from conformance.programme import ruling

    book = certification.ledger_of(reports, certification.programme_folder(programme_folder))
    entry = ruling.review(
        book, whole_record(record, language), case_id, evidence,
        passed=verdict == "pass", when=_day(day), who=by, why=why,
    )  # fmt: skip
    _said("reviewed", case_id, [entry], book)


@click.command(cls=DecisionCommand)
@click.argument("case_id", metavar="CASE")
@click.option("--record", required=True, type=A_FILE, help="the run's record")
@click.option("--finding", required=True, help="code of the finding; no other is covered")
@click.option("--until", required=True, type=DAY, help="last day of the waiver")
@BY
@WHY
@ON
@PROGRAMME
@REPORTS
@LANGUAGE
def waive(
    case_id: str,
    record: Path,
    finding: str,
    until: datetime,
    by: str,
    why: str,
    day: datetime | None,
    programme_folder: str,
    reports: Path,
    language: str,
) -> None:
    """Waive one finding of a CASE that failed. It stays FAIL; a decision names it under `waivers`."""
    from conformance.cli import certification
    from conformance.programme import ruling

    book = certification.ledger_of(reports, certification.programme_folder(programme_folder))
    entry = ruling.waive(
        book, whole_record(record, language), case_id, finding,
        until=until.date(), when=_day(day), who=by, why=why,
    )  # fmt: skip
    _said("waived", case_id, [entry], book)


@click.command(cls=DecisionCommand)
@click.argument("site")
@BY
@WHY
@ON
@PROGRAMME
@REPORTS
@LANGUAGE
def accept(
    site: str, by: str, why: str, day: datetime | None, programme_folder: str, reports: Path, language: str
) -> None:
    """Accept what is installed at a SITE, or one deployment by its id."""
    from conformance.cli import certification
    from conformance.programme import ruling
    from conformance.programme.load import load_programme

    folder = certification.programme_folder(programme_folder)
    book = certification.ledger_of(reports, folder)
    entries = ruling.accept(book, load_programme(folder), site, when=_day(day), who=by, why=why)
    certification.milestone_page(reports, folder, as_of=None, language=language)
    _said("accepted", site, entries, book)


@click.command(cls=DecisionCommand)
@click.argument("deployment")
@click.option("--group", required=True, help="the device group of the deployment")
@click.option("--count", required=True, type=click.IntRange(min=1), help="how many devices, in its units")
@BY
@WHY
@ON
@PROGRAMME
@REPORTS
@LANGUAGE
def commission(
    deployment: str,
    group: str,
    count: int,
    by: str,
    why: str,
    day: datetime | None,
    programme_folder: str,
    reports: Path,
    language: str,
) -> None:
    """Put devices of a DEPLOYMENT into service."""
    from conformance.cli import certification
    from conformance.programme import ruling
    from conformance.programme.load import load_programme

    folder = certification.programme_folder(programme_folder)
    book, programme = certification.ledger_of(reports, folder), load_programme(folder)
    entry = ruling.commission(book, programme, deployment, group, count, when=_day(day), who=by, why=why)
    certification.milestone_page(reports, folder, as_of=None, language=language)
    _said("commissioned", f"{deployment} {group} × {count}", [entry], book)


def _said(what: str, about: str, entries: Sequence[LedgerEntry], book: Path) -> None:
    numbers = ", ".join(str(entry.number) for entry in entries)
    click.echo(f"  {what}  {about}  ({book}, line {numbers})")


@click.command()
@click.argument("folder", default="example")
@click.option("--as-of", type=DAY, help="day of judgement [default: that of the newest record]")
@REPORTS
@LANGUAGE
def programme(folder: str, as_of: datetime | None, reports: Path, language: str) -> None:
    """Write the milestone page of a programme: a name below programmes/, or a FOLDER."""
    from conformance.cli import certification

    try:
        page = certification.milestone_page(
            reports,
            certification.programme_folder(folder),
            as_of=as_of.date() if as_of else None,
            language=language,
        )
    except RecordError as error:
        refuse_record(error, reports, language)
    except (DocumentErrors, ValueError, OSError) as error:
        refuse(str(error))
    click.echo(f"  milestones  {page}")
