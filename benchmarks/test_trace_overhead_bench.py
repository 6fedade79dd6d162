"""What tracing adds to a card in a PC/SC reader: each exchange judged for privacy, chained, written out."""

from __future__ import annotations

import itertools
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.codec.apdu import select
from conformance.link.memory import MemoryCard
from conformance.link.pcsc import PcscCard
from conformance.link.pcscd import PcscService
from conformance.link.traced import TracedCard
from conformance.link.vpcd import VirtualReader
from conformance.model.run import RunHeader
from conformance.record.privacy import Privacy
from conformance.record.verify import verify
from conformance.record.writer import RunWriter
from conformance.sim.card import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

    from conftest import Beside

EXCHANGES = 5000
LIMIT_US = 40.0
SERVICE_AND_DRIVER = (Path("/usr/sbin/pcscd"), Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so"))
PPSE = b"2PAY.SYS.DDF01"

HEADER = RunHeader(
    "bench", "", {}, "", {}, {}, {}, {}, {}, {}, True, "real", "emulated", False, 0, {}, {}, ()
)  # fmt: skip


@pytest.fixture
def reader() -> Iterator[PcscCard]:
    """The simulated card in a virtual reader, through a real pcscd and pyscard."""
    pytest.importorskip("smartcard", reason="needs pyscard")
    if not all(map(Path.exists, SERVICE_AND_DRIVER)):
        pytest.skip("needs pcscd and vsmartcard-vpcd")
    with ExitStack() as stack:
        service = stack.enter_context(PcscService())
        field = stack.enter_context(VirtualReader(service.host, service.card_port))
        field.plug(MemoryCard(build("electronic-cash")))
        card = stack.enter_context(closing(PcscCard(service.reader)))
        card.reset()
        yield card


def test_trace_overhead(
    reader: PcscCard, beside: Beside, benchmark: BenchmarkFixture, tmp_path: Path
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
