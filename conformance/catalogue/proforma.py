"""Reads the proforma: ICS items, references, parameters, profiles, kinds of samples."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.codec import documents
from conformance.model.iut import (
    IcsItem,
    ParameterDefinition,
    Profile,
    Proforma,
    Reference,
    SampleKind,
    Statement,
    Suspension,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.codec.documents import Document

Row = TypeVar("Row")


def checked(path: Path, schema: str) -> Document:
    """Parse a YAML file of the catalogue and hold it against `<schema>.schema.json` beside this module."""
    document = documents.parse(path.read_text(encoding="utf-8"), str(path))
    text = files("conformance.catalogue").joinpath(f"{schema}.schema.json").read_text(encoding="utf-8")
    documents.check(document, json.loads(text))
    return document


def read_proforma(folder: Path) -> Proforma:
    """Read the files of `cases/proforma`; malformed ones raise DocumentErrors."""
    suspended = _table(folder, "suspended", "suspended", _suspension)
    return Proforma(
        items=_table(folder, "ics", "items", _item),
        references=_table(folder, "references", "references", lambda name, row: Reference(name, **row)),
        parameters=_table(folder, "parameters", "parameters", _parameter),
        profiles=_table(folder, "profiles", "profiles", _profile),
        samples=_table(folder, "samples", "samples", _sample),
        statements=_table(folder, "ixit", "statements", lambda name, row: Statement(name, **row)),
        suspended={each.case: each for each in suspended.values()},
    )


def _table(
    folder: Path, name: str, key: str, build: Callable[[str, Mapping[str, Any]], Row]
) -> Mapping[str, Row]:
    rows: Mapping[str, Mapping[str, Any]] = checked(folder / f"{name}.yaml", name).value[key]
    return {row_name: build(row_name, row) for row_name, row in rows.items()}


def _item(name: str, row: Mapping[str, Any]) -> IcsItem:
    condition, when_true, when_false = row.get("if", ""), row.get("then", "o"), row.get("else", "o")
    return IcsItem(name, row["kind"], row["status"], row["question"], condition, when_true, when_false)


def _suspension(name: str, row: Mapping[str, Any]) -> Suspension:
    case_id, _, revision = name.partition("@")
    return Suspension(case_id, int(revision), row["since"], row["reason"])


def _parameter(name: str, row: Mapping[str, Any]) -> ParameterDefinition:
    return ParameterDefinition(name, **{"quick": None, **row, "sources": tuple(row["sources"])})


def _sample(name: str, row: Mapping[str, Any]) -> SampleKind:
    elements = {
        int(tag, 16): None if value is None else bytes.fromhex(value)
        for tag, value in row.get("elements", {}).items()
    }
    return SampleKind(name, row["about"], elements, row.get("balance"))


def _profile(name: str, row: Mapping[str, Any]) -> Profile:
    lists = {key: tuple(row[key]) for key in ("editions", "mandatory_items", "cases", "floor")}
    return Profile(name, **{**row, **lists})
