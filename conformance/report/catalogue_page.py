"""The catalogue as one page: every case with what it states, on which clause, and every document cited."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.report.bilingual import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model.iut import Reference
    from conformance.model.run import CaseEntry


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as the page lists it; `profiles` are those that hold it, `needs` what a bench must offer."""

    entry: CaseEntry
    applies_if: str
    needs: tuple[str, ...]
    profiles: tuple[str, ...]


def render(
    cases: Sequence[ListedCase], references: Mapping[str, Reference], digest: str, language: str = "zh"
) -> str:
    """A self-contained page in both languages; a case's anchor is its id, a clause's `clause_anchor`."""
    anchors = {name: clause_anchor(name) for name in references}
    groups: dict[str, list[ListedCase]] = {}
    for case in sorted(cases, key=lambda each: each.entry.id):
        groups.setdefault(case.entry.id.rpartition("-")[0], []).append(case)
    return (
        environment()
        .get_template("catalogue.html.j2")
        .render(
            groups=groups,
            references=[references[name] for name in sorted(references)],
            anchors=anchors,
            steps_of=_steps_of,
            count=len(cases),
            digest=digest,
            language=language,
        )
    )


def clause_anchor(ref: str) -> str:
    """The anchor of a document on the page, the same in every edition of the catalogue."""
    return f"clause-{hashlib.sha256(ref.encode()).hexdigest()[:8]}"


def _steps_of(entry: CaseEntry) -> list[dict[str, str]]:
    return [{"zh": zh, "en": en} for zh, en in zip(entry.steps["zh"], entry.steps["en"], strict=True)]
