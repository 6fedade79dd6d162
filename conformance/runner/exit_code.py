"""The exit code of a run, computed from its record (README: exit codes)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.model.waiver import Waiver, state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.model.run import RunRecord

CONFORMING, NOT_CONFORMING, USAGE, BLOCKED, ICS, WAIVER_EXPIRED = 0, 1, 2, 3, 4, 5
ORDER = (USAGE, ICS, NOT_CONFORMING, WAIVER_EXPIRED, BLOCKED)

# What a case's ending comes to -> the code that it asks for.
STATES: Mapping[str, int] = {
    "conforming": CONFORMING,
    "waived": CONFORMING,
    "known": CONFORMING,
    "exempt": CONFORMING,
    "failed": NOT_CONFORMING,
    "waiver-expired": WAIVER_EXPIRED,
    "waiver-stale": BLOCKED,
    "blocked": BLOCKED,
}


def exit_code(record: RunRecord, waivers: Sequence[Waiver] = (), on: date | None = None) -> int:
    """The code of a run, with waivers as they stand `on` a day, by default the record's own."""
    day = on or day_of(record)
    exempt = record.header.profile.get("exempt", {})
    states = [state(case, waivers, day, exempt) for case in selected(record)]
    codes = [STATES[each] for each in states]
    return first_that_applies([*codes, CONFORMING if record.complete else BLOCKED])


def first_that_applies(codes: Iterable[int]) -> int:
    """Of several codes the one that the command ends with (design section 10)."""
    asked = set(codes)
    return next((code for code in ORDER if code in asked), CONFORMING)


def day_of(record: RunRecord) -> date:
    """The day on which the run ended, or began where it never ended."""
    return datetime.fromisoformat(record.footer.finished if record.footer else record.header.started).date()


def selected(record: RunRecord) -> Sequence[CaseRecord]:
    """Each selected case as its last attempt ended, NOT RUN where it never began."""
    last = {case.id: case for case in record.cases}
    return [
        last.get(entry.id, CaseRecord(entry.id, entry.revision, Verdict.NOT_RUN, reason="not-reached"))
        for entry in record.header.cases
    ]
