"""What a lane does beyond one vehicle that pays once: exempt, convoy, parts, open, offline, receipts."""

from __future__ import annotations

import pytest
from sim_toll_lane import cash_card, exit_with, left_on, pass_card, toll_card

from conformance.codec import apdu, purse, toll
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalRefused
from conformance.link.tear import Tear
from conformance.model.terminal import DeviceEvent, Operation, Parameters, Receipt, TollTerms
from conformance.sim import sector_card
from conformance.sim.terminal.toll_exit.receipt import masked

DEBIT_LOST = Tear("after", "DEBIT FOR PURCHASE")


def entered(lane):
    lane.arrive()
    lane.tap(pass_card())
    return lane


def alarms(lane) -> int:
    return len([each for each in lane.device.observe(DeviceEvent) if each.event == "offline-limit"])


def receipts(lane) -> list[tuple[str, ...]]:
    return [each.lines for each in lane.device.observe(Receipt)]


@pytest.mark.parametrize("kind", ["green", "emergency"])
@pytest.mark.parametrize("card_read", [True, False])
def test_an_exempt_vehicle_passes_with_or_without_a_card(kind, card_read):
    lane = exit_with()
    lane.arrive()
    if card_read:
        lane.tap(pass_card())
    lane.do("exempt", kind=kind, monitor="8001")
    assert (lane.amounts, lane.open, lane.sale("exempt"), lane.sale("tender")) == ([0], True, kind, "none")


def test_nobody_is_exempt_who_has_paid_or_is_not_there():
    lane = exit_with()
    with pytest.raises(TerminalRefused):
        lane.do("exempt", kind="green", monitor="8001")
    entered(lane)
    lane.do("cash")
    with pytest.raises(TerminalRefused):
        lane.do("exempt", kind="green", monitor="8001")


def test_a_convoy_begins_and_ends_with_an_empty_lane():
    lane = entered(exit_with())
    with pytest.raises(TerminalRefused):
        lane.do("convoy", state="on")


def test_a_convoy_outlasts_a_power_cut_and_ends_with_idle():
    lane = exit_with()
    lane.do("convoy", state="on")
    lane.disturb("power-cycle")
    lane.arrive()
    assert (len(lane.records("convoy")), lane.tap(cash_card())) == (1, "declined")
    lane.do("leave")
    assert lane.open
    lane.device.operate(Operation("idle"))
    lane.arrive()
    assert (lane.open, len(lane.records("convoy"))) == (False, 1)


@pytest.mark.parametrize("yuan", ["0.00", "35.00", "36.00", "much"])
def test_a_part_lies_below_what_is_due(yuan):
    lane = entered(exit_with())
    with pytest.raises(TerminalRefused):
        lane.do("part", yuan=yuan)


def test_nobody_pays_a_part_of_what_nobody_may_take():
    lane = exit_with()
    lane.arrive()
    with pytest.raises(TerminalRefused):
        lane.do("part", yuan="10.00")


@pytest.mark.parametrize("card", [cash_card, toll_card])
def test_the_rest_is_paid_by_whatever_card(card):
    lane, own = exit_with(), card()
    lane.arrive()
    lane.tap(pass_card())
    lane.do("part", yuan="10.00")
    lane.do("part", yuan="5.00")
    lane.tap(own)
    assert (lane.amounts, left_on(own), lane.open) == ([2_000], 8_000, True)


@pytest.mark.parametrize("units", range(6))
def test_a_part_that_is_stored_counts_whenever_the_power_fails(units):
    lane = entered(exit_with())
    lane.disturb("power-cut", after=str(units))
    lane.do("part", yuan="10.00")
    lane.do("cash")
    parts = [each.amount for each in lane.records("part")]
    assert sum(parts) + sum(lane.amounts) == 3_500


