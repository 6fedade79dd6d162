"""Reads a programme's folder as a whole, so that everything wrong in it is said at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.documents import DocumentErrors
from conformance.model.programme import Programme
from conformance.programme import registry
from conformance.programme.declared import read
from conformance.programme.directive import contradictions, directive

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.codec.documents import Document, DocumentError

_FILES = ("directive", "units", "sites", "deployments")


def load_programme(folder: Path) -> Programme:
    """Read directive, units, sites and deployments of a folder; raises `DocumentErrors` for all of them."""
    documents = _documents(folder)
    problems = _problems(documents)
    if problems:
        raise DocumentErrors(problems)
    declared = documents["directive"].value["programme"]
    installed = documents["deployments"]
    return Programme(
        id=declared["id"],
        title=declared["title"],
        synthetic=declared["synthetic"],
        directive=directive(documents["directive"]),
        units=registry.units(documents["units"]),
        sites=registry.sites(documents["sites"]),
        deployments=registry.deployments(installed),
        coverage=installed.value["coverage"],
        coverage_note=installed.value["note"],
    )


def _documents(folder: Path) -> dict[str, Document]:
    found: dict[str, Document] = {}
    problems: list[DocumentError] = []
    for name in _FILES:
        try:
            found[name] = read(folder / f"{name}.yaml", name)
        except DocumentErrors as errors:
            problems += errors.problems
    if problems:
        raise DocumentErrors(problems)
    return found


def _problems(documents: dict[str, Document]) -> list[DocumentError]:
    synthetic = documents["directive"].value["programme"]["synthetic"]
    milestones = [row["id"] for row in documents["directive"].value["milestones"]]
    units = [row["id"] for row in documents["units"].value["units"]]
    sites = [row["id"] for row in documents["sites"].value["sites"]]
    return [
        *contradictions(documents["directive"]),
        *registry.unit_problems(documents["units"], synthetic=synthetic),
        *registry.site_problems(documents["sites"], units, milestones, synthetic=synthetic),
        *registry.deployment_problems(documents["deployments"], units, sites, synthetic=synthetic),
    ]
