"""Holds a terminal to the control protocol and tells rule by rule what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance import text
from conformance.link.control import contract
from conformance.link.control.talk import Peer
from conformance.model.terminal import Operation
from conformance.runner.bench import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.link.control.access import Trust
    from conformance.link.control.contract import Outcome


def peer_at(address: str, trust: Trust, within_s: float, before: Sequence[str]) -> Peer:
    """The terminal to be checked; ValueError for what is no address, or no operation."""
    host, port = host_of(address), address.rpartition(":")[2]
    if not (host and port.isascii() and port.isdecimal()):
        raise ValueError(f"{address} is not HOST:PORT")
    trust.check(host)
    return Peer((host, int(port)), trust, within_s, before=tuple(_operation(words) for words in before))


def _operation(words: str) -> Operation:
    name, *given = words.split()
    if not all("=" in each for each in given):
        raise ValueError(f"{words!r} is no operation such as 'sale amount=100'")
    return Operation(name, dict(each.split("=", 1) for each in given))


def check_terminal(peer: Peer, language: str, announce: Callable[[str], None]) -> bool:
    """Whether every rule that applies is kept; TerminalUnreachable."""
    outcomes = []
    for outcome in contract.run(peer):
        announce(_told(outcome, language))
        outcomes.append(outcome.verdict)
    passed, failed = outcomes.count("PASS"), outcomes.count("FAIL")
    left = len(outcomes) - passed - failed
    said: dict[str, str | int] = {"address": f"{peer.address[0]}:{peer.address[1]}", "count": len(outcomes)}
    said |= {"passed": passed, "failed": failed, "left": left}
    announce(text.contract("words", "sum", language, **said))
    return not failed


def _told(outcome: Outcome, language: str) -> str:
    """A rule, with its section; what was observed instead, or what the terminal does not offer, below it."""
    check = outcome.check
    section = text.contract("words", "section", language, section=check.section)
    lines = [
        f"{outcome.verdict:<5} {check.name:<19} {section}  {text.contract('checks', check.name, language)}"
    ]
    if outcome.observed is not None:
        observed = text.contract("observed", outcome.observed.code, language, **outcome.observed.arguments)
        lines.append(text.contract("words", "observed", language, observed=observed))
    elif outcome.verdict == "N/A":
        lines.append(text.contract("words", "lacks", language, needs=check.needs))
    return "\n      ".join(lines)
