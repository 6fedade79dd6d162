"""Simulated terminals, put together from parts; `build` makes one by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codec.names import instead
from conformance.sim.terminal.bus_validator import BusValidator
from conformance.sim.terminal.gate_rules import GateRules
from conformance.sim.terminal.hospital_counter import CounterRules, HospitalCounter
from conformance.sim.terminal.pos import Pos, PosRules
from conformance.sim.terminal.scenic_gate import ScenicGate
from conformance.sim.terminal.toll_exit import TollExit, TollRules
from conformance.sim.terminal.validator_rules import ValidatorRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.link.terminal import TerminalLink

__all__ = [
    "BusValidator",
    "GateRules",
    "Pos",
    "PosRules",
    "ScenicGate",
    "TollExit",
    "TollRules",
    "ValidatorRules",
    "build",
    "rules_of",
]

# Each device with the table of rules that it is built with.
_DEVICES: Mapping[str, tuple[Callable[..., TerminalLink], Callable[[], Any]]] = {
    "bus-validator": (BusValidator, ValidatorRules),
    "hospital-counter": (HospitalCounter, CounterRules),
    "pos": (Pos, PosRules),
    "scenic-gate": (ScenicGate, GateRules),
    "toll-exit": (TollExit, TollRules),
}


def build(device: str, *, rules: Any = None, seed: int = 0) -> TerminalLink:
    """Make a simulated terminal; `seed` fixes its unpredictable numbers. ValueError for an unknown device.

    `rules` is the device's own table, `rules_of` it, with an entry replaced; without it the device conforms.
    """
    maker, _ = _known(device)
    return maker(rules if rules is not None else rules_of(device), seed=seed)


def rules_of(device: str) -> Any:
    """The table of rules of a conforming device, a frozen dataclass; ValueError for an unknown device."""
    _, table = _known(device)
    return table()


def _known(device: str) -> tuple[Callable[..., TerminalLink], Callable[[], Any]]:
    if device not in _DEVICES:
        raise ValueError(f"there is no simulated terminal {device!r}; {instead(device, _DEVICES)}")
    return _DEVICES[device]
