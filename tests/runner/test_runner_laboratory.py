"""A bench that names a laboratory's keys: cards, terminals and record are of that laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.crypto import laboratory
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.runner.bench import UnknownBenchError
from conformance.runner.session import RunOptions, RunSession, prepare

if TYPE_CHECKING:
    from pathlib import Path

BENCH = """bench:
  laboratory: Example laboratory
  location: in process
  channel: memory
  grade: simulated
  time_base: virtual
  counts: quick
  keys: keys
"""


@pytest.fixture(name="bench")
def bench_fixture(tmp_path: Path) -> Path:
    bench = tmp_path / "own.yaml"
    bench.write_text(BENCH)
    return bench


def session(bench: Path, product: str) -> RunSession:
    return RunSession(prepare(RunOptions(product, bench.parent / "reports", bench=str(bench))))


@pytest.mark.parametrize(
    ("product", "case"),
    [("simulated/bus-validator", "TRN-BUS-010"), ("simulated/electronic-cash-card", "CRD-ODA-010")],
)
def test_a_run_is_of_the_laboratory_that_its_bench_names(bench: Path, product: str, case: str) -> None:
    made = laboratory.init(bench.parent / "keys")
    run = session(bench, product)
    run.open()
    verdict = run.run(run.preparation.catalogue.cases[case]).verdict
    run.close()
    told = read(run.preparation.folder / "run.jsonl").header.bench
    assert told["keys"] == {"fingerprint": made.fingerprint, "demonstration": False}
    assert told["ca_keys"] == ["A000000333/F3"]
    assert verdict is Verdict.PASS
    assert laboratory.in_use().demonstration


def test_a_bench_without_the_keys_that_it_names_is_refused(bench: Path) -> None:
    with pytest.raises(UnknownBenchError, match=r"bench own: keys: .* make a laboratory's keys with"):
        session(bench, "simulated/bus-validator").open()
    assert laboratory.in_use().demonstration
