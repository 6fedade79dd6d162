"""The exit of an expressway: device, lane, journal, its ways to pay, and its table of rules."""

from __future__ import annotations

from conformance.sim.terminal.toll_exit.device import TollExit
from conformance.sim.terminal.toll_exit.rules import TollRules

__all__ = ["TollExit", "TollRules"]
