"""A benchmark stands beside its reference: both take turns, so that a noisy machine slows both alike.

A table of the ratios ends the run, and `reports/bench.json` keeps them.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

KEPT = Path(__file__).parents[1] / "reports" / "bench.json"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians of one call in microseconds. `measure` is what the limit speaks about: a ratio, or µs added."""

    name: str
    reference: str
    median_us: float
    reference_us: float
    measure: str
    limit: float

    @property
    def value(self) -> float:
        difference = self.median_us - self.reference_us
        return self.median_us / self.reference_us if self.measure == "ratio" else difference

    @property
    def held(self) -> bool:
        return self.value <= self.limit


COMPARISONS = pytest.StashKey[list[Comparison]]()


class Beside:
    """Measures a function beside its reference, round by round in turns."""

    def __init__(self, benchmark: BenchmarkFixture, kept: list[Comparison]) -> None:
        self._benchmark = benchmark
        self._kept = kept

    def __call__(  # noqa: PLR0913 - each by its name
        self,
        name: str,
        target: Callable[[], object],
        reference_name: str,
        reference: Callable[[], object],
        *,
        limit: float,
        measure: str = "ratio",
        rounds: int = 100,
        calls: int = 1,
    ) -> Comparison:
        """Compare medians over `rounds` rounds of `calls` calls. `measure` is "ratio" or "added µs"."""
        reference_rounds: list[float] = []

        def repeated(function: Callable[[], object]) -> None:
            for _ in range(calls):
                function()

        def reference_round() -> None:
            began = time.perf_counter()
            repeated(reference)
            reference_rounds.append(time.perf_counter() - began)

        self._benchmark.name = name
        self._benchmark.pedantic(
            repeated, args=(target,), setup=reference_round, rounds=rounds, warmup_rounds=3
        )
        medians = (
            statistics.median(rounds_of) / calls * 1e6
            for rounds_of in (self._benchmark.stats.stats.data, reference_rounds[3:])
        )
        median_us, reference_us = medians
        comparison = Comparison(name, reference_name, median_us, reference_us, measure, limit)
        self._kept.append(comparison)
        return comparison


@pytest.fixture
def beside(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Beside:
    return Beside(benchmark, request.config.stash[COMPARISONS])


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COMPARISONS] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    comparisons = session.config.stash[COMPARISONS]
    if comparisons:
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(document(comparisons), indent=2) + "\n", encoding="utf-8")


def document(comparisons: list[Comparison]) -> object:
    """What is kept of a run; the processor's name says what the figures hold for."""
    rows = [{**asdict(each), "value": round(each.value, 3), "held": each.held} for each in comparisons]
    return {"python": platform.python_version(), "machine": platform.machine(), "comparisons": rows}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    comparisons = config.stash[COMPARISONS]
    if not comparisons:
        return
    terminalreporter.section("beside their references (medians)")
    terminalreporter.line(_row("benchmark", "µs", "reference", "µs", "measure", "value", "limit"))
    for each in comparisons:
        medians = f"{each.median_us:.2f}", each.reference, f"{each.reference_us:.2f}"
        row = _row(each.name, *medians, each.measure, f"{each.value:.2f}", f"{each.limit:.2f}")
        terminalreporter.line(row + ("" if each.held else "  ABOVE THE LIMIT"))
    terminalreporter.line(f"kept in {KEPT.relative_to(config.rootpath)}")


def _row(*cells: str) -> str:
    return "{:<18}{:>11}  {:<18}{:>11}  {:<10}{:>8}{:>8}".format(*cells)
