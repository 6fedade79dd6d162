"""What is expected of a barrier, of a toll user card and of a transport card, held and not."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from conformance import expect
from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.codec.toll import PassRecord, PassStatus
from conformance.model.terminal import Movement, TransactionRecord

REF = "a clause"
UP, DOWN = Movement(20, "open"), Movement(30, "closed")


@dataclass
class Notes:
    codes: list[str] = field(default_factory=list)

    def evaluated(self, expectation):
        pass

    def found(self, finding):
        self.codes.append(f"{finding.code}: {finding.observed}")


@dataclass
class Lane:
    moved: tuple[Movement, ...] = ()
    stored: tuple[int, ...] = ()

    def movements(self):
        return self.moved

    def records(self, kind=None):
        return [TransactionRecord(1, "sale", at, "2026-07-01T08:00:00", 3_500) for at in self.stored]


@dataclass
class TollCard:
    content: bytes
    last_exchange: int | None = 7

    def reset(self):
        return b""

    def exchange(self, command):
        return ResponseApdu(self.content, StatusWord(0x9000))


def found(expectation) -> list[str]:
    notes = Notes()
    with expect.judging(notes):
        expectation()
    return notes.codes


@pytest.mark.parametrize(
    ("moved", "codes"),
    [((), []), ((DOWN,), []), ((UP,), ["way-opened: open at 20 ms"])],
)
def test_a_barrier_that_stays_down(moved, codes):
    assert found(lambda: expect.barrier_down(Lane(moved), ref=REF)) == codes


@pytest.mark.parametrize(
    ("moved", "codes"),
    [
        ((UP,), []),
        ((UP, DOWN), []),
        ((), ["way-not-opened: no movement"]),
        ((UP, DOWN, UP), ["way-not-opened: open, closed, open"]),
    ],
)
def test_a_barrier_that_rises_once(moved, codes):
    assert found(lambda: expect.barrier_raised(Lane(moved), ref=REF)) == codes


@pytest.mark.parametrize(
    ("moved", "stored", "codes"),
    [
        ((UP,), (20,), []),
        ((UP,), (21,), ["order-differs: record: 21 ms, barrier: 20 ms"]),
        ((UP,), (), ["order-differs: record: none, barrier: 20 ms"]),
        ((), (20,), ["order-differs: record: 20 ms, barrier: none"]),
    ],
)
def test_a_record_before_the_barrier(moved, stored, codes):
    assert found(lambda: expect.stored_before_raised(Lane(moved, stored), ref=REF)) == codes


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("00001964", []),
        ("00001963", ["purse-differs: 64.99"]),
        ("001964", ["purse-differs: 9000"]),
    ],
)
def test_a_purse(content, codes):
    assert found(lambda: expect.purse_balance(TollCard(bytes.fromhex(content)), "65.00", ref=REF)) == codes


def test_the_status_of_the_last_passage():
    record = PassRecord(bytes(2), bytes(2), 1, 0, 1, PassStatus.CLOSED_MTC_EXIT, "").encode()
    assert found(lambda: expect.pass_status(TollCard(record), 0x02, ref=REF)) == []
    assert found(lambda: expect.pass_status(TollCard(record), 0x01, ref=REF)) == ["value-differs: 02"]
    (told,) = found(lambda: expect.pass_status(TollCard(b""), 0x01, ref=REF))
    assert told.startswith("value-differs: record 1 of 0019 begins with AA29")


def test_the_purse_of_a_transport_card():
    card = TollCard(bytes.fromhex("00001964"))
    assert found(lambda: expect.transport_balance(card, "65.00", ref=REF)) == []
    assert found(lambda: expect.transport_balance(card, "64.00", ref=REF)) == ["purse-differs: 65.00"]


@pytest.mark.parametrize(
    ("place", "codes"), [(2, []), (1, ["value-differs: 0052"]), (9, ["value-differs: "])]
)
def test_a_record_of_the_process_log(place, codes):
    card = TollCard(bytes.fromhex("00005204"))
    told = found(lambda: expect.process_record(card, place, "5204", what="city", ref=REF))
    assert told == codes