def test_an_open_station_takes_its_fee_and_writes_its_status():
    lane, card = exit_with(open_fee=1_000), toll_card(status=2)
    lane.arrive()
    assert (lane.tap(card), lane.amounts, left_on(card)) == ("completed", [1_000], 9_000)
    card.reset()
    card.exchange(purse.select_file(toll.DIRECTORY))
    record = toll.PassRecord.parse(card.exchange(apdu.read_record(toll.COMPOSITE, 1)).data)
    assert record.status == toll.PassStatus.OPEN_MTC


@pytest.mark.parametrize("fee", [0, -1, 10**12])
def test_an_open_station_has_a_fee(fee):
    with pytest.raises(TerminalRefused, match="fee"):
        exit_with(open_fee=fee)


def test_the_alarm_is_raised_once_and_again_after_the_line_was_back():
    lane = exit_with(offline_h=2)
    lane.disturb("network-down")
    lane.device.wait(7_199)
    assert alarms(lane) == 0
    lane.device.wait(2)
    lane.device.wait(9_000)
    assert alarms(lane) == 1
    lane.disturb("network-up")
    lane.device.wait(9_000)
    lane.disturb("network-down")
    lane.device.wait(7_201)
    assert alarms(lane) == 2


def test_a_debit_that_is_proved_belongs_to_the_shift_that_asked_for_it():
    lane, card = exit_with(shift=1), toll_card()
    lane.arrive()
    lane.tap(card, DEBIT_LOST)
    terms = lane.device._chassis.parameters.toll or TollTerms()
    lane.device.load(Parameters(toll=TollTerms(terms.entries, shift=2)))
    lane.tap(card)
    assert lane.sale("shift") == "1"


@pytest.mark.parametrize(
    ("own", "outcome"),
    [
        ({"starts": "20260701"}, "completed"),
        ({"starts": "20260702"}, "declined"),
        ({"ends": "20260701"}, "completed"),
        ({"ends": "20260630"}, "declined"),
    ],
)
def test_a_toll_card_pays_from_its_first_day_to_its_last(own, outcome):
    lane = exit_with()
    lane.arrive()
    assert lane.tap(toll_card(**own)) == outcome


def test_a_psam_that_locked_itself_takes_one_way_to_pay_out():
    lane, card = exit_with(), toll_card()
    psam = sector_card.toll_psam()
    psam._state.tries_left = 0
    lane.device._slot.insert(MemoryCard(psam))
    lane.arrive()
    assert (lane.tap(card), lane.text, left_on(card)) == ("declined", "PSAM 不可用", 10_000)
    assert lane.tap(cash_card()) == "completed"


def test_idle_puts_the_psam_back():
    lane = exit_with()
    lane.disturb("psam-removed")
    lane.device.operate(Operation("idle"))
    lane.arrive()
    assert lane.tap(toll_card()) == "completed"


def test_a_receipt_needs_a_payment():
    lane = entered(exit_with())
    with pytest.raises(TerminalRefused):
        lane.do("receipt")


def test_a_reprint_is_marked_over_a_power_cut_too():
    lane = entered(exit_with())
    lane.do("cash")
    lane.do("receipt")
    lane.disturb("power-cycle")
    lane.do("receipt")
    first, again = receipts(lane)
    assert (first[0].startswith("发票号 "), again[0], again[1:]) == (True, "补打", first)
    assert not any("卡号" in line for line in first)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("6210948000000029", "621094******0029"), ("5201000000000001", "520100******0001"), ("", "")],
)
def test_a_number_is_masked_but_for_ten_digits(number, shown):
    assert masked(number) == shown


def test_every_way_to_pay_has_its_receipt():
    said = []
    for card in (cash_card(), toll_card()):
        lane = entered(exit_with())
        lane.tap(card)
        lane.do("receipt")
        said.append(receipts(lane)[-1][4])
    lane = entered(exit_with())
    lane.do("exempt", kind="green", monitor="8001")
    lane.do("receipt")
    assert [*said, receipts(lane)[-1][4]] == ["支付方式 电子现金", "支付方式 通行用户卡", "支付方式 免费"]
