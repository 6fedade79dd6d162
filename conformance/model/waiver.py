"""Waivers, and what an ending comes to with them. A waiver never changes a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from conformance.model.run import CaseRecord


@dataclass(frozen=True, slots=True)
class Waiver:
    """One finding of one revision of one case, accepted through `until`; another finding is not covered."""

    case: str
    revision: int
    finding: str
    reason: str
    owner: str
    until: date

    def is_about(self, case: CaseRecord) -> bool:
        return (self.case, self.revision) == (case.id, case.revision)


def state(case: CaseRecord, waivers: Sequence[Waiver], on: date, exempt: Collection[str] = ()) -> str:
    """What an ending comes to.

    One of conforming, waived, waiver-expired, waiver-stale, exempt, failed, blocked. A waiver whose case
    passes is stale and has to go; `exempt` cases may be NOT TESTABLE.
    """
    about = [waiver for waiver in waivers if waiver.is_about(case)]
    if case.verdict is Verdict.PASS:
        return "waiver-stale" if about else "conforming"
    if case.verdict is Verdict.NOT_TESTABLE and case.id in exempt:
        return "exempt"
    if case.verdict is not Verdict.FAIL:
        return "blocked" if case.verdict.blocks else "conforming"
    known = {code for code in failures(case) if any(waiver.finding == code for waiver in about)}
    valid = {waiver.finding for waiver in about if on <= waiver.until}
    if known != failures(case) or not known:
        return "failed"
    return "waived" if known <= valid else "waiver-expired"


def failures(case: CaseRecord) -> frozenset[str]:
    """The codes of what a case accuses the implementation under test of."""
    findings = [*case.findings, *([case.headline] if case.headline else [])]
    return frozenset(finding.code for finding in findings if finding.verdict is Verdict.FAIL)
