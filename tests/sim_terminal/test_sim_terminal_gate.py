"""The scenic gate at its door: what the cases do not reach."""

from __future__ import annotations

from random import Random

import pytest
from sim_terminal_bus import Bus, Passenger, demonstration_capk
from test_sim_terminal_fuzz import OUTCOMES, Garbling

from conformance.link.outcomes import TerminalRefused
from conformance.link.tear import Tear
from conformance.model.terminal import (
    DeviceEvent,
    Entitlement,
    Entitlements,
    Fault,
    GateTerms,
    GroupShare,
    Indication,
    Movement,
    Operation,
    Parameters,
    ParametersInForce,
    Stripe,
    TicketClass,
    TransactionRecord,
)
from conformance.sim import terminal as sim_terminal
from conformance.sim.terminal import gate_rules

TERMS = GateTerms((TicketClass("adult", 1000), TicketClass("child", 500)), (GroupShare(3, 50),), passage_s=10)
KEY = bytes(range(16))


@pytest.fixture(name="gate")
def gate_fixture() -> Bus:
    device = sim_terminal.build("scenic-gate", seed=7)
    device.load(Parameters((demonstration_capk(),), gate=TERMS, date_time="2026-07-01T08:00:00"))
    return Bus(device)


def walk(gate: Bus) -> bool:
    try:
        gate.device.operate(Operation("pass"))
    except TerminalRefused:
        return False
    return True


def positions(gate: Bus) -> list[str]:
    return [movement.position for movement in gate.device.observe(Movement)]


def group(gate: Bus, people: int) -> None:
    gate.device.operate(Operation("group", {"people": str(people)}))


def test_the_first_class_holds_without_a_choice(gate):
    gate.tap(Passenger())
    assert (gate.records("sale")[0].amount, gate.records("sale")[0].details["class"]) == (1000, "adult")


def test_a_choice_holds_for_one_card(gate):
    gate.device.operate(Operation("class", {"name": "child"}))
    gate.tap(Passenger(pan="6210948000000011"))
    gate.tap(Passenger(pan="6210948000000029"))
    assert [record.amount for record in gate.records("sale")] == [500, 1000]


