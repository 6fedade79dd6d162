"""Opens a bench for one product, and closes everything that it started."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.crypto import laboratory
from conformance.link.control.access import is_loopback
from conformance.runner.bench import host_of
from conformance.runner.hosts import Hosts
from conformance.runner.opening import cards, keys, operator, terminals
from conformance.runner.opening.firmware import firmware_of
from conformance.runner.opening.operator import Attendance
from conformance.sim import card as simulated_card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.crypto.issuer_keys import IssuerKeys
    from conformance.crypto.sm2_keys import Sm2PublicKey
    from conformance.link.operator.desk import Desk
    from conformance.link.operator.terminal import OperatorTerminal
    from conformance.link.said import Said
    from conformance.link.started import StartedProgram
    from conformance.link.terminal import TerminalLink
    from conformance.model.iut import Product, SampleKind
    from conformance.model.run import Exchange
    from conformance.model.terminal import Capk, TerminalIdentity
    from conformance.runner.bench import Bench
    from conformance.runner.hand import Hand
    from conformance.runner.opening.firmware import Firmware
    from conformance.runner.opening.terminals import Place
    from conformance.runner.samples import Samples
    from conformance.sim.defects.model import Defect

_ALONE = Attendance()


@dataclass(frozen=True, slots=True)
class OpenBench:
    """A bench in use: the door to the implementation under test, and what can be observed and done here.

    `issuer` holds the test keys of the issuer of the cards under test, None where nobody gave them. `said` is
    what a program that was started here printed; `mend` is what the bench declares for after a failed case.
    Of a closed terminal, `desk` is where its operator is asked, and `hand` what samples are held there.
    `overheard` is the session of a replay bench, where nothing can be done and a recording alone is judged.
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
    firmware: Firmware | None = None
    said: Said | None = None
    mend: Callable[[], None] | None = None
    program: StartedProgram | None = None
    operator: str = ""
    desk: Desk | None = None
    hand: Hand | None = None
    overheard: Sequence[Exchange] | None = None


@contextmanager
def opened(  # noqa: PLR0913, PLR0917  what a bench is opened with
    bench: Bench,
    product: Product,
    defect: Defect | None = None,
    seed: int = 0,
    kinds: Mapping[str, SampleKind] = MappingProxyType({}),
    attendance: Attendance = _ALONE,
) -> Iterator[OpenBench]:
    """Open the bench; whatever it starts is stopped at the end. `kinds` are the proforma's samples."""
    with ExitStack() as stack:
        stack.enter_context(laboratory.using(keys.laboratory_of(bench)))
        if bench.channel == "operator":
            yield _with_operator(bench, product, *operator.attended(stack, bench, product, attendance))
        elif product.kind == "terminal":
            hosts = stack.enter_context(Hosts())
            place = terminals.place_of(stack, bench, product, defect, seed)
            yield _with_terminal(bench, product, place, hosts)
        else:
            yield _with_card(bench, cards.samples_of(stack, bench, product, defect, seed, kinds), product)


def _with_card(bench: Bench, samples: Samples, product: Product) -> OpenBench:
    """Cards that we made ourselves, and those of a laboratory that the bench names, have known keys."""
    ours = product.device is not None and bench.channel != "pcsc"
    keyed = ours or not laboratory.in_use().demonstration
    pin = simulated_card.offline_pin(str(product.device)) if ours else bench.card.get("pin")
    known = {name for name, is_known in (("issuer-keys", keyed), ("pin", pin is not None)) if is_known}
    offers = _offers(bench, ours) | known | {"session"}
    issuer, sm_keys = (keys.issuer_keys(), keys.sm_ca_keys()) if keyed else (None, {})
    return OpenBench(
        None,
        samples,
        offers,
        keys.capks(ours),
        ours,
        bench.time_base,
        issuer=issuer,
        sm_ca_keys=sm_keys,
        pin=pin,
    )


def _with_terminal(bench: Bench, product: Product, place: Place, hosts: Hosts) -> OpenBench:
    identity = place.link.identify()
    offers = _offers(bench, identity.simulated) | frozenset(identity.offers)
    return OpenBench(
        place.link,
        None,
        offers | ({"session"} if "card" in offers else frozenset()),
        keys.capks(identity.simulated),
        identity.simulated,
        bench.time_base,
        identity,
        hosts,
        firmware=firmware_of(bench, product, identity, place.blanks),
        said=None if bench.channel == "memory" else place.said,
        mend=place.mend,
        program=place.program,
    )


def _with_operator(bench: Bench, product: Product, terminal: OperatorTerminal, hand: Hand) -> OpenBench:
    identity = terminal.identify()
    return OpenBench(
        terminal,
        None,
        offered(bench),
        keys.capks(simulated=False),
        simulated=False,
        time_base=bench.time_base,
        identity=identity,
        firmware=firmware_of(bench, product, identity, {}),
        operator=terminal.operator,
        desk=terminal.desk,
        hand=hand,
    )


@contextmanager
def with_nobody(bench: Bench) -> Iterator[tuple[frozenset[str], tuple[Capk, ...]]]:
    """What a bench with an operator offers, and the CA keys for its terminal, before anybody is asked."""
    with laboratory.using(keys.laboratory_of(bench)):
        yield offered(bench), keys.capks(simulated=False)


def offered(bench: Bench) -> frozenset[str]:
    """What a bench with an operator offers; a person measures no time."""
    return (_offers(bench, simulated=False) - {"timing"}) | operator.offered(bench)


def _offers(bench: Bench, simulated: bool) -> frozenset[str]:
    """What the harness itself brings to this bench.

    Our cards need a field that the terminal reads, or a terminal that asks for their APDUs, our hosts one on
    this machine; the demonstration's CA key is for simulators only, and a program that knows nothing of us
    takes none; a time is judged on modelled latency, or where the bench states its uncertainty.
    """
    row, offers = bench.terminal, set()
    field = bench.channel in ("memory", "virtual-reader", "program") or "field" in row
    if field or row.get("card") == "apdu":
        offers |= {"O1", "O9", "tear", "card"}
    controlled = bench.channel in ("memory", "virtual-reader", "control")
    if controlled and is_loopback(host_of(row.get("address", "localhost:0"))):
        offers.add("host")
    told = any("{told}" in word for word in row.get("present", ()))
    taken = bench.channel != "program" or told or "capks" in row.get("preset", ())
    if taken and (simulated or not laboratory.in_use().demonstration):
        offers.add("capk")
    if bench.time_base == "virtual" or bench.uncertainty_ms is not None:
        offers.add("timing")
    return frozenset(offers)
