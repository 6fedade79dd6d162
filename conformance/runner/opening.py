"""Opens a bench for one product, and closes everything that it started."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.crypto import laboratory
from conformance.crypto.issuer_keys import IssuerKeys
from conformance.link.control import ControlTerminal
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalUnreachable
from conformance.link.pcsc import Chaining, PcscCard
from conformance.link.pcscd import PcscService
from conformance.link.t0 import T0Card
from conformance.link.vpcd import VirtualReader
from conformance.model.terminal import Capk
from conformance.runner.bench import UnknownBenchError
from conformance.runner.hosts import Hosts
from conformance.runner.samples import HeldSamples, SimulatedSamples
from conformance.sim import card as simulated_card
from conformance.sim import terminal as simulated_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.crypto.laboratory import Laboratory
    from conformance.crypto.sm2_keys import Sm2PublicKey
    from conformance.link.card import CardLink
    from conformance.link.memory import PoweredCard
    from conformance.link.terminal import TerminalLink
    from conformance.model.iut import Product, SampleKind
    from conformance.model.terminal import TerminalIdentity
    from conformance.runner.bench import Bench
    from conformance.runner.samples import Samples
    from conformance.sim.defects.model import Defect


@dataclass(frozen=True, slots=True)
class OpenBench:
    """A bench in use: the door to the implementation under test, and what can be observed and done here.

    `issuer` holds the test keys of the issuer of the cards under test, None where nobody gave them.
    """

    terminal: TerminalLink | None
    samples: Samples | None
    offers: frozenset[str]
    capks: tuple[Capk, ...]
    simulated: bool
    time_base: str = "virtual"
    identity: TerminalIdentity | None = None
    hosts: Hosts = field(default_factory=Hosts)
    issuer: IssuerKeys | None = None
    sm_ca_keys: Mapping[tuple[bytes, int], Sm2PublicKey] = field(default_factory=dict)
    pin: str | None = None


@contextmanager
def opened(
    bench: Bench,
    product: Product,
    defect: Defect | None = None,
    seed: int = 0,
    kinds: Mapping[str, SampleKind] = MappingProxyType({}),
) -> Iterator[OpenBench]:
    """Open the bench; whatever it starts is stopped at the end. `kinds` are the proforma's samples."""
    with ExitStack() as stack:
        stack.enter_context(laboratory.using(_laboratory(bench)))
        if product.kind == "terminal":
            hosts = stack.enter_context(Hosts())
            yield _with_terminal(bench, _terminal(stack, bench, product, defect, seed), hosts)
        else:
            yield _with_card(bench, _samples(stack, bench, product, defect, seed, kinds), product)


def _with_card(bench: Bench, samples: Samples, product: Product) -> OpenBench:
    """Cards that we made ourselves, and those of a laboratory that the bench names, have known keys."""
    ours = product.device is not None and bench.channel != "pcsc"
    keyed = ours or not laboratory.in_use().demonstration
    pin = simulated_card.offline_pin(str(product.device)) if ours else bench.card.get("pin")
    known = {name for name, is_known in (("issuer-keys", keyed), ("pin", pin is not None)) if is_known}
    offers = _offers(bench, ours) | known
    issuer, sm_keys = (issuer_keys(), sm_ca_keys()) if keyed else (None, {})
    return OpenBench(
        None, samples, offers, _capks(ours), ours, bench.time_base, issuer=issuer, sm_ca_keys=sm_keys, pin=pin
    )


def sm_ca_keys() -> Mapping[tuple[bytes, int], Sm2PublicKey]:
    """The SM2 key of the laboratory's CA in use."""
    authority = laboratory.in_use().sm
    return {(authority.rid, authority.ca_index): authority.ca.public}


def issuer_keys() -> IssuerKeys:
    """The master keys of the issuers of the laboratory in use, in 3DES and in SM4."""
    both = laboratory.in_use()
    return IssuerKeys(tdes=both.rsa.imk, sm4=both.sm.imk)


def _with_terminal(bench: Bench, terminal: TerminalLink, hosts: Hosts) -> OpenBench:
    identity = terminal.identify()
    return OpenBench(
        terminal,
        None,
        _offers(bench, identity.simulated) | frozenset(identity.offers),
        _capks(identity.simulated),
        identity.simulated,
        bench.time_base,
        identity,
        hosts,
    )


def _offers(bench: Bench, simulated: bool) -> frozenset[str]:
    """What the harness itself brings to this bench.

    Our cards need a field that the terminal reads, our hosts a terminal on this machine; the demonstration's
    CA key is for simulators only; a time is judged on modelled latency, or where the bench states its
    uncertainty.
    """
    offers = set()
    if bench.channel in ("memory", "virtual-reader"):
        offers |= {"O1", "O9", "tear", "card", "host"}
    if simulated or not laboratory.in_use().demonstration:
        offers.add("capk")
    if bench.time_base == "virtual" or bench.uncertainty_ms is not None:
        offers.add("timing")
    return frozenset(offers)


