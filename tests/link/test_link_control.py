"""The control protocol: what goes in comes out, and whatever a terminal does has a name."""

from __future__ import annotations

import socket
import threading
from threading import Event

import pytest
from small_card import ECHO, SmallCard
from small_terminal import SERVED, Hand, SmallTerminal, answering, raw, reply, serving

from conformance.link.control import ControlTerminal
from conformance.link.control.bounds import PAGE
from conformance.link.memory import MemoryCard
from conformance.link.message import MOST_BYTES
from conformance.link.outcomes import (
    ReaderGone,
    TerminalDied,
    TerminalGarbage,
    TerminalHung,
    TerminalRefused,
    TerminalUnreachable,
)
from conformance.model.terminal import (
    OBSERVABLES,
    AcceptedApplication,
    Blacklist,
    Capk,
    ClockReading,
    DeviceEvent,
    Entitlement,
    Entitlements,
    Fault,
    FlashRecord,
    GateTerms,
    GroupShare,
    HostMessage,
    Indication,
    Movement,
    Operation,
    PanRange,
    Parameters,
    ParametersInForce,
    Presentation,
    QueueEntry,
    Receipt,
    StopFare,
    Stripe,
    TicketClass,
    TransactionRecord,
    Transfer,
    TransitTerms,
)

PARAMETERS = Parameters(
    capks=(Capk(bytes.fromhex("A000000333"), 0xF1, b"\x00\xff", b"\x03", demonstration=True),),
    fare=200,
    blacklist=Blacklist(3, ("6210948000000011",)),
    date_time="2014-12-31T08:00:00",
)
OF_EVERY_DEVICE = Parameters(
    blacklist=Blacklist(4, (), (PanRange("6210948000000011", "6210948000000019"),)),
    applications=(AcceptedApplication(bytes.fromhex("A0000003330101"), floor_limit=0),),
    host="127.0.0.1:5000",
    store_capacity=5100,
    transit=TransitTerms("3路", transfer=Transfer(50, 3600), stops=(StopFare(3, 9, 300),)),
    gate=GateTerms((TicketClass("成人", 9000),), (GroupShare(10, 90),), lane="2"),
    entitlements=Entitlements(1, bytes(16), (Entitlement("00FF", "2026-07-01", 2),)),
)
SHOWN = (
    TransactionRecord(
        1, "sale", 7, "2026-07-01T08:00:00", 100, details={"线路": "3"}, objects={"9F26": "00"}
    ),
    HostMessage(7, "acquirer", "sent", b"\x00\x02ab"),
    Indication(7, "accepted", "扣款成功", 4900),
    Movement(7, "open"),
    Receipt(7, ("消费", "1.00"), whole=False),
    DeviceEvent(7, "power-lost"),
    FlashRecord("6210948000000011", 1, 100, 7),
    QueueEntry("reversal", "000001", "pending", 1, "98"),
    ParametersInForce(1, 2, 100, ("A000000333/F1",), {"gate": "1"}),
    ClockReading(7, "2026-07-01T08:00:00", valid=False),
)


@pytest.fixture(name="small")
def small_fixture():
    return SmallTerminal()


@pytest.fixture(name="hand")
def hand_fixture():
    return Hand()


@pytest.fixture(name="terminal")
def terminal_fixture(small, hand):
    with serving(small, hand.inserted) as server:
        terminal = ControlTerminal("127.0.0.1", server.port, deadline_s=20, field=hand)
        yield terminal
        small.let_go.set()
        terminal.close()


def test_a_terminal_says_who_it_is(terminal):
    assert terminal.identify() == SERVED


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("load", PARAMETERS),
        ("load", Parameters()),
        ("load", OF_EVERY_DEVICE),
        ("operate", Operation("sale", {"金额": "2.00"})),
        ("disturb", Fault("clock-step", {"seconds": "-1"})),
        ("wait", 61.5),
    ],
)
def test_what_a_terminal_is_told_arrives_as_it_was(terminal, small, method, value):
    getattr(terminal, method)(value)
    assert small.told == [value]


def test_what_a_terminal_shows_arrives_as_it_is(terminal, small):
    terminal.operate(Operation("idle"))
    assert (terminal.observe(Indication), terminal.observe(ClockReading)) == (small.shown, [])


