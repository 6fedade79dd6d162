"""The page of a programme: its milestones, and the evidence that each of them rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.programme import Status
from conformance.report.bilingual import environment

if TYPE_CHECKING:
    from conformance.model.programme import ProgrammeView


def render(view: ProgrammeView, language: str = "zh") -> str:
    """Render a self-contained page in both languages; `language`, "zh" or "en", is the one that shows first."""
    statuses = [each.as_of.status for each in view.milestones]
    return (
        environment()
        .get_template("programme.html.j2")
        .render(
            view=view,
            language=language,
            dated=[each for each in view.milestones if each.milestone.deadline is not None],
            undated=[each for each in view.milestones if each.milestone.deadline is None],
            tally=[(status, statuses.count(status)) for status in Status if status in statuses],
        )
    )
