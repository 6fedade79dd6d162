"""A vehicle pays once, by whatever means, and goes when the journal holds it."""

from __future__ import annotations

import pytest
from sim_toll_lane import cash_card, exit_with, left_on, pass_card, toll_card

from conformance.link.tear import Tear
from conformance.model.terminal import Movement, TransactionRecord


@pytest.fixture
def lane():
    lane = exit_with()
    lane.arrive()
    return lane


def test_electronic_cash_pays_the_toll_of_the_pass_card(lane):
    assert lane.tap(pass_card()) == "completed"
    card = cash_card()
    assert lane.tap(card) == "completed"
    assert (lane.amounts, left_on(card), lane.open) == ([3_500], 6_500, True)
    stored = lane.device.observe(TransactionRecord)[-1].at_ms
    assert stored <= lane.device.observe(Movement)[-1].at_ms
    assert (lane.sale("tender"), lane.sale("entry_station"), lane.sale("vehicle")) == (
        "electronic-cash", "0101", "1",
    )  # fmt: skip


def test_a_toll_user_card_tells_its_entry_and_pays_in_one_go(lane):
    card = toll_card()
    assert lane.tap(card) == "completed"
    assert (lane.amounts, left_on(card), lane.open) == ([3_500], 6_500, True)
    assert (lane.sale("tender"), lane.sale("tac_valid"), lane.sale("psam_sequence")) == ("purse", "yes", "1")


def test_cash_pays(lane):
    lane.tap(pass_card())
    lane.do("cash")
    assert (lane.amounts, lane.open, lane.sale("tender")) == ([3_500], True, "cash")


def test_nothing_is_taken_before_the_entry_is_known(lane):
    card = cash_card()
    assert lane.tap(card) == "declined"
    assert (lane.amounts, left_on(card), lane.open) == ([], 10_000, False)
    assert lane.refuses("cash")


def test_nothing_is_taken_from_an_empty_lane():
    lane = exit_with()
    card = cash_card()
    assert (lane.tap(card), left_on(card)) == ("declined", 10_000)


def test_who_paid_is_not_asked_again(lane):
    lane.tap(pass_card())
    card = cash_card()
    lane.tap(card)
    lane.device.wait(30)
    assert lane.tap(card) == "ignored"
    assert (lane.amounts, left_on(card), lane.text) == ([3_500], 6_500, "已缴费")


def test_an_empty_purse_leaves_the_vehicle_to_pay_otherwise(lane):
    assert lane.tap(toll_card(100)) == "declined"
    assert lane.text == "余额不足"
    assert lane.tap(cash_card()) == "completed"
    assert (lane.sale("tender"), lane.sale("vehicle")) == ("electronic-cash", "1")


def test_beyond_the_limit_of_electronic_cash_the_card_is_asked_in():
    lane = exit_with(ec_limit=3_499)
    lane.arrive()
    lane.tap(pass_card())
    card = cash_card()
    assert lane.tap(card) == "declined"
    assert "GET PROCESSING OPTIONS" not in lane.commands
    assert lane.text.endswith("请插卡")


def test_a_full_journal_takes_nothing(lane):
    lane.tap(pass_card())
    lane.disturb("store-full", room="0")
    for card in (cash_card(), toll_card()):
        before = left_on(card)
        assert (lane.tap(card), left_on(card)) == ("declined", before)
    lane.do("cash")
    assert (lane.amounts, lane.open) == ([], False)


def test_the_next_vehicles_card_waits_for_the_collector(lane):
    lane.tap(pass_card())
    lane.arrive(plate="贵G00002", number="2")
    card = cash_card()
    assert (lane.tap(card), left_on(card)) == ("declined", 10_000)
    lane.do("confirm")
    assert lane.tap(card) == "completed"
    assert lane.sale("vehicle") == "1"
    lane.do("leave")
    assert (lane.open, lane.tap(card)) == (False, "declined")


