from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sim_terminal_parts_cuts import PAN, cut, every_cut

from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import Blacklist, PanRange, Parameters, ParametersInForce
from conformance.sim import terminal as sim_terminal
from conformance.sim.terminal.parts.blacklist import BlacklistInForce
from conformance.sim.terminal.parts.power import Power
from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

FIRST, LAST = "6210948000000100", "6210948000000199"
OTHER_PAN = "6210948000000029"

small = st.integers(0, 60)
bounds = st.tuples(small, small).map(sorted)


def pan(number: int, length: int = 16) -> str:
    return "6210948000" + f"{number:0{length - 10}}"


def listed(*ranges: PanRange, pans: tuple[str, ...] = ()) -> BlacklistInForce:
    blacklist = BlacklistInForce()
    blacklist.replace(Blacklist(1, pans, ranges))
    return blacklist


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("6210948000000099", False),
        (FIRST, True),
        ("6210948000000150", True),
        (LAST, True),
        ("6210948000000200", False),
    ],
)
def test_a_range_lists_its_ends_and_all_between(asked, found):
    assert (asked in listed(PanRange(FIRST, LAST))) is found


def test_a_range_lists_no_pan_of_another_length():
    assert "62109480000001500" not in listed(PanRange(FIRST, LAST))


@pytest.mark.parametrize("asked", ["", "6210948000000D50", "６２１０９４８０００００００11"])
def test_what_is_no_pan_is_not_listed(asked):
    assert asked not in listed(PanRange("0" * 16, "9" * 16), PanRange("0", "9"))


def test_the_longest_pans_are_listed():
    assert "9" * 19 in listed(pans=("9" * 19,))


@given(st.lists(bounds, max_size=8), st.sets(small, max_size=8), st.sets(small, max_size=4))
def test_ranges_and_pans_list_what_a_set_of_every_pan_lists(ranges, singles, longer):
    naive = {pan(number) for first, last in ranges for number in range(first, last + 1)}
    naive |= {pan(number) for number in singles} | {pan(number, 19) for number in longer}
    blacklist = listed(
        *(PanRange(pan(first), pan(last)) for first, last in ranges),
        pans=(*map(pan, singles), *(pan(number, 19) for number in longer)),
    )
    asked = [pan(number, length) for number in range(62) for length in (16, 19)]
    assert [each in blacklist for each in asked] == [each in naive for each in asked]


def test_entries_count_each_range_and_each_pan_once():
    assert len(listed(PanRange(FIRST, LAST), PanRange(FIRST, LAST), pans=(PAN, PAN, OTHER_PAN))) == 3


@pytest.mark.parametrize(
    ("first", "last"),
    [(LAST, FIRST), (FIRST, LAST + "0"), ("6210948000000D50", LAST), ("", ""), ("0" * 20, "0" * 20)],
)
def test_what_is_no_range_is_refused_and_the_old_list_holds(first, last):
    blacklist = listed(pans=(PAN,))
    with pytest.raises(ValueError, match="no range of PANs"):
        blacklist.replace(Blacklist(2, (OTHER_PAN,), (PanRange(first, last),)))
    assert (blacklist.version, PAN in blacklist, OTHER_PAN in blacklist) == (1, True, False)


def test_a_list_is_kept_over_a_boot():
    storage = Storage()
    BlacklistInForce(storage).replace(Blacklist(3, (PAN,), (PanRange(FIRST, LAST),)))
    booted = BlacklistInForce(storage)
    assert (booted.version, len(booted), PAN in booted, LAST in booted) == (3, 2, True, True)


def test_leading_zeros_are_kept_over_a_boot():
    storage = Storage()
    BlacklistInForce(storage).replace(Blacklist(1, ("0000000000000011",)))
    assert "0000000000000011" in BlacklistInForce(storage)


def test_power_cut_anywhere_in_a_download_leaves_the_old_list_or_the_new_and_never_a_mixture():
    """TR-12. The open list never runs ahead of what is stored."""

    def run(units: int) -> bool:
        power = Power()
        storage = Storage(power)
        blacklist = BlacklistInForce(storage)
        blacklist.replace(Blacklist(1, (PAN,)))
        was_cut = cut(power, units, lambda: blacklist.replace(Blacklist(2, (OTHER_PAN,))))
        for each in (blacklist, BlacklistInForce(storage)):
            old, new = (each.version, PAN in each), (each.version, OTHER_PAN in each)
            assert (old, new) in [((1, True), (1, False)), ((2, False), (2, True))]
        assert blacklist.version == 1 or not was_cut
        return was_cut

    assert len(list(every_cut(run))) > 40


def test_a_damaged_list_is_noticed_at_boot():
    storage = Storage()
    BlacklistInForce(storage).replace(Blacklist(1, (PAN,)))
    storage.age("blacklist", 20)
    with pytest.raises(StorageDamaged):
        BlacklistInForce(storage)


def test_a_validator_refuses_a_list_of_no_pans_and_with_it_all_that_came_along():
    validator = sim_terminal.build("bus-validator")
    before = validator.observe(ParametersInForce)
    with pytest.raises(TerminalRefused, match="no range of PANs"):
        validator.load(Parameters(fare=700, blacklist=Blacklist(2, ("6210948000000D50",))))
    assert validator.observe(ParametersInForce) == before
