"""`conformance terminal serve`, `card serve` and `host serve`: our own devices for somebody else's bench."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import A_FILE, FOLDER, LANGUAGE, refuse, sentence
from conformance.codec.documents import DocumentErrors
from conformance.runner import exit_code

if TYPE_CHECKING:
    from pathlib import Path

PORT = click.IntRange(0, 65535)


@click.group()
def terminal() -> None:
    """Our own terminals, behind the control protocol."""


@terminal.command("serve")
@click.argument("device")
@click.option("--port", type=PORT, default=0, help="TCP port; 0 picks one")
@click.option("--host", default="127.0.0.1", show_default=True, help="any but loopback needs token and TLS")
@click.option("--token-file", type=A_FILE, help="who connects must show the token that stands there")
@click.option("--tls-cert", type=A_FILE, help="certificate, PEM; with --tls-key")
@click.option("--tls-key", type=A_FILE, help="its private key, PEM")
@click.option("--reader", help="read cards in this PC/SC reader too, not as APDUs over the protocol alone")
@click.option("--defect", help="serve the terminal with this one defect")
def terminal_serve(
    device: str,
    port: int,
    host: str,
    token_file: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    reader: str | None,
    defect: str | None,
) -> None:
    """Serve DEVICE, such as bus-validator or toll-exit, through the terminal control protocol."""
    from conformance.cli.serving import TerminalPlace, serve_terminal

    if (tls_cert is None) is not (tls_key is None):
        refuse("--tls-cert and --tls-key belong together")
    tls = None if tls_cert is None or tls_key is None else (tls_cert, tls_key)
    place = TerminalPlace(host, port, token_file, tls)
    try:
        serve_terminal(device, place, reader, defect, announce=click.echo)
    except (LookupError, ValueError) as error:
        refuse(sentence(error))


@terminal.command("check")
@click.argument("address", metavar="HOST:PORT")
@click.option("--token-file", type=A_FILE, help="the token that the terminal asks for stands there")
@click.option("--tls-ca", type=A_FILE, help="the terminal speaks TLS; its certificate is of this CA, PEM")
@click.option("--tls-fingerprint", help="the same; SHA-256 of its certificate")
@click.option("--answer-within", type=float, default=5.0, show_default=True, help="seconds for an answer")
@click.option(
    "--before",
    multiple=True,
    metavar="'NAME ARGUMENT=VALUE…'",
    help="an operation without which the terminal takes no card, such as 'sale amount=100'",
)
@LANGUAGE
def terminal_check(
    address: str,
    token_file: Path | None,
    tls_ca: Path | None,
    tls_fingerprint: str | None,
    answer_within: float,
    before: tuple[str, ...],
    language: str,
) -> None:
    """Check whether what listens at HOST:PORT keeps the terminal control protocol.

    A line for each rule, with its section of docs/terminal-control-protocol.md. Ends with 0 when all are
    kept, with 1 when one is not, with 3 when nothing can be reached.
    """
    from conformance.cli.checking import check_terminal, peer_at
    from conformance.link.control.access import Trust, read_token
    from conformance.link.outcomes import TerminalUnreachable

    try:
        token = None if token_file is None else read_token(token_file)
        peer = peer_at(address, Trust(token, tls_ca, tls_fingerprint), answer_within, before)
        kept = check_terminal(peer, language, announce=click.echo)
    except TerminalUnreachable as outcome:
        refuse(str(outcome), exit_code.BLOCKED)
    except ValueError as error:
        refuse(sentence(error))
    if not kept:
        sys.exit(exit_code.NOT_CONFORMING)


@terminal.command("schema")
def terminal_schema() -> None:
    """Print the JSON schema of the terminal control protocol, for a validator or a code generator."""
    from conformance.link.control.schema import protocol

    click.echo(json.dumps(protocol(), ensure_ascii=False, indent=1))


@click.group()
def card() -> None:
    """Our own cards: profiles checked, and kept in a virtual reader."""


@card.command("check")
@click.argument("profile")
def card_check(profile: str) -> None:
    """Check PROFILE, a file or a shipped profile's name, for consistency: a line for each finding.

    Ends with 0 when there is none, or advice alone; with 3 when no card should be made of it.
    """
    from conformance.sim.card import consistency
    from conformance.sim.card.profile import load

    try:
        found = consistency.findings(load(profile))
    except DocumentErrors:
        raise
    except ValueError as error:
        refuse(sentence(error))
    for each in found:
        click.echo(str(each))
    wrong = sum(each.rule.must for each in found)
    advice = f", {len(found) - wrong} of advice" if len(found) > wrong else ""
    click.echo(f"{profile}: {wrong} findings{advice}, by {len(consistency.RULES)} rules")
    if wrong:
        sys.exit(exit_code.BLOCKED)


@card.command("serve")
@click.argument("profile", default="electronic-cash")
@click.option("--list", "listed", is_flag=True, help="show the profiles that come with the suite, and end")
@click.option(
    "--interface",
    type=click.Choice(["contact", "contactless"]),
    help="by default the profile's first; contact is the same as --over t0",
)
@click.option("--over", type=click.Choice(["contactless", "t0", "t1"]), help="interface and protocol")
@click.option("--reader", help="a virtual reader as PC/SC names it, instead of the driver's first slot")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="where the virtual reader's driver listens"
)
@click.option("--port", type=PORT, default=35963, show_default=True, help="the driver's port (vpcd)")
@click.option("--keys", type=FOLDER, help="certify the card by the laboratory of this folder")
def card_serve(
    profile: str,
    listed: bool,
    interface: str | None,
    over: str | None,
    reader: str | None,
    host: str,
    port: int,
    keys: Path | None,
) -> None:
    """Keep a simulated card of PROFILE in a virtual PC/SC reader until interrupted.

    PROFILE is a shipped profile's name or a file (docs/cards.md). Besides the PBOC profiles there are the
    sectors' cards: toll-user and transport.
    """
    from conformance.cli.serving import CardPlace, serve_card
    from conformance.link.outcomes import LinkOutcome

    if listed:
        _list_profiles()
        return
    if interface and over and (interface == "contactless") is not (over == "contactless"):
        refuse(f"--over {over} is not --interface {interface}")
    behind = over or ("t0" if interface == "contact" else interface)
    try:
        serve_card(CardPlace(profile, behind, host, port, reader), keys, announce=click.echo)
    except DocumentErrors:
        raise
    except (LookupError, ValueError) as error:
        refuse(sentence(error))
    except LinkOutcome as outcome:
        refuse(str(outcome), exit_code.BLOCKED)


def _list_profiles() -> None:
    from conformance.sim.card.profile import load, shipped

    for name in shipped():
        profile = load(name)
        title = dict(profile.title)
        sides = ", ".join(interface.value for interface in profile.interfaces)
        click.echo(f"{name}: {title['en']} / {title['zh']} ({sides})")


@click.group()
def host() -> None:
    """Our own hosts, over TCP, for a terminal that needs an acquirer or a hospital system."""


@host.group("serve")
def host_serve() -> None:
    """Serve a host until interrupted."""


ADDRESS = click.option(
    "--host", "address", default="127.0.0.1", show_default=True, help="the interface to listen on"
)
HOST_PORT = click.option("--port", type=PORT, default=0, help="TCP port; 0 picks one")


@host_serve.command("acquirer")
@ADDRESS
@HOST_PORT
@click.option(
    "--account", "accounts", multiple=True, metavar="PAN=YUAN[:PIN]", help="a card that the issuer knows"
)
def host_serve_acquirer(address: str, port: int, accounts: tuple[str, ...]) -> None:
    """An acquirer in front of an issuer: ISO 8583, with the demonstration keys."""
    from conformance.cli.serving import serve_acquirer

    try:
        serve_acquirer(address, port, accounts, announce=click.echo)
    except ValueError as error:
        refuse(sentence(error))


@host_serve.command("hospital")
@ADDRESS
@HOST_PORT
@click.option("--bill", "bills", multiple=True, metavar="NUMBER=PATIENT:YUAN", help="a bill that is open")
def host_serve_hospital(address: str, port: int, bills: tuple[str, ...]) -> None:
    """A hospital information system: JSON-RPC 2.0 in lines."""
    from conformance.cli.serving import serve_hospital

    try:
        serve_hospital(address, port, bills, announce=click.echo)
    except ValueError as error:
        refuse(sentence(error))
