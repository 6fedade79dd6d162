"""A man in the middle who spoils what a good terminal says, one fault at a time."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEAVE = b""  # end the connection instead


@dataclass(frozen=True)
class Fault:
    """What happens to a line of the suite's (None: it goes through, bytes: they are the answer) and of the
    terminal's (the line that goes through instead); after so many connections there are no more.
    """

    asked: Callable[[bytes], bytes | None] = lambda _: None
    said: Callable[[bytes], bytes] = lambda line: line
    connections: int = 1000


def instead(part: str, **members: Any) -> Fault:
    """A request with this part in it is answered so; without members, not at all, but with a blank line."""

    def asked(line: bytes) -> bytes | None:
        if part.encode() not in line:
            return None
        answer = {"jsonrpc": "2.0", "id": None}
        with suppress(ValueError, TypeError, KeyError):
            answer["id"] = json.loads(line)["id"]
        return json.dumps(answer | members).encode() + b"\n"

    return Fault(asked)


def failing(part: str, code: int) -> Fault:
    """A request with this part in it fails with this code."""
    return instead(part, error={"code": code, "message": "spoilt"})


def leaving(part: str) -> Fault:
    """The terminal leaves at a line of the suite's with this part in it."""
    return Fault(asked=lambda line: LEAVE if part.encode() in line else None)


def turned(old: str, new: str) -> Fault:
    """The terminal says one thing for another."""
    return Fault(said=lambda line: line.replace(old.encode(), new.encode()))


@contextmanager
def between(port: int, fault: Fault) -> Iterator[int]:
    """The port of a terminal with a fault, before the good one at `port`."""
    relays: list[Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = Thread(target=_accept, args=(listener, port, fault, relays))
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for each in (accepting, *relays):
                each.join(5)


def _accept(listener: socket.socket, port: int, fault: Fault, relays: list[Thread]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        if len(relays) == fault.connections:
            client.close()
            continue
        relays.append(Thread(target=_relay, args=(client, port, fault), daemon=True))
        relays[-1].start()


def _relay(client: socket.socket, port: int, fault: Fault) -> None:
    with client, socket.create_connection(("127.0.0.1", port)) as terminal:
        saying = Thread(target=_say, args=(client, terminal, fault), daemon=True)
        saying.start()
        _ask(client, terminal, fault)
        saying.join(5)


def _ask(client: socket.socket, terminal: socket.socket, fault: Fault) -> None:
    with suppress(OSError), client.makefile("rb") as lines:
        for line in lines:
            answer = fault.asked(line)
            if answer is None:
                terminal.sendall(line)
            elif answer == LEAVE:
                break
            else:
                client.sendall(answer)
    _leave(client, terminal)


def _say(client: socket.socket, terminal: socket.socket, fault: Fault) -> None:
    with suppress(OSError), terminal.makefile("rb") as lines:
        for line in lines:
            said = fault.said(line)
            if said == LEAVE:
                break
            client.sendall(said)
    _leave(client, terminal)


def _leave(*connections: socket.socket) -> None:
    for each in connections:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
