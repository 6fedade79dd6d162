"""The same cases come to the same against a device in process and against it as a program that gets APDUs.

Behind PC/SC they are compared in tests/pcsc. Whole profiles are run: some ten seconds each.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model.verdict import Verdict
from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]
DEVICES = ("bus-validator", "scenic-gate", "toll-exit", "hospital-counter", "pos")


def run(reports: Path, device: str, bench: str, *more: str):
    """The record of a run as a user starts it."""
    command = ["run", *more, "--product", f"simulated/{device}", "--bench", bench, "--reports", str(reports)]
    subprocess.run(
        [sys.executable, "-m", "conformance", *command],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=300,
    )
    return read(reports / f"simulated-{device}" / "run.jsonl")


def endings(record):
    """Verdict, headline and exchanges of every case.

    Of answers the status word alone: no SM2 signature comes twice.
    """
    return {
        case.id: (
            case.verdict,
            case.headline and case.headline.code,
            [(each.command, (each.response or b"")[-2:], each.outcome) for each in case.exchanges],
        )
        for case in record.cases
    }


@pytest.mark.parametrize("device", DEVICES)
def test_whole_profiles_come_to_the_same(tmp_path, device):
    in_process, over_the_protocol = (run(tmp_path / bench, device, bench) for bench in ("embedded", "apdu"))
    assert endings(over_the_protocol) == endings(in_process)
    assert {case.verdict for case in in_process.cases} == {Verdict.PASS}
    assert over_the_protocol.header.bench["channel"] == "control"


def test_a_defect_is_found_all_the_same(tmp_path):
    defect = ("TRN-BUS-050", "--defect", "second-gpo-after-lost-answer")
    in_process, over = (run(tmp_path / bench, DEVICES[0], bench, *defect) for bench in ("embedded", "apdu"))
    assert endings(over) == endings(in_process)
    assert [case.headline.code for case in over.cases if case.headline] == ["command-sent"]
