"""A bench that names a laboratory's keys: cards, terminals and record are of that laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.crypto import laboratory
from conformance.crypto.issuer_keys import IssuerKeys
from conformance.model.refused import UnknownBenchError
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.report.trace import gather
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
    record = str(run.preparation.folder / "run.jsonl")
    with laboratory.using(made):
        followed = gather(run.preparation.folder / "run.jsonl", issuer=IssuerKeys(made.rsa.imk, made.sm.imk))
    checks = [check for each in followed for check in each.checks]
    assert {check.tag for check in checks if check.ok} >= {"90", "9F46"}
    assert {check.tag for check in checks if not check.ok} <= {"9F4B"}  # a card that has to be refused
    traced = CliRunner().invoke(main, ["trace", record, "--keys", str(bench.parent / "keys")])
    assert (traced.exit_code, traced.exception) == (0, None)


def test_a_bench_without_the_keys_that_it_names_is_refused(bench: Path) -> None:
    with pytest.raises(UnknownBenchError, match=r"bench own: keys: .* make a laboratory's keys with"):
        session(bench, "simulated/bus-validator").open()
    assert laboratory.in_use().demonstration
