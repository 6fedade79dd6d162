from __future__ import annotations

import pytest
from sim_terminal_parts_cuts import cut, every_cut

from conformance.model.terminal import Capk
from conformance.sim.terminal.parts.parameters import LoadedParameters, ParameterSet
from conformance.sim.terminal.parts.power import Power
from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

RID = bytes.fromhex("A000000333")
SETS = [
    ParameterSet(1, {"fare": 100}, (Capk(RID, 1, b"\xc0\x01", b"\x03"),)),
    ParameterSet(2, {"fare": 200, "line": "3路"}, (Capk(RID, 2, b"\xc0\x02", b"\x03", demonstration=True),)),
]


def test_before_the_first_set_nothing_is_in_force():
    assert LoadedParameters(Storage()).in_force == ParameterSet()


@pytest.mark.parametrize("parameters", SETS)
def test_a_set_is_kept_over_a_boot(parameters):
    storage = Storage()
    LoadedParameters(storage).replace(parameters)
    assert LoadedParameters(storage).in_force == parameters


def test_a_key_is_found_by_rid_and_index():
    assert SETS[0].capk(RID, 1) is SETS[0].capks[0]


def test_a_key_that_is_not_in_the_set_is_not_found():
    assert SETS[1].capk(RID, 1) is None


def test_two_keys_in_one_place_are_refused_and_the_old_set_holds():
    loaded = LoadedParameters(Storage())
    loaded.replace(SETS[0])
    with pytest.raises(ValueError, match="same RID and index"):
        loaded.replace(ParameterSet(2, {}, SETS[0].capks * 2))
    assert loaded.in_force is SETS[0]


def test_power_cut_anywhere_in_a_download_leaves_one_set_whole():
    def run(units: int) -> bool:
        power = Power()
        storage = Storage(power)
        loaded = LoadedParameters(storage)
        loaded.replace(SETS[0])
        was_cut = cut(power, units, lambda: loaded.replace(SETS[1]))
        assert LoadedParameters(storage).in_force in SETS
        assert loaded.in_force == SETS[0 if was_cut else 1]
        return was_cut

    assert len(list(every_cut(run))) > 80


def test_damaged_parameters_are_noticed_at_boot():
    storage = Storage()
    LoadedParameters(storage).replace(SETS[0])
    storage.age("parameters", 20)
    with pytest.raises(StorageDamaged):
        LoadedParameters(storage)
