"""What a peer sends without end takes no more memory than is said here, on either side."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hostile_terminal import answer, genuine, line
from memory_peer import Network
from small_card import ATR, OK
from small_terminal import raw, request, served_well

from conformance.codec.apdu import ResponseApdu
from conformance.link.control import ControlTerminal, wire
from conformance.link.control.bounds import MOST_CONNECTIONS
from conformance.link.message import MOST_BYTES, MOST_VALUES
from conformance.link.outcomes import TerminalGarbage, TerminalHung
from conformance.model.terminal import TransactionRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from memory_peer import Act

MIB = 1 << 20
LIMIT = 128 * MIB  # of one call of the client
SERVED_LIMIT = 200 * MIB  # that a serving process may grow, all its connections together
PART = b"x" * 65_536
RECORD = {"number": 1, "kind": "", "at_ms": 1 << 40, "date_time": "", "amount": 1, "pan": "9" * 15_000}
LONGEST = {"apdu": "00A4040000FFFF" + "00" * 65_537}


class BlankCard:
    """Answers whatever it is asked, and keeps nothing."""

    def reset(self):
        return ATR

    def exchange(self, command):
        return ResponseApdu(b"", OK)


def line_without_end(asked: Mapping) -> Iterable[Act]:
    return repeat(PART, 2 * LIMIT // len(PART))


def line_of_most_values(asked: Mapping) -> Iterable[Act]:
    """As many values as a line may hold, and each takes more memory than on the wire."""
    yield line([{"": 0}] * (MOST_VALUES // 2 - 2))


def most_bytes_of_pages(asked: Mapping) -> Iterable[Act]:
    yield answer(asked, result={"total": 100_000, "values": [RECORD] * 500})


def longest_apdus_without_end(asked: Mapping) -> Iterable[Act]:
    return repeat(line({"jsonrpc": "2.0", "id": "c", "method": "card.transmit", "params": LONGEST}))


FLOODS = {
    line_without_end: "present",
    line_of_most_values: "present",
    most_bytes_of_pages: "observe",
    longest_apdus_without_end: "present",
}


def peak(monkeypatch, flood: Callable[[Mapping], Iterable[Act]]) -> int:
    """The most memory, in bytes, that a call took while the terminal behaved like this."""

    def peer(heard: bytes) -> Iterable[Act]:
        message = json.loads(heard) if heard else {}
        return flood(message) if message.get("method") == FLOODS[flood] else genuine(heard)

    network = Network(peer)
    network.install(monkeypatch)
    terminal = ControlTerminal("127.0.0.1", 1, apdu=True)
    tracemalloc.start()
    try:
        with pytest.raises((TerminalGarbage, TerminalHung)):
            terminal.observe(TransactionRecord) if FLOODS[flood] == "observe" else terminal.present(
                BlankCard()
            )
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_the_client_takes_no_more(monkeypatch, flood):
    assert peak(monkeypatch, flood) < LIMIT


def test_a_buffer_without_bound_would_be_seen(monkeypatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 1 << 40)
    assert peak(monkeypatch, line_without_end) > LIMIT


def grown(pid: int, before: int = 0) -> int:
    """The most memory that a process ever had, in bytes, beyond what it had before."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    peak_kib = next(row.split()[1] for row in status.splitlines() if row.startswith("VmHWM"))
    return int(peak_kib) * 1024 - before


@pytest.fixture(name="served")
def served_fixture():
    """`conformance terminal serve` in a process of its own, and its port."""
    command = [sys.executable, "-m", "conformance", "terminal", "serve", "bus-validator"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, int(process.stdout.readline().split(",")[0].rpartition(":")[2])
        finally:
            process.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells a process's memory on Linux alone")
def test_the_served_terminal_takes_no_more(served):
    """Each of as many clients as there is room for sends lines without end, ten times what it may."""
    process, port = served
    with raw(port) as first:
        assert first.ask(request("ping"))["result"] == "pong"
    before = grown(process.pid)
    attackers = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(2 * MOST_CONNECTIONS)]
    for _ in range(10 * MOST_BYTES // len(PART)):
        for attacker in attackers:
            with suppress(OSError):
                attacker.sendall(PART)
    for attacker in attackers:
        attacker.close()
    assert grown(process.pid, before) < SERVED_LIMIT
    served_well(port)
    assert process.poll() is None
