"""A stripe of the laboratory is read by the reader of stripes."""

from __future__ import annotations

from conformance.sim.sector_card import stripe
from conformance.sim.terminal.parts.stripe_reader import StripeReader


def test_both_tracks_are_read():
    swipe = StripeReader().swipe(stripe(service_code="120"))
    assert (swipe.track1.pan, swipe.track1.name) == ("6210948000000011", "TEST/CARD")
    assert (swipe.track2.pan, swipe.track2.service_code, swipe.track2.expiry) == (
        "6210948000000011", "120", "3012",
    )  # fmt: skip
