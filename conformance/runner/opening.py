"""Opens a bench for one product, and closes everything that it started."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.crypto.authority import demonstration
from conformance.link.control import ControlTerminal
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalUnreachable
from conformance.link.pcsc import Chaining, PcscCard
from conformance.link.pcscd import PcscService
from conformance.link.vpcd import VirtualReader
from conformance.model.terminal import Capk
from conformance.runner.bench import UnknownBenchError
from conformance.runner.hosts import Hosts
from conformance.sim import card as simulated_card
from conformance.sim import terminal as simulated_terminal
from conformance.sim.card.served import served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.link.card import CardLink
    from conformance.link.terminal import TerminalLink
    from conformance.model.iut import Product
    from conformance.model.terminal import TerminalIdentity
    from conformance.runner.bench import Bench
    from conformance.sim.defects.model import Defect


@dataclass(frozen=True, slots=True)
class OpenBench:
    """A bench in use: the door to the implementation under test, and what can be observed and done here."""

    terminal: TerminalLink | None
    card: CardLink | None
    offers: frozenset[str]
    capks: tuple[Capk, ...]
    simulated: bool
    time_base: str = "virtual"
    identity: TerminalIdentity | None = None
    hosts: Hosts = field(default_factory=Hosts)


@contextmanager
def opened(
    bench: Bench, product: Product, defect: Defect | None = None, seed: int = 0
) -> Iterator[OpenBench]:
    """Open the bench; whatever it starts is stopped at the end."""
    with ExitStack() as stack:
        if product.kind == "terminal":
            hosts = stack.enter_context(Hosts())
            yield _with_terminal(bench, _terminal(stack, bench, product, defect, seed), hosts)
        else:
            simulated = product.device is not None and bench.channel != "pcsc"
            card = _card(stack, bench, product, defect, seed)
            yield OpenBench(
                None, card, _offers(bench, simulated), _capks(simulated), simulated, bench.time_base
            )


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

    Our cards need a field that the terminal reads, our hosts a terminal on this machine; our CA key is for
    simulators only; a time is judged on modelled latency, or where the bench states its uncertainty.
    """
    offers = set()
    if bench.channel in ("memory", "virtual-reader"):
        offers |= {"O1", "O9", "tear", "card", "host"}
    if simulated:
        offers.add("capk")
    if bench.time_base == "virtual" or bench.uncertainty_ms is not None:
        offers.add("timing")
    return frozenset(offers)


def _capks(simulated: bool) -> tuple[Capk, ...]:
    """The demonstration CA's key never leaves for anything but a simulator."""
    return demonstration_capks() if simulated else ()


def demonstration_capks() -> tuple[Capk, ...]:
    """The built-in demonstration CA's key, which only simulated terminals take."""
    authority = demonstration()
    key = authority.ca.public
    return (
        Capk(
            rid=authority.rid,
            index=authority.ca_index,
            modulus=key.modulus.to_bytes(key.size),
            exponent=key.exponent.to_bytes((key.exponent.bit_length() + 7) // 8),
            demonstration=True,
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


def _card(stack: ExitStack, bench: Bench, product: Product, defect: Defect | None, seed: int) -> CardLink:
    chaining = Chaining(bench.card.get("chaining", Chaining.ISO7816_T0.value))
    if bench.channel == "pcsc":
        return _in_reader(stack, bench.card["reader"], chaining)
    rules, device = simulated_card.CardRules(), str(product.device)
    try:
        defective = defect.applied_to(rules) if defect else rules
        if bench.channel == "memory":
            return MemoryCard(simulated_card.build(device, rules=defective, seed=seed))
        card = served(device, bench.card.get("over"), rules=defective, seed=seed)
    except ValueError as error:
        raise UnknownBenchError(f"{product.path}: {error}") from None
    service = stack.enter_context(PcscService())
    field = stack.enter_context(VirtualReader(service.host, service.card_port))
    field.plug(card)
    return _in_reader(stack, service.reader, chaining)


def _in_reader(stack: ExitStack, reader: str, chaining: Chaining) -> CardLink:
    card = PcscCard(reader, chaining=chaining)
    stack.callback(card.close)
    return card


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
