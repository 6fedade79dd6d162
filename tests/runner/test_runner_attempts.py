"""A case that says nothing about the product is tried again, as often as asked; a FAIL stands."""

from __future__ import annotations

import pytest

from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.runner import session as sessions
from conformance.runner.session import RunOptions, RunSession, prepare

CASE = "CRD-SEL-010"


def endings_of(verdicts, attempts, folder, monkeypatch):
    """(attempt, verdict) of one case whose attempts end as given."""
    coming = iter(verdicts)
    real = sessions.execute

    def execute(stage, case, control, arguments, attempt):
        record = real(stage, case, control, arguments, attempt)
        object.__setattr__(record, "verdict", next(coming))
        return record

    monkeypatch.setattr(sessions, "execute", execute)
    session = RunSession(prepare(RunOptions("simulated/electronic-cash-card", folder, attempts=attempts)))
    session.open()
    last = session.run(session.preparation.catalogue.cases[CASE])
    session.close()
    record = read(session.preparation.folder / "run.jsonl")
    return [each.attempt for each in record.cases if each.id == CASE], last.verdict


@pytest.mark.parametrize(
    ("verdicts", "attempts", "tried"),
    [
        ([Verdict.INCONC, Verdict.PASS], 2, [1, 2]),
        ([Verdict.ERROR, Verdict.INCONC, Verdict.PASS], 3, [1, 2, 3]),
        ([Verdict.INCONC, Verdict.INCONC], 2, [1, 2]),
        ([Verdict.INCONC], 1, [1]),
        ([Verdict.FAIL], 3, [1]),
        ([Verdict.PASS], 3, [1]),
    ],
)
def test_only_what_was_not_judged_is_tried_again(verdicts, attempts, tried, tmp_path, monkeypatch):
    assert endings_of(verdicts, attempts, tmp_path, monkeypatch) == (tried, verdicts[-1])
