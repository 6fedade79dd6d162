"""A rule: what an implementation does at one point, and the clause that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Behaviour = TypeVar("Behaviour", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Rule(Generic[Behaviour]):
    """One entry of a table of rules; a defect replaces exactly one of them.

    `clause` is a fact id such as "PB-7.3", or a book and section; `apply` is called through this entry only.
    """

    clause: str
    apply: Behaviour
