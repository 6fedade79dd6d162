"""A card at its door: what the reader sees of T=0, T=1 and the field."""

from __future__ import annotations

from functools import reduce
from operator import xor

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


@pytest.mark.parametrize(("over", "offered"), [("t0", 0), ("t1", 1), ("contactless", 1)])
def test_the_atr_is_one_that_emv_allows(over: str, offered: int) -> None:
    """Direct convention, TB1 00 where there is one, the protocol in the last TD, a check byte that holds.

    (EMV Book 1 8.3; the form of a contactless card is that of PC/SC part 3.)
    """
    atr = served("electronic-cash", over).reset()
    at, format_byte, protocol, first = 2, atr[1], 0, True
    while format_byte >> 4:
        present = [bit for bit in (0x10, 0x20, 0x40, 0x80) if format_byte & bit]
        found = dict(zip(present, atr[at : at + len(present)], strict=True))
        assert not first or found.get(0x20, 0) == 0
        at, first = at + len(present), False
        format_byte = found.get(0x80, 0)
        protocol = format_byte & 0x0F if 0x80 in found else protocol
    check = atr[1:]
    assert (atr[0], protocol) == (0x3B, offered)
    assert len(atr) == at + (protocol != 0)
    assert protocol == 0 or reduce(xor, check) == 0
