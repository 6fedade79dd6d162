"""Power cuts at every unit of work: nothing lost, nothing doubled, no reversal forgotten or repeated.

The hosts are called directly, not over TCP, and most payments are by stripe: thousands of cuts in seconds.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sim_counter_bench import PAN, Bench

from conformance.sim.host import HostSilent
from conformance.sim.rule import Rule
from conformance.sim.terminal import host_line
from conformance.sim.terminal.hospital_counter import CounterRules, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRACK = f";{PAN}=30121010000?"
MOST_UNITS = 9000  # more than any of the scenarios draws
SIGNS = {"sale": 1, "deposit": 1, "void": -1, "refund": -1}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """A fresh counter whose lines lead straight to its hosts."""

    def make(**settings: object) -> Bench:
        bench = Bench(**settings)

        def carried(_address: object, frame: bytes, _deadline_s: float) -> bytes:
            try:
                return bench.bank.exchange(frame)
            except ValueError as error:
                raise HostSilent(str(error)) from None

        monkeypatch.setattr(host_line, "exchange", carried)
        monkeypatch.setattr(lines, "RemoteHospital", lambda _address, _deadline_s: bench.hospital)
        bench.stand_alone()
        return bench

    return make


def pay_by_chip(bench: Bench) -> None:
    bench.pay()


def pay(bench: Bench) -> None:
    bench.operate("pay", bill="B1", pins="right")
    bench.swipe(TRACK)


def pay_after_a_lost_answer(bench: Bench) -> None:
    bench.bank.lose_answers = 1
    pay(bench)
    bench.bank.lose_answers = 0
    bench.operate("pay", bill="B2", pins="right")
    bench.swipe(TRACK)


def pay_without_the_hospital(bench: Bench) -> None:
    bench.operate("pay", bill="B1", pins="right")
    bench.hospital.down = True
    bench.swipe(TRACK)


def deposit_and_give_back(bench: Bench) -> None:
    bench.operate("deposit", patient="P1", amount="30.00", pins="right")
    bench.swipe(TRACK)
    bench.operate("discharge", patient="P1")
    bench.swipe(TRACK)


def agreed(bench: Bench) -> None:
    """Bank, hospital and counter tell the same story, and nothing waits."""
    records, entries = bench.records, bench.hospital.entries
    own = sum(SIGNS[record.kind] * record.amount for record in records)
    assert own == bench.hospital.total() == bench.bank_holds
    assert bench.queue == []
    assert [record.number for record in records] == list(range(1, len(records) + 1))
    references = [record.details["reference"] for record in records]
    assert len(set(references)) == len(references)
    assert max(Counter(each.trace for each in bench.sent if each.mti != "0400").values(), default=0) <= 1
    assert max(Counter(each.trace for each in bench.sent if each.mti == "0400").values(), default=0) <= 3
    noted = Counter((each.kind, each.reference, each.outcome) for each in entries if each.reference)
    assert max(noted.values(), default=0) <= 1


def cuts(opened: Callable[..., Bench], scenario: Callable[[Bench], None], step: int) -> Iterator[int]:
    """After every `step` units of a scenario: cut the power, let everything come back, look."""
    for units in range(0, MOST_UNITS, step):
        bench = opened()
        bench.disturb("power-cut", after=str(units))
        scenario(bench)
        cut = bench.power_was_lost
        bench.hospital.down, bench.bank.lose_answers = False, 0
        bench.disturb("power-cycle")
        bench.operate("resolve")
        agreed(bench)
        if not cut:
            return
        yield units


@pytest.mark.parametrize(
    ("scenario", "step", "least"),
    [
        (pay, 1, 500),
        (pay_by_chip, 5, 100),
        (pay_after_a_lost_answer, 1, 900),
        (pay_without_the_hospital, 1, 900),
        (deposit_and_give_back, 1, 900),
    ],
)
def test_whenever_the_power_fails_bank_hospital_and_counter_agree(
    opened: Callable[..., Bench], scenario: Callable[[Bench], None], step: int, least: int
) -> None:
    assert len(list(cuts(opened, scenario, step))) >= least


@pytest.mark.parametrize("units", range(100, 700, 150))
def test_a_second_cut_while_coming_back_changes_nothing(opened: Callable[..., Bench], units: int) -> None:
    for again in range(0, 400, 7):
        bench = opened()
        bench.disturb("power-cut", after=str(units))
        pay(bench)
        bench.disturb("power-cut", after=str(again))
        bench.operate("resolve")
        bench.disturb("power-cycle")
        bench.operate("resolve")
        agreed(bench)


def test_a_counter_that_keeps_no_reversal_is_seen_to_lose_money(opened: Callable[..., Bench]) -> None:
    forgetful = dataclasses.replace(CounterRules(), keeps_unanswered=Rule("HC-03", lambda: False))
    with pytest.raises(AssertionError):
        list(cuts(lambda: opened(rules=forgetful), pay, 1))
