from __future__ import annotations

from datetime import datetime

import pytest

from conformance.codec import apdu
from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.outcomes import CardWithdrawn
from conformance.model.terminal import Blacklist, TransactionRecord
from conformance.sim.terminal.latency import TimedCard, exchange_latency
from conformance.sim.terminal.parts.blacklist import BlacklistInForce
from conformance.sim.terminal.parts.clock import Clock
from conformance.sim.terminal.parts.record_store import RecordStore

MORNING = datetime(2026, 7, 1, 8)  # noqa: DTZ001  a terminal's local time has no zone
DONE = StatusWord(0x9000)


def test_setting_the_calendar_leaves_the_running_time():
    clock = Clock(MORNING)
    clock.advance(5_000_000)
    clock.set(MORNING)
    assert (clock.now_ms, clock.local) == (5000, MORNING)


def test_the_calendar_goes_on_after_it_was_set():
    clock = Clock(MORNING)
    clock.advance(5_000_000)
    clock.set(MORNING)
    clock.advance(2_000_000)
    assert clock.local == datetime(2026, 7, 1, 8, 0, 2)  # noqa: DTZ001


def test_the_store_numbers_its_records_itself():
    store = RecordStore()
    for _ in range(2):
        store.append(TransactionRecord(99, "sale", 0, "", 100))
    assert [record.number for record in store.all()] == [1, 2]


def test_a_new_blacklist_replaces_the_whole_list():
    listed = BlacklistInForce()
    listed.replace(Blacklist(1, ("6210948000000011",)))
    listed.replace(Blacklist(2, ("6210948000000029",)))
    assert "6210948000000011" not in listed


@pytest.mark.parametrize(
    ("command", "milliseconds"),
    [
        (apdu.select(b"2PAY.SYS.DDF01"), 20),
        (apdu.select(bytes.fromhex("A000000333010101")), 30),
        (apdu.get_processing_options(bytes(33)), 50),
        (apdu.read_record(2, 1), 10),
    ],
)
def test_a_command_takes_its_own_time_and_a_few_milliseconds_of_transfer(command, milliseconds):
    took = exchange_latency(command, ResponseApdu(b"", DONE)) / 1000
    assert milliseconds < took < milliseconds + 6


def test_a_longer_answer_takes_longer():
    short, long = (exchange_latency(apdu.read_record(2, 1), ResponseApdu(bytes(n), DONE)) for n in (0, 200))
    assert long - short == 200 * 85


def test_a_card_that_left_costs_time_too():
    class Gone:
        def reset(self):
            return b""

        def exchange(self, _command):
            raise CardWithdrawn("gone")

    clock = Clock(MORNING)
    with pytest.raises(CardWithdrawn):
        TimedCard(Gone(), clock, exchange_latency).exchange(apdu.read_record(2, 1))
    assert clock.now_ms == 20
