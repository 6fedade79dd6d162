"""The page of a programme: its milestones, and the evidence that each of them rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.programme import Status
from conformance.report.bilingual import environment

if TYPE_CHECKING:
    from conformance.model.programme import MilestoneView, ProgrammeView, Reason


def render(view: ProgrammeView, language: str = "zh") -> str:
    """Render a self-contained page in both languages; `language`, "zh" or "en", shows first."""
    statuses = [each.as_of.status for each in view.milestones]
    return (
        environment()
        .get_template("programme.html.j2")
        .render(
            view=view,
            why=why,
            sites=lambda milestone: [each for each in view.programme.sites if each.milestone == milestone.id],
            language=language,
            dated=[each for each in view.milestones if each.milestone.deadline is not None],
            undated=[each for each in view.milestones if each.milestone.deadline is None],
            tally=[(status, statuses.count(status)) for status in Status if status in statuses],
        )
    )


def why(view: MilestoneView) -> tuple[Reason, ...]:
    """Gather every reason against a milestone that is not met: its own, its deployments', their groups'."""
    if view.as_of.status in (Status.MET, Status.MET_LATE):
        return ()
    found = list(view.as_of.reasons)
    for deployment in view.deployments:
        found += deployment.reasons
        for group in deployment.groups:
            found += group.reasons
    return tuple(each for place, each in enumerate(found) if each not in found[:place])
