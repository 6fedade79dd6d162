"""The exit code of a run, computed from its record (README: exit codes)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from conformance.model.run import RunRecord

CONFORMING, NOT_CONFORMING, USAGE, BLOCKED, ICS, WAIVER_EXPIRED = 0, 1, 2, 3, 4, 5


def exit_code(record: RunRecord) -> int:
    """0 conforming, 1 a FAIL, 3 anything else that blocks a certificate."""
    counts = record.counts
    if Verdict.FAIL in counts:
        return NOT_CONFORMING
    blocked = not record.complete or any(verdict.blocks for verdict in counts)
    return BLOCKED if blocked else CONFORMING
