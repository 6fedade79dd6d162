"""Every defect against every case of its device: which cases notice which defect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from conformance.model.run import Finding


@dataclass(frozen=True, slots=True)
class Trial:
    """One case on one simulator; `finding` is its headline, None where it has none."""

    case: str
    verdict: Verdict
    finding: Finding | None = None

    @property
    def code(self) -> str | None:
        return None if self.finding is None else self.finding.code


@dataclass(frozen=True, slots=True)
class Subject:
    """What the cases are tried on: a simulator with a defect, or without one where `defect` is None.

    `kills` is the case that the defect was made for, and `finding` the code that it must find there.
    """

    device: str
    defect: str | None = None
    clause: str = ""
    purpose: str = ""
    kills: str | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A subject with a trial of every case of its device, in the order of the cases."""

    subject: Subject
    trials: tuple[Trial, ...]

    @property
    def noticed(self) -> tuple[Trial, ...]:
        """The trials that failed: what a vendor would be told."""
        return tuple(trial for trial in self.trials if trial.verdict is Verdict.FAIL)

    @property
    def problems(self) -> tuple[str, ...]:
        """What may not be, as codes of `conformance.text.programme`: matrix.problem.<code>."""
        found = {
            "error": any(trial.verdict is Verdict.ERROR for trial in self.trials),
            "false-alarm": self.subject.defect is None and not self._all_pass,
            "unnoticed": self.subject.defect is not None and not self.noticed,
            "own-case": self.subject.defect is not None and bool(self.noticed) and not self._own_case_finds,
        }
        return tuple(code for code, holds in found.items() if holds)

    @property
    def _all_pass(self) -> bool:
        return all(trial.verdict is Verdict.PASS for trial in self.trials)

    @property
    def _own_case_finds(self) -> bool:
        wanted = self.subject.kills, self.subject.finding
        return wanted in {(trial.case, trial.code) for trial in self.noticed}
