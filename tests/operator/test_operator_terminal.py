"""The link to a person at a closed terminal: what is asked, what is kept, what nobody can see."""

from __future__ import annotations

import re

import pytest

from conformance.link.memory import MemoryCard
from conformance.link.operator import seen, settings
from conformance.link.operator.terminal import OperatorTerminal, SampleInHand
from conformance.link.outcomes import NotOffered, OperatorSkipped, TerminalRefused
from conformance.model.operator import Answer
from conformance.model.terminal import (
    Blacklist,
    DeviceEvent,
    Fault,
    Indication,
    Operation,
    Parameters,
    ParametersInForce,
    QueueEntry,
    TransactionRecord,
    TransitTerms,
)
from conformance.runner.opening.operator import declared
from conformance.sim.card import build
from conftest import BENCH, PRODUCT

TAPPED = {
    "signal": "accepted",
    "records": "1",
    "record1-kind": "sale",
    "record1-amount": "2.00",
    "record1-number": "17",
}


class Desk:
    """Gives the answers that it was made with, and then what a tap that is accepted shows."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked = []

    def ask(self, question):
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else Answer("done", TAPPED, by="张三")

    @property
    def lines(self):
        return [(line.key, dict(line.arguments)) for question in self.asked for line in question.lines]

    @property
    def keys(self):
        return [key for key, _ in self.lines]


def terminal_at(desk, shows=None):
    noted = []
    identity = declared(PRODUCT, BENCH)
    terminal = OperatorTerminal(
        desk, identity, shows or {"O2": "menu", "O5": "screen"}, lambda *each: noted.append(each)
    )
    return terminal, noted


def test_only_what_differs_is_to_be_set():
    desk = Desk()
    terminal, _ = terminal_at(desk)
    terminal.load(Parameters(fare=100, blacklist=Blacklist(1)))
    terminal.load(Parameters(fare=200, blacklist=Blacklist(1)))
    terminal.load(Parameters(fare=200, blacklist=Blacklist(1)))
    assert desk.keys[0] == "do.idle"
    assert desk.lines[-1] == ("set.fare", {"value": "2.00"})
    assert len(desk.asked) == 2


def test_a_setting_that_was_passed_over_is_asked_for_again():
    desk = Desk(Answer("skipped"))
    terminal, _ = terminal_at(desk)
    with pytest.raises(OperatorSkipped):
        terminal.load(Parameters(fare=100))
    terminal.load(Parameters(fare=100))
    assert desk.keys.count("set.fare") == 2


def test_the_clock_is_set_each_time():
    desk = Desk()
    terminal, _ = terminal_at(desk)
    for _ in range(2):
        terminal.load(Parameters(date_time="2026-07-01T08:00:00"))
    assert desk.keys.count("set.date_time") == 2


def test_idle_is_put_before_the_next_act_and_only_once():
    desk = Desk()
    terminal, _ = terminal_at(desk)
    terminal.operate(Operation("idle"))
    terminal.operate(Operation("idle"))
    terminal.present(SampleInHand("S-01"))
    terminal.present(SampleInHand("S-01"))
    terminal.operate(Operation("idle"))
    terminal.operate(Operation("upload"))
    tap = "do.present-contactless"
    assert desk.keys == ["do.idle", tap, tap, "do.idle", "do.upload"]


def test_what_was_seen_is_what_the_terminal_shows():
    terminal, _ = terminal_at(Desk())
    presentation = terminal.present(SampleInHand("S-01"))
    (record,), (indication,) = terminal.observe(TransactionRecord), terminal.observe(Indication)
    assert (record.number, record.kind, record.amount) == (17, "sale", 200)
    assert (indication.signal, presentation.outcome) == ("accepted", "completed")


def test_nothing_seen_is_nothing_shown():
    terminal, _ = terminal_at(Desk(Answer("done", {"signal": "nothing", "records": "0"})))
    assert terminal.present(SampleInHand("S-01")).outcome == "ignored"
    assert terminal.observe(Indication) == terminal.observe(TransactionRecord) == ()


def test_two_signals_stand_in_the_order_in_which_they_were_seen():
    answer = Answer("done", {"signal": "declined", "then": "accepted", "text": "谢谢", "records": "0"})
    terminal, _ = terminal_at(Desk(answer))
    terminal.present(SampleInHand("S-01"))
    assert [(each.signal, each.text) for each in terminal.observe(Indication)] == [
        ("declined", ""),
        ("accepted", "谢谢"),
    ]


def test_times_of_a_person_are_never_compared():
    terminal, _ = terminal_at(Desk())
    terminal.present(SampleInHand("S-01"))
    at = terminal.observe(Indication)[0].at_ms
    for compare in (lambda: at <= 1, lambda: at - 1, lambda: at > 1):
        with pytest.raises(NotOffered):
            compare()


def test_a_detail_is_asked_for_when_a_case_looks_at_it():
    desk = Desk(
        Answer("done", TAPPED),
        Answer("done", {"stands": seen.THERE, "value": "0042"}),
        Answer("done", {"stands": seen.NOT_THERE}),
        Answer("done", {"stands": seen.NEVER}),
    )
    terminal, _ = terminal_at(desk)
    terminal.present(SampleInHand("S-01"))
    details = terminal.observe(TransactionRecord)[0].details
    assert len(desk.asked) == 1
    assert (details["driver"], details.get("companion", "")) == ("0042", "")
    assert details["driver"] == "0042"
    assert len(desk.asked) == 3
    with pytest.raises(NotOffered, match="vehicle"):
        details.get("vehicle")


def test_queues_and_parameters_are_looked_up():
    desk = Desk(
        Answer("done", {"upload": "2", "reversal": "0"}), Answer("done", {"stands": seen.THERE, "value": "7"})
    )
    terminal, _ = terminal_at(desk, {"O4": "menu", "O8": "menu"})
    assert [each.queue for each in terminal.observe(QueueEntry)] == ["upload", "upload"]
    assert terminal.observe(ParametersInForce)[-1].blacklist_version == 7


@pytest.mark.parametrize(
    "act",
    [
        lambda terminal: terminal.present(MemoryCard(build())),
        lambda terminal: terminal.swipe(None),
        lambda terminal: terminal.observe(DeviceEvent),
        lambda terminal: terminal.observe(QueueEntry),
        lambda terminal: terminal.disturb(Fault("power-cut", {"after": "60"})),
        lambda _terminal: SampleInHand("S-01").exchange(None),
    ],
)
def test_what_no_person_can_do_or_see_is_said(act):
    terminal, _ = terminal_at(Desk())
    with pytest.raises(NotOffered):
        act(terminal)


def test_a_refusal_is_the_terminals():
    terminal, _ = terminal_at(Desk(Answer("refused", by="张三")))
    with pytest.raises(TerminalRefused, match="张三"):
        terminal.operate(Operation("sign-on", {"driver": "0042"}))


def test_a_pin_is_shown_by_reference_and_never_recorded():
    desk = Desk()
    terminal, noted = terminal_at(desk)
    terminal.operate(Operation("sale", {"amount": "200", "pins": "wrong right"}))
    terminal.present(SampleInHand("S-03"), "contact")
    assert ("do.pin-wrong", {"serial": "S-03"}) in desk.lines
    assert ("do.pin-right", {"serial": "S-03"}) in desk.lines
    assert ("do.other", {"name": "sale", "arguments": "amount 200"}) in desk.lines
    assert all(
        values.keys() <= {"say", "serial", "name", "arguments"}
        for _, each in noted
        for values in each["told"]
    )
    assert not re.search(r"\d{4,}", str([each for _, each in noted]))


def test_another_card_is_held_beside_the_next_one_only():
    desk = Desk()
    terminal, _ = terminal_at(desk)
    terminal.disturb(Fault("second-card"))
    for _ in range(2):
        terminal.present(SampleInHand("S-01"))
    assert desk.keys.count("fault.second-card") == 1


def test_the_operator_and_the_firmware_are_asked_for_once():
    desk = Desk(Answer("done", {"operator": "张三", "firmware": "2.1"}))
    terminal, _ = terminal_at(desk)
    assert [terminal.identify().firmware for _ in range(2)] == ["2.1", "2.1"]
    assert (terminal.operator, len(desk.asked)) == ("张三", 1)


def test_terms_of_a_device_are_told_in_words():
    told = dict(settings.settings(Parameters(transit=TransitTerms(line="1", driver_needed=True))))
    assert [told[f"transit.{name}"] for name in ("line", "driver_needed", "transfer")] == ["1", "yes", "none"]
