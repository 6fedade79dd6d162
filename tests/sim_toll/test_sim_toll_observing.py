"""What is unusual about a passage, and who may answer for it (HW-09 to HW-17, HW-36)."""

from __future__ import annotations

import pytest
from sim_toll_lane import ENTRY, cash_card, exit_with, left_on, pass_card, toll_card

from conformance.codec.toll import PassStatus
from conformance.link.memory import MemoryCard
from conformance.model.terminal import DeviceEvent, TollEntry

OTHER_PLATE = {"plate": "贵G99999"}


@pytest.mark.parametrize(
    ("own", "code", "text"),
    [
        ({"status": PassStatus.CLOSED_MTC_EXIT}, "1", "无入口信息"),
        ({"status": PassStatus.OPEN_MTC}, "1", "无入口信息"),
        ({"station": "0999"}, "1", "无入口信息"),
        ({"entered": "2026-07-01T04:59:59"}, "2", "超时车"),
        ({"vehicle_class": 2}, "3", "车型不符"),
        (OTHER_PLATE, "4", "车牌不符"),
        ({"vehicle_class": 2, **OTHER_PLATE}, "5", "车型车牌不符"),
        ({"station": "0102"}, "6", "U型车"),
        ({"station": "0102", "entered": "2026-07-01T05:59:59"}, "7", "U型车"),
    ],
)
def test_what_is_unusual_is_journalled_and_waits_for_the_monitor(own, code, text):
    lane = exit_with()
    lane.arrive()
    assert lane.tap(pass_card(**own)) == "declined"
    (record,) = lane.records("observation")
    assert (record.details["observation"], record.reason) == (code, text)
    card = cash_card()
    assert (lane.tap(card), left_on(card), lane.open) == ("declined", 10_000, False)
    assert lane.refuses("cash")


@pytest.mark.parametrize(
    ("entered", "ordinary"),
    [
        ("2026-07-01T05:00:00", True),  # three hours for 60 km: 20 km/h
        ("2026-07-01T04:59:59", False),
        ("2026-07-01T07:34:17", True),  # 25 minutes 43 seconds: 139.99 km/h
        ("2026-07-01T07:34:18", False),
    ],
)
def test_a_journey_is_ordinary_between_two_speeds(entered, ordinary):
    lane = exit_with()
    lane.arrive()
    assert (lane.tap(pass_card(entered=entered)) == "completed") is ordinary


def test_the_monitor_lets_an_unusual_vehicle_pay():
    lane = exit_with()
    lane.arrive()
    lane.tap(pass_card(**OTHER_PLATE))
    lane.do("authorise", monitor="8001")
    assert lane.tap(cash_card()) == "completed"
    (record,) = lane.records("authorisation")
    assert (record.details["authorised_by"], record.reason) == ("8001", "车牌不符")
    assert (lane.sale("plate"), lane.sale("entry_plate")) == ("贵G00001", "贵G99999")


def test_the_toll_follows_the_class_that_the_monitor_confirms():
    lane = exit_with()
    lane.arrive(vehicle_class=3)
    lane.tap(pass_card(vehicle_class=1))
    lane.do("authorise", monitor="8001", **{"class": "2"})
    lane.tap(cash_card())
    assert (lane.amounts, lane.sale("class"), lane.sale("entry_class"), lane.sale("paid_class")) == (
        [5_000], "3", "1", "2",
    )  # fmt: skip


def test_a_short_turn_is_free_when_the_monitor_says_so_and_a_long_one_costs():
    lane = exit_with()
    lane.arrive()
    lane.tap(pass_card(station="0102"))
    lane.do("authorise", monitor="8001")
    assert (lane.amounts, lane.open, lane.sale("tender")) == ([0], True, "none")
    lane.do("leave")
    lane.arrive(number="2")
    lane.tap(pass_card(station="0102", entered="2026-07-01T01:00:00"))
    lane.do("authorise", monitor="8001")
    lane.tap(cash_card())
    assert lane.amounts == [0, 8_000]


def test_who_came_too_fast_is_released_by_nobody():
    lane = exit_with()
    lane.arrive()
    lane.tap(pass_card(entered="2026-07-01T07:50:00"))
    (record,) = lane.records("observation")
    assert record.details["observation"] == "13"
    assert lane.refuses("authorise", monitor="8001")
    assert lane.refuses("cash")


def test_a_clock_behind_the_entry_is_the_clocks_fault():
    lane = exit_with()
    lane.disturb("clock-step", seconds="-7200")
    lane.arrive()
    assert lane.tap(pass_card()) == "declined"
    assert lane.records("observation")[0].reason == "对时有误"
    assert [each.event for each in lane.device.observe(DeviceEvent)][-1] == "clock-wrong"
    assert lane.refuses("authorise", monitor="8001")


def test_a_journey_over_midnight_is_ordinary():
    near = TollEntry("0101", 500, ENTRY.tolls)
    lane = exit_with(entries=(near,))
    lane.disturb("clock-step", seconds=str(16 * 3600 + 20))
    lane.arrive()
    assert lane.tap(pass_card(entered="2026-07-01T23:59:50")) == "completed"
    assert lane.records("observation") == []


@pytest.mark.parametrize(("state", "code"), [("none", "8"), ("unreadable", "9"), ("damaged", "12")])
def test_without_a_pass_card_the_station_says_where_it_came_in(state, code):
    lane = exit_with()
    lane.arrive()
    lane.do("card-state", state=state)
    card = cash_card()
    assert (lane.tap(card), left_on(card)) == ("declined", 10_000)
    assert lane.records("observation")[0].details["observation"] == code
    lane.do("authorise", monitor="8001")
    assert (lane.tap(card), left_on(card)) == ("declined", 10_000)  # still nobody knows the toll
    lane.do("authorise", monitor="8001", station="0101")
    assert (lane.tap(card), lane.amounts) == ("completed", [3_500])


def test_without_a_pass_card_the_highest_toll_may_be_taken():
    lane = exit_with(entries=(ENTRY, TollEntry("0103", 90_000, (9_900,))))
    lane.arrive()
    lane.do("card-state", state="none")
    lane.do("authorise", monitor="8001", station="highest")
    lane.do("cash")
    assert lane.amounts == [9_900]


class Unreadable:
    """A toll card whose files make no sense."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def power_on(self):
        return b"\x3b\x00"

    def power_off(self):
        pass

    def process(self, command):
        from conformance.codec.apdu import ResponseApdu
        from conformance.codec.status import StatusWord

        return ResponseApdu(b"" if command.ins == 0xA4 else self._content, StatusWord(0x9000))


@pytest.mark.parametrize("content", [b"", bytes(43), b"\xff" * 43, b"\xaa\x29" + b"\xff" * 41])
def test_a_card_whose_files_make_no_sense_is_unreadable(content):
    lane = exit_with()
    lane.arrive()
    assert lane.tap(MemoryCard(Unreadable(content))) == "declined"
    assert lane.records("observation")[0].details["observation"] == "9"


def test_there_is_nothing_to_authorise_before_something_was_seen():
    lane = exit_with()
    assert lane.refuses("authorise", monitor="8001")
    lane.arrive()
    assert lane.refuses("authorise", monitor="8001")


def test_a_toll_user_card_that_is_unusual_pays_after_the_monitor():
    lane = exit_with()
    lane.arrive(plate="贵G00002")
    card = toll_card()
    assert (lane.tap(card), left_on(card)) == ("declined", 10_000)
    lane.do("authorise", monitor="8001")
    assert (lane.tap(card), left_on(card)) == ("completed", 6_500)
