"""docs/vendor.md: its bench files read, its patterns match, its commands come to the verdicts it tells."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.catalogue.product import read_product
from conformance.catalogue.proforma import read_proforma
from conformance.link.shown import Pattern
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.runner.bench import read_bench

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "vendor.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
PROFORMA = read_proforma(ROOT / "cases" / "proforma")
FOREIGN = sorted((ROOT / "products" / "foreign").glob("*.yaml"))


def block(language, word):
    return next(text for kind, text in BLOCKS if kind == language and word in text)


def test_the_bench_of_an_emulator_reads(tmp_path):
    path = tmp_path / "bench.yaml"
    path.write_text(block("yaml", "qemu"), encoding="utf-8")
    assert read_bench(path).terminal["firmware"] == {"file": "validator.elf"}


def with_part(folder, word):
    """The shipped bench of emvtool with a part of the page in the place of its own."""
    bench = (ROOT / "benches" / "emvtool.yaml").read_text(encoding="utf-8")
    before = bench.partition(f"    {word}")[0]
    path = folder / "bench.yaml"
    path.write_text(before + block("yaml", word), encoding="utf-8")
    return path


def test_the_bench_of_a_terminal_at_an_address_reads(tmp_path):
    bench = (ROOT / "benches" / "emvtool.yaml").read_text(encoding="utf-8")
    path = tmp_path / "bench.yaml"
    before = bench.replace("channel: program", "channel: control").partition("  terminal:")[0]
    path.write_text(before + block("yaml", "address:"), encoding="utf-8")
    assert read_bench(path).terminal == {"address": "127.0.0.1:6000", "card": "apdu"}


def test_its_patterns_match_the_output_beside_them(tmp_path):
    row = read_bench(with_part(tmp_path, "shows:")).terminal["shows"]["record"]
    shown = Pattern(tuple(row["find"]), row["none"], row["words"]).read(block("text", "SALE"))
    assert shown == {
        "amount": "10.00",
        "outcome": "offline approved",
        "aid": "A000000333010101",
        "tvr": "0000008000",
        "tsi": "E800",
    }


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_a_foreign_product_answers_all_that_is_asked(path):
    assert read_product(path, PROFORMA).device is None


def commands():
    """Those from the declaration to the last verdicts, in the page's order."""
    part = PAGE.partition("### Declare it")[2].partition("## Firmware under emulation")[0]
    plain = re.sub(r"^```.*?^```", "", part, flags=re.MULTILINE | re.DOTALL)
    return [line.strip() for line in plain.splitlines() if line.startswith("    ")]


def told(table):
    """The verdicts of one table of the page, by the number of their case."""
    rows = PAGE.partition(table)[2].partition("\n\n")[0]
    return {
        case: verdict
        for verdict, row in re.findall(r"^\| (PASS|FAIL|INCONC) \| (.*) \|$", rows, re.MULTILINE)
        for case in re.findall(r"\b([67]\d0)\b", row)
    }


def judged(record):
    """What was judged or tried, by the number of its case."""
    passed_over = (Verdict.NOT_APPLICABLE, Verdict.NOT_TESTABLE)
    return {case.id[-3:]: case.verdict.name for case in record.cases if case.verdict not in passed_over}


def as_in_a_clone(folder):
    """The clone's files that the page names, and `conformance` on the path."""
    for name in ("products", "benches"):
        shutil.copytree(ROOT / name, folder / name)
    shim = folder / "bin" / "conformance"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m conformance "$@"\n')
    shim.chmod(0o755)
    return {**os.environ, "PATH": f"{shim.parent}:{os.environ['PATH']}"}


@pytest.mark.tool("pcsc")
@pytest.mark.tool("emvtool")
def test_emvtool_comes_to_the_verdicts_that_the_page_tells(tmp_path):
    environment = as_in_a_clone(tmp_path)
    ends = []
    for command in commands():
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True,
            check=False, timeout=120,
        )  # fmt: skip
        ends.append((command.split()[1], done.returncode))
    assert [end for name, end in ends if name in ("ics", "plan", "trace")] == [0, 0, 0]
    assert [end for name, end in ends if name == "run"] == [1, 1]
    record = read(tmp_path / "out" / "my-terminal" / "run.jsonl")
    assert judged(record) == told("With emvtool 1.0.14:\n\n")
    assert judged(read(tmp_path / "out-cap" / "my-terminal" / "run.jsonl")) == told("| with `cap` | |\n")
    assert (record.header.product["firmware_origin"], record.header.simulated) == ("read", False)
    assert all(case.reason for case in record.cases if case.id[-3:] not in judged(record))
