"""The decision file: what one person decides about one record, with all that the record cannot know."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.codec.documents import DocumentErrors
from conformance.model.programme import Decision
from conformance.programme.declared import read

if TYPE_CHECKING:
    from pathlib import Path


def read_decision(path: Path) -> Decision:
    """Read a decision file; raises `DocumentErrors`."""
    document = read(path, "decision")
    row: dict[str, Any] = document.value["decision"]
    if row["date"] is None and not row["demonstration"]:
        sentence = "is missing: only a demonstration is decided on the record's own day"
        raise DocumentErrors([document.problem(("decision", "date"), "missing", sentence)])
    return Decision(
        number=row["number"],
        date=row["date"] and date.fromisoformat(row["date"]),
        authoriser=row["authoriser"],
        rule=row["rule"],
        profile=row["profile"],
        product=row["product"],
        demonstration=row["demonstration"],
        plan_digest=row["plan_digest"],
        issuing_body=row["issuing_body"],
        validity_years=row.get("validity_years", 3),
        conditions=tuple(row["conditions"]),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        customer=row.get("customer"),
        samples=row.get("samples", {}),
        supersedes=row.get("supersedes"),
        waivers=tuple((each["case"], each["finding"]) for each in row.get("waivers", ())),
        reviews=tuple(row.get("reviews", ())),
        opinions=tuple(row.get("opinions", ())),
        external=tuple(row.get("external", ())),
    )
