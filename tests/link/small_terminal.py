"""A small terminal behind the control protocol, one that answers as it is told, and raw lines to either."""

from __future__ import annotations

import json
import socket
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Event, Thread

from small_card import ECHO, SmallCard

from conformance.link.control import ControlServer, ControlTerminal
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import CardWithdrawn, LinkOutcome, TerminalRefused
from conformance.model.terminal import Indication, Presentation, TerminalIdentity

IDENTITY = TerminalIdentity(
    "示例", "small", "1", "small", simulated=True, time_base="virtual", offers=("O1",)
)
SERVED = replace(IDENTITY, offers=("O1", "apdu", "reader"))


@dataclass
class SmallTerminal:
    """Keeps what it is told; hangs at "hang" until it is let go; shows one indication for each operation."""

    told: list[object] = field(default_factory=list)
    shown: list[Indication] = field(default_factory=list)
    let_go: Event = field(default_factory=Event)

    def identify(self):
        return IDENTITY

    def load(self, parameters):
        self.told.append(parameters)

    def operate(self, operation):
        self.told.append(operation)
        if operation.name == "hang":
            self.let_go.wait(5)
        if operation.name == "break":
            raise ConnectionAbortedError("an exception that nobody foresaw")
        if operation.name == "refuse":
            raise TerminalRefused("not today")
        self.shown.append(Indication(7, "idle", "请刷卡"))

    def present(self, card, interface="contactless"):
        self.told.append(interface)
        card.reset()
        card.exchange(ECHO)
        return Presentation(1, 2, "completed")

    def swipe(self, stripe):
        self.told.append(stripe)
        return Presentation(1, 2, "declined")

    def observe(self, kind):
        return [each for each in self.shown if isinstance(each, kind)]

    def disturb(self, fault):
        self.told.append(fault)

    def wait(self, seconds):
        self.told.append(seconds)


class Hand:
    """A field in which the card is at once where the terminal finds it."""

    card = None
    taken_out = 0

    def plug(self, card):
        self.card = card

    def unplug(self):
        self.card = None
        self.taken_out += 1

    def inserted(self, within_s):
        if self.card is None:
            time.sleep(within_s)
            raise CardWithdrawn(f"no card within {within_s:g} s")
        return self.card


@contextmanager
def serving(device, reader=None, guard=None):
    server = ControlServer(device, reader, guard=guard)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)


@contextmanager
def answering(*answers: bytes, stay: bool = True, greet: bool = True, deadline_s: float = 0.3):
    """A terminal that sends these bytes, one for each line it gets, and then stays silent or leaves."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = Event()

        def serve():
            connection, _ = listener.accept()
            with suppress(ConnectionError), connection, connection.makefile("rb") as lines:
                for answer in (reply(id=1, result={"version": 1}), *answers)[0 if greet else 1 :]:
                    lines.readline()
                    connection.sendall(answer)
                lines.readline()
                if stay:
                    over.wait(5)

        thread = Thread(target=serve)
        thread.start()
        terminal = ControlTerminal("127.0.0.1", listener.getsockname()[1], deadline_s=deadline_s)
        try:
            yield terminal
        finally:
            over.set()
            terminal.close()
            thread.join(5)


def reply(**members: object):
    return json.dumps({"jsonrpc": "2.0", "id": 2, **members}).encode() + b"\n"


def served_well(port, within_s=10.0):
    """Let a good client come in, as soon as there is room again for one, and have a card served."""
    until = time.monotonic() + within_s
    while True:
        terminal = ControlTerminal("127.0.0.1", port, within_s, apdu=True)
        try:
            assert "apdu" in terminal.identify().offers
            terminal.present(MemoryCard(SmallCard()))
        except LinkOutcome:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
        finally:
            terminal.close()


HELLO = b'{"jsonrpc":"2.0","id":"h","method":"hello","params":{"versions":[1],"token":null}}\n'


class Raw:
    """A client that sends lines as they are given; close it."""

    def __init__(self, port: int, *, greet: bool = True) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), 5)
        self._answers = self._connection.makefile("rb")
        if greet:
            self.ask(HELLO)

    def close(self):
        self._answers.close()
        self._connection.close()

    def send(self, line):
        self._connection.sendall(line)

    def next(self):
        """The next message, None at the end of the connection."""
        try:
            line = self._answers.readline()
        except ConnectionError:
            return None
        return json.loads(line) if line else None

    def ask(self, line):
        self.send(line)
        return self.next()


def raw(port, *, greet=True):
    return closing(Raw(port, greet=greet))


def request(method, request_id=1, **params):
    """A request as a line."""
    asked = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
    return json.dumps(asked).encode() + b"\n"
