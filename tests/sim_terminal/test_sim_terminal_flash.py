from __future__ import annotations

import pytest
from sim_terminal_bus import Passenger, bus_with

from conformance.link.tear import Tear
from conformance.model.terminal import Fault, FlashRecord, Operation, Parameters
from conformance.sim.terminal import ValidatorRules

GPO = "GET PROCESSING OPTIONS"
ANSWER_LOST = Tear("after", "last record")
NEVER_ASKED = Tear("before", "last record")
X, Y = "6210948000000111", "6210948000000222"


def test_a_card_lost_before_its_gpo_answer_leaves_no_record(bus):
    assert bus.tap(Passenger(), Tear("after", GPO)) == "lost"
    assert (bus.records("sale"), bus.waiting, bus.signal) == ([], [], "present-again")


def test_a_card_lost_at_gpo_pays_once_when_it_returns(bus):
    card = Passenger()
    bus.tap(card, Tear("after", GPO))
    bus.tap(card)
    assert (len(bus.records("sale")), card.balance) == (1, 4900)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_card_lost_at_an_earlier_record_leaves_no_flash_record(bus, moment):
    assert bus.tap(Passenger(), Tear(moment, "READ RECORD")) == "lost"
    assert bus.waiting == []


def test_a_lost_last_answer_leaves_a_flash_record_and_no_sale(bus):
    bus.tap(Passenger(pan=X), ANSWER_LOST)
    (flash,) = bus.device.observe(FlashRecord)
    assert (flash.pan, flash.atc, flash.amount, bus.records("sale")) == (X, 2, 100, [])


def test_a_lost_last_answer_asks_for_the_card(bus):
    assert bus.tap(Passenger(), ANSWER_LOST) == "lost"
    assert bus.signal == "present-again"


@pytest.mark.parametrize("seconds", [0, 5, 59])
def test_the_returning_card_completes_its_tap_without_a_second_debit(bus, seconds):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus.device.wait(seconds)
    assert bus.tap(card) == "completed"
    assert (len(bus.records("sale")), card.balance, bus.waiting) == (1, 4900, [])


def test_the_completed_tap_reads_the_last_record_alone(bus):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus.tap(card)
    assert bus.commands == ["SELECT", "SELECT", "GET DATA", "GET DATA", "READ RECORD"]


def test_the_completed_tap_is_recorded_with_the_cryptogram_of_the_torn_one(bus):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    (flash,) = bus.device.observe(FlashRecord)
    bus.tap(card)
    (sale,) = bus.records("sale")
    assert sale.atc == flash.atc


def test_a_card_lost_again_at_its_return_can_come_back_once_more(bus):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus.tap(card, Tear("after", "READ RECORD"))
    assert bus.tap(card) == "completed"
    assert (len(bus.records("sale")), card.balance) == (1, 4900)


def test_a_completed_tap_is_not_repeated_either(bus):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus.tap(card)
    assert bus.tap(card) == "ignored"


def test_a_card_that_rolled_back_pays_anew(bus):
    card = Passenger()
    bus.tap(card, NEVER_ASKED)
    bus.tap(card)
    assert GPO in bus.commands
    assert (len(bus.records("sale")), card.balance) == (1, 4900)


def test_a_rolled_back_tap_leaves_neither_flash_record_nor_exception(bus):
    card = Passenger()
    bus.tap(card, NEVER_ASKED)
    bus.tap(card)
    assert (bus.waiting, bus.records("exception")) == ([], [])


def test_another_card_pays_while_a_torn_tap_waits(bus):
    bus.tap(Passenger(pan=X), ANSWER_LOST)
    assert bus.tap(Passenger(pan=Y)) == "completed"
    assert bus.waiting == [X]


def test_the_torn_card_completes_its_tap_after_another_card(bus):
    card = Passenger(pan=X)
    bus.tap(card, ANSWER_LOST)
    bus.tap(Passenger(pan=Y))
    bus.tap(card)
    assert GPO not in bus.commands
    assert [record.pan for record in bus.records("sale")] == [Y, X]


