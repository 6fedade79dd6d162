"""The door to a terminal under test: in process, or a program that speaks the control protocol."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.link.control import ControlTerminal
from conformance.link.control.access import Trust, read_token
from conformance.link.outcomes import TerminalUnreachable
from conformance.link.pcscd import PcscService
from conformance.link.vpcd import VirtualReader
from conformance.model.refused import UnknownBenchError
from conformance.runner.bench import host_of
from conformance.sim import terminal as simulated_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack

    from conformance.link.terminal import TerminalLink
    from conformance.model.iut import Product
    from conformance.runner.bench import Bench
    from conformance.sim.defects.model import Defect


def terminal_of(
    stack: ExitStack, bench: Bench, product: Product, defect: Defect | None, seed: int
) -> TerminalLink:
    """The product on this bench; whatever is started for it ends with the stack."""
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
    if "start" in bench.terminal:
        return _started(stack, bench, product, "", defect, None)
    return _connected(stack, bench, bench.terminal["address"], field=None)


def _started(  # noqa: PLR0913, PLR0917  what a terminal's program is started with
    stack: ExitStack,
    bench: Bench,
    product: Product,
    reader: str,
    defect: Defect | None,
    field: VirtualReader | None,
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
    deadline, apdu = float(bench.terminal.get("answer_within_s", 20)), bench.terminal.get("card") == "apdu"
    port = int(address.rpartition(":")[2])
    trust = _trust(bench)
    terminal = ControlTerminal(host_of(address), port, deadline, field, apdu=apdu, trust=trust)
    stack.callback(terminal.close)
    ways = terminal.identify().offers
    if apdu and "apdu" not in ways:
        raise UnknownBenchError(f"bench {bench.name}: terminal.card is apdu, and the terminal offers no apdu")
    return terminal


def _trust(bench: Bench) -> Trust:
    """What the bench shows its terminal, and knows it by."""
    token, tls = bench.terminal.get("token_file"), bench.terminal.get("tls", {})
    try:
        return Trust(
            token=None if token is None else read_token(Path(token)),
            ca=Path(tls["ca"]) if "ca" in tls else None,
            fingerprint=tls.get("fingerprint"),
        )
    except (OSError, ValueError) as error:
        raise UnknownBenchError(f"bench {bench.name}: {error}") from None


def _stop(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
