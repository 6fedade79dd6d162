from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sim_terminal_parts_cuts import cut, every_cut, sale, store_with

from conformance.sim.terminal.parts.power import Power
from conformance.sim.terminal.parts.record_store import RecordStore, StoreFull
from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

SALES = 20


def times(store: RecordStore) -> list[int]:
    return [record.at_ms for record in store.all()]


def test_a_record_is_read_as_it_was_stored():
    store = RecordStore()
    stored = store.append(sale(7))
    assert store.all() == (stored,)


def test_records_behind_a_number_are_read():
    _, storage = store_with(5)
    assert [record.number for record in RecordStore(storage).after(3)] == [4, 5]


def test_a_store_that_is_opened_again_goes_on_numbering():
    _, storage = store_with(3)
    assert RecordStore(storage).append(sale(3)).number == 4


def test_a_full_store_refuses_and_keeps_what_stands():
    _, storage = store_with(2)
    store = RecordStore(storage, capacity=2)
    with pytest.raises(StoreFull):
        store.append(sale(2))
    assert times(store) == [0, 1]


def test_more_room_ends_the_refusal():
    _, storage = store_with(2)
    store = RecordStore(storage, capacity=2)
    store.capacity = 3
    assert store.append(sale(2)).number == 3


def test_power_cut_at_every_byte_loses_no_acknowledged_record_and_doubles_none():
    """Some 3,000 cuts. Of the record being written when the power failed, all or nothing survives."""

    def run(units: int) -> bool:
        power = Power()
        storage = Storage(power)
        acknowledged: list[int] = []

        def sell() -> None:
            store = RecordStore(storage)
            for number in range(SALES):
                stored = store.append(sale(number))
                acknowledged.append(stored.at_ms)

        was_cut = cut(power, units, sell)
        survived = times(RecordStore(storage))
        assert survived in (acknowledged, list(range(len(acknowledged) + 1)))
        return was_cut

    assert len(list(every_cut(run))) > 2000


@given(st.lists(st.integers(0, 600), min_size=1, max_size=12))
def test_cut_after_cut_the_records_stay_whole_and_in_order(cuts):
    """The terminal boots after each cut and goes on selling; a cut can fall into the boot, too."""
    power = Power()
    storage = Storage(power)
    acknowledged: list[int] = []
    attempts = iter(range(10_000))

    def sell() -> None:
        store = RecordStore(storage)
        for _ in range(4):
            stored = store.append(sale(next(attempts)))
            acknowledged.append(stored.at_ms)

    for units in cuts:
        cut(power, units, sell)
    store = RecordStore(storage)
    survived = times(store)
    assert set(acknowledged) <= set(survived)
    assert survived == sorted(set(survived))
    assert [record.number for record in store.all()] == list(range(1, len(store) + 1))


def test_a_torn_line_does_not_spoil_the_next_record():
    power, storage = store_with(1)
    cut(power, 30, lambda: RecordStore(storage).append(sale(1)))
    RecordStore(storage).append(sale(2))
    assert times(RecordStore(storage)) == [0, 2]


def test_every_turned_bit_before_the_last_byte_is_noticed():
    _, storage = store_with(2)
    for offset in range(len(storage.read("records")) - 1):
        storage.age("records", offset)
        with pytest.raises(StorageDamaged):
            RecordStore(storage)
        storage.age("records", offset)


def test_a_missing_record_is_noticed():
    _, storage = store_with(3)
    first, _, third = storage.read("records").splitlines(keepends=True)
    storage.replace("records", first + third)
    with pytest.raises(StorageDamaged, match="record 2 is missing"):
        RecordStore(storage)


def test_damage_while_the_store_is_open_is_noticed_when_it_is_read():
    storage = Storage()
    store = RecordStore(storage)
    store.append(sale(0))
    storage.age("records", 12)
    with pytest.raises(StorageDamaged):
        store.all()