def _laboratory(bench: Bench) -> Laboratory | None:
    """The laboratory whose keys the bench names, None where the demonstration's serve."""
    if bench.keys is None:
        return None
    try:
        return laboratory.load(Path(bench.keys))
    except laboratory.KeysRefusedError as error:
        raise UnknownBenchError(f"bench {bench.name}: keys: {error}") from None


def _capks(simulated: bool) -> tuple[Capk, ...]:
    """The CA's key of the laboratory; the demonstration's never leaves for anything but a simulator."""
    return ca_keys() if simulated or not laboratory.in_use().demonstration else ()


def ca_keys() -> tuple[Capk, ...]:
    """The RSA CA key of the laboratory in use, as a terminal takes it."""
    authority = laboratory.in_use().rsa
    key = authority.ca.public
    return (
        Capk(
            rid=authority.rid,
            index=authority.ca_index,
            modulus=key.modulus.to_bytes(key.size),
            exponent=key.exponent.to_bytes((key.exponent.bit_length() + 7) // 8),
            demonstration=laboratory.in_use().demonstration,
        ),
    )


def _terminal(
    stack: ExitStack, bench: Bench, product: Product, defect: Defect | None, seed: int
) -> TerminalLink:
    if bench.channel == "memory":
        try:
            rules = simulated_terminal.rules_of(str(product.device))
            defective = defect.applied_to(rules) if defect else rules
            return simulated_terminal.build(str(product.device), rules=defective, seed=seed)
        except ValueError as error:
            raise UnknownBenchError(f"{product.path}: {error}") from None
    if bench.channel == "virtual-reader":
        service = stack.enter_context(PcscService())
        field = stack.enter_context(VirtualReader(service.host, service.card_port))
        return _started(stack, bench, product, service.reader, defect, field)
    return _connected(stack, bench, bench.terminal["address"], field=None)


def _samples(  # noqa: PLR0913, PLR0917  what a card under test is made of
    stack: ExitStack,
    bench: Bench,
    product: Product,
    defect: Defect | None,
    seed: int,
    kinds: Mapping[str, SampleKind],
) -> Samples:
    if bench.channel == "pcsc":
        chaining = Chaining(bench.card.get("chaining", Chaining.ISO7816_T0.value))
        held = HeldSamples(bench.samples, chaining)
        stack.callback(held.close)
        return held
    rules = simulated_card.CardRules()
    device = str(product.device)
    try:
        defective = defect.applied_to(rules) if defect else rules
        atr = simulated_card.T1_ATR if bench.card.get("over") == "t1" else simulated_card.CONTACT_ATR
        made = SimulatedSamples(device, kinds, defective, seed, contact_atr=atr)
        simulated_card.interfaces(device)
    except ValueError as error:
        raise UnknownBenchError(f"{product.path}: {error}") from None
    if bench.channel == "memory":
        return made
    service = stack.enter_context(PcscService())
    field = stack.enter_context(VirtualReader(service.host, service.card_port))
    reader = PcscCard(service.reader, chaining=Chaining.ISO7816_T0)
    stack.callback(reader.close)

    def plug(card: PoweredCard) -> CardLink:
        field.plug(T0Card(MemoryCard(card)))
        return reader

    return replace(made, plug=plug)


def _started(  # noqa: PLR0913, PLR0917  what a terminal's program is started with
    stack: ExitStack, bench: Bench, product: Product, reader: str, defect: Defect | None, field: VirtualReader
) -> TerminalLink:
    """Start the terminal's program by the bench file, wait until it answers, stop it at the end."""
    port = free_port()
    filled = {"device": product.device, "reader": reader, "port": port}
    command = [word.format_map(filled) for word in bench.terminal["start"]]
    if defect is not None:
        command += ["--defect", defect.id]
    program = subprocess.Popen(_ours(command), stdin=subprocess.DEVNULL)  # noqa: S603  the bench file names it
    stack.callback(_stop, program)
    deadline = time.monotonic() + float(bench.terminal.get("ready_within_s", 20))
    while True:
        try:
            return _connected(stack, bench, f"127.0.0.1:{port}", field)
        except TerminalUnreachable:
            if time.monotonic() > deadline or program.poll() is not None:
                raise
            time.sleep(0.05)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ours(command: Sequence[str]) -> list[str]:
    """Run our own command with this very interpreter, wherever its script may lie."""
    if command[0] == "conformance":
        return [sys.executable, "-m", "conformance", *command[1:]]
    return list(command)


def _connected(stack: ExitStack, bench: Bench, address: str, field: VirtualReader | None) -> TerminalLink:
    host, _, port = address.rpartition(":")
    deadline = float(bench.terminal.get("answer_within_s", 20))
    terminal = ControlTerminal(host, int(port), deadline_s=deadline, field=field)
    terminal.identify()
    stack.callback(terminal.close)
    return terminal


def _stop(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