@pytest.mark.parametrize(
    "operation",
    [
        Operation("class", {"name": "adlt"}),
        Operation("class"),
        Operation("group"),
        Operation("group", {"people": "٣"}),
        Operation("pass"),
        Operation("open"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(gate, operation):
    with pytest.raises(TerminalRefused):
        gate.device.operate(operation)
    gate.tap(Passenger())
    assert gate.records("sale")[0].amount == 1000


def test_a_gate_without_a_class_of_ticket_is_none(gate):
    with pytest.raises(TerminalRefused, match="class of ticket"):
        gate.device.load(Parameters(gate=GateTerms()))


def test_it_has_no_stripe_reader(gate):
    with pytest.raises(TerminalRefused, match="no stripe reader"):
        gate.device.swipe(Stripe(None, None))


def test_two_cards_one_after_the_other_let_two_in(gate):
    gate.tap(Passenger(pan="6210948000000011"))
    gate.tap(Passenger(pan="6210948000000029"))
    assert [walk(gate) for _ in range(3)] == [True, True, False]
    assert positions(gate) == ["open", "closed"]


def test_each_who_goes_through_gives_the_next_one_time(gate):
    group(gate, 3)
    gate.tap(Passenger())
    for _ in range(2):
        gate.device.wait(9)
        assert walk(gate)
    gate.device.wait(10)
    assert [record.details["people"] for record in gate.records("unused")] == ["1"]


def test_a_torn_group_opens_for_as_many_as_it_paid_for(gate):
    card = Passenger()
    group(gate, 3)
    gate.tap(card, Tear("after", "last record"))
    gate.tap(card)
    assert [walk(gate) for _ in range(4)] == [True, True, True, False]


def test_a_power_cut_locks_the_lane_and_debits_nobody_again(gate):
    card = Passenger()
    gate.tap(card)
    gate.device.disturb(Fault("power-cycle"))
    assert (positions(gate)[-1], walk(gate)) == ("closed", False)
    gate.device.wait(5)
    assert (gate.tap(card), card.balance) == ("declined", 4000)


def test_who_came_in_is_told_when_and_where(gate):
    card = Passenger()
    gate.tap(card)
    gate.device.wait(60)
    gate.tap(card)
    assert gate.device.observe(Indication)[-1].text == "已于08:00从1号通道入园"


def test_idle_begins_a_new_day(gate):
    card = Passenger()
    gate.tap(card)
    gate.device.operate(Operation("idle"))
    gate.device.disturb(Fault("power-cycle"))
    assert gate.tap(card) == "completed"


def test_a_withheld_passage_is_kept_for_its_time_only(gate):
    card = Passenger()
    gate.device.disturb(Fault("actuator-jam"))
    gate.tap(card)
    gate.device.disturb(Fault("actuator-free"))
    gate.device.wait(TERMS.credit_s)
    assert (gate.tap(card), positions(gate)) == ("declined", [])


def test_a_withheld_group_goes_in_whole(gate):
    card = Passenger()
    gate.device.disturb(Fault("actuator-jam"))
    group(gate, 3)
    gate.tap(card)
    gate.device.disturb(Fault("actuator-free"))
    gate.device.wait(5)
    gate.tap(card)
    assert ([walk(gate) for _ in range(4)], card.balance) == ([True, True, True, False], 3500)


def test_a_jam_is_an_event(gate):
    gate.device.disturb(Fault("actuator-jam"))
    gate.tap(Passenger())
    assert gate.device.observe(DeviceEvent)[-1].event == "jammed"


def sold_before(gate: Bus, day: str, people: int = 1, version: int = 1) -> None:
    token = gate_rules.token(KEY, "6210948000000011")
    tickets = (Entitlement(token, day, people),)
    gate.device.load(Parameters(entitlements=Entitlements(version, KEY, tickets)))


@pytest.mark.parametrize(
    ("day", "balance"), [("2026-07-01", 5000), ("2026-07-02", 4000), ("2026-06-30", 4000)]
)
def test_a_ticket_admits_on_its_own_day_only(gate, day, balance):
    card = Passenger()
    sold_before(gate, day)
    gate.tap(card)
    assert card.balance == balance


def test_a_ticket_admits_a_card_that_could_not_pay(gate):
    sold_before(gate, "2026-07-01", people=2)
    assert gate.tap(Passenger(balance=0)) == "completed"
    assert [walk(gate) for _ in range(3)] == [True, True, False]


def test_a_ticket_admits_once(gate):
    card = Passenger()
    sold_before(gate, "2026-07-01")
    gate.tap(card)
    gate.device.wait(5)
    assert gate.tap(card) == "declined"


def test_the_version_of_the_tickets_is_shown_and_kept(gate):
    sold_before(gate, "2026-07-01", version=9)
    gate.device.disturb(Fault("power-cycle"))
    assert gate.device.observe(ParametersInForce)[0].others["entitlements_version"] == "9"


def test_unused_passages_without_room_for_a_record_are_an_event(gate):
    gate.device.disturb(Fault("store-full", {"room": "1"}))
    gate.tap(Passenger())
    gate.device.wait(60)
    assert [event.event for event in gate.device.observe(DeviceEvent)] == ["record-lost"]


def test_a_torn_tap_waits_while_there_is_no_room_for_its_exception(gate):
    gate.tap(Passenger(), Tear("after", "last record"))
    gate.device.disturb(Fault("store-full", {"room": "0"}))
    gate.device.wait(120)
    assert (len(gate.waiting), gate.records("exception")) == (1, [])


@pytest.mark.parametrize("seed", range(6))
def test_no_garbled_answer_opens_the_lane_for_nothing(gate, seed):
    random = Random(seed)
    for number in range(40):
        card = Garbling(Passenger(pan=f"62109480000009{number:02}", seed=number).link, random)
        assert gate.device.present(card).outcome in OUTCOMES
        gate.device.wait(11)
    opened = positions(gate).count("open")
    assert opened == len(gate.records("sale"))


def test_every_record_of_a_gate_says_its_lane(gate):
    gate.tap(Passenger())
    gate.device.wait(60)
    assert {record.details["lane"] for record in gate.device.observe(TransactionRecord)} == {"1"}
