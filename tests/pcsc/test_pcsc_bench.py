"""The validator as a program of its own, reading cards through PC/SC, is judged like the one in process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model.verdict import Verdict
from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "simulated-bus-validator"


def run(reports: Path, bench: str, *more: str):
    command = ["run", "TRN-BUS-050", "--product", "simulated/bus-validator", "--bench", bench]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--reports", str(reports), *more],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done, read(reports / FOLDER / "run.jsonl")


def dialogue(record):
    case = next(case for case in record.cases if case.id == "TRN-BUS-050")
    return case.verdict, [exchange.outcome for exchange in case.exchanges]


@pytest.mark.tool("pcsc")
def test_it_passes_with_the_same_dialogue(tmp_path):
    _, over_pcsc = run(tmp_path / "pcsc", "virtual-reader")
    _, in_process = run(tmp_path / "memory", "embedded")
    assert dialogue(over_pcsc) == dialogue(in_process)


@pytest.mark.tool("pcsc")
def test_its_defect_fails_with_the_same_finding(tmp_path):
    done, record = run(tmp_path, "virtual-reader", "--defect", "second-gpo-after-lost-answer")
    case = next(case for case in record.cases if case.id == "TRN-BUS-050")
    assert (done.returncode, case.headline.code) == (1, "command-sent")


def as_the_readme_says(folder: Path, firmware: str) -> list[str]:
    """Copy product and bench as a vendor would; the vendor's program is played by our own."""
    product = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")
    product = product.replace("  device: bus-validator\n", "  id: my-validator\n")
    product = product.replace("firmware: 1.0.0", f"firmware: {firmware}")
    (folder / "my-validator.yaml").write_text(product, encoding="utf-8")
    bench = (ROOT / "benches" / "virtual-reader.yaml").read_text(encoding="utf-8")
    bench = bench.replace('"{device}"', "bus-validator")
    (folder / "my-bench.yaml").write_text(bench, encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = next(each for each in readme.splitlines() if "conformance run --product my-" in each)
    return [sys.executable, "-m", "conformance", *line.split()[1:], "TRN-BUS-050"]


@pytest.mark.tool("pcsc")
def test_a_vendors_own_terminal_is_reached_as_the_readme_says(tmp_path):
    command = as_the_readme_says(tmp_path, "1.0.0")
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert dialogue(read(tmp_path / "out" / "my-validator" / "run.jsonl"))[0] is Verdict.PASS


@pytest.mark.tool("pcsc")
def test_a_terminal_of_another_firmware_than_declared_is_not_judged(tmp_path):
    command = as_the_readme_says(tmp_path, "9.9.9")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert "identifies itself as" in done.stderr
    assert not (tmp_path / "out").exists()


def verdicts(reports: Path, product: str, bench: str) -> dict[str, Verdict]:
    """What every case came to, by id."""
    command = ["run", "--product", f"simulated/{product}", "--bench", bench, "--reports", str(reports)]
    subprocess.run(
        [sys.executable, "-m", "conformance", *command],
        cwd=ROOT, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    record = read(reports / f"simulated-{product}" / "run.jsonl")
    return {case.id: case.verdict for case in record.cases}


@pytest.mark.tool("pcsc")
@pytest.mark.parametrize(
    ("product", "over"),
    [("debit-credit-card", "t0"), ("debit-credit-card", "t1"), ("electronic-cash-card", "contactless")],
)
def test_card_cases_come_to_the_same_in_a_reader_and_in_process(tmp_path, product, over):
    bench = (ROOT / "benches" / "virtual-reader.yaml").read_text(encoding="utf-8")
    file = tmp_path / "bench.yaml"
    file.write_text(bench.replace("  terminal:", f"  card: {{over: {over}}}\n  terminal:"), encoding="utf-8")
    in_process = verdicts(tmp_path / "memory", product, "embedded")
    assert verdicts(tmp_path / "reader", product, str(file)) == in_process
    assert Verdict.PASS in in_process.values()
