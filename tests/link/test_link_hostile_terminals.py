"""100,000 hostile answers: each ends in the outcome that is honest, in time, and the client lives on."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hostile_terminal import KINDS, Kind, Mutated, genuine
from memory_peer import Network
from small_card import SmallCard

from conformance.link.control import ControlTerminal
from conformance.link.control.bounds import MOST_MESSAGE, OBSERVE_S, PRESENT_S
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import (
    LinkOutcome,
    TerminalGarbage,
    TerminalHung,
    TerminalRefused,
    TerminalUnreachable,
)
from conformance.model.terminal import Fault, Indication, Operation, Parameters, Stripe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from memory_peer import Act

SEEDS, EACH, MUTATED = 20, 4500, 500  # 100,000 in all
DEADLINE_S, WAIT_S = 2.0, 1.0
WORDS = 200  # of ours, around those of the terminal

CALLS: Mapping[str, Callable[[ControlTerminal], Any]] = {
    "identify": lambda terminal: terminal.identify(),
    "load": lambda terminal: terminal.load(Parameters(fare=100)),
    "operate": lambda terminal: terminal.operate(Operation("idle")),
    "present": lambda terminal: terminal.present(MemoryCard(SmallCard())),
    "swipe": lambda terminal: terminal.swipe(Stripe(None, ";1?")),
    "observe": lambda terminal: terminal.observe(Indication),
    "disturb": lambda terminal: terminal.disturb(Fault("power-cycle")),
    "clock": lambda terminal: terminal.wait(WAIT_S),
    "cancel": lambda terminal: terminal.cancel(),
}
METHODS = ("hello", *CALLS)
# Longest call: the request itself, hello before it, and behind a silence cancel with its own hello.
LONGEST_S = {"present": PRESENT_S, "observe": OBSERVE_S + DEADLINE_S}
AROUND_S = 3 * DEADLINE_S + 1
_AT_HELLO = {TerminalRefused: TerminalUnreachable}


class Hostile:
    """The genuine terminal, but for its first answer to one method, or with pages for every one."""

    def __init__(self, rng: Random, kind: Kind, method: str) -> None:
        self._rng, self._kind, self._method = rng, kind, method
        self._left = 200 if method == "observe" else 1

    def __call__(self, heard: bytes) -> Iterable[Act]:
        message = json.loads(heard) if heard else {}
        if not self._left or message.get("method") != self._method:
            return genuine(heard)
        self._left -= 1
        return self._kind.hostility(self._rng, message)


@pytest.fixture(name="network")
def network_fixture(monkeypatch):
    network = Network(genuine)
    network.install(monkeypatch)
    return network


def ending(network: Network, terminal: ControlTerminal, method: str) -> type[LinkOutcome] | None:
    """How a call ended, after everything about it that no peer may change was checked."""
    began = network.clock.now
    try:
        CALLS[method](terminal)
    except LinkOutcome as outcome:
        ended: LinkOutcome | None = outcome
    else:
        ended = None
    took = network.clock.now - began
    assert len(str(ended)) <= MOST_MESSAGE + WORDS
    assert took <= LONGEST_S.get(method, DEADLINE_S + WAIT_S) + AROUND_S
    return None if ended is None else type(ended)


def check_alive(network: Network, terminal: ControlTerminal) -> None:
    """Served well again, a call succeeds; at the latest the second, when the first met what was left over."""
    network.peer = genuine
    if ending(network, terminal, "identify") is not None:
        assert ending(network, terminal, "identify") is None
    assert len([each for each in network.connections if not each.closed]) <= 1


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_hostile_answer_ends_in_its_outcome(network, seed):
    rng = Random(seed)
    terminal = ControlTerminal("127.0.0.1", 1, DEADLINE_S, apdu=True)
    for kind in rng.choices(KINDS, [kind.often for kind in KINDS], k=EACH):
        method = rng.choice([method for method in kind.methods if method in METHODS])
        if method == "hello":
            terminal.close()
        network.peer = Hostile(rng, kind, method)
        call = rng.choice(list(CALLS)) if method == "hello" else method
        expected = [_AT_HELLO.get(each, each) if method == "hello" else each for each in kind.outcomes]
        assert ending(network, terminal, call) in expected, (kind.name, method, call)
        check_alive(network, terminal)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_mutated_dialogue_ends_in_some_outcome_or_well(network, seed):
    rng = Random(seed)
    terminal = ControlTerminal("127.0.0.1", 1, DEADLINE_S, apdu=True)
    ends = set()
    for number in range(MUTATED):
        if number % 5 == 0:
            terminal.close()
            network.peer = Mutated(rng)
        ends.add(ending(network, terminal, rng.choice(list(CALLS))))
    assert {None, TerminalGarbage, TerminalHung} <= ends
    check_alive(network, terminal)
