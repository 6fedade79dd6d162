"""Keeps our own terminals, cards and hosts at somebody else's disposal until interrupted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.names import instead
from conformance.codec.values import fen
from conformance.crypto import laboratory
from conformance.link.control import ControlServer
from conformance.link.control.access import Guard, read_token, server_context
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import ReaderGone
from conformance.link.pcsc import Chaining, PcscCard, readers
from conformance.link.vpcd import VirtualReader
from conformance.sim import sector_card
from conformance.sim import terminal as simulated_terminal
from conformance.sim.card.served import served
from conformance.sim.defects import DEFECTS
from conformance.sim.host import Account, Acquirer, Bill, Hospital, Issuer, acquirer_server, hospital_server

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from conformance.sim.host import HostServer


_DRIVER = "Virtual PCD"
_NO_DRIVER = (
    "install pcscd and vsmartcard-vpcd and start pcscd, or say by --host and --port where the driver is"
)


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Which card goes where: `over` is "contactless", "t0", "t1" or None for the profile's first."""

    profile: str
    over: str | None
    host: str
    port: int
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class TerminalPlace:
    """Where a terminal listens, and what it asks of who connects; `tls` is a certificate and its key."""

    host: str
    port: int
    token: Path | None = None
    tls: tuple[Path, Path] | None = None

    @property
    def guard(self) -> Guard:
        """OSError or ValueError for files that are not what they should be."""
        return Guard(
            token=None if self.token is None else read_token(self.token),
            tls=None if self.tls is None else server_context(*self.tls),
        )


def serve_terminal(
    device: str, place: TerminalPlace, reader: str | None, defect: str | None, announce: Callable[[str], None]
) -> None:
    """Serve a simulated terminal through the control protocol.

    It takes cards as APDUs over the protocol, and where a reader is named, from that through PC/SC.
    """
    rules = simulated_terminal.rules_of(device)
    if defect is not None and defect not in DEFECTS:
        raise LookupError(f"no defect {defect}; {instead(defect, DEFECTS)}")
    terminal = simulated_terminal.build(device, rules=DEFECTS[defect].applied_to(rules) if defect else rules)
    inserted = None if reader is None else PcscCard(reader, chaining=Chaining.ISO7816_T0).inserted
    server = ControlServer(terminal, inserted, place.host, place.port, place.guard)
    host, port = server.address
    announce(f"{device} on {host}:{port}, taking cards {'as APDUs' if reader is None else f'in {reader}'}")
    server.serve_forever()


def serve_card(place: CardPlace, keys: Path | None, announce: Callable[[str], None]) -> None:
    """Keep a simulated card in a virtual reader until interrupted.

    LookupError or ValueError for a card or a reader that is not there, ReaderGone without a driver.
    """
    with laboratory.using(laboratory.load(keys) if keys else None):
        sector = sector_card.CARDS.get(place.profile)
        card = MemoryCard(sector()) if sector else served(place.profile, place.over)
    port = place.port if place.reader is None else place.port + _slot(place.reader)
    try:
        with VirtualReader(place.host, port) as field:
            field.plug(card)
            announce(
                f"{place.profile} is in the virtual reader at {place.host}:{port}; interrupt to take it out"
            )
            _until_interrupted()
            announce("taken out")
    except ReaderGone as gone:
        raise ReaderGone(f"{gone}; {_NO_DRIVER}") from None


def _until_interrupted() -> None:
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        return


def _slot(reader: str) -> int:
    """The slot of the virtual driver that PC/SC shows by this name: its last two digits."""
    shown = readers()
    if reader not in shown:
        raise LookupError(f"PC/SC shows no reader {reader}; {instead(reader, shown)}")
    if not reader.startswith(_DRIVER):
        raise LookupError(f"{reader} is no virtual reader; those are called {_DRIVER} 00 00")
    return int(reader[-2:], 16)


def serve_acquirer(host: str, port: int, accounts: Sequence[str], announce: Callable[[str], None]) -> None:
    """Serve an acquirer whose issuer knows these cards; ValueError for one that is not PAN=YUAN[:PIN]."""
    known = tuple(_account(each) for each in accounts)
    _serve(acquirer_server(Acquirer(Issuer(known)), host, port), f"acquirer, {len(known)} cards", announce)


def serve_hospital(host: str, port: int, bills: Sequence[str], announce: Callable[[str], None]) -> None:
    """Serve a hospital system with these bills; ValueError for one that is not NUMBER=PATIENT:YUAN."""
    known = tuple(_bill(each) for each in bills)
    _serve(hospital_server(Hospital(known), host, port), f"hospital system, {len(known)} bills", announce)


def _serve(server: HostServer, what: str, announce: Callable[[str], None]) -> None:
    announce(f"{what} on {server.address[0]}:{server.address[1]}; interrupt to end")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        announce("ended")
    finally:
        server.close()


def _account(text: str) -> Account:
    pan, _, rest = text.partition("=")
    balance, _, pin = rest.partition(":")
    if not (pan.isascii() and pan.isdecimal() and balance):
        raise ValueError(f"{text!r} is no account such as 6210948000000011=100.00:123456")
    return Account(pan, fen(balance), pin=pin)


def _bill(text: str) -> Bill:
    number, _, rest = text.partition("=")
    patient, _, amount = rest.partition(":")
    if not (number and patient and amount):
        raise ValueError(f"{text!r} is no bill such as B001=P001:120.50")
    return Bill(number, patient, fen(amount))
