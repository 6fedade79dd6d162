"""A card at its door: what the reader sees of T=0, T=1 and the field."""

from __future__ import annotations

import pytest

from conformance.codec import apdu
from conformance.sim.card.served import served

AID = bytes.fromhex("A000000333010101")


@pytest.mark.parametrize(
    ("profile", "over", "atr", "sw1"),
    [
        ("electronic-cash", None, "3B80800101", 0x90),
        ("electronic-cash", "contactless", "3B80800101", 0x90),
        ("electronic-cash", "t0", "3B600000", 0x61),
        ("electronic-cash", "t1", "3BE000008131204535", 0x90),
        ("debit-credit", None, "3B600000", 0x61),
    ],
)
def test_a_served_card_speaks_as_its_atr_says(profile: str, over: str | None, atr: str, sw1: int) -> None:
    card = served(profile, over)
    assert card.reset() == bytes.fromhex(atr)
    assert card.exchange(apdu.select(AID)).sw.sw1 == sw1


def test_an_interface_that_the_profile_has_not_is_said() -> None:
    with pytest.raises(ValueError, match="no contactless interface"):
        served("debit-credit", "contactless")
