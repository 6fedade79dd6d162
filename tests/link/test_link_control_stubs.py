"""The stubs in C and Python: short, alone, and keeping the whole protocol."""

from __future__ import annotations

import ast
import dataclasses
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from heard import Heard
from small_card import SmallCard

from conformance.link.control import ControlTerminal, contract
from conformance.link.control.access import Trust
from conformance.link.control.talk import Peer
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalRefused, TerminalUnreachable
from conformance.model.terminal import Fault, Indication, Operation, Parameters, Stripe, TransactionRecord

STUBS = Path(__file__).parents[2] / "docs" / "stubs"
TOKEN = "a token of the laboratory"


@pytest.fixture(name="built", scope="module")
def built_fixture(tmp_path_factory):
    """The C stub, built as its first lines say."""
    program = tmp_path_factory.mktemp("stub") / "terminal"
    subprocess.run(
        ["gcc", "-Wall", "-Wextra", "-Werror", "-o", str(program), str(STUBS / "terminal.c")], check=True
    )
    return [str(program)]


@pytest.fixture(name="command", params=["python", pytest.param("c", marks=pytest.mark.tool("cc"))])
def command_fixture(request):
    if request.param == "python":
        return [sys.executable, str(STUBS / "terminal.py")]
    return request.getfixturevalue("built")


@pytest.fixture(name="port")
def port_fixture(command, tmp_path):
    """A stub that asks for a token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    with subprocess.Popen([*command, str(port), str(tmp_path / "token")]) as program:
        until = time.monotonic() + 10
        while not alive(port) and time.monotonic() < until:
            time.sleep(0.05)
        yield port
        program.terminate()


def alive(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", ["terminal.py", "terminal.c"])
def test_a_stub_is_shorter_than_200_lines(name):
    assert len((STUBS / name).read_text(encoding="utf-8").splitlines()) < 200


def test_the_python_stub_needs_the_standard_library_alone():
    tree = ast.parse((STUBS / "terminal.py").read_text(encoding="utf-8"))
    names = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", ["terminal.py", "terminal.c"])
def test_a_stub_knows_every_parameter(name):
    text = (STUBS / name).read_text(encoding="utf-8")
    listed = text[text.lower().index("parameters = ") :][:400]
    assert {each.name for each in dataclasses.fields(Parameters)} <= set(re.findall(r"\w+", listed))


def test_a_stub_keeps_the_protocol(port):
    outcomes = [*contract.run(Peer(("127.0.0.1", port), Trust(TOKEN), 5.0))]
    endings = {each.check.name: each.verdict for each in outcomes}
    assert {name: verdict for name, verdict in endings.items() if verdict != "PASS"} == {
        "reader-empty": "N/A"
    }


def test_a_stub_serves_a_session_whose_messages_keep_the_schema(port, monkeypatch):
    heard, card = Heard(monkeypatch), SmallCard()
    terminal = ControlTerminal("127.0.0.1", port, 5, apdu=True, trust=Trust(TOKEN))
    assert terminal.identify().vendor == "stub"
    terminal.load(Parameters(fare=100))
    terminal.operate(Operation("idle"))
    assert terminal.present(MemoryCard(card)).outcome == "completed"
    assert [command.name for command in card.seen] == ["SELECT", "SELECT"]
    assert [each.amount for each in terminal.observe(TransactionRecord)] == [1]
    assert [each.signal for each in terminal.observe(Indication)] == ["accepted"]
    terminal.wait(61)
    terminal.present(MemoryCard(card))
    first, second = (each.at_ms for each in terminal.observe(TransactionRecord))
    assert 61_000 <= second - first < 71_000
    for refused in (
        lambda: terminal.operate(Operation("explode")),
        lambda: terminal.disturb(Fault("power-cycle")),
        lambda: terminal.swipe(Stripe(None, None)),
    ):
        with pytest.raises(TerminalRefused):
            refused()
    assert (terminal.cancel(), terminal.alive()) == (None, True)
    terminal.close()
    heard.check()


def test_a_stub_lets_nobody_in_without_its_token(port):
    with pytest.raises(TerminalUnreachable, match="token"):
        ControlTerminal("127.0.0.1", port, 5, apdu=True).identify()