def test_the_barrier_is_down_until_somebody_paid(lane):
    assert lane.refuses("leave")
    lane.tap(toll_card())
    lane.do("leave")
    assert lane.refuses("leave")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_torn_electronic_cash_tap_completes_once(lane, moment):
    lane.tap(pass_card())
    card = cash_card()
    assert lane.tap(card, Tear(moment, "last record")) == "lost"
    assert (lane.amounts, lane.open) == ([], False)
    lane.device.wait(2)
    assert lane.tap(card) == "completed"
    assert (lane.amounts, left_on(card), lane.open) == ([3_500], 6_500, True)
    assert ("GET PROCESSING OPTIONS" in lane.commands) is (moment == "before")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "command", ["INITIALIZE FOR PURCHASE", "UPDATE RECORD", "DEBIT FOR PURCHASE", "READ BINARY"]
)
def test_a_torn_purse_tap_completes_once(lane, command, moment):
    card = toll_card()
    assert lane.tap(card, Tear(moment, command)) == "lost"
    assert (lane.amounts, lane.open) == ([], False)
    assert lane.tap(card) == "completed"
    assert (lane.amounts, left_on(card), lane.open) == ([3_500], 6_500, True)
    proved = "GET TRANS PROVE" in lane.commands and "DEBIT FOR PURCHASE" not in lane.commands
    assert proved is ((command, moment) == ("DEBIT FOR PURCHASE", "after"))


def test_another_card_after_a_lost_debit_pays_and_the_first_is_set_aside(lane):
    first, second = toll_card(), toll_card(serial=bytes.fromhex("5201000000000002"))
    lane.tap(first, Tear("after", "DEBIT FOR PURCHASE"))
    assert lane.tap(second) == "completed"
    (unknown,) = lane.records("exception")
    assert (unknown.reason, unknown.details["card_sequence"]) == ("扣款结果未知", "1")


def test_a_forged_mac2_keeps_the_barrier_down_and_the_tac_aside(lane):
    assert lane.tap(toll_card(probe="forged-mac2")) == "declined"
    (record,) = lane.records("exception")
    assert (record.details["tac_valid"], record.details["psam_sequence"]) == ("no", "1")
    assert (lane.amounts, lane.open) == ([], False)
    assert lane.refuses("cash")
    lane.do("authorise", monitor="8001")
    lane.do("cash")
    assert lane.open


def test_a_record_that_was_not_written_is_released_by_the_monitor_alone(lane):
    assert lane.tap(toll_card(probe="entry-not-written")) == "declined"
    assert (lane.amounts, lane.open) == ([3_500], False)
    assert lane.records("write-failed")[0].reason == "出口写卡失败"
    lane.do("authorise", monitor="8001")
    assert (lane.amounts, lane.open) == ([3_500], True)


def test_without_its_psam_the_lane_takes_no_purse_but_cash(lane):
    lane.disturb("psam-removed")
    card = toll_card()
    assert (lane.tap(card), left_on(card), lane.text) == ("declined", 10_000, "PSAM 不可用")
    lane.do("cash")
    assert lane.open


def test_a_card_of_another_key_version_is_not_debited(lane):
    card = toll_card(key_version=2)
    assert (lane.tap(card), left_on(card)) == ("declined", 10_000)


def test_the_exit_is_written_on_the_card(lane):
    from conformance.codec import apdu, purse, toll

    card = toll_card()
    lane.tap(card)
    card.reset()
    card.exchange(purse.select_file(toll.DIRECTORY))
    record = toll.PassRecord.parse(card.exchange(apdu.read_record(toll.COMPOSITE, 1)).data)
    assert record.status == toll.PassStatus.CLOSED_MTC_EXIT
    assert (record.station.hex(), f"{record.at:%H:%M}") == ("0102", "00:00")


def test_an_amount_that_the_tariff_did_not_send_is_refused(lane):
    lane.tap(pass_card())
    assert lane.refuses("amount", yuan="1.00")
    lane.tap(cash_card())
    assert lane.amounts == [3_500]


def test_electronic_cash_is_settled_once_and_cash_not_at_all(lane):
    lane.tap(pass_card())
    lane.tap(cash_card())
    assert lane.records("sale")[0].objects
    lane.do("leave")
    lane.arrive(number="2")
    lane.tap(pass_card())
    lane.do("cash")
    assert not lane.records("sale")[1].objects


def test_two_cards_that_count_alike_are_told_apart_by_the_psam(lane):
    """A card in another's stead, with its serial and its first number, as a laboratory's own cards are."""
    lane.tap(toll_card())
    lane.do("leave")
    lane.arrive(number="2")
    card = toll_card()
    lane.tap(card, Tear("after", "DEBIT FOR PURCHASE"))
    assert lane.tap(card) == "completed"
    assert "GET TRANS PROVE" in lane.commands
    assert (lane.amounts, left_on(card)) == ([3_500, 3_500], 6_500)
