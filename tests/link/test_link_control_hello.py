"""Hello: which version is spoken, who may come in, and what is refused before it."""

from __future__ import annotations

import pytest
from small_terminal import Hand, Raw, SmallTerminal, answering, raw, reply, request, serving

from conformance.link.control import ControlTerminal
from conformance.link.control.access import Guard, Trust
from conformance.link.outcomes import TerminalGarbage, TerminalUnreachable
from conformance.model.terminal import Operation

OTHER = "another token"
TOKEN = "a token of the laboratory"


@pytest.fixture(name="port")
def port_fixture():
    with serving(SmallTerminal(), Hand().inserted) as server:
        yield server.port


def error(answer):
    return answer["error"]["code"], answer["error"].get("data")


@pytest.mark.parametrize("versions", [[1], [7, 1], [1, 2, 3]])
def test_the_terminal_chooses_a_version_that_both_speak(port, versions):
    with raw(port, greet=False) as line:
        assert line.ask(request("hello", versions=versions, token=None))["result"] == {"version": 1}


def test_without_a_version_in_common_the_terminal_lists_its_own(port):
    with raw(port, greet=False) as line:
        assert error(line.ask(request("hello", versions=[7, 8], token=None))) == (3, {"versions": [1]})


def test_after_that_hello_may_be_said_again(port):
    with raw(port, greet=False) as line:
        line.ask(request("hello", versions=[7], token=None))
        assert line.ask(request("hello", versions=[1], token=None))["result"] == {"version": 1}


@pytest.mark.parametrize("versions", [[], ["1"], [True], 1, list(range(17))])
def test_versions_that_are_none_are_wrong_params(port, versions):
    with raw(port, greet=False) as line:
        assert error(line.ask(request("hello", versions=versions, token=None))) == (-32602, None)


@pytest.mark.parametrize("method", ["identify", "cancel"])
def test_hello_comes_first(port, method):
    with raw(port, greet=False) as line:
        assert error(line.ask(request(method))) == (5, None)


def test_ping_needs_no_hello(port):
    with raw(port, greet=False) as line:
        assert line.ask(request("ping"))["result"] == "pong"


def test_a_connection_that_says_no_hello_is_closed(port, monkeypatch):
    monkeypatch.setattr("conformance.link.control.server.HELLO_S", 0.2)
    with raw(port, greet=False) as line:
        line.ask(request("ping"))
        assert line.next() is None


def test_one_connection_too_many_is_closed_at_once(port):
    lines = [Raw(port) for _ in range(8)]
    with raw(port, greet=False) as ninth:
        assert ninth.next() is None
    for each in lines:
        each.close()


@pytest.fixture(name="guarded")
def guarded_fixture():
    with serving(SmallTerminal(), guard=Guard(TOKEN)) as server:
        yield server.port


def test_who_shows_the_token_comes_in(guarded):
    terminal = ControlTerminal("127.0.0.1", guarded, trust=Trust(TOKEN))
    assert terminal.identify().offers == ("O1", "apdu")
    terminal.close()


@pytest.mark.parametrize("token", [None, OTHER])
def test_who_shows_none_or_another_does_not(guarded, token):
    terminal = ControlTerminal("127.0.0.1", guarded, trust=Trust(token))
    with pytest.raises(TerminalUnreachable, match="does not let the suite in: the token is missing"):
        terminal.operate(Operation("idle"))


def test_a_wrong_token_ends_the_connection(guarded):
    with raw(guarded, greet=False) as line:
        assert error(line.ask(request("hello", versions=[1], token=OTHER))) == (4, None)
        assert line.next() is None


def test_a_terminal_behind_a_token_shows_that_it_is_alive_without_one(guarded):
    assert ControlTerminal("127.0.0.1", guarded).alive()


def test_a_terminal_of_other_versions_cannot_be_reached():
    refusal = reply(id=1, error={"code": 3, "message": "this one speaks 2", "data": {"versions": [2]}})
    with answering(refusal, greet=False) as terminal, pytest.raises(TerminalUnreachable, match="speaks 2"):
        terminal.identify()


@pytest.mark.parametrize("result", [{"version": 2}, {"version": "1"}, {}, None])
def test_a_choice_that_was_none_is_garbage(result):
    with answering(reply(id=1, result=result), greet=False) as terminal, pytest.raises(TerminalGarbage):
        terminal.identify()
