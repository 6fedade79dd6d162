from __future__ import annotations

import dataclasses

import pytest
from sim_terminal_bus import Passenger, demonstration_capk

from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    Blacklist,
    ClockReading,
    Fault,
    Indication,
    Operation,
    Parameters,
    ParametersInForce,
    TransactionRecord,
)
from conformance.sim import terminal as sim_terminal
from conformance.sim.terminal import BusValidator, ValidatorRules
from conformance.sim.terminal.bus_validator import IDENTITY


def test_the_validator_says_that_it_is_simulated_and_on_virtual_time(bus):
    identity = bus.device.identify()
    assert (identity.simulated, identity.time_base, identity.device) == (True, "virtual", "bus-validator")


def test_a_terminal_that_is_not_simulated_refuses_the_demonstration_key():
    device = BusValidator(ValidatorRules(), identity=dataclasses.replace(IDENTITY, simulated=False))
    with pytest.raises(TerminalRefused, match="simulated terminals only"):
        device.load(Parameters(capks=(demonstration_capk(),), fare=300))


def test_a_refused_load_leaves_what_was_in_force():
    device = BusValidator(ValidatorRules(), identity=dataclasses.replace(IDENTITY, simulated=False))
    before = device.observe(ParametersInForce)
    with pytest.raises(TerminalRefused):
        device.load(Parameters(capks=(demonstration_capk(),), fare=300))
    assert device.observe(ParametersInForce) == before


def test_a_malformed_date_is_refused_and_leaves_what_was_in_force(bus):
    before = bus.device.observe(ParametersInForce)
    with pytest.raises(TerminalRefused, match="2026-13-01"):
        bus.device.load(Parameters(fare=300, date_time="2026-13-01T00:00:00"))
    assert bus.device.observe(ParametersInForce) == before


def test_a_time_with_a_zone_is_refused(bus):
    with pytest.raises(TerminalRefused, match="local time"):
        bus.device.load(Parameters(date_time="2026-07-01T08:00:00+08:00"))


@pytest.mark.parametrize("fare", [-1, 10**12])
def test_a_fare_that_is_no_amount_is_refused(bus, fare):
    with pytest.raises(TerminalRefused, match="12 digits"):
        bus.device.load(Parameters(fare=fare))


def test_what_is_loaded_is_in_force(bus):
    bus.device.load(Parameters(fare=250, blacklist=Blacklist(3, ("6210948000000011", "6210948000000029"))))
    (shown,) = bus.device.observe(ParametersInForce)
    assert (shown.fare, shown.blacklist_version, shown.blacklist_entries) == (250, 3, 2)


def test_what_is_not_loaded_stays_in_force(bus):
    bus.device.load(Parameters(fare=250))
    (shown,) = bus.device.observe(ParametersInForce)
    assert len(shown.capk_indices) == 1


def test_an_unknown_operation_is_refused_with_the_nearest_name(bus):
    with pytest.raises(TerminalRefused, match="'idel'; did you mean idle"):
        bus.device.operate(Operation("idel"))


def test_an_unknown_fault_is_refused_with_the_nearest_name(bus):
    with pytest.raises(TerminalRefused, match="did you mean power-cycle"):
        bus.device.disturb(Fault("power-cicle"))


def test_an_observable_that_is_not_shown_is_refused(bus):
    with pytest.raises(TerminalRefused, match="Blacklist"):
        bus.device.observe(Blacklist)


def test_an_unknown_device_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match="did you mean bus-validator"):
        sim_terminal.build("bus-validater")


def test_waiting_advances_clock_and_calendar(bus):
    bus.device.wait(61.5)
    (reading,) = bus.device.observe(ClockReading)
    assert reading == ClockReading(61_500, "2026-07-01T08:01:01")


def test_a_clock_step_moves_the_calendar_alone(bus):
    bus.device.disturb(Fault("clock-step", {"seconds": "-600"}))
    (reading,) = bus.device.observe(ClockReading)
    assert reading == ClockReading(0, "2026-07-01T07:50:00")


@pytest.mark.parametrize("arguments", [{}, {"seconds": "soon"}])
def test_a_clock_step_without_a_number_is_refused(bus, arguments):
    with pytest.raises(TerminalRefused, match="seconds"):
        bus.device.disturb(Fault("clock-step", arguments))


def test_the_date_of_a_tap_is_the_calendars(bus):
    bus.device.disturb(Fault("clock-step", {"seconds": "86400"}))
    bus.tap(Passenger())
    assert bus.records("sale")[0].date_time[:10] == "2026-07-02"


@pytest.mark.parametrize(
    "act", [lambda d: d.disturb(Fault("power-cycle")), lambda d: d.operate(Operation("idle"))]
)
def test_records_are_kept_and_numbered_on(bus, act):
    for pan in ("6210948000000111", "6210948000000222"):
        bus.tap(Passenger(pan=pan))
        act(bus.device)
    assert [record.number for record in bus.device.observe(TransactionRecord)] == [1, 2]


@pytest.mark.parametrize(
    "act", [lambda d: d.disturb(Fault("power-cycle")), lambda d: d.operate(Operation("idle"))]
)
def test_the_display_is_idle_afterwards(bus, act):
    bus.tap(Passenger())
    act(bus.device)
    assert bus.device.observe(Indication)[-1].signal == "idle"


def test_idle_forgets_who_has_just_paid(bus):
    card = Passenger()
    bus.tap(card)
    bus.device.operate(Operation("idle"))
    assert bus.tap(card) == "completed"
