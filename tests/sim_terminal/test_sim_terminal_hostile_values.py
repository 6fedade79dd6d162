"""Whatever a simulated terminal is told, in values that keep the protocol: it does it, or refuses it."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from random import Random
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from conformance.link.memory import MemoryCard
from conformance.link.outcomes import LinkOutcome, TerminalRefused
from conformance.model.terminal import (
    FAULTS,
    Fault,
    GateTerms,
    GroupShare,
    Operation,
    Parameters,
    StopFare,
    Stripe,
    TicketClass,
    TollEntry,
    TollTerms,
    TransitTerms,
)
from conformance.sim import terminal as simulated_terminal
from conformance.sim.card import build

DEVICES = ("bus-validator", "hospital-counter", "pos", "scenic-gate", "toll-exit")
WORDS = (
    "", "x", "-1", "1", "0", "9" * 30, "9" * 5000, "2026-07-01T08:00:00", "不", "6210948000000011", "0G",
    "A0000003330101", "1.00", "NaN", "\x00", "0x1", " 1 ", "１", "127.0.0.1:1", "host:99999", "none", "00",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 100, 2**31, 2**63 - 1, 1 - 2**63)
BYTES = (b"", b"\0", bytes(8), bytes(16), b"\xff" * 16, bytes(300), bytes.fromhex("A0000003330101"))
OPERATIONS = (
    "idle", "upload", "sign-on", "sign-off", "class", "group", "pass", "arrive", "card-state", "authorise",
    "confirm", "amount", "cash", "pin", "leave", "sale", "pay", "deposit", "complete", "refund", "take-back",
    "discharge", "query", "settle", "resolve", "nonsense",
)  # fmt: skip
ARGUMENTS = {
    "driver": "D1", "name": "adult", "people": "3", "vehicle": "car", "plate": "贵A12345", "class": "1",
    "state": "none", "monitor": "M1", "station": "highest", "yuan": "5", "reference": "right",
    "amount": "100", "other": "0", "type": "00", "pins": "right", "aid": "A000000333010101", "indicator": "1",
    "sfi": "21", "identifier": "00", "record": "1", "bill": "B1", "patient": "P1", "online_only": "yes",
}  # fmt: skip


def value(rng: Random, kind: Any) -> Any:
    """Any value of a type of the protocol."""
    inner = [each for each in get_args(kind) if each is not type(None)]
    if dataclasses.is_dataclass(kind):
        return made(rng, kind)
    if isinstance(kind, UnionType):
        return None if rng.random() < 0.5 else value(rng, inner[0])
    if get_origin(kind) is tuple:
        return tuple(value(rng, inner[0]) for _ in range(rng.randrange(3)))
    if get_origin(kind) is Mapping:
        return {rng.choice(WORDS): rng.choice(WORDS) for _ in range(rng.randrange(3))}
    pools = {str: WORDS, int: NUMBERS, float: (0.0, 1.5, 1e300, -1.0), bool: (False, True), bytes: BYTES}
    return rng.choice(pools[kind])


def made(rng: Random, kind: Any, often: float = 0.35) -> Any:
    """A value of a dataclass, of whose members with a default so many are set."""
    hints = get_type_hints(kind, vars(sys.modules[kind.__module__]))
    missing = dataclasses.MISSING
    needed = {
        each.name
        for each in dataclasses.fields(kind)
        if (each.default, each.default_factory) == (missing, missing)
    }
    return kind(**{name: value(rng, hints[name]) for name in hints if name in needed or rng.random() < often})


def arguments(rng: Random) -> dict[str, str]:
    """Those of every operation, some of them changed."""
    changed = {rng.choice(list(ARGUMENTS)): rng.choice(WORDS) for _ in range(rng.randrange(3))}
    return {**ARGUMENTS, **changed}


def act(rng: Random, terminal: Any) -> None:
    match rng.randrange(5):
        case 0:
            terminal.load(made(rng, Parameters, rng.choice([0.04, 0.35])))
        case 1:
            terminal.operate(Operation(rng.choice(OPERATIONS), arguments(rng)))
        case 2:
            name = rng.choice(list(FAULTS))
            terminal.disturb(Fault(name, {each: rng.choice(WORDS) for each in FAULTS[name].arguments}))
        case 3:
            terminal.swipe(made(rng, Stripe))
        case _:
            card = MemoryCard(build("electronic-cash", balance=5000))
            terminal.present(card, rng.choice(["contact", "contactless"]))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("seed", range(12))
def test_nothing_that_it_is_told_breaks_a_device(device: str, seed: int) -> None:
    rng, refused = Random(seed), 0
    for _ in range(3):
        terminal = simulated_terminal.build(device)
        for _ in range(40):
            try:
                act(rng, terminal)
            except LinkOutcome:
                refused += 1
        terminal.operate(Operation("idle"))
    assert refused > 0


SALE = {"amount": "100"}


@pytest.mark.parametrize(
    "told",
    [
        {"amount": "9" * 5000}, {"type": "x"}, {"type": "0000"}, {"pins": "right who"}, {"indicator": "9"},
        {"identifier": "0G"}, {"record": "00" * 256}, {"sfi": "-1"},
    ],
    ids=lambda told: str(told)[:40],
)  # fmt: skip
def test_a_sale_with_such_an_argument_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(TerminalRefused):
        simulated_terminal.build("pos").operate(Operation("sale", SALE | told))


@pytest.mark.parametrize(
    "fault", [Fault("paper-left", {"lines": "x"}), Fault("tracks-worn", {"tracks": "1 x"})], ids=str
)
def test_a_fault_with_such_an_argument_is_refused(fault: Fault) -> None:
    with pytest.raises(TerminalRefused, match="is no whole number"):
        simulated_terminal.build("hospital-counter").disturb(fault)


ADULT = TicketClass("adult", 9000)


@pytest.mark.parametrize(
    "terms",
    [
        GateTerms(()),
        GateTerms((TicketClass("adult", -1),)),
        GateTerms((TicketClass("adult", 10**11),)),
        GateTerms((ADULT,), group_most=10**12),
        GateTerms((ADULT,), (GroupShare(2, 101),)),
    ],
)
def test_a_gate_refuses_terms_of_which_no_price_can_come(terms: GateTerms) -> None:
    with pytest.raises(TerminalRefused):
        simulated_terminal.build("scenic-gate").load(Parameters(gate=terms))


@pytest.mark.parametrize("amount", [-1, 10**12])
def test_no_tariff_takes_what_is_no_amount(amount: int) -> None:
    tariffs = {
        "bus-validator": Parameters(transit=TransitTerms(stops=(StopFare(1, 2, amount),))),
        "toll-exit": Parameters(toll=TollTerms((TollEntry("0101", 1000, (amount,)),))),
    }
    for device, parameters in tariffs.items():
        with pytest.raises(TerminalRefused, match="is no amount of 12 digits"):
            simulated_terminal.build(device).load(parameters)


def test_a_full_store_refuses_what_the_monitor_does() -> None:
    lane = simulated_terminal.build("toll-exit")
    lane.load(Parameters(toll=TollTerms((TollEntry("0101", 1000, (3500,)),))))
    lane.operate(Operation("arrive", {"vehicle": "1", "plate": "贵G00001", "class": "1"}))
    lane.operate(Operation("card-state", {"state": "damaged"}))
    lane.disturb(Fault("store-full", {"room": "0"}))
    with pytest.raises(TerminalRefused, match="记录已满"):
        lane.operate(Operation("authorise", {"monitor": "8001", "class": "1", "station": "0101"}))
