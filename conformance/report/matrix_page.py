"""Defects by cases as one page: which cases notice which defect, and what each of them says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from conformance import text
from conformance.model.verdict import Verdict
from conformance.report.bilingual import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model.matrix import MatrixRow, Subject, Trial
    from conformance.model.run import Finding

SIGNS = {
    Verdict.PASS: "",
    Verdict.FAIL: "■",
    Verdict.INCONC: "?",
    Verdict.REVIEW: "?",
    Verdict.ERROR: "!",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.NOT_TESTABLE: "–",
    Verdict.NOT_RUN: "–",
}
_BUSIEST = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One trial as the grid shows it; `own` marks the case that the defect was made for."""

    trial: Trial
    own: bool

    @property
    def sign(self) -> str:
        return SIGNS[self.trial.verdict]

    @property
    def styles(self) -> str:
        return " ".join(filter(None, (self.trial.verdict.name.lower(), "own" if self.own else "")))

    @property
    def says(self) -> str:
        """Case, verdict and finding code, for whoever points at the cell."""
        return " ".join(filter(None, (self.trial.case, str(self.trial.verdict), self.trial.code)))


@dataclass(frozen=True, slots=True)
class Defective:
    """A defect as the page lists it. `others` are the cases besides its own that notice it, by code."""

    subject: Subject
    cells: tuple[Cell, ...]
    own: Finding | None
    others: Mapping[str, Sequence[str]]
    problems: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """No case but its own notices it."""
        return self.own is not None and not self.others


@dataclass(frozen=True, slots=True)
class Noticing:
    """A case with the defects that it notices; `own` are those that were made for it."""

    case: str
    own: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.own) + len(self.other)


@dataclass(frozen=True, slots=True)
class Device:
    """One simulator: its conforming row, its defects, its cases."""

    name: str
    conforming: tuple[Cell, ...]
    defects: tuple[Defective, ...]
    noticing: tuple[Noticing, ...]

    @property
    def alone(self) -> tuple[Defective, ...]:
        return tuple(defect for defect in self.defects if defect.alone)

    @property
    def busiest(self) -> tuple[Noticing, ...]:
        """The cases that notice most of what was not made for them."""
        ranked = sorted(self.noticing, key=lambda each: (-len(each.other), each.case))
        return tuple(each for each in ranked[:_BUSIEST] if each.other)


def render(
    rows: Sequence[MatrixRow], titles: Mapping[str, Mapping[str, str]], digest: str, language: str = "zh"
) -> str:
    """A self-contained page in both languages; `titles` are those of the cases, by id and language."""
    devices = [_device(name, rows) for name in dict.fromkeys(row.subject.device for row in rows)]
    return (
        environment()
        .get_template("matrix.html.j2")
        .render(
            devices=devices,
            problems=[(row, code) for row in rows for code in row.problems],
            defects=sum(len(each.defects) for each in devices),
            alone=sum(len(each.alone) for each in devices),
            cases=len({trial.case for row in rows for trial in row.trials}),
            trials=sum(len(row.trials) for row in rows),
            errors=sum(trial.verdict is Verdict.ERROR for row in rows for trial in row.trials),
            unnoticed=sum("unnoticed" in row.problems for row in rows),
            titles=titles,
            what=_what,
            digest=digest,
            language=language,
        )
    )


def _device(name: str, rows: Sequence[MatrixRow]) -> Device:
    of_device = [row for row in rows if row.subject.device == name]
    conforming = next((row for row in of_device if row.subject.defect is None), None)
    defective = [row for row in of_device if row.subject.defect is not None]
    cases = dict.fromkeys(trial.case for row in of_device for trial in row.trials)
    return Device(
        name,
        _cells(conforming) if conforming else (),
        tuple(map(_defective, defective)),
        tuple(map(partial(_noticing, defective), cases)),
    )


def _cells(row: MatrixRow) -> tuple[Cell, ...]:
    return tuple(Cell(trial, trial.case == row.subject.kills) for trial in row.trials)


def _defective(row: MatrixRow) -> Defective:
    own = next((trial.finding for trial in row.noticed if trial.case == row.subject.kills), None)
    others: dict[str, list[str]] = {}
    for trial in row.noticed:
        if trial.case != row.subject.kills:
            others.setdefault(trial.code or "", []).append(trial.case)
    return Defective(row.subject, _cells(row), own, others, row.problems)


def _noticing(rows: Sequence[MatrixRow], case: str) -> Noticing:
    noticed = [row.subject for row in rows if any(trial.case == case for trial in row.noticed)]
    own = tuple(str(each.defect) for each in noticed if each.kills == case)
    return Noticing(case, own, tuple(str(each.defect) for each in noticed if each.kills != case))


def _what(finding: Finding) -> Mapping[str, str]:
    return {each: text.finding(finding, each).what for each in text.LANGUAGES}
