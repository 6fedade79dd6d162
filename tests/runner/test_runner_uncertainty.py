"""U of a bench: computed as it is said, kept as it was measured, and used for those readers alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.link import reader
from conformance.link.outcomes import NoPcscService
from conformance.link.reader import CardFacts, ReaderFacts
from conformance.model.refused import UnknownBenchError
from conformance.runner import tools
from conformance.runner.bench import read_bench
from conformance.runner.uncertainty import (
    CONFIDENCE,
    COUNT,
    COVERAGE,
    Clock,
    Distribution,
    beside,
    keep,
    measure_clock,
    measured,
    uncertainty_ms,
)

if TYPE_CHECKING:
    from pathlib import Path

BENCH = """\
bench:
  laboratory: a laboratory
  location: here
  channel: pcsc
  grade: bench
  time_base: real
  counts: quick
  {stated}
  samples:
    - {{serial: A, reader: "Reader 00", interface: contact}}
    - {{serial: B, reader: "Reader 01", interface: contactless}}
"""
CARD = CardFacts(bytes.fromhex("3B600000"), ("T=0",), contactless=False, hands_on_61xx=True, extended=True)
AT = "2026-05-04T09:30:00+00:00"
CLOCK = Clock(resolution_ns=1, step_ns=50, oversleep=Distribution(COUNT, 10, 60, 80, 100, 900))


def of(name: str, most_us: int):
    return measured(ReaderFacts(name, card=CARD), [1_000_000] * (COUNT - 1) + [most_us * 1000], CLOCK)


def bench(folder: Path, stated: str = "") -> Path:
    path = folder / "mine.yaml"
    path.write_text(BENCH.format(stated=stated), encoding="utf-8")
    return path


def test_the_largest_of_so_many_covers_what_is_said_of_it() -> None:
    assert 1 - COVERAGE**COUNT >= CONFIDENCE > 1 - COVERAGE ** (COUNT - 1)


def test_u_is_range_oversleep_and_two_steps_rounded_up() -> None:
    round_trip = Distribution(COUNT, 1000, 1100, 1200, 1300, 3099.9)
    assert uncertainty_ms(round_trip, CLOCK) == 3  # 2099.9 + 900 + 0.1 µs
    assert uncertainty_ms(Distribution(COUNT, 1000, 1100, 1200, 1300, 3100.0), CLOCK) == 4


def test_percentiles_are_values_that_were_seen() -> None:
    found = Distribution.of([each * 1000 for each in range(100, 0, -1)])
    assert (found.least, found.p50, found.p95, found.p99, found.most) == (1, 50, 95, 99, 100)


def test_the_clock_of_this_machine_is_measured() -> None:
    clock = measure_clock()
    assert clock.step_ns > 0
    assert clock.oversleep.count == COUNT
    assert 0 <= clock.oversleep.least <= clock.oversleep.most


def test_the_worst_reader_of_a_bench_is_its_u(tmp_path: Path) -> None:
    path = bench(tmp_path)
    keep(path, CLOCK, [of("Reader 00", 1500), of("Reader 01", 4000)], at=AT, suite="1")
    assert read_bench(path).uncertainty_ms == 4


@pytest.mark.parametrize(("stated", "u"), [("uncertainty_ms: 9", 9), ("uncertainty_ms: 1", 4)])
def test_the_larger_of_stated_and_measured_counts(stated: str, u: int, tmp_path: Path) -> None:
    path = bench(tmp_path, stated)
    keep(path, CLOCK, [of("Reader 00", 1500), of("Reader 01", 4000)], at=AT, suite="1")
    assert read_bench(path).uncertainty_ms == u


def test_a_reader_that_was_not_measured_leaves_the_bench_without_u(tmp_path: Path) -> None:
    path = bench(tmp_path)
    keep(path, CLOCK, [of("Reader 00", 1500)], at=AT, suite="1")
    found = read_bench(path)
    assert (found.uncertainty_ms, found.measured) == (None, None)


@pytest.mark.parametrize("spoilt", ["number", "digest", "json"])
def test_what_was_changed_by_hand_is_refused(spoilt: str, tmp_path: Path) -> None:
    path = bench(tmp_path)
    keep(path, CLOCK, [of("Reader 00", 1500), of("Reader 01", 4000)], at=AT, suite="1")
    kept = beside(path)
    told = json.loads(kept.read_text(encoding="utf-8"))
    if spoilt == "number":
        told["readers"][1]["uncertainty_ms"] = 0
    elif spoilt == "digest":
        del told["digest"]
    kept.write_text("{" if spoilt == "json" else json.dumps(told), encoding="utf-8")
    with pytest.raises(UnknownBenchError, match="is not as conformance doctor wrote it"):
        read_bench(path)


def doctor(*words: object, language: str = "en"):
    return CliRunner().invoke(main, ["doctor", *map(str, words), "--language", language])


def without_service() -> tuple[str, ...]:
    raise NoPcscService("Service not available.")


@pytest.mark.parametrize(
    ("readers", "named"),
    [
        (without_service, "no-pcsc-service: no PC/SC service runs here"),
        (lambda: (), "no-reader: the PC/SC service sees no reader"),
        (lambda: ("Empty",), "reader-empty: no card is in this reader"),
        (lambda: ("Full",), "card-in: 3B600000"),
    ],
    ids=["no service", "no reader", "empty", "card in"],
)
def test_each_outcome_has_its_name(readers, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.link.pcsc.readers", readers)
    monkeypatch.setattr(
        reader, "facts", lambda name: ReaderFacts(name, card=CARD if name == "Full" else None)
    )
    done = doctor()
    assert (done.exit_code, named in done.output) == (0, True)


def test_a_bench_without_its_readers_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.link.pcsc.readers", without_service)
    path = bench(tmp_path)
    done = doctor("--bench", path)
    assert done.exit_code == 3
    assert "✗ Reader 00: no-reader" in done.output
    assert not beside(path).exists()


def test_a_needed_tool_that_is_missing_ends_with_3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("conformance.link.pcsc.readers", lambda: ())
    monkeypatch.setitem(tools._TABLE, "pyscard", lambda: None)
    assert "– pyscard (readers): not there, and not needed here: pip install" in doctor().output
    assert doctor().exit_code == 0
    done = doctor("--bench", bench(tmp_path))
    assert "✗ pyscard (readers): missing: pip install" in done.output
    assert done.exit_code == 3


def test_an_old_python_is_missing_and_chinese_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.link.pcsc.readers", lambda: ())
    monkeypatch.setattr(tools, "_OLDEST", (4, 0))
    monkeypatch.setitem(tools._TABLE, "python", tools._python)
    done = doctor(language="zh")
    assert (done.exit_code, "✗ Python: 缺少： 请使用 Python 3.11 或更高版本运行" in done.output) == (3, True)


@pytest.mark.parametrize("name", list(tools._TABLE))
def test_every_tool_says_what_to_do(name: str) -> None:
    from conformance.text import label

    for key in (f"doctor.{name}", f"doctor.{name}.do"):
        assert label(key, "zh")
        assert label(key, "en")


def test_a_bench_of_simulators_has_nothing_to_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.link.pcsc.readers", lambda: ())
    done = doctor("--bench", "embedded")
    assert (done.exit_code, "nothing to measure" in done.output) == (0, True)
