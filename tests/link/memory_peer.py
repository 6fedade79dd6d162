"""A peer at the other end of a socket in memory, on a clock that costs nothing.

A peer is a callable: for each line that it hears, `b""` for the connection itself, it brings what it does
about it, one act after the other: bytes that it sends, seconds for which it is silent, `LEAVES` or an OSError
as its end. Behind its last act it says nothing until it hears another line.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    Act: TypeAlias = bytes | float | OSError
    Peer: TypeAlias = Callable[[bytes], Iterable[Act]]

LEAVES = b""
_CALL_S = 1e-5  # that one call of the system takes


class Clock:
    """Stands in for the module time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Connection:
    """A socket as `Wire` uses it."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._clock = network.clock
        self._within = 0.0
        self._said = bytearray()
        self._acts = deque([iter(network.peer(b""))])
        self._part = memoryview(b"")
        self.closed = False

    def setsockopt(self, *_: int) -> None: ...

    def close(self) -> None:
        self.closed = True

    def settimeout(self, within: float | None) -> None:
        self._within = 1e9 if within is None else within

    def send(self, part: bytes) -> int:
        self._clock.now += _CALL_S
        self._said += part
        while (end := self._said.find(b"\n")) >= 0:
            self._acts.append(iter(self._network.peer(bytes(self._said[:end]))))
            del self._said[: end + 1]
        return len(part)

    def recv(self, size: int) -> bytes:
        self._clock.now += _CALL_S
        within = self._within
        while not self._part:
            act = self._next()
            if isinstance(act, OSError):
                raise act
            if isinstance(act, float):
                self._clock.now += min(act, within)
                if act >= within:
                    self._acts.appendleft(chain([act - within], self._acts.popleft() if self._acts else ()))
                    raise TimeoutError
                within -= act
            elif act == LEAVES:
                return b""
            else:
                self._part = memoryview(act)
        part, self._part = self._part[:size], self._part[size:]
        return bytes(part)

    def _next(self) -> Act:
        while self._acts:
            for act in self._acts[0]:
                return act
            self._acts.popleft()
        return 1e9


class Network:
    """Every connection that a client makes leads to the `peer`, which may change at any time."""

    def __init__(self, peer: Peer) -> None:
        self.clock = Clock()
        self.peer = peer
        self.connections: list[Connection] = []

    def install(self, monkeypatch) -> None:
        """Put it in the place of the client's network and time."""
        stand_in = SimpleNamespace(create_connection=self._create, IPPROTO_TCP=6, TCP_NODELAY=1)
        for module in ("client", "wire"):
            monkeypatch.setattr(f"conformance.link.control.{module}.time", self.clock)
        monkeypatch.setattr("conformance.link.control.client.socket", stand_in)

    def _create(self, address: tuple[str, int], within_s: float) -> Connection:
        del address, within_s
        self.connections = [each for each in self.connections if not each.closed]
        self.connections.append(Connection(self))
        return self.connections[-1]
