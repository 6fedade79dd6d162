from __future__ import annotations

from datetime import datetime

from conformance.sim.terminal.parts.clock import Clock

MORNING = datetime(2026, 7, 1, 8)  # noqa: DTZ001  a terminal's local time has no zone


def test_a_lost_calendar_is_not_valid_while_running_time_goes_on():
    clock = Clock(MORNING)
    clock.advance(5_000_000)
    clock.lose()
    assert (clock.valid, clock.local < MORNING, clock.now_ms) == (False, True, 5000)


def test_setting_a_lost_calendar_makes_it_valid():
    clock = Clock(MORNING)
    clock.lose()
    clock.set(MORNING)
    assert (clock.valid, clock.local) == (True, MORNING)
