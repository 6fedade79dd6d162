"""A killed run loses nothing that had happened."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from conformance.record.reader import read
from conformance.record.verify import verify

KILLS = 50
LONGEST = 200

# Each child opens a record, writes n exchanges and is killed at once, without a chance to flush anything.
WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from record_samples import exchange, opened

for n in map(int, sys.argv[2:]):
    child = os.fork()
    if child == 0:
        writer = opened(Path(sys.argv[1]) / f"{n}.jsonl")
        writer.case_started("TRN-BUS-050", 1, 1)
        writer.step_started("step", 0, "Tap")
        for number in range(1, n + 1):
            writer.exchange(exchange(number))
        os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
"""


def test_after_a_kill_behind_exchange_n_the_record_holds_n_exchanges(tmp_path: Path) -> None:
    lengths = random.Random(50).sample(range(LONGEST), KILLS)
    search = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    subprocess.run(
        [sys.executable, "-c", WRITE_AND_DIE, str(tmp_path), *map(str, lengths)],
        check=True,
        env={**os.environ, "PYTHONPATH": search},
    )
    for n in lengths:
        path = tmp_path / f"{n}.jsonl"
        assert verify(path).state == "incomplete"
        exchanges = read(path, incomplete=True).cases[0].exchanges
        assert [exchange.number for exchange in exchanges] == list(range(1, n + 1))
