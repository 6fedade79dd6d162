"""`conformance keys`: the test keys of a laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from conformance.cli.frame import FOLDER, refuse

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.crypto.laboratory import Laboratory


@click.group()
def keys() -> None:
    """The test CA of a laboratory, which certifies its cards."""


@keys.command("init")
@click.argument("folder", type=FOLDER)
def keys_init(folder: Path) -> None:
    """Make an RSA and an SM2 CA with issuers and master keys in FOLDER, new and outside the repository."""
    from conformance.crypto import laboratory

    try:
        made = laboratory.init(folder)
    except laboratory.KeysRefusedError as error:
        refuse(str(error))
    click.echo(f"made {folder / laboratory.KEYS}, readable by its owner alone")
    click.echo(f"made {folder / laboratory.PUBLIC}, to be loaded into terminals under test")
    _show(made)


@keys.command("show")
@click.argument("folder", type=FOLDER)
def keys_show(folder: Path) -> None:
    """Show the fingerprint and the check values of the keys in FOLDER; never a key."""
    from conformance.crypto import laboratory

    try:
        _show(laboratory.load(folder))
    except laboratory.KeysRefusedError as error:
        refuse(str(error))


def _show(made: Laboratory) -> None:
    click.echo(f"fingerprint {made.fingerprint}")
    click.echo(
        f"CA keys {made.rsa.rid.hex().upper()} {made.rsa.ca_index:02X} (RSA), {made.sm.ca_index:02X} (SM2)"
    )
    for name, value in made.check_values().items():
        click.echo(f"check value of {name}: {value}")
