"""Lines over one connection, none of them longer or later than it may be."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Final

from conformance.link.control.bounds import LINE_S
from conformance.link.message import MOST_BYTES, MessageError, line_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART: Final = 1 << 16


class Wire:
    """One side of a connection, TLS or plain; `received` counts all bytes that came."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._waiting = bytearray()
        self._searched = 0
        self.received = 0

    def close(self) -> None:
        self._socket.close()

    def send(self, message: Mapping[str, object], within_s: float = LINE_S) -> None:
        """Send one message; TimeoutError for a peer that does not take it, any other OSError for one gone."""
        self.send_bytes(line_of(message), within_s)

    def send_bytes(self, line: bytes, within_s: float = LINE_S) -> None:
        """Send bytes as they are, which `send` does with a message."""
        until, rest = time.monotonic() + within_s, memoryview(line)
        while rest:
            self._socket.settimeout(_left(until))
            rest = rest[self._socket.send(rest) :]

    def receive(self, until: float) -> bytes:
        """The next line without its end, before a moment of the monotonic clock.

        TimeoutError; ConnectionError at the end of the connection; MessageError for a line too long, behind
        which nothing can be understood any more.
        """
        while (end := self._waiting.find(b"\n", self._searched)) < 0:
            self._searched = len(self._waiting)
            if self._searched >= MOST_BYTES:
                break
            self._take(_left(until))
        if not 0 <= end < MOST_BYTES:
            raise MessageError(f"a line has at most {MOST_BYTES} bytes with its end")
        line = bytes(self._waiting[:end])
        del self._waiting[: end + 1]
        self._searched = 0
        return line

    def wait(self) -> None:
        """Wait for the first byte of a line, however long that takes; ConnectionError at the end."""
        if not self._waiting:
            self._take(None)

    def _take(self, within_s: float | None) -> None:
        self._socket.settimeout(within_s)
        part = self._socket.recv(_PART)
        if not part:
            raise ConnectionResetError("end of the connection")
        self._waiting += part
        self.received += len(part)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
