"""A terminal program that hangs, answers garbage or dies: the right ending, and the run goes on."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.catalogue.load import load_catalogue
from conformance.link.control import ControlTerminal
from conformance.model.verdict import Verdict
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import OpenBench

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(ROOT / "cases")
CASE = CATALOGUE.cases["TRN-BUS-050"]
PARAMETERS = {name: each.default for name, each in CATALOGUE.proforma.parameters.items()}


RESULTS = {"hello": {"version": 1}, "observe": {"values": [], "total": 0}, "ping": "pong"}


class Field:
    """A field in which nothing happens."""

    def plug(self, card):
        """Nobody reads the card."""

    def unplug(self):
        """Nobody misses it."""


@contextmanager
def terminal_that(misbehaves, from_method):
    """A program that speaks the protocol well until `from_method`, and then `misbehaves`."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def converse(connection):
        with connection, connection.makefile("rwb") as stream:
            bad = False
            for line in stream:
                request = json.loads(line)
                bad = bad or request["method"] == from_method
                if bad and request["method"] != "ping":
                    misbehaves(stream, stop)
                    return
                result = RESULTS.get(request["method"])
                answer = {"jsonrpc": "2.0", "id": request["id"], "result": result}
                stream.write(json.dumps(answer).encode() + b"\n")
                stream.flush()

    def serve():
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    terminal = ControlTerminal("127.0.0.1", listener.getsockname()[1], deadline_s=0.3, field=Field())
    try:
        yield terminal
    finally:
        stop.set()
        terminal.close()
        listener.close()


def hangs(stream, stop):
    stop.wait(5)


def answers_garbage(stream, stop):
    stream.write(b"\xff\xfenot json\n")
    stream.flush()


def dies(stream, stop):
    """Returns at once, which closes the connection."""


def ending(misbehaves, from_method):
    with terminal_that(misbehaves, from_method) as terminal:
        bench = OpenBench(terminal, None, frozenset(), (), simulated=True)
        return execute(Stage(bench, Journal(), PARAMETERS), CASE, None)


@pytest.mark.parametrize("misbehaves", [hangs, answers_garbage, dies])
def test_in_the_preamble_it_is_inconclusive(misbehaves):
    assert ending(misbehaves, "load").verdict is Verdict.INCONC


@pytest.mark.parametrize(
    ("misbehaves", "code"),
    [(hangs, "terminal-hung"), (answers_garbage, "terminal-garbage"), (dies, "terminal-died")],
)
def test_in_a_step_it_fails_by_name(misbehaves, code):
    record = ending(misbehaves, "present")
    assert (record.verdict, record.headline.code) == (Verdict.FAIL, code)


def test_the_next_case_still_runs():
    with terminal_that(dies, "present") as terminal:
        bench = OpenBench(terminal, None, frozenset(), (), simulated=True)
        stage = Stage(bench, Journal(), PARAMETERS)
        assert [execute(stage, CASE, None).verdict for _ in range(2)] == [Verdict.FAIL, Verdict.FAIL]
