"""What a user, or a CI job, gets back from the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "products" / "simulated" / "bus-validator.yaml"


def conformance(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONFORMANCE_LANGUAGE": "en", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "conformance", *words],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def conforming(tmp_path_factory) -> Path:
    """The reports of a run that conforms, made outside the clone."""
    folder = tmp_path_factory.mktemp("elsewhere")
    done = conformance("run", "--product", "simulated/bus-validator", "--reports", "reports", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "reports"


def test_a_conforming_product_ends_with_0_also_outside_a_clone(conforming):
    assert (conforming / "simulated-bus-validator" / "report.html").is_file()


def test_a_failing_product_ends_with_1(tmp_path):
    done = conformance(
        "run", "TRN-BUS-050", "--product", "simulated/bus-validator",
        "--defect", "second-gpo-after-lost-answer", "--reports", str(tmp_path),
    )  # fmt: skip
    assert (done.returncode, "FAIL" in done.stderr) == (1, True)


def test_a_run_of_some_cases_only_cannot_conform(tmp_path):
    done = conformance(
        "run", "TRN-BUS-010", "--product", "simulated/bus-validator", "--reports", str(tmp_path)
    )
    assert (done.returncode, "NOT RUN " in done.stdout) == (3, True)


def test_an_unknown_product_ends_with_2_and_the_nearest_name():
    done = conformance("run", "--product", "simulated/bus-validater")
    assert (done.returncode, "did you mean simulated/bus-validator" in done.stderr) == (2, True)


def test_an_unknown_bench_ends_with_2_and_the_nearest_name():
    done = conformance("run", "--product", "simulated/bus-validator", "--bench", "embeded")
    assert (done.returncode, "did you mean embedded" in done.stderr) == (2, True)


def test_an_unknown_case_ends_with_2():
    done = conformance("run", "TRN-BUS-011", "--product", "simulated/bus-validator")
    assert (done.returncode, "TRN-BUS-011" in done.stderr) == (2, True)


def test_an_unknown_defect_ends_with_2():
    done = conformance("run", "--product", "simulated/bus-validator", "--defect", "no-such")
    assert (done.returncode, "no defect no-such" in done.stderr) == (2, True)


def test_a_wrong_ics_ends_with_4_and_runs_nothing(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(PRODUCT.read_text(encoding="utf-8").replace("TERMINAL.EC: true", "TERMINAL.EC: false"))
    done = conformance("run", "--product", str(wrong), "--reports", str(tmp_path / "out"))
    assert (done.returncode, (tmp_path / "out").exists()) == (4, False)
    assert f"{wrong}:14: ics.TERMINAL.EC" in done.stderr


def test_a_malformed_bench_names_file_line_and_nearest_item(tmp_path):
    bench = tmp_path / "bench.yaml"
    text = (ROOT / "benches" / "embedded.yaml").read_text(encoding="utf-8")
    bench.write_text(text.replace("chanel", "").replace("channel", "chanel"), encoding="utf-8")
    done = conformance("run", "--product", "simulated/bus-validator", "--bench", str(bench))
    assert done.returncode == 2
    assert f"{bench}:5: bench.chanel" in done.stderr
    assert '"channel"' in done.stderr


def test_verify_ends_with_0_for_an_intact_record(conforming):
    done = conformance("verify", str(conforming / "simulated-bus-validator" / "run.jsonl"))
    assert (done.returncode, "not authenticated" in done.stdout) == (0, True)


def test_verify_ends_with_3_for_a_record_cut_off(conforming, tmp_path):
    cut = tmp_path / "run.jsonl"
    cut.write_bytes((conforming / "simulated-bus-validator" / "run.jsonl").read_bytes()[:-200])
    done = conformance("verify", str(cut))
    assert (done.returncode, "incomplete" in done.stdout) == (3, True)


def test_a_certificate_turns_the_milestone_and_its_withdrawal_turns_it_back(conforming):
    decision = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
    place = ("--reports", str(conforming))

    def bus_status() -> str:
        assert conformance("programme", "example", *place).returncode == 0
        page = (conforming / "programme-example.html").read_text(encoding="utf-8")
        return "met" if "120 / 200" in page else "not"

    before = bus_status()
    issued = conformance(
        "certify", "issue", "--product", "simulated/bus-validator", "--decision", str(decision), *place
    )
    during = bus_status()
    withdrawn = conformance(
        "certify", "withdraw", "DEMO-2026-0001", "--by", "laboratory", "--why", "test",
        "--on", "2026-12-31", *place,
    )  # fmt: skip
    after = bus_status()
    assert (issued.returncode, withdrawn.returncode) == (0, 0), issued.stderr + withdrawn.stderr
    assert (before, during, after) == ("not", "met", "not")


def test_a_certificate_is_refused_for_a_failing_run(tmp_path):
    conformance(
        "run", "--product", "simulated/bus-validator", "--defect", "green-before-oda",
        "--reports", str(tmp_path),
    )  # fmt: skip
    decision = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
    done = conformance(
        "certify", "issue", "--product", "simulated/bus-validator", "--decision", str(decision),
        "--reports", str(tmp_path),
    )  # fmt: skip
    assert (done.returncode, "TRN-BUS-010" in done.stderr) == (3, True)


def test_trace_reads_the_exchanges_of_one_case(conforming):
    done = conformance(
        "trace", str(conforming / "simulated-bus-validator" / "run.jsonl"), "--case", "TRN-BUS-050"
    )
    assert (done.returncode, "GET PROCESSING OPTIONS" in done.stdout) == (0, True)
