"""The bus cases against the stubs: their terminal conforms to nothing, and every case says so honestly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model.verdict import Verdict
from conformance.record.reader import read

ROOT = Path(__file__).resolve().parents[2]
STUBS = ROOT / "docs" / "stubs"


def start(kind: str, folder: Path) -> str:
    """The command that the bench starts the stub with; the C one is built first."""
    if kind == "python":
        return f'["{sys.executable}", "{STUBS / "terminal.py"}", "{{port}}"]'
    program = folder / "terminal"
    subprocess.run(
        ["gcc", "-Wall", "-Wextra", "-Werror", "-o", str(program), str(STUBS / "terminal.c")], check=True
    )
    return f'["{program}", "{{port}}"]'


@pytest.mark.parametrize("kind", ["python", pytest.param("c", marks=pytest.mark.tool("cc"))])
def test_no_bus_case_passes_and_none_is_our_fault(tmp_path, kind):
    product = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")
    product = product.replace("  device: bus-validator\n", "  id: stub\n")
    (tmp_path / "stub.yaml").write_text(product, encoding="utf-8")
    bench = (ROOT / "benches" / "apdu.yaml").read_text(encoding="utf-8").splitlines()
    lines = [f"    start: {start(kind, tmp_path)}" if "start:" in line else line for line in bench]
    (tmp_path / "bench.yaml").write_text("\n".join(lines), encoding="utf-8")
    command = ["run", "--product", str(tmp_path / "stub.yaml"), "--bench", str(tmp_path / "bench.yaml")]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--reports", str(tmp_path)],
        cwd=tmp_path, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    cases = read(tmp_path / "stub" / "run.jsonl").cases
    verdicts = {case.verdict for case in cases}
    assert (done.returncode, verdicts) == (1, {Verdict.FAIL, Verdict.INCONC, Verdict.NOT_TESTABLE})
    assert all(case.headline or case.reason for case in cases)
