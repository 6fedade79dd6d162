"""Cards as APDUs over the control protocol, and presentations that are cancelled."""

from __future__ import annotations

import json
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from small_card import ECHO, FALL_SILENT, FIRST_RECORD, GPO, LEAVE, SmallCard, trace
from small_terminal import HELLO, Hand, SmallTerminal, answering, raw, reply, request, serving

from conformance.link.control import ControlTerminal
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import (
    CardMute,
    CardWithdrawn,
    LinkOutcome,
    ReaderGone,
    TerminalCancelled,
    TerminalGarbage,
    TerminalHung,
)
from conformance.link.tear import Tear, torn
from conformance.model.terminal import Presentation

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu


class Asker(SmallTerminal):
    """Sends a card these commands and keeps how each ended."""

    def __init__(self, *commands: CommandApdu) -> None:
        super().__init__()
        self.commands = commands
        self.endings = []

    def present(self, card, interface="contactless"):
        self.atr = card.reset()
        for command in self.commands:
            try:
                self.endings.append(card.exchange(command).encode().hex())
            except LinkOutcome as outcome:
                self.endings.append(CardWithdrawn if isinstance(outcome, CardWithdrawn) else type(outcome))
        return Presentation(1, 2, "completed")


@contextmanager
def over_the_protocol(device):
    with serving(device) as server:
        terminal = ControlTerminal("127.0.0.1", server.port, deadline_s=5, apdu=True)
        yield terminal
        terminal.close()


def test_the_terminal_asks_for_every_apdu():
    device, card = Asker(ECHO, GPO), SmallCard()
    with over_the_protocol(device) as terminal:
        assert terminal.present(MemoryCard(card)) == Presentation(1, 2, "completed")
    assert (device.atr.hex(), card.seen, device.endings[0]) == ("3b80800101", [ECHO, GPO], "cafe9000")


