"""Reads directive.yaml: the document and its milestones (design 8)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.model.programme import (
    Binding,
    Certainty,
    Directive,
    Milestone,
    Population,
    Responsible,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.codec.documents import Document, DocumentError


def directive(document: Document) -> Directive:
    """Build the directive from a document that the schema and `contradictions` have let pass."""
    head = document.value["directive"]
    return Directive(
        number=head["number"],
        title=head["title"],
        issuer=head["issuer"],
        signed=date.fromisoformat(head["signed"]),
        published=date.fromisoformat(head["published"]),
        source=head["source"],
        notes=tuple(head["notes"]),
        milestones=tuple(_milestone(row) for row in document.value["milestones"]),
    )


def contradictions(document: Document) -> Iterator[DocumentError]:
    """Find what a schema cannot see: milestones named twice, dates and figures where none can be."""
    synthetic = document.value["programme"]["synthetic"]
    seen: set[str] = set()
    for index, row in enumerate(document.value["milestones"]):
        path = ("milestones", index)
        if row["id"] in seen:
            yield document.problem((*path, "id"), "duplicate", f'is "{row["id"]}", as an earlier one is')
        seen.add(row["id"])
        if (row["binding"] == "duty") != (row["deadline"] is None):
            sentence = "does not fit its binding: a duty has no deadline, everything else has one"
            yield document.problem((*path, "deadline"), "binding", sentence)
        if row["deadline"] is not None and row["population"] is None:
            sentence = "is missing: what has a deadline has something to count, if only of unknown number"
            yield document.problem((*path, "population"), "missing", sentence)
        population = row["population"]
        if population and (population["count"] is None) != (population["certainty"] == "UNKNOWN"):
            sentence = "does not fit its certainty: a count that is UNKNOWN is null, and only that one"
            yield document.problem((*path, "population", "count"), "certainty", sentence)
        if population and population["certainty"] == "SYNTHETIC" and not synthetic:
            sentence = "is SYNTHETIC, which a real programme does not take"
            yield document.problem((*path, "population", "certainty"), "certainty", sentence)


def _milestone(row: Mapping[str, Any]) -> Milestone:
    population = row["population"]
    return Milestone(
        id=row["id"],
        title=row["title"],
        clause=row["clause"],
        words=tuple(row["words"]),
        sector=row["sector"],
        profile=row["profile"],
        population=population
        and Population(**{**population, "certainty": Certainty(population["certainty"])}),
        threshold=row["threshold"],
        binding=Binding(row["binding"]),
        deadline=row["deadline"] and date.fromisoformat(row["deadline"]),
        responsible=tuple(Responsible(**each) for each in row["responsible"]),
        notes=tuple(row.get("notes", ())),
    )
