from __future__ import annotations

import dataclasses

import pytest
from conftest import demonstration_capk

from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    Blacklist,
    Capk,
    ClockReading,
    Fault,
    Indication,
    Operation,
    Parameters,
    ParametersInForce,
    TransactionRecord,
)
from conformance.sim import terminal as sim_terminal
from conformance.sim.terminal.bus_validator import IDENTITY, BusValidator
