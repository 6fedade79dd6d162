"""A run that was cut off goes on with another operator, and only at the same terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.model.run import RunHeader
from conformance.record.privacy import Privacy
from conformance.record.writer import RunWriter
from conformance.runner.history import NotResumableError, cut_off

BENCH = {"name": "my-operator", "operator": "张三", "identity": {"firmware": "1.0.0"}}
HEADER = RunHeader(
    run_id="1",
    started="2026-07-01T08:00:00+00:00",
    suite={},
    catalogue_digest="",
    product={"id": "my-validator", "firmware": "1.0.0"},
    profile={"name": "transit-bus"},
    ics={},
    ixit={},
    parameters={},
    bench=BENCH,
    simulated=False,
    time_base="real",
    evidence_grade="bench",
    official=False,
    seed=0,
    environment={},
    references={},
    cases=(),
)


@pytest.fixture
def path(tmp_path):
    """A record that was cut off after its first line."""
    with RunWriter(tmp_path / "run.jsonl", HEADER, Privacy()):
        pass
    return tmp_path / "run.jsonl"


def test_another_operator_may_go_on(path):
    assert cut_off(path, replace(HEADER, bench={**BENCH, "operator": "李四"})).header.bench == BENCH


def test_another_firmware_is_another_run(path):
    other = {**BENCH, "identity": {"firmware": "2.0.0"}}
    with pytest.raises(NotResumableError, match="bench"):
        cut_off(path, replace(HEADER, bench=other))
