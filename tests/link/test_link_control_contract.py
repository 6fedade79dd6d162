"""The protocol's contract test: our terminals keep it, and each check finds a terminal that does not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import certified
from faulty import Fault, between, failing, instead, leaving, turned
from heard import Heard
from small_terminal import Hand, serving

from conformance import text
from conformance.link.control import contract
from conformance.link.control.access import Guard, Trust, server_context
from conformance.link.control.talk import Peer
from conformance.link.outcomes import TerminalUnreachable
from conformance.model.terminal import Operation
from conformance.sim.terminal import build

DOCUMENT = Path(__file__).parents[2] / "docs" / "terminal-control-protocol.md"
TOKEN = "a token of the laboratory"
CHECKS = {check.name: check for check in contract.CHECKS}
STEPPING_BACK = [{"at_ms": at, "signal": "idle", "text": ""} for at in (9, 7)]


@pytest.fixture(name="port", scope="module")
def port_fixture():
    with serving(build("bus-validator"), Hand().inserted, guard=Guard(TOKEN)) as server:
        yield server.port


def peer(port, offers=(), **trust):
    return Peer(("127.0.0.1", port), Trust(TOKEN, **trust), 2.0, offers)


def test_our_terminals_keep_every_rule_in_messages_that_keep_the_schema(port, monkeypatch):
    heard = Heard(monkeypatch)
    outcomes = [*contract.run(peer(port))]
    assert [each.check.name for each in outcomes if each.verdict != "PASS"] == []
    assert len(heard.methods) > 10


def test_so_they_do_behind_tls(tmp_path):
    files = certified(tmp_path)
    guard = Guard(TOKEN, server_context(files.certificate, files.key))
    with serving(build("pos"), guard=guard) as server:
        before = (Operation("sale", {"amount": "100"}),)
        outcomes = [*contract.run(replace(peer(server.port, ca=files.ca), before=before))]
    assert {each.check.name: each.verdict for each in outcomes if each.verdict != "PASS"} == {
        "reader-empty": "N/A"
    }


# A fault for each check, which finds it.
FAULTS = {
    "string-id": instead('"x-1"', id=1, result="pong"),
    "in-two-parts": failing('"parts"', -32700),
    "not-json": leaving("hello\n"),
    "no-request": failing("[]", -32700),
    "unknown-method": instead("explode", result=None),
    "ping-meanwhile": failing("ping", 1),
    "waits-its-turn": failing("identify", 1),
    "hello": instead("hello", result={"version": 2}),
    "hello-choice": instead("99", result={"version": 99}),
    "hello-no-version": failing("99", 3),
    "hello-first": failing("identify", 1),
    "hello-ping": failing("ping", 5),
    "hello-token": instead("hello", result={"version": 1}),
    "identity": Fault(said=lambda line: line.replace(b'"apdu"', b'"O9"').replace(b'"reader"', b'"O6"')),
    "missing-param": instead("clock", result=None),
    "another-param": instead("colour", result=None),
    "wrong-type": instead("clock", result=None),
    "unknown-member": instead("colour", result=None),
    "load": instead("load", result=True),
    "clock": failing("clock", 1),
    "swipe": instead("swipe", result={"outcome": "completed"}),
    "card-channel": failing("magnet", 1),
    "card-unknown": turned("card.reset", "card.eject"),
    "card-mute": Fault(said=lambda line: b"" if b"outcome" in line else line),
    "card-withdrawn": turned('"outcome":"lost"', '"outcome":8'),
    "card-absent": turned('"result":{"field_on_ms"', '"result":{"field"'),
    "reader-empty": turned('"code":2', '"code":1'),
    "cancel-nothing": instead("cancel", result="present"),
    "cancel": turned('"code":6', '"code":1'),
    "cancel-late-answer": failing('"atr"', -32600),
    "observe": turned('"total":', '"sum":'),
    "observe-skip": turned('"values":[]', '"values":[{"at_ms":1,"signal":"idle","text":""}]'),
    "observe-times": instead('"indication"', result={"total": 2, "values": STEPPING_BACK}),
    "observe-unknown": instead("gold", result={"total": 0, "values": []}),
    "idle": failing("idle", 1),
    "unknown-operation": instead("explode", result=None),
    "unknown-fault": instead("earthquake", result=None),
    "line-too-deep": leaving("[[[["),
    "line-too-long": instead("    ", result=None),
    "number-too-large": instead(str(2**64), result={"total": 0, "values": []}),
    "connections": Fault(connections=3),
}


def test_every_check_has_a_fault():
    assert FAULTS.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_a_terminal_with_the_fault_fails_its_check(port, name):
    offers = ("O2", "O5", "apdu", "reader")
    with between(port, FAULTS[name]) as spoilt:
        outcome = contract.performed(CHECKS[name], Peer(("127.0.0.1", spoilt), Trust(TOKEN), 0.5, offers))
    assert (outcome.check.name, outcome.verdict) == (name, "FAIL")
    assert_told(outcome)


@pytest.mark.parametrize("name", FAULTS)
def test_without_the_fault_it_passes(port, name):
    with between(port, Fault()) as honest:
        offers = ("O2", "O5", "apdu", "reader")
        outcome = contract.performed(CHECKS[name], Peer(("127.0.0.1", honest), Trust(TOKEN), 2.0, offers))
    assert outcome.verdict == "PASS"


def assert_told(outcome):
    """What was observed has words in both languages, and no placeholder is left in them."""
    for language in text.LANGUAGES:
        told = text.contract("observed", outcome.observed.code, language, **outcome.observed.arguments)
        assert told
        assert not re.search(r"\{(answer|problem|seconds|kind|count|total)\}", told)


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_check_has_words(name, language):
    assert text.contract("checks", name, language)


def test_a_check_cites_a_section_that_there_is():
    sections = {
        int(number) for number in re.findall(r"^## (\d+) ", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    }
    assert {check.section for check in contract.CHECKS} <= sections


@pytest.mark.parametrize(
    "garbage",
    [b"\xff\xfe\n", b"[]\n", b"null\n", b'{"error":7}\n', b'{"result":[]}\n', b"[" * 99_999 + b"\n"],
)
def test_garbage_fails_every_check_and_crashes_none(port, garbage):
    with between(port, Fault(said=lambda _: garbage)) as spoilt:
        bad = Peer(("127.0.0.1", spoilt), Trust(TOKEN), 0.5, ("O2", "O5", "apdu", "reader"))
        verdicts = {check.name: contract.performed(check, bad).verdict for check in contract.CHECKS}
    assert {name for name, verdict in verdicts.items() if verdict == "PASS"} <= {"line-too-long"}


def test_where_nobody_listens_there_is_nothing_to_check():
    with pytest.raises(TerminalUnreachable):
        next(contract.run(peer(1)))


def test_what_a_terminal_offers_not_is_not_asked_of_it(port):
    bare = Peer(("127.0.0.1", port), Trust(), 2.0)
    outcomes = {
        check.name: contract.performed(check, bare).verdict for check in contract.CHECKS if check.needs
    }
    assert set(outcomes.values()) == {"N/A"}


def test_a_long_answer_is_shown_short():
    assert len(json.dumps(["x" * 1000])) > len(contract.instead(["x" * 1000]).arguments["answer"])


def test_what_a_terminal_says_moves_no_console(port):
    answer = "\x1b[2J\u202e\x9b"
    with between(port, instead("hello", result={"version": answer})) as spoilt:
        outcome = contract.performed(CHECKS["hello"], Peer(("127.0.0.1", spoilt), Trust(TOKEN), 0.5))
    assert outcome.verdict == "FAIL"
    assert all(said.isprintable() for said in outcome.observed.arguments.values())
    assert "u202e" in outcome.observed.arguments["answer"]
