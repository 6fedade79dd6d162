"""Wrong input is answered with a sentence and a code, never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ("run", "--product", "simulated/bus-validator")
SAMPLE = ROOT / "reports" / "sample"


def conformance(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONFORMANCE_LANGUAGE": "en"}
    return subprocess.run(
        [sys.executable, "-m", "conformance", *words],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def bench(folder: Path, *, started: bool = True, **replaced: str) -> str:
    text = (ROOT / "benches" / "virtual-reader.yaml").read_text(encoding="utf-8")
    for old, new in replaced.items():
        text = text.replace(f"{old}: virtual-reader", f"{old}: {new}")
    if not started:
        text = "".join(line for line in text.splitlines(keepends=True) if "start: " not in line)
    path = folder / "bench.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def wrong(name: str, folder: Path) -> tuple[str, ...]:
    """The words of one wrong call."""
    (folder / "file").write_text("x", encoding="utf-8")
    (folder / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    (folder / "run").mkdir(exist_ok=True)
    (folder / "run" / "run.jsonl").write_bytes((SAMPLE / "run.jsonl").read_bytes().replace(b"FAIL", b"PASS"))
    product = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")
    (folder / "device.yaml").write_text(product.replace("device: bus-", "device: bus_"), encoding="utf-8")
    (folder / "other.yaml").write_text(
        product.replace("firmware: 1.0.0", "firmware: 9.9.9"), encoding="utf-8"
    )
    (folder / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    calls: dict[str, tuple[str, ...]] = {
        "reports is a file": (*RUN, "--reports", str(folder / "file")),
        "reports below a file": (*RUN, "--reports", str(folder / "file" / "x")),
        "binary bench": (*RUN, "--bench", str(folder / "binary.yaml")),
        "control bench without address": (*RUN, "--bench", bench(folder, channel="control", started=False)),
        "unknown device": ("run", "--product", str(folder / "device.yaml"), "--reports", str(folder / "o")),
        "other firmware": ("run", "--product", str(folder / "other.yaml"), "--reports", str(folder / "o")),
        "unknown programme": ("programme", "nowhere"),
        "certify in an unknown programme": ("certify", "issue", "--product", "x", "--programme", "nowhere"),
        "certify before a run": (
            "certify", "issue", "--product", "x", "--decision",
            str(ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"),
            "--reports", str(folder / "empty"),
        ),
        "programme beside an altered record": ("programme", "example", "--reports", str(folder)),
        "report of a folder without a run": ("report", "run", str(folder)),
        "proof of an unknown product": ("catalogue", "proof", "nothing"),
        "serve on no port": ("terminal", "serve", "bus-validator", "--reader", "x", "--port", "99999"),
        "serve an unknown device": ("terminal", "serve", "bus", "--reader", "x"),
        "card without a reader": ("card", "serve", "--port", "1"),
        "trace of a deep file": ("trace", str(folder / "deep.json")),
        "no such day": ("programme", "example", "--as-of", "2026-13-01"),
    }  # fmt: skip
    return calls[name]


CODES = {
    "reports is a file": 2,
    "reports below a file": 2,
    "binary bench": 2,
    "control bench without address": 2,
    "unknown device": 2,
    "other firmware": 4,
    "unknown programme": 2,
    "certify in an unknown programme": 2,
    "certify before a run": 2,
    "programme beside an altered record": 3,
    "report of a folder without a run": 2,
    "proof of an unknown product": 2,
    "serve on no port": 2,
    "serve an unknown device": 2,
    "card without a reader": 3,
    "trace of a deep file": 2,
    "no such day": 2,
}


@pytest.mark.parametrize("name", sorted(CODES))
def test_wrong_input_is_refused_in_words(name, tmp_path):
    done = conformance(*wrong(name, tmp_path))
    assert "Traceback" not in done.stderr, done.stderr
    assert (done.returncode, bool(done.stderr.strip())) == (CODES[name], True), done.stderr + done.stdout


def test_a_certified_run_is_kept_when_the_product_runs_again(tmp_path):
    place = ("--reports", str(tmp_path))
    decision = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
    conformance(*RUN, *place)
    certified = (tmp_path / "simulated-bus-validator" / "run.jsonl").read_bytes()
    conformance(
        "certify", "issue", "--product", "simulated/bus-validator", "--decision", str(decision), *place
    )
    conformance(*RUN, "--defect", "slow-tap", *place)
    assert (tmp_path / "certificates" / "DEMO-2026-0001" / "run.jsonl").read_bytes() == certified


def test_a_withdrawn_certificates_own_page_says_so(tmp_path):
    place = ("--reports", str(tmp_path))
    decision = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
    conformance(*RUN, *place)
    conformance(
        "certify", "issue", "--product", "simulated/bus-validator", "--decision", str(decision), *place
    )
    withdrawn = ("--by", "laboratory", "--why", "a test", "--on", "2026-12-31")
    conformance("certify", "withdraw", "DEMO-2026-0001", *withdrawn, *place)
    conformance("programme", "example", "--as-of", "2027-01-01", *place)
    page = (tmp_path / "certificates" / "DEMO-2026-0001.html").read_text(encoding="utf-8")
    assert "was withdrawn on 2026-12-31" in page
