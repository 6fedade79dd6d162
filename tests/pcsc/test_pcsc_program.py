"""A program that speaks no protocol comes to the verdicts of the same device in process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("pos_program.py")
CASES = (
    "COR-CON-010",
    "COR-CON-030",
    "COR-CON-070",
    "COR-CON-130",
    "COR-CON-220",
    "COR-CON-280",
    "COR-CON-630",
)
BENCH = """\
bench:
  laboratory: a laboratory
  location: here
  channel: program
  grade: emulated
  time_base: real
  counts: quick
  keys: keys
  terminal:
    present: [{python}, {program}, "{{reader}}", "{{told}}"{defect}]
    shows:
      completed: '^SALE '
      record:
        find:
          - '^(?P<kind>SALE|DECLINED) (?P<amount>[0-9.]+) (?P<outcome>[A-Z ,]+)$'
          - '^TVR (?P<tvr>[0-9A-F]+) TSI (?P<tsi>[0-9A-F]+) AID (?P<aid>[0-9A-F]*)'
          - '^CVM (?P<cvm>[0-9A-F]*)$'
        none: '^NO RECORD$'
        words:
          kind: {{SALE: sale, DECLINED: declined}}
          outcome:
            OFFLINE APPROVED: offline approved
            OFFLINE DECLINED: offline declined
            ONLINE DECLINED: online declined
            UNABLE TO GO ONLINE, DECLINED: unable to go online, declined
            TERMINATED: terminated
"""


def conformance(folder, *words: str):
    command = [sys.executable, "-m", "conformance", *words]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin:/usr/sbin"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def endings(folder, bench, product, *cases: str):
    conformance(
        folder, "run", *cases, "--product", product, "--bench", bench, "--reports", f"out-{bench[:4]}"
    )
    (path,) = (folder / f"out-{bench[:4]}").glob("*/run.jsonl")
    record = read(path)
    found = {case.id: case for case in record.cases if case.id in cases}
    return record, {
        name: (case.verdict.name, case.headline and case.headline.code) for name, case in found.items()
    }


def as_its_vendor(folder, defect=None):
    """The keys of a laboratory, a declaration without a simulator's name, a bench."""
    conformance(folder, "keys", "init", "keys")
    product = (ROOT / "products" / "simulated" / "pos.yaml").read_text(encoding="utf-8")
    product = product.replace("  device: pos\n", "  id: my-pos\n")
    (folder / "my-pos.yaml").write_text(product, encoding="utf-8")
    more = f", {defect}" if defect else ""
    bench = BENCH.format(python=sys.executable, program=PROGRAM, defect=more)
    (folder / "bench.yaml").write_text(bench, encoding="utf-8")


@pytest.mark.tool("pcsc")
def test_the_same_cases_come_to_the_same(tmp_path):
    as_its_vendor(tmp_path)
    record, by_program = endings(tmp_path, "bench.yaml", "my-pos.yaml", *CASES)
    _, in_process = endings(tmp_path, "embedded", "simulated/pos", *CASES)
    assert by_program == in_process
    assert set(by_program.values()) == {("PASS", None)}
    assert (record.header.simulated, record.header.product["firmware_origin"]) == (False, "declared")


@pytest.mark.tool("pcsc")
def test_its_defect_is_found(tmp_path):
    as_its_vendor(tmp_path, "pos-tsi-without-oda")
    _, found = endings(tmp_path, "bench.yaml", "my-pos.yaml", "COR-CON-010")
    assert found == {"COR-CON-010": ("FAIL", "tsi-differs")}
