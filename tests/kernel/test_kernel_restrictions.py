from __future__ import annotations

from datetime import date

import pytest

from conformance.kernel.restrictions import date_of, expired, not_yet_effective, usage_allowed
from conformance.kernel.termination import TerminatedError

TODAY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("300228", date(2030, 2, 28)), ("491231", date(2049, 12, 31)), ("500101", date(1950, 1, 1))],
)
def test_years_below_50_are_of_this_century(value, expected):
    assert date_of(bytes.fromhex(value)) == expected


@pytest.mark.parametrize("value", ["300229", "301301", "3A0101", "3001", "00000000"])
def test_what_is_no_date_ends_the_transaction(value):
    with pytest.raises(TerminatedError, match="date-malformed"):
        date_of(bytes.fromhex(value))


@pytest.mark.parametrize(("day", "outcome"), [(30, True), (1, False)])
def test_the_day_of_expiry_is_still_good(day, outcome):
    assert expired(date(2026, 6 if day == 30 else 7, day), TODAY) is outcome


@pytest.mark.parametrize(("day", "outcome"), [(1, False), (2, True)])
def test_the_first_day_is_already_good(day, outcome):
    assert not_yet_effective(date(2026, 7, day), TODAY) is outcome


@pytest.mark.parametrize(
    ("usage", "domestic", "allowed"),
    [
        ("FF00", True, True),
        ("2100", True, True),
        ("0900", True, True),
        ("2100", False, False),
        ("1100", False, True),
        ("FE00", True, False),
    ],
)
def test_a_purchase_needs_goods_or_services_and_no_atm(usage, domestic, allowed):
    assert usage_allowed(bytes.fromhex(usage), domestic) is allowed
