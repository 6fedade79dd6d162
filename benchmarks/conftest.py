"""A benchmark stands beside its reference: both take turns, so that a noisy machine slows both alike.

What has no reference stands beside its limit. Tables end the run, and `reports/bench.json` keeps them.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
import timeit
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


@dataclass(frozen=True, slots=True)
class Figure:
    """What a user meets as it is, a size in MB or the best of some times in seconds, beside its limit."""

    name: str
    measure: str
    value: float
    limit: float

    @property
    def held(self) -> bool:
        return self.value <= self.limit


COMPARISONS = pytest.StashKey[list[Comparison]]()
FIGURES = pytest.StashKey[list[Figure]]()


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


class Within:
    """Holds what has no reference against its limit. The best of a few rounds is the least disturbed."""

    def __init__(self, kept: list[Figure]) -> None:
        self._kept = kept

    def size(self, name: str, megabytes: float, limit: float) -> bool:
        return self._keep(Figure(name, "MB", megabytes, limit))

    def time(self, name: str, target: Callable[[], object], limit: float, *, rounds: int = 5) -> bool:
        return self._keep(Figure(name, "s", min(timeit.repeat(target, number=1, repeat=rounds)), limit))

    def _keep(self, figure: Figure) -> bool:
        self._kept.append(figure)
        return figure.held


@pytest.fixture
def within(request: pytest.FixtureRequest) -> Within:
    return Within(request.config.stash[FIGURES])


@pytest.fixture
def beside(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Beside:
    return Beside(benchmark, request.config.stash[COMPARISONS])


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COMPARISONS] = []
    config.stash[FIGURES] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    comparisons, figures = session.config.stash[COMPARISONS], session.config.stash[FIGURES]
    if comparisons or figures:
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(document(comparisons, figures), indent=2) + "\n", encoding="utf-8")


def document(comparisons: list[Comparison], figures: list[Figure]) -> object:
    """What is kept of a run; the processor's name says what the figures hold for."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "comparisons": [_kept(each) for each in comparisons],
        "figures": [_kept(each) for each in figures],
    }


def _kept(each: Comparison | Figure) -> object:
    return {**asdict(each), "value": round(each.value, 3), "held": each.held}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    comparisons, figures = config.stash[COMPARISONS], config.stash[FIGURES]
    if comparisons:
        _table_of_comparisons(terminalreporter, comparisons)
    if figures:
        _table_of_figures(terminalreporter, figures)
    if comparisons or figures:
        terminalreporter.line(f"kept in {KEPT.relative_to(config.rootpath)}")


def _table_of_figures(terminalreporter: pytest.TerminalReporter, figures: list[Figure]) -> None:
    terminalreporter.section("beside their limits")
    for each in figures:
        row = f"{each.name:<18}{each.value:>11.2f} {each.measure:<4}{each.limit:>8.2f}"
        terminalreporter.line(row + ("" if each.held else "  ABOVE THE LIMIT"))


def _table_of_comparisons(terminalreporter: pytest.TerminalReporter, comparisons: list[Comparison]) -> None:
    terminalreporter.section("beside their references (medians)")
    terminalreporter.line(_row("benchmark", "µs", "reference", "µs", "measure", "value", "limit"))
    for each in comparisons:
        medians = f"{each.median_us:.2f}", each.reference, f"{each.reference_us:.2f}"
        row = _row(each.name, *medians, each.measure, f"{each.value:.2f}", f"{each.limit:.2f}")
        terminalreporter.line(row + ("" if each.held else "  ABOVE THE LIMIT"))


def _row(*cells: str) -> str:
    return "{:<18}{:>11}  {:<18}{:>11}  {:<10}{:>8}{:>8}".format(*cells)
