"""The hospital counter: device, desk, lines, books, receipts, and its table of rules."""

from __future__ import annotations

from conformance.sim.terminal.hospital_counter.device import HospitalCounter
from conformance.sim.terminal.hospital_counter.rules import CounterRules

__all__ = ["CounterRules", "HospitalCounter"]
