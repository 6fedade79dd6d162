from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.transit import Journey, JourneyError

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  a terminal keeps its local time
BOARDED = bytes.fromhex("27011A01000331000000414200000000000020260701083000" + "00000064")

journeys = st.builds(
    Journey,
    st.sampled_from(("none", "boarded", "alighted")),
    st.integers(0, 0xFFFF),
    st.text("0123456789ABC", max_size=4),
    st.text("0123456789ABC", max_size=8),
    st.none() | st.integers(0, 3_000_000_000).map(lambda seconds: EPOCH + timedelta(seconds=seconds)),
    st.integers(0, 0xFFFFFFFF),
)


def test_a_record_says_where_and_when_the_card_got_on():
    assert Journey.parse(BOARDED) == Journey("boarded", 3, "1", "AB", datetime(2026, 7, 1, 8, 30), 100)  # noqa: DTZ001


@given(journeys)
def test_what_is_written_is_read(journey):
    assert Journey.parse(journey.encode()) == journey


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"", "no record of a journey"),
        (BOARDED[:-1], "no record of a journey"),
        (b"\x27\x02" + BOARDED[2:], "no record of a journey"),
        (BOARDED[:3] + b"\x03" + BOARDED[4:], "state 03"),
        (BOARDED[:6] + b"\xff" + BOARDED[7:], "no text"),
        (BOARDED.replace(bytes.fromhex("20260701"), bytes.fromhex("20261301")), "no time"),
        (BOARDED.replace(bytes.fromhex("20260701"), bytes.fromhex("2026070A")), "no time"),
    ],
)
def test_what_is_no_journey_is_refused(record, reason):
    with pytest.raises(JourneyError, match=reason):
        Journey.parse(record)
