"""One named defect each, gathered by id from the simulators that they belong to."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.sim.defects import (
    bus_validator,
    card,
    hospital_counter,
    pos,
    pos_cardholder,
    pos_said,
    pos_tap,
    scenic_gate,
    toll_exit,
)
from conformance.sim.defects.model import Defect

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFECTS", "Defect"]

DEFECTS: Mapping[str, Defect] = MappingProxyType(
    {
        defect.id: defect
        for module in (
            card,
            bus_validator,
            hospital_counter,
            pos,
            pos_cardholder,
            pos_said,
            pos_tap,
            scenic_gate,
            toll_exit,
        )
        for defect in module.DEFECTS
    }
)