@pytest.mark.parametrize("value", SHOWN, ids=lambda value: type(value).__name__)
def test_every_kind_of_observable_arrives_as_it_is(terminal, small, value):
    small.shown = [value]
    assert terminal.observe(type(value)) == [value]


def test_no_kind_of_observable_is_left_out():
    assert {type(value) for value in SHOWN} == {each.kind for each in OBSERVABLES.values()}


def test_a_stripe_is_drawn_through_the_terminals_reader(terminal, small):
    stripe = Stripe(None, ";6210948000000011=3012220?")
    assert (terminal.swipe(stripe), small.told) == (Presentation(1, 2, "declined"), [stripe])


def test_a_card_goes_to_the_interface_that_is_asked_for(terminal, small):
    terminal.present(MemoryCard(SmallCard()), "contact")
    assert small.told == ["contact"]


def test_more_than_a_page_is_observed_whole(terminal, small):
    small.shown = [Indication(number, "idle", "") for number in range(2 * PAGE + 1)]
    assert terminal.observe(Indication) == small.shown


def test_a_card_is_presented_and_taken_out_again(terminal, hand):
    card = SmallCard()
    assert terminal.present(MemoryCard(card)) == Presentation(1, 2, "completed")
    assert (card.seen, hand.card) == ([ECHO], None)


def test_a_card_that_the_terminals_reader_never_sees_is_the_benchs_fault(terminal, hand, monkeypatch):
    monkeypatch.setattr("conformance.link.control.client._CARD_WITHIN_S", 0.1)
    hand.plug = lambda card: None  # noqa: ARG005  it falls to the floor
    with pytest.raises(ReaderGone, match=r"no card came within 0\.1 s"):
        terminal.present(MemoryCard(SmallCard()))


def test_the_card_is_taken_out_when_the_terminal_refuses(terminal, hand, monkeypatch):
    monkeypatch.setattr("conformance.link.control.client._CARD_WITHIN_S", 0.1)
    hand.plug = lambda card: None  # noqa: ARG005  it falls to the floor
    with pytest.raises(ReaderGone):
        terminal.present(MemoryCard(SmallCard()))
    assert hand.taken_out == 1


def test_without_a_field_no_card_can_be_presented():
    with pytest.raises(ReaderGone, match="no field"):
        ControlTerminal("127.0.0.1", 1).present(MemoryCard(SmallCard()))


def test_a_refusal_comes_with_the_terminals_words(terminal):
    with pytest.raises(TerminalRefused, match="not today"):
        terminal.operate(Operation("refuse"))


@pytest.fixture(name="hanging")
def hanging_fixture(terminal):
    impatient = ControlTerminal(*terminal._address, deadline_s=0.2)
    yield impatient
    impatient.close()


def test_the_link_is_alive_while_the_device_hangs(hanging):
    with pytest.raises(TerminalHung, match=r"operate within 0\.2 s"):
        hanging.operate(Operation("hang"))
    assert hanging.alive()


def test_a_terminal_that_was_let_go_serves_on(hanging, small):
    with pytest.raises(TerminalHung):
        hanging.operate(Operation("hang"))
    small.let_go.set()
    assert hanging.identify() == SERVED


def test_a_device_that_breaks_ends_its_connection(terminal, monkeypatch):
    told = Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: told.set())
    with pytest.raises(TerminalDied, match="during operate"):
        terminal.operate(Operation("break"))
    assert told.wait(5)


def test_a_terminal_that_leaves_has_died():
    with answering(stay=False) as terminal, pytest.raises(TerminalDied, match="during identify"):
        terminal.identify()


def test_a_dead_terminal_refuses_connections_so_that_its_host_is_alive():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    terminal = ControlTerminal("127.0.0.1", port)
    assert terminal.alive()


def test_where_nobody_listens_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TerminalUnreachable, match=f"127.0.0.1:{port}"):
        ControlTerminal("127.0.0.1", port).identify()


def test_a_silent_terminal_hangs():
    with answering(b"") as terminal, pytest.raises(TerminalHung):
        terminal.identify()


