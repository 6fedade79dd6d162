"""The door to a terminal under test: in process, a program that speaks the control protocol, or any other."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.link.control import ControlTerminal
from conformance.link.control.access import Trust, read_token
from conformance.link.outcomes import BenchBroken, NoPcscService, TerminalUnreachable
from conformance.link.pcsc import PcscCard, readers
from conformance.link.pcscd import PcscService
from conformance.link.program import PcscProgram, ProgramTerminal
from conformance.link.said import Said
from conformance.link.shown import Pattern
from conformance.link.started import Readiness, Start, StartedProgram, ran
from conformance.link.vpcd import VirtualReader
from conformance.model.refused import UnknownBenchError
from conformance.model.terminal import Fault, TerminalIdentity
from conformance.runner.bench import host_of
from conformance.runner.wording import filled
from conformance.sim import terminal as simulated_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import ExitStack

    from conformance.link.terminal import TerminalLink
    from conformance.model.iut import Product
    from conformance.runner.bench import Bench
    from conformance.sim.defects.model import Defect

_READY_S, _ANSWER_S, _STOP_S, _PRESENT_S = 20.0, 20.0, 5.0, 30.0
_POLL_S = 0.05
_NOTICED_S = 3.0  # pcscd polls every 0.4 s
_PORTS = 65536


@dataclass(frozen=True, slots=True)
class Place:
    """Where a terminal stands: its door, the words that fill its bench file's commands, what it said.

    `mend` brings it back after a case that failed, None where nothing more than "idle" is declared.
    """

    link: TerminalLink
    said: Said
    blanks: Mapping[str, object]
    program: StartedProgram | None = None
    mend: Callable[[], None] | None = None


def place_of(  # a terminal under test on this bench
    stack: ExitStack, bench: Bench, product: Product, defect: Defect | None, seed: int
) -> Place:
    """The product on this bench; whatever is started for it ends with the stack."""
    if bench.channel == "memory":
        return Place(_simulated(product, defect, seed), Said(), {})
    field, reader = _field(stack, bench)
    blanks = {
        "device": product.device or "",
        "reader": reader,
        "reader_number": _number_of(reader, bench),
        "port": free_port(),
        "here": bench.folder.resolve(),
    }
    if bench.channel == "program":
        return _program(bench, product, field, blanks)
    return _controlled(stack, bench, blanks, field, defect)


def _simulated(product: Product, defect: Defect | None, seed: int) -> TerminalLink:
    try:
        rules = simulated_terminal.rules_of(str(product.device))
        defective = defect.applied_to(rules) if defect else rules
        return simulated_terminal.build(str(product.device), rules=defective, seed=seed)
    except ValueError as error:
        raise UnknownBenchError(f"{product.path}: {error}") from None


def _field(stack: ExitStack, bench: Bench) -> tuple[VirtualReader | None, str]:
    """Where cards are put, and what PC/SC calls it: a reader of our own, or one that the bench names."""
    named: Mapping[str, Any] | None = bench.terminal.get("field")
    if named is not None:
        host = named.get("host", "127.0.0.1")
        return stack.enter_context(VirtualReader(host, named["port"])), named["reader"]
    if bench.channel == "control":
        return None, ""  # it has a reader of its own, or asks for APDUs
    service = stack.enter_context(PcscService())
    return stack.enter_context(VirtualReader(service.host, service.card_port)), service.reader


def _number_of(reader: str, bench: Bench) -> int | str:
    """The place of the reader in PC/SC's list, which some programs ask for instead of its name."""
    asked = any("{reader_number}" in word for word in bench.terminal.get("present", ()))
    if not asked:
        return ""
    try:
        shown = readers()
    except NoPcscService as outcome:
        raise NoPcscService(f"no list of readers to find {reader} in; is pcscd running? {outcome}") from None
    if reader not in shown:
        raise BenchBroken(f"PC/SC shows no reader {reader}; there are: {', '.join(shown) or 'none'}")
    return shown.index(reader)


def _program(
    bench: Bench, product: Product, field: VirtualReader | None, blanks: Mapping[str, object]
) -> Place:
    """A program that is started for each card, and knows nothing of us."""
    row = bench.terminal
    if field is None:
        raise UnknownBenchError(f"the bench {bench.name} has no field to put a card into")
    said, shows = Said(), row.get("shows", {})
    program = PcscProgram(
        command=filled(row["present"], blanks),
        within_s=float(row.get("present_within_s", _PRESENT_S)),
        preset=frozenset(row.get("preset", ())),
        completed=shows.get("completed"),
        record=_pattern(shows.get("record")),
        indication=_pattern(shows.get("indication")),
    )
    identity = TerminalIdentity(
        vendor=product.vendor,
        model=product.model,
        firmware=product.firmware,
        device="program",
        simulated=False,
        time_base=bench.time_base,
        offers=program.offers,
    )
    link = ProgramTerminal(program, identity, field, lambda: _notice(str(blanks["reader"])), said)
    return Place(link, said, blanks, mend=_command(row, blanks))


