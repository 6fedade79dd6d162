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


def on_both(folder: Path, device: str, *more: str):
    """The records of a run in process and of one with APDUs over the protocol, made side by side."""
    programs = []
    for bench in ("embedded", "apdu"):
        command = ["run", *more, "--product", f"simulated/{device}", "--bench", bench]
        words = [sys.executable, "-m", "conformance", *command, "--reports", str(folder / bench)]
        programs.append(
            subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
    for program in programs:
        program.wait(300)
    return [read(folder / bench / f"simulated-{device}" / "run.jsonl") for bench in ("embedded", "apdu")]


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
    in_process, over_the_protocol = on_both(tmp_path, device)
    assert endings(over_the_protocol) == endings(in_process)
    assert {case.verdict for case in in_process.cases} == {Verdict.PASS}
    assert over_the_protocol.header.bench["channel"] == "control"


def test_a_defect_is_found_all_the_same(tmp_path):
    defect = ("TRN-BUS-050", "--defect", "second-gpo-after-lost-answer")
    in_process, over = on_both(tmp_path, DEVICES[0], *defect)
    assert endings(over) == endings(in_process)
    assert [case.headline.code for case in over.cases if case.headline] == ["command-sent"]