def test_an_answer_that_trickles_in_too_slowly_is_none():
    with answering(b'{"jsonrpc"') as terminal, pytest.raises(TerminalHung):
        terminal.identify()


def test_a_link_that_answers_nothing_is_not_alive(monkeypatch):
    monkeypatch.setattr("conformance.link.control.client._PING_S", 0.1)
    with answering(b"", greet=False) as terminal:
        assert not terminal.alive()


IDENTITY_JSON = {
    "vendor": "v",
    "model": "m",
    "firmware": "1",
    "device": "d",
    "simulated": True,
    "time_base": "real",
    "offers": [],
}


@pytest.mark.parametrize(
    "answer",
    [
        b"ATR 3B 80\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"null\n",
        b"\n",
        b"[" * 100_000 + b"\n",
        b'{"jsonrpc": "2.0", "id": 2, "result": ' + b"[" * 20 + b"]" * 20 + b"}\n",
        b'{"jsonrpc": "2.0", "id": 2, "result": NaN}\n',
        b'{"jsonrpc": "2.0", "id": 2, "result": 1, "result": 2}\n',
        b'{"jsonrpc": "2.0", "id": 2, "result": "\\ud800"}\n',
        b'{"jsonrpc": "2.0", "id": 2, "result": ' + b"9" * 5000 + b"}\n",
        b"x" * MOST_BYTES + b"\n",
        reply(),
        reply(id=3, result=IDENTITY_JSON),
        reply(id=True, result=IDENTITY_JSON),
        reply(id=None, result=IDENTITY_JSON),
        reply(jsonrpc="1.0", result=IDENTITY_JSON),
        reply(result=IDENTITY_JSON, error={"code": 1, "message": ""}),
        reply(error="no"),
        reply(error={"code": "1", "message": "no"}),
        reply(result={}),
        reply(result="identity"),
        reply(result=IDENTITY_JSON | {"colour": "red"}),
        reply(result=IDENTITY_JSON | {"simulated": 1}),
        reply(result=IDENTITY_JSON | {"offers": "O1"}),
    ],
    ids=lambda answer: repr(answer[:60]),
)
def test_an_answer_that_makes_no_sense_is_garbage(answer):
    with answering(answer, deadline_s=5) as terminal, pytest.raises(TerminalGarbage):
        terminal.identify()


def test_garbage_names_the_member_that_is_wrong():
    answer = reply(result=IDENTITY_JSON | {"simulated": "yes"})
    with answering(answer) as terminal, pytest.raises(TerminalGarbage, match=r"bool expected.*simulated"):
        terminal.identify()


def test_a_terminal_that_promises_more_than_it_shows_is_garbage():
    with answering(reply(result={"total": 1, "values": []})) as terminal, pytest.raises(TerminalGarbage):
        terminal.observe(Indication)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"hello\n", -32700),
        (b"[" * 100_000 + b"\n", -32700),
        (b" " * MOST_BYTES, -32600),
        (b"[]\n", -32600),
        (b'{"jsonrpc":"2.0","method":"ping"}\n', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}\n', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","more":1}\n', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"pong"}\n', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"__init__"}\n', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"clock","params":{}}\n', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"clock","params":{"wait_s":1e999}}\n', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"load","params":{"parameters":{"fare":"1"}}}\n', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"load","params":{"parameters":{"fair":1}}}\n', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"operate","params":{"operation":[]}}\n', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"observe","params":{"kind":"gold","skip":0}}\n', 1),
    ],
    ids=lambda value: repr(value[:60]) if isinstance(value, bytes) else str(value),
)
def test_a_server_names_what_is_wrong_with_a_request(terminal, line, code):
    with raw(terminal._address[1]) as line_to:
        assert line_to.ask(line)["error"]["code"] == code


def test_a_server_serves_on_after_a_bad_request(terminal):
    ping = b'{"jsonrpc":"2.0","id":"a","method":"ping"}\n'
    with raw(terminal._address[1]) as line_to:
        assert [line_to.ask(b"hello\n")["id"], line_to.ask(ping)] == [
            None,
            {"jsonrpc": "2.0", "id": "a", "result": "pong"},
        ]
