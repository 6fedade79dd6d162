"""Lines with transfers and segments at the validator's door: what the cases do not reach."""

from __future__ import annotations

import dataclasses
from random import Random

import pytest
from sim_terminal_bus import AID, Bus, Passenger, bus_with
from test_sim_terminal_fuzz import OUTCOMES, Garbling

from conformance.codec import apdu, transit
from conformance.link.outcomes import TerminalRefused
from conformance.link.tear import Tear
from conformance.model.terminal import (
    Blacklist,
    DeviceEvent,
    Fault,
    Operation,
    Parameters,
    StopFare,
    Transfer,
    TransitTerms,
)
from conformance.sim.terminal import ValidatorRules

SEGMENTED = TransitTerms("1", "A", 3, stops=(StopFare(3, 9, 300), StopFare(3, 20, 500)))
CHANGING = TransitTerms("1", "A", transfer=Transfer(50, 3600))


class Rider(Passenger):
    """A card with a record of its journey."""

    def __init__(self, **particulars) -> None:
        super().__init__(**{"profile": "transit-card", **particulars})

    @property
    def journey(self) -> transit.Journey:
        self.link.reset()
        self.link.exchange(apdu.select(AID))
        command = apdu.CommandApdu(0x80, 0xB4, 0, transit.SFI << 3, transit.IDENTIFIER, 256)
        return transit.Journey.parse(self.link.exchange(command).data)


@pytest.fixture(name="bus")
def bus_fixture() -> Bus:
    return bus_with(ValidatorRules())


def drive(bus: Bus, terms: TransitTerms, **changed) -> None:
    bus.device.load(Parameters(transit=dataclasses.replace(terms, **changed)))


def test_a_ride_takes_what_its_stops_cost_whatever_the_direction(bus):
    card = Rider()
    drive(bus, SEGMENTED, stop=9)
    bus.tap(card)
    drive(bus, SEGMENTED, stop=3)
    bus.device.wait(60)
    bus.tap(card)
    assert (card.balance, card.journey.state) == (4700, "alighted")


def test_stops_that_the_table_does_not_hold_cost_the_most(bus):
    card = Rider()
    drive(bus, SEGMENTED, stop=9)
    bus.tap(card)
    drive(bus, SEGMENTED, stop=20)
    bus.device.wait(60)
    bus.tap(card)
    assert card.balance == 4500


def test_an_entry_is_free_and_settled_with_nobody(bus):
    drive(bus, SEGMENTED)
    bus.tap(Rider())
    (entry,) = bus.records("entry")
    assert (entry.amount, entry.objects) == (0, {})


def test_another_vehicle_is_another_ride(bus):
    card = Rider()
    drive(bus, SEGMENTED)
    bus.tap(card)
    drive(bus, SEGMENTED, vehicle="B", stop=9)
    bus.device.wait(60)
    bus.tap(card)
    assert (card.balance, bus.records("sale")[0].details["missing_exit"]) == (4500, "2026-07-01 3")


def test_a_torn_exit_is_completed_with_one_debit_and_its_own_stops(bus):
    card = Rider()
    drive(bus, SEGMENTED)
    bus.tap(card)
    drive(bus, SEGMENTED, stop=9)
    bus.device.wait(60)
    bus.tap(card, Tear("after", "last record"))
    drive(bus, SEGMENTED, stop=20)
    assert bus.tap(card) == "completed"
    (sale,) = bus.records("sale")
    assert (sale.amount, sale.details["to"], card.balance) == (300, "9", 4700)


def test_a_torn_entry_is_completed_as_an_entry(bus):
    card = Rider()
    drive(bus, SEGMENTED)
    bus.tap(card, Tear("after", "last record"))
    bus.tap(card)
    assert (len(bus.records("entry")), bus.records("sale"), card.journey.state) == (1, [], "boarded")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "command", ["READ CAPP DATA", "GET PROCESSING OPTIONS", "UPDATE CAPP DATA CACHE", "READ RECORD"]
)
def test_a_ride_torn_anywhere_before_the_commit_leaves_the_card_as_it_was(bus, command, moment):
    card = Rider()
    drive(bus, SEGMENTED)
    assert bus.tap(card, Tear(moment, command)) == "lost"
    assert (card.balance, card.journey, bus.records("entry")) == (5000, transit.Journey(), [])


def test_a_flat_line_asks_no_card_for_a_journey(bus):
    bus.tap(Rider())
    assert "READ CAPP DATA" not in bus.commands


