"""Sends a recorded session's commands to a simulated card and holds the answers beside the recorded ones.

Cryptograms, counters and random numbers always differ; what counts is the shape: status word and length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import text
from conformance.codec.apdu import ApduError, CommandApdu, ResponseApdu
from conformance.codec.status import StatusWord
from conformance.report.trace.decode import name
from conformance.sim import card as simulated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model.run import Exchange
    from conformance.sim.card import SimulatedCard

_CONTACT, _CONTACTLESS = b"1PAY.SYS.DDF01", b"2PAY.SYS.DDF01"


@dataclass(frozen=True, slots=True)
class Pair:
    """A recorded exchange, and what the simulated card answered; None where the bytes are no command."""

    exchange: Exchange
    simulated: bytes | None

    @property
    def differs(self) -> bool:
        """False where nothing was recorded that could be compared."""
        recorded = self.exchange.response
        return (
            recorded is not None and self.simulated is not None and _shape(recorded) != _shape(self.simulated)
        )


def replay(exchanges: Iterable[Exchange], profile: str) -> Iterator[Pair]:
    """Play a session to one card; a directory selection is a new tap. ValueError for an unknown profile."""
    listed = list(exchanges)
    card = simulated.build(profile, interface=_interface(listed))
    card.power_on()
    for exchange in listed:
        if _opens(exchange.command):
            card.power_on()
        yield Pair(exchange, _answered(card, exchange.command))


def worded(pair: Pair, language: str) -> str:
    """One line: the command, and both answers where they differ."""
    exchange, command = pair.exchange, name(pair.exchange.command)
    head = f"{exchange.number:>6}  {command:<24}"
    if exchange.response is None:
        return f"{head}{text.phrase(exchange.outcome, language)} · {_said(pair.simulated, command, language)}"
    recorded = _said(exchange.response, command, language)
    if not pair.differs:
        return f"{head}= {recorded}"
    return f"{head}≠ {recorded} · {text.label('trace.simulated', language)} " + _said(
        pair.simulated, command, language
    )


def _answered(card: SimulatedCard, command: bytes) -> bytes | None:
    try:
        return card.process(CommandApdu.decode(command)).encode()
    except ApduError:
        return None


def _interface(exchanges: Iterable[Exchange]) -> str | None:
    """The side that the first directory names; None leaves it to the profile."""
    for exchange in exchanges:
        if _CONTACTLESS in exchange.command:
            return "contactless"
        if _CONTACT in exchange.command:
            return "contact"
    return None


def _opens(command: bytes) -> bool:
    return _CONTACT in command or _CONTACTLESS in command


def _shape(response: bytes) -> tuple[int, bytes]:
    return len(response), response[-2:]


def _said(response: bytes | None, command: str, language: str) -> str:
    if response is None or len(response) < 2:
        return "—"
    decoded = ResponseApdu.decode(response)
    meaning = StatusWord(decoded.sw).meaning(language, command) if not decoded.ok else ""
    size = text.label("trace.bytes", language).format(count=len(decoded.data))
    return " ".join(filter(None, (str(decoded.sw), meaning, size if decoded.data else "")))
