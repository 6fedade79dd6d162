"""`conformance trace`: a recorded session as text, page or script, or sent to a simulated card."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import A_FILE, FOLDER, LANGUAGE, refuse, sentence
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.report.trace import Session


@click.command()
@click.argument("session", type=A_FILE)
@click.option("--case", "case_id", help="only this case of a run's record")
@click.option("--exchange", type=int, help="only this exchange")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="write a page instead")
@click.option("--script", "as_script", is_flag=True, help="print the commands as a script for scriptor")
@click.option("--replay", "profile", help="send the commands to a simulated card of this profile and compare")
@click.option(
    "--demonstration-keys", is_flag=True, help="recompute cryptograms with the built-in issuer's keys"
)
@click.option("--keys", type=FOLDER, help="follow certificates and cryptograms with this laboratory's keys")
@LANGUAGE
def trace(
    session: Path,
    case_id: str | None,
    exchange: int | None,
    html: Path | None,
    as_script: bool,
    profile: str | None,
    demonstration_keys: bool,
    keys: Path | None,
    language: str,
) -> None:
    """Decode a recorded SESSION and check its certificates and cryptograms.

    SESSION is a run.jsonl, JSON exchanges, a hex dialogue, or what scriptor, pcsc-spy, a Proxmark3 or
    SIMtrace recorded.

    0 all checks held, 1 one did not, or a replay differs. In a run's record, where cards are refused on
    purpose, the verdicts speak and the code is 0.
    """
    from conformance.crypto import laboratory
    from conformance.report import trace as traced

    issuer = traced.demonstration_keys() if demonstration_keys else None
    try:
        own = laboratory.load(keys) if keys else None
        if own is not None:
            issuer = traced.IssuerKeys(own.rsa.imk, own.sm.imk)
        with laboratory.using(own):
            sessions = traced.gather(session, case=case_id, exchange=exchange, issuer=issuer)
        if profile is not None:
            sys.exit(_replayed(sessions, profile, language))
    except (traced.SessionError, ValueError) as error:
        refuse(sentence(error))
    if as_script:
        click.echo(traced.script(sessions, language), nl=False)
    elif html is not None:
        html.write_text(traced.page(sessions, session.name, language), encoding="utf-8", newline="\n")
        click.echo(f"  trace   {html}")
    else:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        click.echo(traced.render(sessions, language, colour=colour), color=True)
    sound = all(check.ok is not False for each in sessions for check in each.checks)
    sys.exit(exit_code.CONFORMING if sound or traced.is_record(session) else exit_code.NOT_CONFORMING)


def _replayed(sessions: Sequence[Session], profile: str, language: str) -> int:
    from conformance.cli.replaying import replay, worded

    differs = False
    for each in sessions:
        for pair in replay(each.exchanges, profile):
            differs |= pair.differs
            click.echo(worded(pair, language))
    return exit_code.NOT_CONFORMING if differs else exit_code.CONFORMING