def test_another_card_with_the_same_counter_and_balance_completes_no_tap_but_its_own(bus):
    other = Passenger(pan=Y, seed=1)
    bus.tap(other)
    bus.device.wait(3)
    bus.tap(Passenger(pan=X, seed=2), ANSWER_LOST)
    assert bus.tap(other) == "completed"
    assert (bus.waiting, other.balance) == ([X], 4800)


def test_two_torn_cards_each_complete_their_own_tap(bus):
    first, second = Passenger(pan=X, seed=1), Passenger(pan=Y, seed=2)
    bus.tap(first, ANSWER_LOST)
    bus.tap(second, ANSWER_LOST)
    bus.tap(second)
    bus.tap(first)
    assert [record.pan for record in bus.records("sale")] == [Y, X]


def test_after_t2_the_torn_tap_is_an_exception(bus):
    bus.tap(Passenger(pan=X), ANSWER_LOST)
    bus.device.wait(61)
    (exception,) = bus.records("exception")
    assert (exception.pan, exception.reason, bus.waiting) == (X, "T2 passed", [])


def test_after_t2_the_card_pays_anew(bus):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus.device.wait(61)
    bus.tap(card)
    assert GPO in bus.commands
    assert card.balance == 4800


def test_the_window_is_a_parameter(bus):
    bus.device.load(Parameters(flash_t1_ms=1000, flash_t2_ms=2000))
    bus.tap(Passenger(), ANSWER_LOST)
    bus.device.wait(3)
    assert len(bus.records("exception")) == 1


def test_after_t1_the_display_no_longer_asks_for_the_card(bus):
    bus.tap(Passenger(), ANSWER_LOST)
    bus.device.wait(11)
    assert (bus.signal, len(bus.waiting)) == ("idle", 1)


def test_until_t1_the_display_asks_for_the_card(bus):
    bus.tap(Passenger(), ANSWER_LOST)
    bus.device.wait(9)
    assert bus.signal == "present-again"


def test_the_oldest_of_four_torn_taps_is_exported(bus):
    pans = [f"62109480000005{n:02}" for n in range(4)]
    for pan in pans:
        bus.tap(Passenger(pan=pan), ANSWER_LOST)
    assert ([record.pan for record in bus.records("exception")], bus.waiting) == (pans[:1], pans[1:])


def test_a_torn_tap_outlives_a_power_cycle(bus):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus.device.disturb(Fault("power-cycle"))
    bus.tap(card)
    assert (GPO in bus.commands, card.balance) == (False, 4900)


def test_idle_forgets_a_torn_tap_without_a_record(bus):
    bus.tap(Passenger(), ANSWER_LOST)
    bus.device.operate(Operation("idle"))
    assert (bus.waiting, bus.records("exception")) == ([], [])


def test_a_card_used_elsewhere_since_leaves_an_exception_and_pays_anew(bus):
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus_with(ValidatorRules()).tap(card)
    assert bus.tap(card) == "completed"
    assert (len(bus.records("exception")), len(bus.records("sale"))) == (1, 1)


def without_fdda_01() -> dict[int, bytes]:
    return {0x9F08: bytes.fromhex("0020")}


def test_a_card_without_9f69_completes_its_tap_by_its_pan(bus):
    card = Passenger(elements=without_fdda_01())
    bus.tap(card, ANSWER_LOST)
    bus.tap(card)
    assert (GPO in bus.commands, len(bus.records("sale")), card.balance) == (False, 1, 4900)


def test_a_card_without_9f69_does_not_complete_another_cards_tap(bus):
    other = Passenger(pan=Y, elements=without_fdda_01())
    bus.tap(other)
    bus.device.wait(3)
    bus.tap(Passenger(pan=X, elements=without_fdda_01()), ANSWER_LOST)
    bus.tap(other)
    assert (bus.waiting, [record.pan for record in bus.records("sale")]) == ([X], [Y, Y])


def test_a_card_that_tells_no_balance_completes_its_tap_by_9f69(bus):
    silent = {0x9F10: bytes.fromhex("0701010300000001"), 0x9F68: bytes.fromhex("9810F000")}
    card = Passenger(elements=silent)
    bus.tap(card, ANSWER_LOST)
    bus.tap(card)
    assert (GPO in bus.commands, len(bus.records("sale")), card.balance) == (False, 1, 4900)
