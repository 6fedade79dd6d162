from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.values import Track2
from conformance.model.terminal import Stripe
from conformance.sim.terminal.parts.stripe_reader import StripeReader, Swipe, Track1

TRACK_1 = "%B6210948000000011^LI/XIAOMING^30122200000?"
TRACK_2 = ";6210948000000011=30122200000?"


def test_both_tracks_are_read():
    assert StripeReader().swipe(Stripe(TRACK_1, TRACK_2)) == Swipe(
        Track1("6210948000000011", "LI/XIAOMING", "3012", "220", "0000"),
        Track2("6210948000000011", "3012", "220", "0000"),
    )


def test_a_worn_track_is_not_read_and_the_other_is():
    reader = StripeReader()
    reader.worn = frozenset({2})
    swipe = reader.swipe(Stripe(TRACK_1, TRACK_2))
    assert (swipe.track1 is None, swipe.track2) == (False, None)


def test_an_empty_stripe_says_nothing():
    assert StripeReader().swipe(Stripe(None, None)) == Swipe(None, None)


@pytest.mark.parametrize(
    "track", ["", TRACK_2[1:], TRACK_2[:-1], TRACK_2.replace("=", "D"), TRACK_2[:-1] + "0" * 10 + "?"]
)
def test_track_2_of_another_format_is_not_read(track):
    assert StripeReader().swipe(Stripe(None, track)).track2 is None


@pytest.mark.parametrize(
    "track", ["", TRACK_1.lower(), TRACK_1.replace("%B", "%A"), TRACK_1[:-1] + "0" * 36 + "?"]
)
def test_track_1_of_another_format_is_not_read(track):
    assert StripeReader().swipe(Stripe(track, None)).track1 is None


@given(st.text(max_size=90), st.text(max_size=45))
def test_no_stripe_makes_the_reader_fail(track1, track2):
    assert isinstance(StripeReader().swipe(Stripe(track1, track2)), Swipe)
