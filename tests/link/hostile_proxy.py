"""A good terminal behind somebody who answers some of its requests in its place."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING

from memory_peer import LEAVES

if TYPE_CHECKING:
    from hostile_terminal import Hostility


class Proxy:
    """Leads every connection to the terminal at `port`, but plays the hostility for the first of one method.

    With `gone`, nobody answers from then on, though connections are still taken.
    """

    def __init__(self, port: int, method: str, hostility: Hostility, *, gone: bool = False) -> None:
        self._port, self._method, self._hostility, self._gone = port, method, hostility, gone
        self._played = False
        self._over = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 10) as terminal:
            back = Thread(target=_pump, args=(terminal, client))
            back.start()
            with suppress(OSError), client.makefile("rb") as lines:
                for line in lines:
                    if self._played and self._gone:
                        self._over.wait(10)
                    message = json.loads(line)
                    if not self._played and message.get("method") == self._method:
                        self._played = True
                        self._play(client, message)
                    else:
                        terminal.sendall(line)
            terminal.shutdown(socket.SHUT_RDWR)
            back.join(10)

    def _play(self, client: socket.socket, message: dict) -> None:
        for act in self._hostility(Random(0), message):
            if isinstance(act, float):
                self._over.wait(act)
            elif act == LEAVES or isinstance(act, OSError):
                client.shutdown(socket.SHUT_RDWR)
            else:
                client.sendall(act)


def _pump(terminal: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while part := terminal.recv(65_536):
            client.sendall(part)
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
