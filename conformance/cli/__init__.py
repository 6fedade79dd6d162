"""The `conformance` command: the subjects' commands, gathered."""

from __future__ import annotations

from typing import Any

import click

from conformance import __version__
from conformance.cli import catalogue, certify, doctor, gate, ics, keys, record, run, serve, store, tracing
from conformance.cli.frame import refuse, refuse_documents
from conformance.codec.documents import DocumentErrors
from conformance.link.outcomes import LinkOutcome
from conformance.model.refused import (
    CatalogueError,
    IdentityDiffersError,
    UnknownBenchError,
    UnknownProductError,
)
from conformance.record.reader import RecordError
from conformance.runner import exit_code
from conformance.text import reason


class Commands(click.Group):
    """Tells what stopped a command in one sentence, with the exit code for it; a crash of ours stays one."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DocumentErrors as errors:
            refuse_documents(errors)
        except RecordError as error:
            refuse(f"line {error.line}: {reason(error.code, error.detail, 'en')}", exit_code.BLOCKED)
        except LinkOutcome as outcome:
            refuse(f"the bench is at fault: {outcome}", exit_code.BLOCKED)
        except IdentityDiffersError as error:
            refuse(str(error), exit_code.ICS)
        except (CatalogueError, UnknownProductError, UnknownBenchError, OSError) as error:
            refuse(str(error))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="conformance")
def main() -> None:
    """Conformance tests and certification for the PBOC financial IC card (金融IC卡)."""


for command in (
    run.run, run.rerun, ics.ics, ics.plan, catalogue.catalogue,
    record.verify, tracing.trace, record.diff, record.report,
    gate.gate, store.store,
    certify.certify, certify.review, certify.waive, certify.accept, certify.commission, certify.programme,
    serve.terminal, serve.card, serve.host,
    keys.keys, doctor.doctor,
):  # fmt: skip
    main.add_command(command)
