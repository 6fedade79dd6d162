"""`conformance certify` and `programme`: from runs to certificates to milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from conformance.cli.frame import A_FILE, DAY, LANGUAGE, REPORTS, refuse, refuse_record
from conformance.codec.documents import DocumentErrors
from conformance.record.reader import RecordError
from conformance.runner import exit_code

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command()
@click.argument("number", required=False)
@click.option("--product", help="the product of the run that is certified")
@click.option("--decision", type=A_FILE, help="decision file")
@click.option(
    "--programme", "programme_folder", default="example", show_default=True, help="a name or a folder"
)
@click.option("--withdraw", is_flag=True, help="withdraw certificate NUMBER instead")
@click.option("--by", help="who withdraws")
@click.option("--why", help="why it is withdrawn")
@click.option("--on", "day", type=DAY, help="day of the withdrawal")
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
    day: datetime | None,
    reports: Path,
    language: str,
) -> None:
    """Issue a certificate from a run and a decision file, or withdraw one.

    The ledger that is written is a copy below the reports folder.
    """
    from conformance.cli import certification

    try:
        folder = certification.programme_folder(programme_folder)
        if withdraw:
            if not (number and by and why and day):
                refuse("--withdraw needs NUMBER, --by, --why and --on")
            certification.withdraw(reports, folder, number, by=by, why=why, on=day.date(), language=language)
            click.echo(f"  withdrawn  {number}")
        else:
            if not (product and decision):
                refuse("a certificate needs --product and --decision")
            page = certification.issue(reports, folder, product, decision, language)
            click.echo(f"  certificate  {page}")
    except certification.RefusedError as error:
        refuse(certification.worded(error, language), exit_code.BLOCKED)
    except RecordError as error:
        refuse_record(error, reports, language)
    except (DocumentErrors, ValueError, OSError) as error:
        refuse(str(error))


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
