"""Listening on a TCP port: so many connections at a time and no more, whatever its peers do."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import BoundedSemaphore, Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_PAUSE_S: Final = 0.05  # after a connection that could not be taken


class Listener:
    """A port that is open from here on, port 0 for any. One connection beyond `most` is closed at once."""

    def __init__(self, host: str, port: int, most: int) -> None:
        self._room = BoundedSemaphore(most)
        self._over = Event()
        self._socket = socket.create_server((host, port))

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, also where port 0 asked for any."""
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    def serve_forever(self, serve: Callable[[socket.socket], None]) -> None:
        """Hand each connection to `serve` in a thread of its own, until another thread calls `close`."""
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # or one that is gone already, or no room for its file descriptor
                if self._over.wait(_PAUSE_S):
                    return
                continue
            if not self._room.acquire(blocking=False):
                connection.close()
                continue
            Thread(target=self._served, args=(connection, serve), name="served", daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those that are open stay."""
        self._over.set()
        with suppress(OSError):  # nobody may be waiting in accept
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _served(self, connection: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        try:
            with connection:
                serve(connection)
        finally:
            self._room.release()
