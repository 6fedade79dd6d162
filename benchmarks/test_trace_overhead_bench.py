"""What it costs to trace a card in a PC/SC reader: every exchange judged for privacy, chained, written out."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import pytest
from conformance.link.memory import MemoryCard
from conformance.link.traced import TracedCard
from conformance.link.vpcd import VirtualReader

from conformance.codec.apdu import select
from conformance.model.run import RunHeader
from conformance.record.privacy import Privacy
from conformance.record.verify import verify
from conformance.record.writer import RunWriter
from conformance.sim.card import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

    from conformance.link.card import CardLink
    from conftest import Beside

EXCHANGES = 5000
LIMIT_US = 40.0
PPSE = b"2PAY.SYS.DDF01"

HEADER = RunHeader(
    "bench", "", {}, "", {}, {}, {}, {}, {}, {}, True, "real", "emulated", False, 0, {}, {}, ()
)  # fmt: skip


@pytest.fixture
def reader() -> Iterator[CardLink]:
    """The simulated card in a virtual reader, through a real pcscd and pyscard."""
    from conformance.link.pcsc import PcscCard
    from conformance.link.pcscd import PcscService

    with PcscService() as service, VirtualReader(service.host, service.card_port) as field:
        field.plug(MemoryCard(build("electronic-cash")))
        card = PcscCard(service.reader)
        card.reset()
        yield card


@pytest.mark.tool("pcsc")
def test_trace_overhead(
    reader: CardLink, beside: Beside, benchmark: BenchmarkFixture, tmp_path: Path
) -> None:
    command = select(PPSE)
    path = tmp_path / "run.jsonl"
    with RunWriter(path, HEADER, Privacy()) as writer:
        traced = TracedCard(
            reader, writer.exchange, lambda: time.perf_counter_ns() // 1000, itertools.count(1).__next__
        )
        comparison = beside(
            "trace_overhead",
            lambda: traced.exchange(command),
            "ref_pyscard",
            lambda: reader.exchange(command),
            limit=LIMIT_US,
            measure="added µs",
            rounds=EXCHANGES,
        )
        writer.close("", {})
    benchmark.extra_info["trace_overhead_us"] = round(comparison.value, 2)
    assert verify(path).state == "intact"
    assert comparison.held
