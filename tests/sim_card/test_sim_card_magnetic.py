"""The magnetic stripe beside the chip."""

from __future__ import annotations

import pytest

from conformance.model.terminal import Stripe
from conformance.runner import probe
from conformance.sim import card as sim_card
from conformance.sim.card import profile

DERIVED = "card: x\nextends: debit-credit\nstripe: {}"


def test_a_card_has_the_stripe_that_its_profile_gives() -> None:
    assert sim_card.build("stripe-beside-chip").stripe == Stripe(
        "%B6210948000000011^TEST CARD^30122200000000000?", ";6210948000000011=30122209990000000?"
    )


def test_a_track_that_is_not_given_follows_from_the_chip_of_this_card() -> None:
    plan = profile.parse(DERIVED, "x.yaml")
    assert sim_card.build(plan, pan="6210948000000029", expires="291130").stripe == Stripe(
        "%B6210948000000029^TEST CARD^291122000000000000?", ";6210948000000029=291122000000000000?"
    )


def test_a_card_whose_profile_gives_no_stripe_has_none() -> None:
    assert sim_card.build("debit-credit").stripe is None


def test_a_case_swipes_the_stripe_of_a_card() -> None:
    assert probe.card("stripe-beside-chip").stripe.track2 == ";6210948000000011=30122209990000000?"
    with pytest.raises(ValueError, match="has no stripe"):
        probe.card("credit").stripe  # noqa: B018  asking is what fails
