from __future__ import annotations

import pytest
from sim_terminal_parts_cuts import cut

from conformance.sim.terminal.parts.power import Power, PowerLost
from conformance.sim.terminal.parts.storage import Storage

OLD, NEW = b"old content", b"new one"


def written(method: str, units: int) -> tuple[bool, bytes]:
    power = Power()
    storage = Storage(power)
    storage.append("name", OLD)
    was_cut = cut(power, units, lambda: getattr(storage, method)("name", NEW))
    return was_cut, storage.read("name")


def test_what_was_never_written_is_empty():
    assert Storage().read("name") == b""


def test_names_do_not_share_content():
    storage = Storage()
    storage.append("one", OLD)
    storage.append("other", NEW)
    assert storage.read("one") == OLD


def test_content_is_read_from_an_offset_on():
    storage = Storage()
    storage.append("name", OLD)
    assert storage.read("name", 4) == b"content"


@pytest.mark.parametrize("units", range(len(NEW) + 1))
def test_of_a_cut_append_a_prefix_survives(units):
    assert written("append", units) == (True, OLD + NEW[:units])


@pytest.mark.parametrize("units", range(len(NEW) + 1))
def test_of_a_cut_replacement_the_old_content_survives(units):
    assert written("replace", units) == (True, OLD)


def test_a_replacement_can_be_cut_after_it_took_place():
    assert written("replace", len(NEW) + 1) == (True, NEW)


@pytest.mark.parametrize(("method", "units", "content"), [("append", 8, OLD + NEW), ("replace", 9, NEW)])
def test_a_write_with_enough_power_returns(method, units, content):
    assert written(method, units) == (False, content)


def test_without_power_nothing_is_written():
    power = Power()
    storage = Storage(power)
    power.fail_after(0)
    for write in (storage.append, storage.replace):
        with pytest.raises(PowerLost):
            write("name", NEW)
    assert storage.read("name") == b""


def test_a_failed_supply_is_off_until_it_is_restored():
    power = Power()
    power.fail_after(1)
    power.require()
    assert not power.on


def test_a_restored_supply_lasts():
    power = Power()
    power.fail_after(0)
    power.restore()
    power.require()
    assert power.on
