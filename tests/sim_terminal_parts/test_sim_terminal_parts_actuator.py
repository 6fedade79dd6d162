from __future__ import annotations

from conformance.sim.terminal.parts.actuator import Actuator, Movement


def test_movements_are_kept_with_their_times():
    gate = Actuator()
    gate.open(100)
    gate.close(900)
    assert gate.movements == (Movement(100, "open"), Movement(900, "closed"))


def test_a_gate_that_stands_open_does_not_open_again():
    gate = Actuator()
    gate.open(100)
    gate.open(200)
    assert gate.movements == (Movement(100, "open"),)


def test_a_jammed_gate_stays_where_it_is():
    gate = Actuator()
    gate.jammed = True
    assert not gate.open(100)
    assert gate.position == "closed"


def test_a_barrier_does_not_close_on_a_vehicle():
    barrier = Actuator()
    barrier.open(100)
    barrier.occupied = True
    assert not barrier.close(200)
    assert barrier.position == "open"


def test_a_barrier_closes_when_the_vehicle_has_left():
    barrier = Actuator()
    barrier.open(100)
    barrier.occupied = True
    barrier.close(200)
    barrier.occupied = False
    assert barrier.close(300)
