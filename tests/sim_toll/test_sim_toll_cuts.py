"""Power fails at every write of a passage: in the end it is paid once, stored once, and the vehicle goes."""

from __future__ import annotations

import pytest
from sim_toll_lane import cash_card, exit_with, left_on, pass_card, toll_card

from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import DeviceEvent, Parameters
from conformance.runner.acquirer import LaboratoryAcquirer

MOST_TRIES = 4


def lost(lane) -> bool:
    return any(each.event == "power-lost" for each in lane.device.observe(DeviceEvent))


def until_paid(lane, act) -> None:
    """Do it again until the barrier is up; the driver is still there, and so is the card."""
    for _ in range(MOST_TRIES):
        if lane.open:
            return
        act()
        lane.device.wait(3)


def writes(prepare, act) -> list[int]:
    """Units of power after which each write of the act begins, is under way, and ends."""
    lane = prepare()
    power = lane.device._chassis.power
    done, points = 0, set()

    def draw(units):
        nonlocal done
        points.update({done, done + 1, done + units // 2, done + units - 1})
        done += units
        return units

    power.draw = draw
    act(lane)
    return sorted(points)


def every_cut(prepare, act):
    """Lanes whose power failed in the act, at the beginning, in the middle and at the end of each write."""
    points = writes(prepare, act)
    assert points
    for units in points:
        lane = prepare()
        lane.disturb("power-cut", after=str(units))
        act(lane)
        assert lost(lane)
        yield lane


def entered():
    lane = exit_with()
    lane.arrive()
    lane.tap(pass_card())
    return lane


def arrived():
    lane = exit_with()
    lane.arrive()
    return lane


@pytest.mark.parametrize("kind", ["electronic cash", "purse"])
def test_cut_at_every_write_a_card_pays_once(kind):
    made = cash_card if kind == "electronic cash" else toll_card
    prepare = entered if kind == "electronic cash" else arrived
    cards = []

    def act(lane):
        cards.append(made())
        lane.tap(cards[-1])

    for lane in every_cut(prepare, act):
        until_paid(lane, lambda lane=lane: lane.tap(cards[-1]))
        assert lane.amounts == [3_500]
        assert left_on(cards[-1]) == 6_500
        assert lane.open


def test_cut_at_every_write_cash_is_stored_once():
    def take(lane):
        try:
            lane.do("cash")
        except TerminalRefused:
            assert lane.open

    for lane in every_cut(entered, take):
        until_paid(lane, lambda lane=lane: take(lane))
        assert lane.amounts == [3_500]


def test_cut_at_every_write_an_unwritten_record_is_told_once():
    cards = []

    def act(lane):
        cards.append(toll_card(probe="entry-not-written"))
        lane.tap(cards[-1])

    for lane in every_cut(arrived, act):
        for _ in range(MOST_TRIES):
            lane.tap(cards[-1])
        assert (lane.amounts, left_on(cards[-1]), lane.open) == ([3_500], 6_500, False)
        assert len(lane.records("write-failed")) == 1


def test_cut_at_every_write_a_suspect_debit_is_told_once():
    cards = []

    def act(lane):
        cards.append(toll_card(probe="forged-mac2"))
        lane.tap(cards[-1])

    for lane in every_cut(arrived, act):
        for _ in range(MOST_TRIES):
            lane.tap(cards[-1])
        told = len(lane.records("exception")) + len(lane.amounts)
        assert (told, left_on(cards[-1])) == (1, 6_500)


def test_cut_at_every_write_an_online_sale_is_booked_once():
    from test_sim_toll_bank import PAN, chip

    banks = []

    def prepare():
        banks.append(LaboratoryAcquirer())
        banks[-1].know(PAN, balance="1000.00")
        lane = entered()
        lane.device.load(Parameters(host=banks[-1].address))
        return lane

    def act(lane):
        lane.do("pin", reference="right")
        lane.tap(chip(), interface="contact")

    try:
        for lane in every_cut(prepare, act):
            until_paid(lane, lambda lane=lane: act(lane))
            assert (lane.amounts, lane.open, banks[-1].total) == ([3_500], True, 3_500)
    finally:
        for bank in banks:
            bank.close()


def test_a_debit_that_was_not_stored_waits_for_its_card_after_a_power_cut():
    lane, card = entered(), cash_card()
    lane.disturb("power-cut-at", moment="debited")
    assert lane.tap(card) == "lost"
    assert (lane.amounts, left_on(card), lane.open) == ([], 6_500, False)
    assert lane.tap(card) == "completed"
    assert "GET PROCESSING OPTIONS" not in lane.commands
    assert (lane.amounts, left_on(card), lane.open) == ([3_500], 6_500, True)


def test_a_purse_debit_that_was_not_stored_is_proved_after_a_power_cut():
    lane, card = arrived(), toll_card()
    lane.disturb("power-cut-at", moment="debited")
    assert lane.tap(card) == "lost"
    assert lane.tap(card) == "completed"
    assert "DEBIT FOR PURCHASE" not in lane.commands
    assert (lane.amounts, left_on(card), lane.sale("tac_valid")) == ([3_500], 6_500, "unverified")


def test_a_debit_whose_card_never_returns_becomes_an_exception():
    lane, card = entered(), cash_card()
    lane.disturb("power-cut-at", moment="debited")
    lane.tap(card)
    lane.device.wait(61)
    (record,) = lane.records("exception")
    assert (record.details["vehicle"], record.amount) == ("1", 3_500)
