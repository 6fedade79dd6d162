"""What a change of a certified product asks to be tested again (a delta plan), by the vendor's own answers.

The questions stand in `cases/proforma/changes.yaml`. A "no" to everything that matters asks for nothing: the
certificate stays as it is, and the change goes into the ledger. Anything else asks for the cases that its
question names, the floor, and whatever is new or revised in the plan since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.proforma import checked
from conformance.codec.documents import DocumentErrors
from conformance.codec.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.catalogue.published import PublishedPlan
    from conformance.codec.documents import Document, DocumentError


@dataclass(frozen=True, slots=True)
class Change:
    """One question. `repeats` is None for all cases, else the beginnings of their ids."""

    name: str
    kind: str
    question: Mapping[str, str]
    repeats: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class DeltaPlan:
    """`again` maps each case to be repeated to why: a change, "floor", "new" or "revised"; `kept` stand."""

    profile: str
    again: Mapping[str, tuple[str, ...]]
    kept: tuple[str, ...]


def read_changes(folder: Path) -> Mapping[str, Change]:
    """The questions of the proforma."""
    rows = checked(folder / "changes.yaml", "changes").value["changes"]
    return {
        name: Change(
            name,
            row["kind"],
            row["question"],
            None if row["repeats"] == "all" else tuple(row["repeats"]),
        )
        for name, row in rows.items()
    }


def questionnaire(changes: Mapping[str, Change], kind: str) -> str:
    """The file to fill in for a terminal or a card."""
    head = (
        "# 变更调查表：与获证样品相比，逐项填 true 或 false。\n"
        "# What changed since the certified samples: true or false for each.\nchanged:\n"
    )
    asked = (each for each in changes.values() if each.kind == kind)
    return head + "".join(
        f"  # {each.question['zh']} / {each.question['en']}\n  {each.name}:\n" for each in asked
    )


def read_answers(path: Path, changes: Mapping[str, Change], kind: str) -> tuple[Change, ...]:
    """The changes that are affirmed; DocumentErrors for a question unanswered or unknown."""
    document = checked(path, "changed")
    problems = [*_unasked(document, {name for name, each in changes.items() if each.kind == kind})]
    if problems:
        raise DocumentErrors(problems)
    return tuple(changes[name] for name, changed in document.value["changed"].items() if changed)


def _unasked(document: Document, asked: set[str]) -> Iterator[DocumentError]:
    given = document.value["changed"]
    for name in given:
        if name not in asked:
            sentence = "is not a question about this kind of product"
            yield document.problem(("changed", name), "unknown-change", sentence, nearest(name, asked))
    for name in sorted(asked - set(given)):
        yield document.problem(("changed",), "unanswered-change", f"does not answer {name}")


def delta(changed: tuple[Change, ...], certified: PublishedPlan, now: PublishedPlan) -> DeltaPlan:
    """What must be repeated under the plan as it is now, of what was certified under an earlier one."""
    before = certified.revisions
    why: dict[str, tuple[str, ...]] = {}
    for name, revision in now.revisions.items():
        reasons = [each.name for each in changed if _touches(each, name)]
        if name not in before:
            reasons.append("new")
        elif before[name] != revision:
            reasons.append("revised")
        why[name] = tuple(reasons)
    if any(why.values()):
        why |= {name: (*why[name], "floor") for name in now.floor if not why[name]}
    again = {name: reasons for name, reasons in why.items() if reasons}
    return DeltaPlan(now.profile, again, tuple(name for name in now.revisions if name not in again))


def _touches(change: Change, case_id: str) -> bool:
    return change.repeats is None or any(case_id.startswith(each) for each in change.repeats)
