"""A tap at the bus validator in process, and what ten thousand of them leave behind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.crypto.authority import demonstration
from conformance.link.memory import MemoryCard
from conformance.model.terminal import Capk, Parameters, TransactionRecord
from conformance.sim import terminal
from conformance.sim.card import build

if TYPE_CHECKING:
    from conformance.link.terminal import TerminalLink
    from conftest import Beside

MOST_GROWTH = 4 << 20  # bytes of RSS between 1,000 and 10,000 taps
TAPS_OF_A_CARD = 900


def validator() -> TerminalLink:
    """A validator with a fare of 0.01, for which no card has to be out of its field in between."""
    authority = demonstration()
    key = authority.ca.public
    capk = Capk(
        authority.rid, authority.ca_index, key.modulus.to_bytes(key.size), b"\x03", demonstration=True
    )
    device = terminal.build("bus-validator")
    device.load(Parameters(capks=(capk,), fare=1, anti_passback_ms=0, date_time="2026-07-01T08:00:00"))
    return device


def card(number: int) -> MemoryCard:
    return MemoryCard(build(balance=100_000, pan=f"62109480{number:08}"))


def test_a_tap_takes_at_most_three_times_its_rsa_operation(beside: Beside) -> None:
    """PPSE to the stored record with a 1024-bit ICC key; the reference is its private operation alone."""
    device, link, authority = validator(), card(1), demonstration()
    block = int.from_bytes(b"\x6a" + bytes(127), "big")

    def tap() -> None:
        assert device.present(link).outcome == "completed"

    comparison = beside(
        "validator_tap",
        tap,
        "ref_rsa1024_crt",
        lambda: authority.icc.private_operation(block),
        limit=3.0,
        rounds=300,
    )
    assert authority.icc.public.size == 128
    assert len(device.observe(TransactionRecord)) == 303
    assert comparison.held


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ten_thousand_taps_leave_their_records_and_little_else() -> None:
    device, link, sizes = validator(), card(0), []
    for number in range(10_000):
        if number % TAPS_OF_A_CARD == 0:
            link = card(number)
        if number == 1_000:
            sizes.append(resident())
        assert device.present(link).outcome == "completed"
    sizes.append(resident())
    assert len(device.observe(TransactionRecord)) == 10_000
    assert sizes[1] - sizes[0] < MOST_GROWTH


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096
