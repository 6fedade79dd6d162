"""The time uncertainty U of a bench: how it is measured, how it is computed, and where it is kept.

U covers by how much two measurements of the same time differ on this bench. It is the spread of the round
trips of one command with one card, the longest oversleep of this machine's scheduler, and two steps of its
clock. Each is the range of 299 observations: the largest of 299 lies above 99 % of all with a confidence of
95 %, whatever their distribution (1 - 0.99**299 = 0.950; S. S. Wilks 1941). A constant delay of reader and
driver is not part of U: it makes a measured time longer, never shorter, so that no device passes by it.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.link.reader import ReaderFacts

COUNT = 299
COVERAGE, CONFIDENCE = 0.99, 0.95
SCHEMA = 1
_SLEEP_S = 0.001
_STEPS = 10_000
_NS_PER_US, _NS_PER_MS = 1000, 1_000_000


class MeasuredFileError(ValueError):
    """A file of measurements that `conformance doctor` did not write as it stands."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """What was observed, in microseconds: how many, the least, percentiles of the sorted values, the most."""

    count: int
    least: float
    p50: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, nanoseconds: Sequence[int]) -> Distribution:
        ordered = sorted(nanoseconds)
        places = (0, *(math.ceil(len(ordered) * each / 100) - 1 for each in (50, 95, 99)), -1)
        return cls(len(ordered), *(round(ordered[place] / _NS_PER_US, 1) for place in places))


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock that times exchanges: its stated resolution and its least step seen, and the oversleeps."""

    resolution_ns: int
    step_ns: int
    oversleep: Distribution


@dataclass(frozen=True, slots=True)
class MeasuredReader:
    """A reader with its round trips; `uncertainty_ms` is U by the rule above, rounded up to milliseconds."""

    facts: Mapping[str, Any]
    round_trip: Distribution
    uncertainty_ms: int


def measure_clock() -> Clock:
    """Step of the clock, and by how much a sleep of a millisecond is too long."""
    resolution = time.get_clock_info("perf_counter").resolution
    readings = [time.perf_counter_ns() for _ in range(_STEPS)]
    steps = [after - before for before, after in pairwise(readings) if after > before]
    oversleep = Distribution.of([_overslept() for _ in range(COUNT)])
    return Clock(math.ceil(resolution * 1e9), min(steps), oversleep)


def _overslept() -> int:
    started = time.perf_counter_ns()
    time.sleep(_SLEEP_S)
    return max(0, time.perf_counter_ns() - started - round(_SLEEP_S * 1e9))


def uncertainty_ms(round_trip: Distribution, clock: Clock) -> int:
    """U by the rule of this module, rounded up to milliseconds."""
    steps = 2 * max(clock.step_ns, clock.resolution_ns) / _NS_PER_US
    spread = round_trip.most - round_trip.least
    return math.ceil((spread + clock.oversleep.most + steps) * _NS_PER_US / _NS_PER_MS)


def measured(facts: ReaderFacts, nanoseconds: Sequence[int], clock: Clock) -> MeasuredReader:
    """A reader with what its round trips come to."""
    round_trip = Distribution.of(nanoseconds)
    return MeasuredReader(plain(facts), round_trip, uncertainty_ms(round_trip, clock))


def plain(facts: ReaderFacts) -> Mapping[str, Any]:
    """What is known of a reader, as JSON holds it; the ATR in hex."""
    told = asdict(facts)
    if facts.card is not None:
        told["card"]["atr"] = facts.card.atr.hex().upper()
    return told


def beside(bench: Path) -> Path:
    """Where the measurements of a bench are kept: my-bench.measured.json beside my-bench.yaml."""
    return bench.with_suffix(".measured.json")


def keep(bench: Path, clock: Clock, readers: Sequence[MeasuredReader], *, at: str, suite: str) -> Path:
    """Write what was measured beside the bench file, with a digest that shows a change by hand."""
    told = {
        "schema": SCHEMA,
        "measured_at": at,
        "suite": suite,
        "coverage": COVERAGE,
        "confidence": CONFIDENCE,
        "clock": asdict(clock),
        "readers": [asdict(each) for each in readers],
    }
    path = beside(bench)
    kept = {**told, "digest": _digest(told)}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return path


def kept(bench: Path) -> Mapping[str, Any] | None:
    """What was measured for a bench; None where nothing was. MeasuredFileError for a file not as written."""
    path = beside(bench)
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        digest = told.pop("digest")
    except (json.JSONDecodeError, KeyError, AttributeError):
        digest = None
    if digest is None or digest != _digest(told):
        raise MeasuredFileError(
            f"{path} is not as conformance doctor wrote it; run doctor --bench {bench} again"
        )
    found: Mapping[str, Any] = told
    return found


def of_readers(told: Mapping[str, Any], names: Sequence[str]) -> int | None:
    """The largest U of these readers, in milliseconds; None unless every one of them was measured."""
    by_name = {each["facts"]["name"]: int(each["uncertainty_ms"]) for each in told["readers"]}
    return max(by_name[name] for name in names) if names and by_name.keys() >= set(names) else None


def _digest(told: Mapping[str, Any]) -> str:
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
