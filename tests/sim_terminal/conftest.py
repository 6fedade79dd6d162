from __future__ import annotations

import pytest
from sim_terminal_bus import Bus, bus_with

from conformance.sim.terminal import ValidatorRules


@pytest.fixture
def bus() -> Bus:
    return bus_with(ValidatorRules())
