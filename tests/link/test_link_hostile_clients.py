"""Hostile clients: a served terminal names what is wrong with a line, or hangs up, and serves the next."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from contextlib import suppress
from random import Random
from threading import Thread, active_count

import pytest
from certificates import certified
from heard import check
from hostile_client import LINES, PARAMS
from hostile_terminal import line
from small_terminal import HELLO, SmallTerminal, raw, request, served_well, serving

from conformance.link.control import ControlServer, ControlTerminal
from conformance.link.control.access import Guard, Trust, server_context
from conformance.link.control.bounds import MOST_CONNECTIONS
from conformance.link.control.wire import Wire
from conformance.model.terminal import Indication

SEEDS, ROUNDS, AT_ONCE = 5, 100, 50  # 25,000 lines in all
INDICATION = Indication(7, "idle", "x" * 200)
TOKEN = "a token of the laboratory"
CARD_ANSWERS = (
    {"result": {"atr": "3B"}}, {"result": {"atr": "3B", "more": 1}}, {"result": {"apdu": ""}},
    {"result": {"apdu": "90" * 70_000}}, {"result": None}, {"error": None}, {"error": {"code": 7.0}}, {},
    {"error": {"code": [], "message": {}}}, {"result": {"atr": "zz"}},
    {"error": {"code": 7, "message": "x" * 9000}},
)  # fmt: skip


class FailingListener:
    """A listener whose first two connections cannot be accepted."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.left = 2

    def __getattr__(self, name: str) -> object:
        return getattr(self._listener, name)

    def accept(self):
        if self.left:
            self.left -= 1
            raise [ConnectionAbortedError(103, "aborted"), OSError(24, "Too many open files")][self.left]
        return self._listener.accept()


def goes_on(client, asked):
    for _ in range(400):
        client.sendall(asked)
        time.sleep(0.01)


def client_hello():
    """What a TLS client sends first."""
    taken, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(taken, sent, server_hostname="validator").do_handshake()
    return sent.read()


@pytest.fixture(name="broken", autouse=True)
def broken_fixture(monkeypatch):
    """What a thread of the server did not foresee."""
    broken = []
    monkeypatch.setattr("threading.excepthook", lambda args: broken.append(args.exc_value))
    yield broken
    assert broken == []


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_hostile_line_is_answered_or_passed_over(seed):
    rng = Random(seed)
    with serving(SmallTerminal()) as server:
        for number in range(ROUNDS):
            with raw(server.port) as client:
                client.send(b"".join(rng.choice(LINES)(rng) for _ in range(AT_ONCE)))
                client.send(request("ping", f"last-{number}"))
                answers = [client.next()]
                while answers[-1]["id"] != f"last-{number}":
                    answers.append(client.next())
            assert len(answers) <= AT_ONCE + 1
            check(answer for answer in answers if "error" in answer)
        served_well(server.port)


def test_a_client_that_reads_no_answer_loses_its_connection(monkeypatch):
    """What it did not take it will not find whole: nothing can follow half an answer."""
    monkeypatch.setattr(Wire.send, "__defaults__", (0.3,))
    small = SmallTerminal(shown=[INDICATION] * 500)
    observe = request("observe", kind="indication", skip=0)
    with serving(small) as server:
        with socket.create_connection(("127.0.0.1", server.port), 5) as deaf:
            deaf.sendall(HELLO + observe * 100)
            with pytest.raises(ConnectionError):  # the server has closed, and says so to who goes on
                goes_on(deaf, observe)
        served_well(server.port)


def test_a_line_that_does_not_end_ends_the_connection(monkeypatch):
    monkeypatch.setattr("conformance.link.control.server.LINE_S", 0.3)
    with serving(SmallTerminal()) as server:
        for flood in (b"x" * 65_536, b"[" * 65_536, HELLO[:-1] * 500):
            with raw(server.port) as client, suppress(ConnectionError):
                for _ in range(1000):
                    client.send(flood)
        with raw(server.port) as slow:
            slow.send(b"{")
            assert slow.next() is None
        served_well(server.port)


def test_a_client_may_leave_behind_each_byte():
    dialogue = HELLO + request("identify") + request("present", 2, **PARAMS["present"]) + b'{"jsonrpc":"2.0"'
    with serving(SmallTerminal()) as server:
        for end in range(len(dialogue)):
            with socket.create_connection(("127.0.0.1", server.port), 5) as client:
                client.sendall(dialogue[:end])
                if end % 2:  # a reset instead of an orderly end
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        served_well(server.port)


def test_a_storm_of_connections_is_no_storm_of_threads():
    before = active_count()
    with serving(SmallTerminal()) as server:
        storm = [socket.create_connection(("127.0.0.1", server.port), 5) for _ in range(300)]
        assert active_count() <= before + 1 + MOST_CONNECTIONS
        for each in storm:
            each.close()
        served_well(server.port)


def test_a_listener_that_fails_once_listens_on():
    """A connection that is gone before it is accepted, or no file descriptor left, is no reason to end."""
    server = ControlServer(SmallTerminal())
    failing = FailingListener(server._listener._socket)
    server._listener._socket = failing
    thread = Thread(target=server.serve_forever)
    thread.start()
    served_well(server.port)
    assert failing.left == 0
    server.close()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize("seed", range(3))
def test_a_hostile_card_is_a_card_that_fails(seed):
    """Whatever comes instead of the card's answer, the presentation ends and the next is served well."""
    rng = Random(seed)
    with serving(SmallTerminal()) as server:
        for _ in range(100):
            with raw(server.port) as client:
                client.send(request("present", 9, **PARAMS["present"]))
                for message in iter(client.next, None):
                    if message["id"] == 9:
                        break
                    if "method" in message:
                        client.send(b"".join(rng.choice(LINES)(rng) for _ in range(rng.randrange(4))))
                        client.send(line({"jsonrpc": "2.0", "id": message["id"], **rng.choice(CARD_ANSWERS)}))
                    else:
                        check([message])
        served_well(server.port)


def test_what_is_no_tls_ends_there(tmp_path, monkeypatch):
    monkeypatch.setattr("conformance.link.control.server.HELLO_S", 0.3)
    files = certified(tmp_path)
    guard = Guard(TOKEN, server_context(files.certificate, files.key))
    hello = client_hello()
    rng = Random(0)
    with serving(SmallTerminal(), guard=guard) as server:
        for start in (
            HELLO,
            hello,
            hello[: len(hello) // 2],
            b"\x16\x03\x01\xff\xff",
            b"GET / HTTP/1.1\r\n\r\n",
            b"",
        ):
            for more in (b"", rng.randbytes(200), rng.randbytes(70_000)):
                with socket.create_connection(("127.0.0.1", server.port), 5) as client, suppress(OSError):
                    client.sendall(start + more)
                    client.settimeout(5)
                    while client.recv(65_536):
                        pass
        terminal = ControlTerminal("127.0.0.1", server.port, 5, trust=Trust(TOKEN, files.ca))
        assert terminal.identify().vendor == "示例"
        terminal.close()