def test_a_card_without_the_record_pays_flat_on_a_line_with_transfers(bus):
    drive(bus, CHANGING, continue_plain=False)
    assert (bus.tap(Passenger()), bus.records("sale")[0].amount) == ("completed", 100)


def test_the_discount_ends_with_the_window(bus):
    for number, (seconds, paid) in enumerate(((301, 50), (3599, 50), (3601, 100), (299, 100))):
        card = Rider(pan=f"62109480000011{number}1")
        drive(bus, CHANGING)
        bus.tap(card)
        drive(bus, CHANGING, vehicle="B")
        bus.device.wait(seconds)
        bus.tap(card)
        assert bus.records("sale")[-1].amount == paid, seconds


def test_a_change_after_a_change_counts_from_the_last(bus):
    card = Rider()
    for vehicle in "ABC":
        drive(bus, CHANGING, vehicle=vehicle)
        bus.tap(card)
        bus.device.wait(1800)
    assert [record.details["transfer"] for record in bus.records("sale")] == ["00", "01", "01"]


def test_a_journey_that_makes_no_sense_is_refused(bus):
    card = Rider(pan="6210948000000029")
    drive(bus, SEGMENTED)
    bus.tap(card)
    bus.device.wait(5)
    broken = Garbled(card.link)
    assert bus.device.present(broken).outcome == "declined"


class Garbled:
    """Answers READ CAPP DATA with a state that does not exist."""

    def __init__(self, link) -> None:
        self._link = link
        self.reset = link.reset

    def exchange(self, command):
        response = self._link.exchange(command)
        if command.name != "READ CAPP DATA":
            return response
        return apdu.ResponseApdu(response.data[:3] + b"\x09" + response.data[4:], response.sw)


def test_a_clock_behind_the_card_is_an_event(bus):
    card = Rider()
    drive(bus, CHANGING)
    bus.tap(card)
    bus.device.disturb(Fault("clock-step", {"seconds": "-3600"}))
    bus.device.wait(10)
    bus.tap(card)
    assert "clock-behind-card" in [event.event for event in bus.device.observe(DeviceEvent)]


def test_the_driver_is_gone_after_a_power_cut(bus):
    drive(bus, SEGMENTED, driver_needed=True)
    bus.device.operate(Operation("sign-on", {"driver": "7"}))
    assert bus.tap(Rider()) == "completed"
    bus.device.disturb(Fault("power-cycle"))
    assert bus.tap(Rider(pan="6210948000000029")) == "declined"


def test_after_a_sign_off_nobody_rides(bus):
    drive(bus, SEGMENTED, driver_needed=True)
    bus.device.operate(Operation("sign-on", {"driver": "7"}))
    bus.device.operate(Operation("sign-off"))
    assert bus.tap(Rider()) == "declined"


def test_a_driver_has_a_number(bus):
    with pytest.raises(TerminalRefused, match="driver"):
        bus.device.operate(Operation("sign-on"))


def test_the_second_card_lies_there_for_one_tap(bus):
    bus.device.disturb(Fault("second-card"))
    card = Passenger()
    assert (bus.tap(card), bus.exchanges) == ("ignored", [])
    assert bus.tap(card) == "completed"


def test_a_companion_pays_within_the_time_only(bus):
    card = Passenger()
    drive(bus, TransitTerms(companion_s=60))
    for seconds in (0, 10, 100):
        bus.device.wait(seconds)
        bus.tap(card)
    assert [record.details.get("companion") for record in bus.records("sale")] == [None, "1", None]


def test_a_blacklist_keeps_its_day_over_a_power_cycle(bus):
    bus.device.load(Parameters(blacklist=Blacklist(3, day="2026-06-20")))
    drive(bus, TransitTerms(blacklist_days=7))
    bus.device.disturb(Fault("power-cycle"))
    assert bus.tap(Passenger()) == "declined"


def test_a_blacklist_of_no_day_is_refused_and_the_old_one_holds(bus):
    with pytest.raises(TerminalRefused, match="isoformat"):
        bus.device.load(Parameters(blacklist=Blacklist(4, day="yesterday")))
    assert bus.tap(Passenger()) == "completed"


@pytest.mark.parametrize("seed", range(6))
def test_no_garbled_ride_brings_the_validator_down(bus, seed):
    random = Random(seed)
    for number in range(40):
        drive(bus, SEGMENTED, stop=random.choice((3, 9, 20)))
        rider = Rider(pan=f"62109480000009{number:02}", seed=number)
        assert bus.device.present(Garbling(rider.link, random)).outcome in OUTCOMES
        bus.device.wait(random.randrange(4))
