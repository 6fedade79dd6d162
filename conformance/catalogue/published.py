"""A published plan: what a profile demanded on a day, as a file that never changes.

The digest is over the plan's one spelling, so that a decision or a CI job can name the plan by it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.catalogue import lock
from conformance.catalogue.proforma import checked
from conformance.codec.names import instead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.catalogue.load import Catalogue

    Text = Mapping[str, str]


class PlanError(ValueError):
    """A plan that is not as it was published, or that would be written over."""


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """A profile's cases as `TRN-BUS-010@1`, in its order, with the floor and what the ICS may not deny.

    `since` is the day since when each case's revision is active, `retired` the day on which cases of the same
    groups were taken out. `exempt` maps evidence grades to the cases that may be NOT TESTABLE there, and
    `suspended` cases to the day since when they are judged for no product; both with the reason.
    """

    profile: str
    kind: str
    editions: tuple[str, ...]
    mandatory_items: tuple[str, ...]
    floor: tuple[str, ...]
    cases: tuple[str, ...]
    since: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, str] = field(default_factory=dict)
    exempt: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    suspended: Mapping[str, Text] = field(default_factory=dict)

    def exempt_on(self, grade: str) -> Mapping[str, Text]:
        """The cases that may be NOT TESTABLE in a run of this evidence grade, with the reason."""
        return {**self.exempt.get(grade, {}), **self.suspended}

    @property
    def digest(self) -> str:
        """SHA-256 of the plan."""
        spelling = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(spelling.encode()).hexdigest()

    @property
    def revisions(self) -> Mapping[str, int]:
        """Case id -> revision, in the plan's order."""
        parts = (case.partition("@") for case in self.cases)
        return {case_id: int(revision) for case_id, _, revision in parts}


def published(catalogue: Catalogue, profile_name: str) -> PublishedPlan:
    """The plan of a profile as the catalogue and its lock stand; LookupError when there is no such profile.

    A case that is not locked yet has no day in `since`; such a plan is not published.
    """
    profiles = catalogue.proforma.profiles
    if profile_name not in profiles:
        raise LookupError(f"no profile {profile_name}; {instead(profile_name, profiles)}")
    profile = profiles[profile_name]
    locked = lock.read_lock(catalogue.root / lock.NAME)
    groups = {name.rpartition("-")[0] for name in profile.cases}
    suspended = catalogue.proforma.suspended
    return PublishedPlan(
        profile=profile.name,
        kind=profile.kind,
        editions=profile.editions,
        mandatory_items=profile.mandatory_items,
        floor=profile.floor,
        cases=tuple(f"{name}@{catalogue.cases[name].revision}" for name in profile.cases),
        since={
            name: locked[name].since
            for name in profile.cases
            if name in locked and locked[name].revision == catalogue.cases[name].revision
        },
        retired={
            each.id: each.retired
            for each in locked.values()
            if each.retired is not None and each.id.rpartition("-")[0] in groups
        },
        exempt=profile.exempt,
        suspended={
            name: {**suspended[name].reason, "since": suspended[name].since}
            for name in profile.cases
            if name in suspended
        },
    )


def publish(plan: PublishedPlan, path: Path) -> None:
    """Write the plan; a file that holds another one already is never written over (PlanError).

    A plan with a case that is not locked is not published: nothing would keep its revision honest.
    """
    unlocked = [name for name in plan.revisions if name not in plan.since]
    if unlocked:
        raise PlanError(f"not locked yet: {', '.join(unlocked)}; `conformance catalogue lock` first")
    text = json.dumps({"plan": asdict(plan), "digest": plan.digest}, ensure_ascii=False, indent=1) + "\n"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if path.read_text(encoding="utf-8") != text:
            raise PlanError(f"{path} holds another plan, and a published plan never changes") from None


def read_plan(path: Path) -> PublishedPlan:
    """Read a published plan; DocumentErrors when it is malformed, PlanError when its digest does not fit."""
    document = checked(path, "plan")
    row: Mapping[str, Any] = document.value["plan"]
    lists: dict[str, Any] = {
        key: tuple(row[key]) for key in ("editions", "mandatory_items", "floor", "cases")
    }
    mappings = {key: row.get(key, {}) for key in ("since", "retired", "exempt", "suspended")}
    plan = PublishedPlan(profile=row["profile"], kind=row["kind"], **lists, **mappings)
    if plan.digest != document.value["digest"]:
        line = document.line(("digest",))
        raise PlanError(f"{path}:{line}: the plan was altered: its digest is {plan.digest}")
    return plan
