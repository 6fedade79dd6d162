"""Every part of a device disturbed at its door, and a power cut at every unit of its work."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sim_terminal_bus import Passenger, bus_with

from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    FAULTS,
    Blacklist,
    ClockReading,
    DeviceEvent,
    Fault,
    HostMessage,
    Operation,
    Parameters,
    ParametersInForce,
    QueueEntry,
    TransactionRecord,
)
from conformance.sim.host import Account, Acquirer, Issuer, acquirer_server
from conformance.sim.terminal import ValidatorRules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim_terminal_bus import Bus

PANS = ("6210948000000011", "6210948000000029", "6210948000000037")
UPLOAD = Operation("upload")


class Host:
    """An acquirer that listens for the whole module, and can be forgotten for a new one."""

    def __init__(self) -> None:
        self.forget()
        self.server = acquirer_server(self)
        self.address = "{}:{}".format(*self.server.address)

    def forget(self) -> None:
        self.acquirer = Acquirer(Issuer(tuple(Account(pan, 100_000) for pan in PANS)))

    def exchange(self, frame: bytes) -> bytes:
        return self.acquirer.exchange(frame)

    @property
    def answers(self) -> list[str]:
        return [entry.response for entry in self.acquirer.entries]

    @property
    def settled(self) -> list[int]:
        """ATCs of what was taken as money, in order."""
        return [int.from_bytes(entry.atc) for entry in self.acquirer.entries if entry.approved]


@pytest.fixture(name="listening", scope="module")
def listening_fixture() -> Iterator[Host]:
    host = Host()
    Thread(target=host.server.serve_forever, daemon=True).start()
    yield host
    host.server.close()


@pytest.fixture(name="host")
def host_fixture(listening: Host) -> Host:
    listening.forget()
    return listening


def disturb(bus: Bus, name: str, **arguments: str) -> None:
    bus.device.disturb(Fault(name, arguments))


def events(bus: Bus) -> list[str]:
    return [event.event for event in bus.device.observe(DeviceEvent)]


def pending(bus: Bus) -> list[str]:
    return [entry.reference for entry in bus.device.observe(QueueEntry)]


def test_a_tap_while_the_power_fails_is_lost_and_the_terminal_starts_again(bus):
    disturb(bus, "power-cut", after="10")
    assert bus.tap(Passenger()) == "lost"
    assert events(bus) == ["power-lost", "started"]
    assert bus.tap(Passenger(pan=PANS[1])) == "completed"


def test_parameters_and_blacklist_are_kept_over_a_power_cycle(bus):
    bus.device.load(Parameters(fare=250, blacklist=Blacklist(5, (PANS[0],))))
    before = bus.device.observe(ParametersInForce)
    disturb(bus, "power-cycle")
    assert bus.device.observe(ParametersInForce) == before


def test_power_cut_at_every_step_of_a_download_leaves_the_old_list_or_the_new():
    units = 0
    while True:
        bus = bus_with(ValidatorRules())
        bus.device.load(Parameters(blacklist=Blacklist(6, (PANS[0],))))
        disturb(bus, "power-cut", after=str(units))
        bus.device.load(Parameters(blacklist=Blacklist(7, (PANS[1],))))
        (shown,) = bus.device.observe(ParametersInForce)
        was_cut = bool(events(bus))
        bus.device.operate(Operation("idle"))
        tapped = bus.tap(Passenger(pan=PANS[0]))
        assert (shown.blacklist_version, tapped) in ((6, "declined"), (7, "completed"))
        if not was_cut:
            break
        units += 1
    assert units > 40


def test_a_full_store_sells_nothing_and_keeps_what_it_has(bus):
    disturb(bus, "store-full", room="1")
    first, second = Passenger(pan=PANS[0]), Passenger(pan=PANS[1])
    assert (bus.tap(first), bus.tap(second)) == ("completed", "declined")
    assert (len(bus.records("sale")), second.balance) == (1, 5000)


def test_idle_takes_back_a_power_cut_that_has_not_happened(bus):
    disturb(bus, "power-cut", after="10")
    bus.device.operate(Operation("idle"))
    assert bus.tap(Passenger()) == "completed"


def test_a_store_stays_full_over_a_power_cycle(bus):
    disturb(bus, "store-full", room="0")
    disturb(bus, "power-cycle")
    assert bus.tap(Passenger()) == "declined"


def test_a_lost_calendar_is_shown(bus):
    disturb(bus, "clock-lost")
    (reading,) = bus.device.observe(ClockReading)
    assert (reading.valid, events(bus)) == (False, ["clock-lost"])


def test_without_a_network_sales_go_on_and_wait(bus, host):
    bus.device.load(Parameters(host=host.address))
    disturb(bus, "network-down")
    bus.tap(Passenger())
    bus.device.operate(UPLOAD)
    assert (pending(bus), bus.device.observe(HostMessage)) == (["1"], ())


def test_where_nobody_listens_sales_wait(bus):
    bus.device.load(Parameters(host="127.0.0.1:1"))
    bus.tap(Passenger())
    bus.device.operate(UPLOAD)
    assert pending(bus) == ["1"]


def test_a_sale_whose_answer_was_lost_is_settled_once(bus, host):
    bus.device.load(Parameters(host=host.address))
    bus.tap(Passenger())
    disturb(bus, "answers-lost", count="1")
    bus.device.operate(UPLOAD)
    bus.device.operate(UPLOAD)
    assert (host.answers, pending(bus)) == (["00", "94"], [])


def test_what_passed_on_the_line_is_shown_with_its_direction(bus, host):
    bus.device.load(Parameters(host=host.address))
    bus.tap(Passenger(pan=PANS[2]))
    bus.device.operate(UPLOAD)
    assert [each.direction for each in bus.device.observe(HostMessage)] == ["sent", "received"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("power-cut", {"after": "-1"}),
        ("power-cut", {"after": "soon"}),
        ("power-cut", {}),
        ("answers-lost", {"count": "1.5"}),
        ("store-full", {}),
        ("actuator-jam", {}),
    ],
)
def test_a_fault_that_cannot_be_is_refused(bus, name, arguments):
    with pytest.raises(TerminalRefused):
        bus.device.disturb(Fault(name, arguments))


def test_every_fault_that_is_offered_happens(bus):
    offered = [name for name, each in FAULTS.items() if each.offer in bus.device.identify().offers]
    for name in offered:
        bus.device.disturb(Fault(name, dict.fromkeys(FAULTS[name].arguments, "1")))
    assert len(offered) == 11


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:70000", ":5000", "127.0.0.1:five"])
def test_an_address_that_is_none_is_refused_and_the_old_fare_holds(bus, host):
    with pytest.raises(TerminalRefused, match="no address"):
        bus.device.load(Parameters(host=host, fare=900))
    assert bus.device.observe(ParametersInForce)[0].fare == 100


def sold_through(bus: Bus, cuts: list[int]) -> list[int]:
    """ATCs of the sales that passengers were told of, each tap with power for so much more work."""
    told = []
    for number, units in enumerate(cuts):
        card = Passenger(pan=PANS[number % len(PANS)], elements={0x9F36: bytes((number + 1, 0))})
        disturb(bus, "power-cut", after=str(units))
        if bus.tap(card) == "completed":
            told.append((number + 1) * 256 + 1)
    bus.device.disturb(Fault("power-cycle"))
    return told


def settled_through(bus: Bus, cuts: list[int]) -> None:
    """Upload with power for so much work each, and once with all of it."""
    for units in cuts:
        disturb(bus, "power-cut", after=str(units))
        bus.device.operate(UPLOAD)
    disturb(bus, "power-cycle")
    bus.device.operate(UPLOAD)


def judged(bus: Bus, host: Host, told: list[int]) -> None:
    records = bus.device.observe(TransactionRecord)
    stored = [record.atc for record in records if record.kind == "sale"]
    assert [record.number for record in records] == list(range(1, len(records) + 1))
    assert set(told) <= set(stored)
    assert len(stored) == len(set(stored))
    assert host.settled == stored


def test_power_cut_at_every_unit_of_a_tap_loses_and_doubles_no_record(host):
    units = 0
    while units < 700:
        bus = bus_with(ValidatorRules())
        bus.device.load(Parameters(host=host.address))
        host.forget()
        told = sold_through(bus, [units])
        settled_through(bus, [])
        judged(bus, host, told)
        if told:
            break
        units += 1
    assert units > 300


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=4), st.lists(st.integers(0, 60), max_size=6))
def test_cut_after_cut_no_record_is_lost_and_none_is_doubled(listening, taps, uploads):
    bus = bus_with(ValidatorRules())
    bus.device.load(Parameters(host=listening.address))
    listening.forget()
    told = sold_through(bus, taps)
    settled_through(bus, uploads)
    judged(bus, listening, told)
