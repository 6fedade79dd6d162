"""Every defect of the validator changes what its case looks at, and the conforming validator does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sim_terminal_bus import Bus, Passenger, bus_with

from conformance.link.tear import Tear
from conformance.model.terminal import Blacklist, Parameters
from conformance.sim.card import PROBES
from conformance.sim.defects import DEFECTS
from conformance.sim.terminal import ValidatorRules

if TYPE_CHECKING:
    from collections.abc import Callable

GPO = "GET PROCESSING OPTIONS"
ANSWER_LOST = Tear("after", "last record")
NEVER_ASKED = Tear("before", "last record")
X, Y = "6210948000000111", "6210948000000222"


def wrong_signature(bus: Bus) -> bool:
    bus.tap(Passenger(rules=PROBES["fdda-signature-forged"]))
    return bool(bus.records("sale"))


def slow(bus: Bus) -> bool:
    bus.tap(Passenger())
    return bus.presentation.ended_ms - bus.presentation.field_on_ms > 800


def insufficient_balance(bus: Bus) -> bool:
    bus.tap(Passenger(balance=50))
    return bool(bus.records("sale"))


def lost_at_gpo(bus: Bus) -> bool:
    bus.tap(Passenger(), Tear("after", GPO))
    return bool(bus.records("sale"))


def lost_answer(bus: Bus) -> bool:
    card = Passenger()
    bus.tap(card, ANSWER_LOST)
    bus.device.wait(5)
    bus.tap(card)
    return GPO in bus.commands


def rolled_back(bus: Bus) -> bool:
    bus.tap(Passenger(), NEVER_ASKED)
    return bool(bus.records("sale"))


def after_t2(bus: Bus) -> bool:
    bus.tap(Passenger(), ANSWER_LOST)
    bus.device.wait(61)
    return len(bus.records("exception")) != 1


def other_card_between(bus: Bus) -> bool:
    card = Passenger(pan=X)
    bus.tap(card, ANSWER_LOST)
    bus.tap(Passenger(pan=Y))
    bus.tap(card)
    return GPO in bus.commands


def double_tap(bus: Bus) -> bool:
    card = Passenger()
    bus.tap(card)
    bus.tap(card)
    return len(bus.records("sale")) != 1


def blacklisted(bus: Bus) -> bool:
    bus.device.load(Parameters(blacklist=Blacklist(7, (X,))))
    card = Passenger(pan=X)
    bus.tap(card)
    return card.balance != 5000


def expired_yesterday(bus: Bus) -> bool:
    bus.tap(Passenger(expires="260630"))
    return bool(bus.records("sale"))


WRONG: dict[str, Callable[[Bus], bool]] = {
    "green-before-oda": wrong_signature,
    "slow-tap": slow,
    "sells-on-aac": insufficient_balance,
    "sale-at-gpo": lost_at_gpo,
    "second-gpo-after-lost-answer": lost_answer,
    "flash-trusted-without-commit": rolled_back,
    "flash-never-expires": after_t2,
    "flash-forgotten-by-other-card": other_card_between,
    "no-anti-passback": double_tap,
    "blacklist-after-last-record": blacklisted,
    "expiry-off-by-one": expired_yesterday,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_defective_validator_goes_wrong(name):
    assert WRONG[name](bus_with(DEFECTS[name].applied_to(ValidatorRules())))


@pytest.mark.parametrize("name", WRONG)
def test_the_conforming_validator_does_not(bus, name):
    assert not WRONG[name](bus)
