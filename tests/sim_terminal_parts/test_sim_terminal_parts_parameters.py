from __future__ import annotations

import pytest
from sim_terminal_parts_cuts import cut, every_cut

from conformance.model.terminal import Blacklist, Capk, GateTerms, Parameters, TicketClass
from conformance.sim.terminal.parts.parameters import LoadedParameters
from conformance.sim.terminal.parts.power import Power
from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

RID = bytes.fromhex("A000000333")
FIRST = Parameters((Capk(RID, 1, b"\xc0\x01", b"\x03"),), fare=100, host="127.0.0.1:5000")
SECOND = Parameters(
    (Capk(RID, 2, b"\xc0\x02", b"\x03", demonstration=True),),
    fare=200,
    host="127.0.0.1:5001",
    gate=GateTerms(classes=(TicketClass("成人", 5000),)),
)


def loaded_with(parameters: Parameters, storage: Storage | None = None) -> LoadedParameters:
    loaded = LoadedParameters(storage or Storage())
    loaded.load(parameters)
    return loaded


def test_before_the_first_set_the_defaults_are_in_force():
    assert LoadedParameters(Storage(), Parameters(fare=7)).in_force == Parameters(fare=7)


@pytest.mark.parametrize("parameters", [FIRST, SECOND])
def test_a_set_is_kept_over_a_boot(parameters):
    storage = Storage()
    loaded_with(parameters, storage)
    assert LoadedParameters(storage).in_force == parameters


def test_what_is_not_named_stays():
    loaded = loaded_with(FIRST)
    loaded.load(Parameters(fare=300))
    assert (loaded.in_force.fare, loaded.in_force.host) == (300, FIRST.host)


def test_blacklist_and_date_have_places_of_their_own():
    assert (
        loaded_with(Parameters(blacklist=Blacklist(1), date_time="2026-07-01T08:00:00")).in_force
        == Parameters()
    )


def test_a_key_is_found_by_rid_and_index():
    assert loaded_with(FIRST).capk(RID, 1) == FIRST.capks[0]


def test_a_key_that_is_not_in_the_set_is_not_found():
    assert loaded_with(SECOND).capk(RID, 1) is None


def test_two_keys_in_one_place_are_refused_and_the_old_set_holds():
    loaded = loaded_with(FIRST)
    with pytest.raises(ValueError, match="same RID and index"):
        loaded.load(Parameters(FIRST.capks * 2, fare=9))
    assert loaded.in_force == FIRST


def test_power_cut_anywhere_in_a_download_leaves_one_set_whole():
    def run(units: int) -> bool:
        power = Power()
        storage = Storage(power)
        loaded = loaded_with(FIRST, storage)
        was_cut = cut(power, units, lambda: loaded.load(SECOND))
        assert LoadedParameters(storage).in_force in (FIRST, SECOND)
        assert loaded.in_force == (FIRST if was_cut else SECOND)
        return was_cut

    assert len(list(every_cut(run))) > 80


def test_damaged_parameters_are_noticed_at_boot():
    storage = Storage()
    loaded_with(FIRST, storage)
    storage.age("parameters", 20)
    with pytest.raises(StorageDamaged):
        LoadedParameters(storage)
