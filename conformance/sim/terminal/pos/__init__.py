"""A point-of-sale terminal for any card and path: the kernel, with PIN pad, printer and a line to a bank."""

from __future__ import annotations

from conformance.sim.terminal.pos.device import Pos
from conformance.sim.terminal.pos.rules import PosRules

__all__ = ["Pos", "PosRules"]
