"""Power cuts at every unit of work: nothing lost, nothing doubled, no reversal forgotten or repeated.

The hosts are called directly, not over TCP, and most payments are by stripe: thousands of cuts in seconds.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from sim_counter_bench import PAN, agreed, direct

from conformance.sim.host import Script, put_data
from conformance.sim.rule import Rule
from conformance.sim.terminal.hospital_counter import CounterRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim_counter_bench import Bench

TRACK = f";{PAN}=30121010000?"
MOST_UNITS = 9000  # more than any of the scenarios draws


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


def cuts(scenario: Callable[[Bench], None], step: int, **settings: object) -> Iterator[int]:
    """After every `step` units of a scenario: cut the power, let everything come back, look."""
    for units in range(0, MOST_UNITS, step):
        with direct(**settings) as bench:
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
    scenario: Callable[[Bench], None], step: int, least: int
) -> None:
    assert len(list(cuts(scenario, step))) >= least


def test_whenever_the_power_fails_the_issuer_learns_what_its_script_did() -> None:
    units = 0
    while True:
        with direct() as bench:
            bench.issuer.send_script(PAN, Script(bytes(4), (put_data(0x9F58, b"\x07"),)))
            bench.disturb("power-cut", after=str(units))
            bench.pay()
            cut = bench.power_was_lost
            bench.disturb("power-cycle")
            bench.operate("resolve")
            agreed(bench)
            told = [each for each in bench.bank.acquirer.entries if each.script_results and each.approved]
            assert len(bench.records) <= len(told) <= 2
        units += 11
        if not cut:
            break
    assert units > 1000


@pytest.mark.parametrize("units", range(100, 700, 150))
def test_a_second_cut_while_coming_back_changes_nothing(units: int) -> None:
    for again in range(0, 400, 7):
        with direct() as bench:
            bench.disturb("power-cut", after=str(units))
            pay(bench)
            bench.disturb("power-cut", after=str(again))
            bench.operate("resolve")
            bench.disturb("power-cycle")
            bench.operate("resolve")
            agreed(bench)


def test_a_counter_that_keeps_no_reversal_is_seen_to_lose_money() -> None:
    forgetful = dataclasses.replace(CounterRules(), keeps_unanswered=Rule("HC-03", lambda: False))
    with pytest.raises(AssertionError):
        list(cuts(pay, 1, rules=forgetful))
