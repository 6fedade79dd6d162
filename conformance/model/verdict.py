"""The endings of a test case and how they merge (design: verdicts)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """A statement about the implementation under test, or the reason why none can be made."""

    PASS = "PASS"
    FAIL = "FAIL"
    INCONC = "INCONC"
    ERROR = "ERROR"
    REVIEW = "REVIEW"
    NOT_APPLICABLE = "N/A"
    NOT_TESTABLE = "NOT TESTABLE"
    NOT_RUN = "NOT RUN"

    @property
    def blocks(self) -> bool:
        """True when this ending keeps a certificate from being issued."""
        return self not in (Verdict.PASS, Verdict.NOT_APPLICABLE)


_WORST_FIRST = (Verdict.ERROR, Verdict.FAIL, Verdict.INCONC, Verdict.REVIEW)


def merge(verdicts: Iterable[Verdict]) -> Verdict:
    """Merge what the parts of one case said: ERROR > FAIL > INCONC > REVIEW > PASS."""
    seen = set(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in seen), Verdict.PASS)
