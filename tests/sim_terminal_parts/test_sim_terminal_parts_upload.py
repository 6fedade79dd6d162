from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sim_terminal_parts_cuts import cut, every_cut, sale, store_with

from conformance.sim.terminal.parts.record_store import RecordStore
from conformance.sim.terminal.parts.upload_queue import UploadQueue

if TYPE_CHECKING:
    from conformance.model.terminal import TransactionRecord
    from conformance.sim.terminal.parts.power import Power
    from conformance.sim.terminal.parts.storage import Storage

RECORDS = 20


@dataclass
class Host:
    """Settles each record number once; `power` is the terminal's, drawn on before and after the host acts."""

    power: Power
    answers: dict[int, str | None] = field(default_factory=dict)
    settled: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def send(self, record: TransactionRecord) -> str | None:
        self.power.require()
        code = self.answers.get(record.number, self._settle(record.number))
        self.asked.append(record.number)
        self.power.require()
        return code

    def _settle(self, number: int) -> str:
        if number in self.settled:
            return "94"
        self.settled.append(number)
        return "00"


def booted(storage: Storage) -> UploadQueue:
    return UploadQueue(storage, RecordStore(storage))


def numbers(queue: UploadQueue) -> list[int]:
    return [record.number for record in queue.pending]


def test_records_go_up_in_the_order_of_their_numbers():
    power, storage = store_with(3)
    host = Host(power)
    booted(storage).upload(host.send)
    assert host.asked == [1, 2, 3]


def test_what_is_uploaded_is_not_sent_again():
    power, storage = store_with(3)
    host = Host(power)
    booted(storage).upload(host.send)
    booted(storage).upload(host.send)
    assert host.asked == [1, 2, 3]


def test_a_new_record_goes_up_alone():
    power, storage = store_with(3)
    host = Host(power)
    booted(storage).upload(host.send)
    store = RecordStore(storage)
    store.append(sale(3))
    UploadQueue(storage, store).upload(host.send)
    assert host.asked == [1, 2, 3, 4]


def test_without_an_answer_this_record_and_the_rest_wait():
    power, storage = store_with(3)
    queue = booted(storage)
    assert not queue.upload(Host(power, {2: None}).send)
    assert numbers(queue) == [2, 3]


def test_a_record_whose_answer_was_lost_is_sent_again_and_settled_once():
    """TR-20: the host's 94 marks it."""
    power, storage = store_with(3)
    host = Host(power, {2: None})
    booted(storage).upload(host.send)
    host.answers.clear()
    assert booted(storage).upload(host.send)
    assert (host.asked, host.settled) == ([1, 2, 2, 3], [1, 2, 3])


def test_response_94_marks_a_record():
    power, storage = store_with(1)
    queue = booted(storage)
    queue.upload(Host(power, {1: "94"}).send)
    assert numbers(queue) == []


@pytest.mark.parametrize("code", ["14", "51"])
def test_a_refused_record_is_disputed_and_the_next_goes_on(code):
    power, storage = store_with(3)
    host = Host(power, {2: code})
    booted(storage).upload(host.send)
    assert (host.asked, booted(storage).disputed) == ([1, 2, 3], (2,))


@pytest.mark.parametrize("code", ["96", "A0", "22"])
def test_a_code_that_settles_nothing_leaves_the_record_first(code):
    power, storage = store_with(2)
    queue = booted(storage)
    queue.upload(Host(power, {1: code}).send)
    assert numbers(queue) == [1, 2]


def test_power_cut_at_every_step_of_an_upload_settles_each_record_once_in_order():
    """Between send, answer and mark, and at every byte of the mark."""

    def run(units: int) -> bool:
        power, storage = store_with(RECORDS)
        host = Host(power)
        was_cut = cut(power, units, lambda: booted(storage).upload(host.send))
        assert booted(storage).upload(host.send)
        assert host.settled == list(range(1, RECORDS + 1))
        assert host.asked == sorted(host.asked)
        assert len(host.asked) <= RECORDS + 1
        return was_cut

    assert len(list(every_cut(run))) > 200


@given(st.lists(st.integers(0, 150), max_size=20))
def test_cut_after_cut_each_record_is_settled_once_in_order(cuts):
    power, storage = store_with(RECORDS)
    host = Host(power)
    for units in cuts:
        cut(power, units, lambda: booted(storage).upload(host.send))
    assert booted(storage).upload(host.send)
    assert host.settled == list(range(1, RECORDS + 1))


@given(st.lists(st.integers(0, 400), max_size=20))
def test_selling_and_uploading_through_cuts_settles_just_what_is_stored(cuts):
    power, storage = store_with(0)
    host = Host(power)
    acknowledged: list[int] = []

    def work() -> None:
        store = RecordStore(storage)
        for _ in range(2):
            acknowledged.append(store.append(sale(len(acknowledged))).number)
        UploadQueue(storage, store).upload(host.send)

    for units in cuts:
        cut(power, units, work)
    assert booted(storage).upload(host.send)
    assert host.settled == [record.number for record in RecordStore(storage).all()]
    assert set(acknowledged) <= set(host.settled)
