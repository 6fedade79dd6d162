"""The line from a terminal to its hosts over TCP, and everything that passed on it (O3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import HostMessage
from conformance.sim.host.tcp import HostSilent, HostUnreachable, exchange
from conformance.sim.terminal.parts.network import AnswerLost, Network, NotConnected

if TYPE_CHECKING:
    from conformance.sim.terminal.parts.clock import Clock

ANSWER_WITHIN_US: Final = 60_000_000  # AC-08's 60 s pass on the terminal's clock when no answer comes
_ROUND_TRIP_US: Final = 300_000  # modelled; own assumption
_REAL_DEADLINE_S: Final = 5.0  # a host on the same machine answers at once, or never


class HostLine:
    """`address` is where the host listens; None as long as nobody told. `up` can be switched."""

    def __init__(self, clock: Clock) -> None:
        self.address: tuple[str, int] | None = None
        self._clock = clock
        self._network = Network(self._carry)
        self._passed: list[HostMessage] = []

    @property
    def up(self) -> bool:
        return self._network.up

    @up.setter
    def up(self, up: bool) -> None:
        self._network.up = up

    def lose_answers(self, count: int) -> None:
        """Let the host act on so many requests without an answer coming back."""
        self._network.lose_answers(count)

    def exchange(self, host: str, frame: bytes, within_us: int = ANSWER_WITHIN_US) -> bytes | None:
        """The answer of the host of this name; None where it did not come, or nothing could be sent.

        `within_us` pass on the terminal's clock until no answer is expected any more.
        """
        if not self.up or self.address is None:
            return None
        self._note(host, "sent", frame)
        try:
            answer = self._network.exchange(frame)
        except (NotConnected, AnswerLost):
            self._clock.advance(within_us)
            return None
        self._clock.advance(_ROUND_TRIP_US)
        self._note(host, "received", answer)
        return answer

    def _carry(self, frame: bytes) -> bytes:
        if self.address is None:
            raise NotConnected
        try:
            return exchange(self.address, frame, _REAL_DEADLINE_S)
        except HostUnreachable:
            raise NotConnected from None
        except HostSilent:
            raise AnswerLost from None

    def _note(self, host: str, direction: str, frame: bytes) -> None:
        self._passed.append(HostMessage(self._clock.now_ms, host, direction, frame))

    def all(self) -> tuple[HostMessage, ...]:
        return tuple(self._passed)


def address_of(text: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:5000"; TerminalRefused for anything else."""
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and int(port) < 1 << 16):
        raise TerminalRefused(f"{text!r} is no address of a host, as 127.0.0.1:5000 is one")
    return host, int(port)
