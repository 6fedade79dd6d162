"""The letter that says why a product gets no certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.report.bilingual import environment

if TYPE_CHECKING:
    from datetime import date

    from conformance.model.programme import Decision, Reason
    from conformance.model.run import RunRecord


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter says: the decision, the record that it is about, and all that stands against it."""

    decision: Decision
    record: RunRecord
    reasons: tuple[Reason, ...]
    day: date


def render(letter: Letter, language: str = "zh", *, run_href: str | None = None) -> str:
    """Render a self-contained page in both languages; `run_href` leads to the report of the run."""
    header = letter.record.header
    return (
        environment()
        .get_template("letter.html.j2")
        .render(
            letter=letter,
            header=header,
            language=language,
            run_href=run_href,
            simulated=header.simulated or header.evidence_grade == "simulated",
        )
    )
