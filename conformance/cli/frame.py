"""What the commands share: two options, the way to refuse, the way to read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from conformance.runner import exit_code

if TYPE_CHECKING:
    from conformance.codec.documents import DocumentErrors
    from conformance.model.run import RunRecord
    from conformance.record.reader import RecordError

LANGUAGE = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", envvar="CONFORMANCE_LANGUAGE",
    show_default=True, help="language of pages and messages",
)  # fmt: skip
REPORTS = click.option(
    "--reports", type=click.Path(path_type=Path, file_okay=False), default=Path("reports/latest"),
    show_default=True, help="folder that takes records and reports",
)  # fmt: skip
DAY = click.DateTime(formats=["%Y-%m-%d"])
FOLDER = click.Path(path_type=Path, file_okay=False)
A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

_ICS_PROBLEMS = {
    "unknown-ics-item", "unanswered-ics-item", "mandatory-item-denied", "unknown-parameter",
    "parameter-loosened", "parameter-out-of-range", "parameter-malformed", "conditional-item-denied",
    "conditional-item-claimed", "statement-malformed", "statement-out-of-place",
}  # fmt: skip


def refuse(sentence: str, code: int = exit_code.USAGE) -> NoReturn:
    """Say why nothing was done, on standard error, and end with the code of design section 10."""
    click.echo(sentence, err=True)
    sys.exit(code)


def refuse_documents(errors: DocumentErrors) -> NoReturn:
    """Name every problem of a file; one in a declaration's ICS or IXIT ends with the code for that."""
    declared = any(
        problem.code in _ICS_PROBLEMS or problem.item.startswith(("ics", "ixit"))
        for problem in errors.problems
    )
    refuse(str(errors), exit_code.ICS if declared else exit_code.USAGE)


def sentence(error: Exception) -> str:
    """What an exception says, without its type's quotation marks."""
    return str(error.args[0]) if error.args else type(error).__name__


def ask_passphrase(*, new: bool = False) -> str:
    """The passphrase of a sealed key: from the environment, or from the person at the terminal."""
    given = os.environ.get("CONFORMANCE_KEY_PASSPHRASE")
    if given is not None:
        return given
    asked: str = click.prompt("passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return asked


def whole_record(path: Path, language: str) -> RunRecord:
    """Read a record, incomplete ones too; one that was tampered with is refused with the place."""
    from conformance.record.reader import RecordError, read

    try:
        return read(path, incomplete=True)
    except RecordError as error:
        refuse_record(error, path, language)


def refuse_record(error: RecordError, place: Path, language: str) -> NoReturn:
    """Say what is wrong with a record, and where."""
    from conformance import text

    reason = text.reason(error.code, error.detail, language)
    refuse(f"{place}:{error.line}: {reason}", exit_code.BLOCKED)