def _notice(reader: str) -> None:
    """Wait until the service shows the card; our own look does not power it."""
    look = PcscCard(reader)
    try:
        look.inserted(_NOTICED_S)
    finally:
        look.close()


def _pattern(row: Mapping[str, Any] | None) -> Pattern | None:
    return None if row is None else Pattern(tuple(row["find"]), row.get("none"), row.get("words", {}))


def _controlled(
    stack: ExitStack,
    bench: Bench,
    blanks: Mapping[str, object],
    field: VirtualReader | None,
    defect: Defect | None,
) -> Place:
    """A terminal that speaks the control protocol: started here, or running already."""
    row, said = bench.terminal, Said()
    address = str(row.get("address", "127.0.0.1:{port}")).format_map(blanks)
    program = _started(stack, bench, blanks, said, defect) if "start" in row else None
    terminal = _connected(stack, bench, address, field, program)
    return Place(terminal, said, blanks, program, _mend(row, blanks, program, terminal))


def _started(
    stack: ExitStack, bench: Bench, blanks: Mapping[str, object], said: Said, defect: Defect | None
) -> StartedProgram:
    """Start the terminal's program by the bench file; it is stopped at the end."""
    row = bench.terminal
    command = filled(row["start"], blanks)
    ready: Mapping[str, Any] = row.get("ready", {})
    start = Start(
        command=(*command, "--defect", defect.id) if defect else command,
        ready=Readiness(
            ready.get("port"),
            ready.get("line"),
            filled(ready.get("command", ()), blanks),
            float(row.get("ready_within_s", _READY_S)),
        ),
        stop=filled(row.get("stop", ()), blanks),
        stop_within_s=float(row.get("stop_within_s", _STOP_S)),
        log=bench.folder / row["log"] if "log" in row else None,
    )
    program = StartedProgram(start, said)
    program.start()
    stack.callback(program.stop)
    return program


def _connected(
    stack: ExitStack,
    bench: Bench,
    address: str,
    field: VirtualReader | None,
    program: StartedProgram | None,
) -> ControlTerminal:
    """The terminal at its address, once it answers there; a program that was started gets time for that."""
    row = bench.terminal
    deadline, apdu = float(row.get("answer_within_s", _ANSWER_S)), row.get("card") == "apdu"
    port = int(address.rpartition(":")[2])
    if not 0 < port < _PORTS:
        raise UnknownBenchError(f"terminal.address {address}: {port} is no TCP port")
    terminal = ControlTerminal(host_of(address), port, deadline, field, apdu=apdu, trust=_trust(bench))
    stack.callback(terminal.close)
    offers = _await(terminal, program, float(row.get("ready_within_s", _READY_S)))
    if apdu and "apdu" not in offers:
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


def _await(terminal: ControlTerminal, program: StartedProgram | None, within_s: float) -> tuple[str, ...]:
    """What it offers, as soon as it identifies itself; one that we did not start has to answer at once."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            return terminal.identify().offers
        except TerminalUnreachable as outcome:
            if program is None:
                raise
            if not program.running or time.monotonic() > deadline:
                raise BenchBroken(f"{outcome}; its program {program.last_words()}") from None
            time.sleep(_POLL_S)


def _mend(
    row: Mapping[str, Any],
    blanks: Mapping[str, object],
    program: StartedProgram | None,
    terminal: ControlTerminal,
) -> Callable[[], None] | None:
    """What the bench file declares for after a case that failed."""
    declared = row.get("after_failure")
    if declared == "restart" and program is not None:
        return lambda: _restart(program, terminal, float(row.get("ready_within_s", _READY_S)))
    if declared == "power-cycle":
        return lambda: terminal.disturb(Fault("power-cycle"))
    return _command(row, blanks)


def _command(row: Mapping[str, Any], blanks: Mapping[str, object]) -> Callable[[], None] | None:
    declared = row.get("after_failure")
    if not isinstance(declared, list):
        return None
    words: Sequence[str] = filled(declared, blanks)

    def run() -> None:
        ran(words, float(row.get("ready_within_s", _READY_S)))

    return run


def _restart(program: StartedProgram, terminal: ControlTerminal, within_s: float) -> None:
    terminal.close()
    program.restart()
    _await(terminal, program, within_s)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
