"""Replacing a blacklist of 100,000 entries, and a lookup in it that must not be felt in a tap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.terminal import Blacklist, PanRange
from conformance.sim.terminal.parts.blacklist import BlacklistInForce

if TYPE_CHECKING:
    from conftest import Beside

ENTRIES = 100_000
SECOND_US = 1e6
LISTED = "6210948000149995"


def _pan(number: int) -> str:
    return f"6210948{number:09}"


PANS = tuple(_pan(number) for number in range(0, 5 * ENTRIES // 2, 5))
RANGES = tuple(PanRange(_pan(number), _pan(number + 2)) for number in range(500_000, 1_000_000, 10))


def test_replacing_a_blacklist_of_100_000_entries_takes_less_than_a_second(beside: Beside) -> None:
    """50,000 PANs and 50,000 ranges, from the download's strings to the list in force, stored.

    The reference puts as many strings into a set and sorts them.
    """
    blacklist = BlacklistInForce()
    strings = (*PANS, *(each.first for each in RANGES))
    comparison = beside(
        "blacklist_replace",
        lambda: blacklist.replace(Blacklist(1, PANS, RANGES)),
        "ref_sorted_set",
        lambda: sorted(set(strings)),
        limit=15.0,
        rounds=10,
    )
    assert len(blacklist) == ENTRIES
    assert comparison.median_us < SECOND_US
    assert comparison.held


def test_a_lookup_among_100_000_entries_adds_at_most_5_us_to_that_in_a_set(beside: Beside) -> None:
    """A set of whole PANs knows no ranges; 5 µs are a hundred thousandth of a tap."""
    blacklist, pans = BlacklistInForce(), frozenset(PANS)
    blacklist.replace(Blacklist(1, PANS, RANGES))
    comparison = beside(
        "blacklist_lookup",
        lambda: LISTED in blacklist,
        "ref_frozenset",
        lambda: LISTED in pans,
        limit=5.0,
        measure="added µs",
        calls=1000,
    )
    assert LISTED in blacklist
    assert comparison.held