@pytest.mark.parametrize(("command", "outcome"), [(FALL_SILENT, CardMute), (LEAVE, CardWithdrawn)])
def test_a_card_without_an_answer_is_as_silent_or_as_gone_there(command, outcome):
    device = Asker(command, ECHO)
    with over_the_protocol(device) as terminal:
        terminal.present(MemoryCard(SmallCard()))
    assert device.endings == [outcome, "cafe9000"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_tap_is_torn_and_traced_as_in_process(moment):
    def session(present):
        card, device = SmallCard(), Asker(GPO, FIRST_RECORD, ECHO)
        link, exchanges = trace(torn(MemoryCard(card), Tear(moment, "READ RECORD")))
        present(device, link)
        return device.endings, card.seen, [(each.command, each.outcome) for each in exchanges]

    def by_protocol(device, link):
        with over_the_protocol(device) as terminal:
            terminal.present(link)

    assert session(by_protocol) == session(lambda device, link: device.present(link))


def test_a_reader_of_ours_that_fails_is_the_benchs_fault_whatever_the_terminal_says():
    class Broken(MemoryCard):
        def exchange(self, command):
            raise ReaderGone("the cable is out")

    device = Asker(ECHO)
    with over_the_protocol(device) as terminal, pytest.raises(ReaderGone, match="the cable is out"):
        terminal.present(Broken(SmallCard()))
    assert device.endings == [CardWithdrawn]


def test_a_crash_of_ours_stays_one_and_ends_the_presentation():
    class Wrong(MemoryCard):
        def exchange(self, command):
            raise ZeroDivisionError

    device = Asker(ECHO)
    with over_the_protocol(device) as terminal:
        with pytest.raises(ZeroDivisionError):
            terminal.present(Wrong(SmallCard()))
        assert terminal.identify().offers == ("O1", "apdu")
    assert device.endings == [CardWithdrawn]


ASKED = request("card.transmit", "c", apdu="00A40400")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (ASKED, {"error": {"code": 8, "message": "the card has no power: reset comes first"}}),
        (request("card.transmit", "c", apdu="00"), {"result": {"apdu": "6700"}}),
        (request("card.transmit", "c", apdu="0"), -32602),
        (request("card.transmit", "c", apdu="00" * 65_545), -32602),
        (request("card.transmit", "c"), -32602),
        (request("card.eject", "c"), -32601),
        (request("card.reset", "c"), {"result": {"atr": "3B80800101"}}),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_the_suite_answers_a_request_to_the_card(asked, answer):
    heard = []
    with answering(asked, reply(result={"field_on_ms": 1, "ended_ms": 2, "outcome": "lost"})) as terminal:
        terminal._apdu = True
        connect = terminal._connected

        def listening(deadline_s):
            connection = connect(deadline_s)
            send = connection.wire.send
            connection.wire.send = lambda message, *more: (heard.append(message), send(message, *more))
            return connection

        terminal._connected = listening
        terminal.present(MemoryCard(SmallCard()))
    told = {name: value for name, value in heard[1].items() if name not in ("jsonrpc", "id")}
    assert heard[1]["id"] == "c"
    assert (told["error"]["code"] if isinstance(answer, int) else told) == answer


@pytest.mark.parametrize(
    "asked",
    [
        request("card.reset", None),
        request("card.reset", "x" * 65),
        b'{"jsonrpc":"2.0","id":"c","method":7}\n',
        request("card.reset", "c") * 1001,
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_request_that_is_none_or_one_too_many_is_garbage(asked):
    with answering(asked, *[b""] * 1001, deadline_s=5) as terminal:
        terminal._apdu = True
        with pytest.raises(TerminalGarbage):
            terminal.present(MemoryCard(SmallCard()))


def test_a_request_to_the_card_outside_a_presentation_is_garbage():
    with answering(ASKED) as terminal, pytest.raises(TerminalGarbage):
        terminal.identify()


def test_a_presentation_that_never_ends_is_ended(monkeypatch):
    monkeypatch.setattr("conformance.link.control.client.PRESENT_S", 0.3)
    with answering(*[request("card.reset", "c")] * 2, deadline_s=5) as terminal:
        terminal._apdu = True
        with pytest.raises(TerminalHung):
            terminal.present(MemoryCard(SmallCard()))


def test_a_terminal_without_a_reader_says_so():
    with serving(SmallTerminal()) as server, raw(server.port) as line:
        answer = line.ask(request("present", interface="contact", card="reader", card_within_s=0.1))
        assert answer["error"] == {"code": 1, "message": "this terminal has no reader; it offers: apdu"}


PRESENT = request("present", 5, interface="contactless", card="apdu", card_within_s=1)
CANCEL = request("cancel", 6)


def test_nothing_under_way_is_nothing_to_cancel():
    with serving(SmallTerminal()) as server, raw(server.port) as line:
        assert line.ask(CANCEL)["result"] is None


def test_a_presentation_is_cancelled_from_another_connection():
    with serving(Asker(ECHO)) as server, raw(server.port) as line, raw(server.port) as other:
        assert line.ask(PRESENT)["method"] == "card.reset"
        assert other.ask(CANCEL)["result"] == "present"
        assert line.next() == {
            "jsonrpc": "2.0",
            "id": 5,
            "error": {"code": 6, "message": "the presentation was abandoned"},
        }


def test_what_the_card_answers_after_that_is_dropped():
    with serving(Asker(ECHO)) as server, raw(server.port) as line, raw(server.port) as other:
        asked = line.ask(PRESENT)
        other.ask(CANCEL)
        line.next()
        late = {"jsonrpc": "2.0", "id": asked["id"], "result": {"atr": "3B"}}
        line.send(json.dumps(late).encode() + b"\n")
        assert line.ask(request("ping", 9))["id"] == 9


def test_a_terminal_that_waits_for_a_card_is_cancelled():
    with serving(SmallTerminal(), Hand().inserted) as server, raw(server.port) as line:
        line.send(request("present", 5, interface="contactless", card="reader", card_within_s=60))
        with raw(server.port) as other:
            while other.ask(CANCEL)["result"] is None:
                pass
        assert line.next()["error"]["code"] == 6


def test_who_waits_for_an_answer_hears_that_it_was_cancelled():
    reached = Event()

    class Slow(MemoryCard):
        def exchange(self, command):
            reached.set()
            cancelled.wait(5)
            return super().exchange(command)

    cancelled, ends = Event(), []
    with over_the_protocol(Asker(ECHO)) as terminal:

        def present():
            with pytest.raises(TerminalCancelled, match="abandoned"):
                terminal.present(Slow(SmallCard()))
            ends.append("cancelled")

        thread = Thread(target=present)
        thread.start()
        reached.wait(5)
        assert terminal.cancel() == "present"
        cancelled.set()
        thread.join(5)
    assert ends == ["cancelled"]


def test_another_request_meanwhile_is_out_of_turn():
    with serving(Asker(ECHO)) as server, raw(server.port) as line:
        line.ask(PRESENT)
        assert line.ask(HELLO)["error"]["code"] == -32600


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        ({"error": {"code": 7, "message": "silent"}}, CardMute),
        ({"error": {"code": 8, "message": "gone"}}, CardWithdrawn),
        ({"error": {"code": 99, "message": "?"}}, CardWithdrawn),
        ({"error": "gone"}, CardWithdrawn),
        ({"result": {"apdu": "9"}}, CardMute),
        ({"result": {"apdu": "90"}}, CardMute),
        ({"result": {}}, CardMute),
        ({}, CardMute),
    ],
    ids=repr,
)
def test_a_served_device_gets_what_the_suite_answers(answer, ending):
    device = Asker(ECHO)
    with serving(device) as server, raw(server.port) as line:
        for told in ({"result": {"atr": "3B80800101"}}, answer):
            asked = line.ask(PRESENT) if "atr" in repr(told) else line.next()
            line.send(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **told}).encode() + b"\n")
        assert line.next()["result"]["outcome"] == "completed"
    assert device.endings == [ending]


def test_a_suite_that_does_not_answer_is_a_mute_card(monkeypatch):
    monkeypatch.setattr("conformance.link.control.server.CARD_S", 0.2)
    device = Asker(ECHO)
    with serving(device) as server, raw(server.port) as line:
        asked = line.ask(PRESENT)
        line.send(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": {"atr": "3B"}}).encode() + b"\n")
        line.next()
        line.next()
    assert device.endings == [CardMute]
