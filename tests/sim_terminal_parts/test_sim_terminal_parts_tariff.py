from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from conformance.sim.terminal.parts.tariff import (
    Boarding,
    GroupFare,
    Price,
    SegmentedFare,
    TransferTerms,
    share,
    transfer_price,
)

MORNING = datetime(2026, 7, 1, 8)  # noqa: DTZ001  a terminal's local time has no zone
TERMS = TransferTerms(percent=50, window=timedelta(minutes=60))
FULL, REDUCED = Price(200), Price(100, transfer=True)
STOPS = SegmentedFare({(3, 3): 100, (3, 9): 300, (9, 12): 200})
GROUPS = GroupFare(2000, {10: 90, 20: 75})


def priced(seconds: int, device: str = "B", card_class: str = "ordinary") -> Price:
    last = Boarding("A", MORNING)
    return transfer_price(
        200, last, Boarding(device, MORNING + timedelta(seconds=seconds)), card_class, TERMS
    )


@pytest.mark.parametrize("seconds", [301, 3599])
def test_a_change_within_the_window_pays_the_reduced_fare(seconds):
    assert priced(seconds) == REDUCED


@pytest.mark.parametrize("seconds", [-600, 0, 299, 300, 3600, 86_400])
def test_a_tap_outside_the_window_pays_the_full_fare(seconds):
    assert priced(seconds) == FULL


def test_the_same_device_is_no_change():
    assert priced(600, device="A") == FULL


def test_other_classes_of_cards_pay_the_full_fare():
    assert priced(600, card_class="staff") == FULL


def test_a_first_ride_pays_the_full_fare():
    assert transfer_price(200, None, Boarding("B", MORNING), "ordinary", TERMS) == FULL


@pytest.mark.parametrize(("last", "now"), [(None, MORNING), (MORNING, None)])
def test_without_a_valid_clock_there_is_no_discount(last, now):
    assert transfer_price(200, Boarding("A", last), Boarding("B", now), "ordinary", TERMS) == FULL


@pytest.mark.parametrize(
    ("amount", "percent", "part"),
    [(200, 50, 100), (101, 50, 51), (100, 33, 33), (100, 120, 100), (100, 0, 0)],
)
def test_a_share_is_rounded_half_up_and_never_more_than_the_whole(amount, percent, part):
    assert share(amount, percent) == part


@pytest.mark.parametrize(
    ("boarded", "alighted", "fare"), [(3, 9, 300), (9, 3, 300), (12, 9, 200), (3, 3, 100)]
)
def test_a_ride_costs_what_its_stops_cost_in_either_direction(boarded, alighted, fare):
    assert STOPS.between(boarded, alighted) == fare


def test_a_ride_between_unknown_stops_has_no_price():
    with pytest.raises(KeyError):
        STOPS.between(3, 12)


def test_a_missing_exit_costs_the_most():
    assert STOPS.most == 300


@pytest.mark.parametrize(
    ("people", "amount"), [(1, 2000), (9, 18_000), (10, 18_000), (19, 34_200), (20, 30_000)]
)
def test_a_group_pays_the_share_of_the_largest_size_that_it_reaches(people, amount):
    assert GROUPS.of(people) == amount


def test_a_group_of_nobody_has_no_price():
    with pytest.raises(ValueError, match="no number of people"):
        GROUPS.of(0)
