"""Simulated terminals, put together from parts; `build` makes one by name."""

from __future__ import annotations

from difflib import get_close_matches

from conformance.sim.terminal.bus_validator import BusValidator
from conformance.sim.terminal.rules import ValidatorRules

__all__ = ["BusValidator", "ValidatorRules", "build"]

_DEVICES = {"bus-validator": BusValidator}
_RULES = ValidatorRules()


def build(device: str, *, rules: ValidatorRules = _RULES, seed: int = 0) -> BusValidator:
    """Make a simulated terminal; `seed` fixes its unpredictable numbers. ValueError for an unknown device."""
    if device not in _DEVICES:
        nearest = get_close_matches(device, _DEVICES, n=1, cutoff=0)[0]
        raise ValueError(f"there is no simulated terminal {device!r}; did you mean {nearest!r}?")
    return _DEVICES[device](rules, seed=seed)
