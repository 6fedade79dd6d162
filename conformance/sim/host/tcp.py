"""A host over TCP; the acquirer in frames with their length of 2 bytes."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from conformance.link.listening import Listener

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Read: TypeAlias = Callable[[socket.socket, float], bytes | None]

MOST_BYTES = 2048  # of a frame: the longest message of the table has room in half of it
MOST_CONNECTIONS = 16
_LENGTH = 2


class HostUnreachable(Exception):  # noqa: N818  an outcome, not a fault of ours
    """Nobody listens at the host's address: nothing was sent."""


class HostSilent(Exception):  # noqa: N818  an outcome, not a fault of ours
    """The message went out and no answer came, in time or at all: what became of it is not known."""


def exchange(address: tuple[str, int], frame: bytes, deadline_s: float = 60.0) -> bytes:
    """One frame there and one back; raises HostUnreachable and HostSilent. 60 s is S-11.1's default."""
    ends = time.monotonic() + deadline_s
    try:
        connection = socket.create_connection(address, deadline_s)
    except OSError as error:
        raise HostUnreachable(error.strerror or str(error)) from error
    try:
        with connection:
            connection.sendall(frame)
            answer = _frame(connection, ends)
    except TimeoutError:
        raise HostSilent(f"no answer within {deadline_s:g} s") from None
    except OSError as error:
        raise HostSilent(error.strerror or str(error)) from error
    if answer is None:
        raise HostSilent("the host ended the connection without an answer")
    return answer


class HostServer:
    """Serves one host; a message at a time, whatever the number of connections.

    `read` takes the next message off a connection before a moment of the monotonic clock, None at its end or
    for one too long; `answer` makes the reply, and raises ValueError for what is no message. Such a message,
    one too long and one that does not come within `deadline_s` end the connection without an answer.
    """

    def __init__(
        self, read: Read, answer: Callable[[bytes], bytes], host: str, port: int, deadline_s: float
    ) -> None:
        self._read = read
        self._answer = answer
        self._deadline_s = deadline_s
        self._busy = Lock()
        self._listener = Listener(host, port, MOST_CONNECTIONS)

    @property
    def address(self) -> tuple[str, int]:
        """Where it is served, also where port 0 asked for any."""
        return self._listener.address

    def serve_forever(self) -> None:
        """Serve until another thread calls `close`."""
        self._listener.serve_forever(self._serve)

    def close(self) -> None:
        """Take no more connections; those that are open end with their clients or their deadline."""
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):  # a client that is gone reads no answer
            while message := self._read(connection, time.monotonic() + self._deadline_s):
                with self._busy:
                    answer = self._answer(message)
                connection.sendall(answer)


class AnswersFrames(Protocol):
    """An acquirer, or whoever stands in for one."""

    def exchange(self, frame: bytes) -> bytes: ...


def acquirer_server(
    acquirer: AnswersFrames, host: str = "127.0.0.1", port: int = 0, deadline_s: float = 60.0
) -> HostServer:
    """An acquirer behind frames of at most `MOST_BYTES`."""
    return HostServer(_frame, acquirer.exchange, host, port, deadline_s)


def received(connection: socket.socket, most: int, ends: float, how: int = 0) -> bytes:
    """What has come, of at most so many bytes; nothing at the end of the connection. TimeoutError."""
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
    return connection.recv(most, how)


def _frame(connection: socket.socket, ends: float) -> bytes | None:
    """The next whole frame, length included; None at the end of the connection or for one too long."""
    head = _exactly(connection, _LENGTH, ends)
    if head is None or int.from_bytes(head, "big") > MOST_BYTES:
        return None
    rest = _exactly(connection, int.from_bytes(head, "big"), ends)
    return None if rest is None else head + rest


def _exactly(connection: socket.socket, size: int, ends: float) -> bytes | None:
    collected = b""
    while len(collected) < size:
        part = received(connection, size - len(collected), ends)
        if not part:
            return None
        collected += part
    return collected
