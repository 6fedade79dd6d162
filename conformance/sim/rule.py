"""A rule of a simulator: what it does at one point, and the clause that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Behaviour = TypeVar("Behaviour", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Rule(Generic[Behaviour]):
    """One entry of a simulator's table of rules; a defect replaces exactly one of them.

    `clause` is a fact id such as "PB-7.3"; `apply` is called by the simulator through this entry only.
    """

    clause: str
    apply: Behaviour
