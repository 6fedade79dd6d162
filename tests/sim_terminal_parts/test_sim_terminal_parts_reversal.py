from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sim_terminal_parts_cuts import cut, every_cut, sale

from conformance.sim.terminal.parts.power import Power
from conformance.sim.terminal.parts.record_store import RecordStore
from conformance.sim.terminal.parts.reversal_queue import Reversal, ReversalQueue
from conformance.sim.terminal.parts.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Sequence

TRACE = "000001"


@dataclass
class Host:
    """Debits on a request, undoes on its reversal; draws on the terminal's power before and after it acts."""

    power: Power
    debited: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def request(self, trace: str) -> None:
        self.power.require()
        self.sent.append(f"request {trace}")
        self.debited.append(trace)
        self.power.require()

    def reverse(self, reversal: Reversal) -> str:
        self.power.require()
        self.sent.append(f"reversal {reversal.trace}")
        self.undone.append(reversal.trace)
        self.power.require()
        return "00"


@dataclass
class Counter:
    """Sells online as a terminal shall: the trace number stands in the sale's time."""

    storage: Storage
    host: Host

    def boot(self) -> tuple[RecordStore, ReversalQueue]:
        store, reversals = RecordStore(self.storage), ReversalQueue(self.storage)
        stored = {trace_of(record.at_ms) for record in store.all()}
        for reversal in reversals.pending:
            if reversal.trace in stored:
                reversals.drop(reversal.trace)
        return store, reversals

    def sell(self, numbers: Sequence[int]) -> None:
        store, reversals = self.boot()
        for number in numbers:
            reversals.settle(self.host.reverse)
            reversals.keep(Reversal(trace_of(number)))
            self.host.request(trace_of(number))
            store.append(sale(number))
            reversals.drop(trace_of(number))

    def settle(self) -> None:
        self.boot()[1].settle(self.host.reverse)

    @property
    def sold(self) -> set[str]:
        return {trace_of(record.at_ms) for record in RecordStore(self.storage).all()}


def trace_of(number: int) -> str:
    return f"{number:06}"


def kept(*traces: str) -> ReversalQueue:
    queue = ReversalQueue(Storage())
    for trace in traces:
        queue.keep(Reversal(trace))
    return queue


def no_answer(_reversal: Reversal) -> None:
    return None


def accepted(_reversal: Reversal) -> str:
    return "00"


def test_a_reversal_is_kept_over_a_boot_with_all_its_fields():
    storage = Storage()
    reversal = Reversal(TRACE, "98", {"4": "000000000100", "22": "0510"})
    ReversalQueue(storage).keep(reversal)
    assert ReversalQueue(storage).pending == (reversal,)


def test_a_transaction_that_stands_leaves_no_reversal():
    queue = kept(TRACE)
    queue.drop(TRACE)
    assert queue.pending == ()


@pytest.mark.parametrize("code", ["00", "94"])
def test_an_accepted_reversal_leaves_the_queue(code):
    queue = kept(TRACE)
    assert queue.settle(lambda _: code)
    assert queue.pending == ()


def test_reversals_go_in_the_order_of_their_requests():
    sent: list[str] = []
    kept("000001", "000002").settle(lambda each: sent.append(each.trace) or "00")
    assert sent == ["000001", "000002"]


def test_a_reversal_without_an_answer_blocks_the_next_request():
    assert not kept(TRACE).settle(no_answer)


def test_a_reversal_without_an_answer_holds_back_the_one_behind_it():
    queue = kept("000001", "000002")
    queue.settle(no_answer)
    assert [(each.trace, each.tries) for each in queue.pending] == [("000001", 1), ("000002", 0)]


def test_after_three_tries_a_reversal_goes_to_the_exception_report():
    """AC-08; then it blocks no longer."""
    queue = kept(TRACE)
    assert [queue.settle(no_answer) for _ in range(3)] == [False, False, True]
    assert [(each.trace, each.tries) for each in queue.exceptions] == [(TRACE, 3)]


def test_a_fourth_try_is_never_made():
    sent: list[str] = []
    queue = kept(TRACE)
    for _ in range(5):
        queue.settle(lambda each: sent.append(each.trace))
    assert len(sent) == 3


def test_the_exception_report_is_kept_over_a_boot():
    storage = Storage()
    queue = ReversalQueue(storage, most_tries=1)
    queue.keep(Reversal(TRACE))
    queue.settle(no_answer)
    assert [each.trace for each in ReversalQueue(storage).exceptions] == [TRACE]


def test_the_reason_of_a_reversal_is_no_answer_until_another_is_stated():
    queue = kept("000001", "000002")
    queue.blame("000002", "A0")
    assert [each.reason for each in queue.pending] == ["98", "A0"]


def test_power_cuts_grant_no_further_try():
    """The try is counted before it is sent."""

    def run(units: int) -> bool:
        power = Power()
        storage = Storage(power)
        sent: list[str] = []

        def send(reversal: Reversal) -> None:
            sent.append(reversal.trace)
            power.require()

        ReversalQueue(storage).keep(Reversal(TRACE))

        def insist() -> None:
            while not ReversalQueue(storage).settle(send):
                pass

        was_cut = cut(power, units, insist)
        insist()
        assert len(sent) <= 3
        assert len(ReversalQueue(storage).exceptions) == 1
        return was_cut

    assert len(list(every_cut(run))) > 100


def test_after_a_cut_behind_a_request_its_reversal_goes_first():
    """AC-11."""
    power = Power()
    storage = Storage(power)
    host = Host(power)
    counter = Counter(storage, host)
    units = 0
    while not host.sent:
        cut(power, units, lambda: counter.sell([1]))
        units += 1
    counter.sell([2])
    assert host.sent[-2:] == ["reversal 000001", "request 000002"]


def test_power_cut_at_every_step_leaves_each_debit_sold_or_undone_and_never_both():
    """Some 3,000 cuts through 15 online sales, at every byte that is stored and around every message."""

    def run(units: int) -> bool:
        power = Power()
        storage = Storage(power)
        counter = Counter(storage, Host(power))
        was_cut = cut(power, units, lambda: counter.sell(range(15)))
        counter.settle()
        host, sold = counter.host, counter.sold
        assert sold <= set(host.debited)
        assert sold.isdisjoint(host.undone)
        assert set(host.debited) <= sold | set(host.undone)
        return was_cut

    assert len(list(every_cut(run))) > 2000


@given(st.lists(st.integers(0, 700), max_size=15))
def test_cut_after_cut_each_debit_is_sold_or_undone_and_never_both(cuts):
    power = Power()
    counter = Counter(Storage(power), Host(power))
    host = counter.host
    for begun, units in enumerate(cuts):
        cut(power, units, lambda first=begun * 3: counter.sell(range(first, first + 3)))
    counter.settle()
    assert counter.sold.isdisjoint(host.undone)
    assert set(host.debited) == counter.sold | (set(host.undone) & set(host.debited))
