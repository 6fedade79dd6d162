"""The JSON schema says what the code says, and every message of real dialogues keeps it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from heard import Heard, check
from jsonschema import Draft202012Validator
from small_card import SmallCard
from small_terminal import Hand, SmallTerminal, serving

from conformance.catalogue.load import load_catalogue
from conformance.link.control import ControlTerminal, bounds
from conformance.link.control.methods import ERRORS, TO_CARD, TO_TERMINAL, arguments, request_of
from conformance.link.control.schema import protocol
from conformance.link.memory import MemoryCard
from conformance.link.message import MOST_BYTES, MOST_DEPTH, MOST_VALUES, MessageError, parse
from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import FAULTS, OBSERVABLES, Fault, Operation, Parameters, Stripe
from conformance.model.verdict import Verdict
from conformance.runner.execute import Stage, execute
from conformance.runner.hosts import Hosts
from conformance.runner.journal import Journal
from conformance.runner.opening import OpenBench, ca_keys
from conformance.sim.terminal import build

DOCUMENT = (Path(__file__).parents[2] / "docs" / "terminal-control-protocol.md").read_text(encoding="utf-8")
MESSAGES = [json.loads(line) for line in DOCUMENT.splitlines() if line.startswith("{")]


def test_the_file_is_the_schema_of_the_code():
    """`conformance terminal schema` writes it anew."""
    text = files("conformance.link.control").joinpath("protocol.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == protocol()


def test_it_is_a_schema():
    Draft202012Validator.check_schema(protocol())


def test_every_message_in_the_document_keeps_it():
    check(MESSAGES)
    assert {each["method"] for each in MESSAGES if "method" in each} >= {"hello", "present", "card.transmit"}


def test_every_message_of_a_session_keeps_it(monkeypatch):
    heard, hand, small = Heard(monkeypatch), Hand(), SmallTerminal()
    with serving(small, hand.inserted) as server:
        for apdu in (True, False):
            terminal = ControlTerminal("127.0.0.1", server.port, field=hand, apdu=apdu)
            terminal.identify()
            terminal.load(Parameters(fare=100))
            terminal.operate(Operation("idle"))
            terminal.present(MemoryCard(SmallCard()))
            terminal.swipe(Stripe(None, ";6210948000000011=3012220?"))
            for each in OBSERVABLES.values():
                terminal.observe(each.kind)
            terminal.disturb(Fault("clock-step", {"seconds": "1"}))
            terminal.wait(1)
            with pytest.raises(TerminalRefused):
                terminal.operate(Operation("refuse"))
            terminal.cancel()
            terminal.alive()
            terminal.close()
    heard.check()
    assert heard.methods == {*TO_TERMINAL, *TO_CARD}


REQUESTS = [each for each in MESSAGES if "method" in each]
BAD = ({}, [], None, True, -1, 1.5, "no", "x" * 70_000, {"colour": "red"}, 10**400)


@pytest.mark.parametrize("message", REQUESTS, ids=lambda message: message["method"])
def test_code_and_schema_refuse_the_same(message):
    """Each param replaced by what it is not, left out, and joined by another."""
    methods = TO_CARD if message["method"] in TO_CARD else TO_TERMINAL
    validator = Draft202012Validator(
        {**protocol(), "anyOf": [{"$ref": f"#/$defs/{message['method']}.request"}]}
    )
    for changed in changed_ones(message):
        try:
            arguments(request_of(json.loads(json.dumps(changed))), methods)
        except MessageError:
            taken = False
        else:
            taken = True
        assert validator.is_valid(changed) is taken, changed


def changed_ones(message):
    params = message["params"]
    yield message
    yield {**message, "params": {**params, "colour": "red"}}
    for name in params:
        yield {**message, "params": {each: value for each, value in params.items() if each != name}}
        yield from ({**message, "params": {**params, name: bad}} for bad in BAD)
    yield from ({**message, "id": bad} for bad in ("x" * 65, True, None, [], "x" * 64))


def test_the_document_names_every_method():
    assert [method for method in (*TO_TERMINAL, *TO_CARD) if f"| `{method}` |" not in DOCUMENT] == []


@pytest.mark.parametrize("name", [*OBSERVABLES, *FAULTS])
def test_the_document_names_every_observable_and_fault(name):
    assert f"`{name}`" in DOCUMENT


def test_the_document_names_every_error():
    table = DOCUMENT[DOCUMENT.index("## 8 Errors") : DOCUMENT.index("## 9 Bounds")]
    codes = " ".join(re.findall(r"^\| ([-\d, to]+) \|", table, re.MULTILINE))
    assert {code for code in ERRORS if code > 0} <= {int(code) for code in re.findall(r"-?\d+", codes)}


LIMITS = {
    "a line, its end included": MOST_BYTES,
    "levels in a line": MOST_DEPTH,
    "values in a line (commas, `[` and `{` are counted)": MOST_VALUES,
    "an id that is a string": bounds.MOST_ID,
    "an error's message, and what the suite says about a line": bounds.MOST_MESSAGE,
    "versions in hello": bounds.MOST_VERSIONS,
    "a token": bounds.MOST_TOKEN,
    "`wait_s`": bounds.MOST_WAIT_S,
    "`card_within_s`": bounds.MOST_CARD_WITHIN_S,
    "values on a page of `observe`": bounds.PAGE,
    "values of one kind": bounds.MOST_OBSERVED,
    "time for all pages of one kind": bounds.OBSERVE_S,
    "an APDU": bounds.MOST_APDU,
    "requests to the card in a presentation": bounds.MOST_EXCHANGES,
    "time of a presentation": bounds.PRESENT_S,
    "bytes from the terminal for one request, or one kind observed": bounds.MOST_RECEIVED,
    "time for the suite's answer to a request to the card": bounds.CARD_S,
    "time from connection to hello": bounds.HELLO_S,
    "time from the first byte of a line to its end, and for the other side to take one": bounds.LINE_S,
    "connections at one time": bounds.MOST_CONNECTIONS,
}


@pytest.mark.parametrize("what", LIMITS)
def test_the_document_states_every_bound(what):
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| {what} |"))
    assert re.findall(r"[\d,]+", row.split("|")[2])[0].replace(",", "") == f"{LIMITS[what]:.0f}"


@pytest.mark.parametrize("line", [b"[" + b"1," * 250_000 + b"1]", b"[" * 250_000], ids=["values", "levels"])
def test_a_line_of_too_many_values_is_refused_before_it_is_parsed(line):
    with pytest.raises(MessageError, match="more than 250000 values"):
        parse(line)


CATALOGUE = load_catalogue(Path(__file__).parents[2] / "cases")


@pytest.mark.parametrize("name", ["TRN-BUS-050", "TRN-BUS-200", "TRN-BUS-240"])
def test_every_message_of_a_case_keeps_it(monkeypatch, name):
    """Torn taps, a host, transfers: as the runner speaks to a terminal that gets APDUs."""
    heard = Heard(monkeypatch)
    with serving(build("bus-validator")) as server, Hosts() as hosts:
        terminal = ControlTerminal("127.0.0.1", server.port, apdu=True)
        offers = frozenset(terminal.identify().offers)
        bench = OpenBench(terminal, None, offers, ca_keys(), simulated=True, hosts=hosts)
        parameters = {name: each.default for name, each in CATALOGUE.proforma.parameters.items()}
        record = execute(Stage(bench, Journal(), parameters), CATALOGUE.cases[name], None)
        terminal.close()
    assert record.verdict is Verdict.PASS
    heard.check()
    assert "card.transmit" in heard.methods
