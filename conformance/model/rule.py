"""A rule: what an implementation does at one point, and the clause that says so; tables of rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Behaviour = TypeVar("Behaviour", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Rule(Generic[Behaviour]):
    """One entry of a table of rules; a defect replaces exactly one of them.

    `clause` is a fact id such as "PB-7.3", or a book and section; `apply` is called through this entry only.
    """

    clause: str
    apply: Behaviour


def entries(table: DataclassInstance) -> dict[str, Rule[Any]]:
    """The rules of a table by name; those of a table within it behind its name and a dot: "capp.update"."""
    found: dict[str, Rule[Any]] = {}
    for field in dataclasses.fields(table):
        held = getattr(table, field.name)
        if isinstance(held, Rule):
            found[field.name] = held
        else:
            found |= {f"{field.name}.{name}": rule for name, rule in entries(held).items()}
    return found
