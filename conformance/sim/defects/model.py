"""A defect: one rule of one simulator replaced, so that a case can be seen to fail."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.codec.names import instead

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from conformance.sim.rule import Rule

Rules = TypeVar("Rules", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class Defect:
    """A named wrong behaviour. `kills` is the case that must fail on it, with the code in `finding`.

    `beside` says why its case is needed although other cases of the group notice every defect of it.

    `device` names the simulator, "card" or one of the terminals; `replaces` the entry of its rules, or with
    dots the entry of a table in that table: "contact.marks.cvm_failed".
    """

    id: str
    clause: str
    kills: str
    finding: str
    device: str
    replaces: str
    rule: Rule[Any]
    purpose: str
    beside: str | None = None

    def applied_to(self, rules: Rules) -> Rules:
        """The same rules with exactly one entry replaced; ValueError when there is no such entry."""
        return self._replaced(rules, self.replaces)

    def _replaced(self, rules: Rules, place: str) -> Rules:
        name, _, inside = place.partition(".")
        names = [field.name for field in dataclasses.fields(rules)]
        if name not in names:
            table = type(rules).__name__
            raise ValueError(f"{self.id}: {table} has no rule {name!r}; {instead(name, names)}")
        entry = self._replaced(getattr(rules, name), inside) if inside else self.rule
        return dataclasses.replace(rules, **{name: entry})
