"""Selects by ICS and bench, before the first byte: what runs, what does not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.applicability import applies, refused_by
from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from conformance.catalogue.load import Catalogue
    from conformance.model.case import TestCase
    from conformance.model.iut import Product


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """One case of the plan. `verdict` is None when it is to run, else N/A or NOT TESTABLE with its reason."""

    case: TestCase
    verdict: Verdict | None = None
    reason: str | None = None


def _every_sample(_case: TestCase) -> str | None:
    """A bench that says nothing of samples lacks none."""
    return None


def plan(
    catalogue: Catalogue,
    product: Product,
    offers: Collection[str],
    lacking_sample: Callable[[TestCase], str | None] = _every_sample,
) -> Sequence[PlannedCase]:
    """The profile's cases in its order; the floor runs whatever the ICS says.

    `lacking_sample` names the sample that a case of a card needs and the bench does not hold.
    """
    profile = catalogue.proforma.profiles[product.profile]
    planned = [
        _planned(catalogue, catalogue.cases[name], product, offers, name in profile.floor)
        for name in profile.cases
    ]
    return [_with_sample(each, lacking_sample(each.case)) for each in planned]


def _with_sample(planned: PlannedCase, lacking: str | None) -> PlannedCase:
    if planned.verdict is not None or lacking is None:
        return planned
    return PlannedCase(planned.case, Verdict.NOT_TESTABLE, f"bench lacks: {lacking}")


def _planned(
    catalogue: Catalogue, case: TestCase, product: Product, offers: Collection[str], in_floor: bool
) -> PlannedCase:
    if not in_floor and not applies(case.applies_if, product.ics):
        items = ", ".join(refused_by(case.applies_if, product.ics))
        return PlannedCase(case, Verdict.NOT_APPLICABLE, f"ics: {items}")
    suspended = catalogue.proforma.suspended.get(case.id)
    if suspended is not None:
        return PlannedCase(case, Verdict.NOT_TESTABLE, f"suspended: {suspended.since}")
    control = catalogue.cases[case.control].needs if case.control else ()
    lacking = [need for need in dict.fromkeys((*case.needs, *control)) if need not in offers]
    if lacking:
        return PlannedCase(case, Verdict.NOT_TESTABLE, f"bench lacks: {', '.join(lacking)}")
    return PlannedCase(case)
