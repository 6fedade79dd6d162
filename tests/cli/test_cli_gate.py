"""The gate as a CI job calls it, and the CI files that we hand out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cli_records import FINDING, run_of, written
from click.testing import CliRunner

from conformance.catalogue.load import load_catalogue
from conformance.cli import main
from conformance.model.run import CaseRecord, StepRecord
from conformance.model.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "products" / "simulated" / "bus-validator.yaml"
CATALOGUE = load_catalogue(ROOT / "cases")
REVISIONS = {
    name: CATALOGUE.cases[name].revision for name in CATALOGUE.proforma.profiles["transit-bus"].cases
}
WAIVER = "waivers: [{{case: TRN-BUS-050@1, finding: command-sent, reason: r, owner: o, until: {until}}}]\n"


def record(path, *, failing=(), ics=True):
    """A run of the whole profile, in which the named cases fail."""
    step = StepRecord("step", 0, "Tap", (FINDING,))
    cases = [
        (
            name,
            CaseRecord(name, revision, Verdict.FAIL, (step,), FINDING)
            if name in failing
            else CaseRecord(name, revision, Verdict.PASS),
        )
        for name, revision in REVISIONS.items()
    ]
    return written(run_of(cases, ics=ics), path)


def gate(*words: object, profile: str | None = "transit-bus"):
    named = ["--profile", profile] if profile else []
    return CliRunner().invoke(main, ["gate", "--language", "en", *named, *map(str, words)])


@pytest.fixture
def good(tmp_path):
    return record(tmp_path / "good.jsonl")


@pytest.fixture
def bad(tmp_path):
    return record(tmp_path / "bad.jsonl", failing=["TRN-BUS-050"])


def test_a_conforming_record_passes(good):
    assert gate(good).exit_code == 0


def test_a_failing_record_does_not(bad):
    assert gate(bad).exit_code == 1


@pytest.mark.parametrize(("until", "code"), [("2026-01-05", 0), ("2026-01-04", 5)])
def test_a_waiver_helps_until_its_day(bad, tmp_path, until, code):
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(WAIVER.format(until=until), encoding="utf-8")
    assert gate(bad, "--waivers", waivers).exit_code == code


def test_a_malformed_waiver_ends_with_2_and_its_line(bad, tmp_path):
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(WAIVER.format(until="tomorrow"), encoding="utf-8")
    done = gate(bad, "--waivers", waivers)
    assert (done.exit_code, f"{waivers}:1: waivers[0].until" in done.stderr) == (2, True)


def test_a_denied_mandatory_item_ends_with_4(tmp_path):
    assert gate(record(tmp_path / "run.jsonl", ics=False)).exit_code == 4


def test_a_product_s_file_that_says_otherwise_ends_with_4_and_names_the_line(good, tmp_path):
    product = tmp_path / "product.yaml"
    text = PRODUCT.read_text(encoding="utf-8").replace("FLASH_CARD: true", "FLASH_CARD: false")
    product.write_text(text, encoding="utf-8")
    done = gate(good, "--product", product)
    assert (done.exit_code, "product.yaml:16: TERMINAL.FLASH\\_CARD" in done.stdout) == (4, True)


def test_a_tampered_record_ends_with_3_and_names_the_line(good):
    good.write_bytes(good.read_bytes().replace(b'"verdict":"PASS"', b'"verdict":"N/A"', 1))
    done = gate(good)
    assert (done.exit_code, f"{good}:" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    "words",
    [["--no-new"], ["--plan", PRODUCT], ["--on", "tomorrow"], ["--product", "no/such"]],
    ids=["no baseline", "plan and profile", "no date", "no product"],
)
def test_wrong_usage_ends_with_2(good, words):
    assert gate(good, *words).exit_code == 2


@pytest.mark.parametrize("profile", [None, "no-such", "card-electronic-cash"])
def test_a_plan_that_is_none_or_of_another_profile_ends_with_2(good, profile):
    assert gate(good, profile=profile).exit_code == 2


def test_what_the_baseline_shows_already_is_let_through_only_when_asked(bad):
    codes = gate(bad, "--baseline", bad).exit_code, gate(bad, "--baseline", bad, "--no-new").exit_code
    assert codes == (1, 0)


def test_what_is_new_is_not_let_through(bad, tmp_path):
    worse = record(tmp_path / "worse.jsonl", failing=["TRN-BUS-050", "TRN-BUS-060"])
    done = gate(worse, "--baseline", bad, "--no-new")
    assert (done.exit_code, "New failures (1)\n  TRN-BUS-060" in done.stdout) == (1, True)


def test_a_published_plan_judges_as_the_profile_does(good, bad, tmp_path):
    plan = tmp_path / "plan.json"
    arguments = ["plan", "--product", "simulated/bus-validator", "--write", str(plan)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    codes = [gate(each, "--plan", plan, profile=None).exit_code for each in (good, bad)]
    assert codes == [0, 1]


def test_an_altered_plan_ends_with_2(good, tmp_path):
    plan = tmp_path / "plan.json"
    arguments = ["plan", "--product", "simulated/bus-validator", "--write", str(plan)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    plan.write_text(plan.read_text(encoding="utf-8").replace("TRN-BUS-050@1", "TRN-BUS-050@2"))
    done = gate(good, "--plan", plan, profile=None)
    assert (done.exit_code, "the plan was altered" in done.stderr) == (2, True)


def test_the_sarif_points_at_the_ics_line_that_declared_the_capability(bad, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    sarif = tmp_path / "out" / "gate.sarif"
    assert gate(bad, "--sarif", sarif).exit_code == 1
    (result,) = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "products/simulated/bus-validator.yaml"},
        "region": {"startLine": line_of("TERMINAL.FLASH_CARD")},
    }


def line_of(item):
    lines = PRODUCT.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(f"{item}:"))


def test_the_summary_is_added_to_what_the_file_holds(bad, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n", encoding="utf-8")
    gate(bad, "--summary", summary)
    assert summary.read_text(encoding="utf-8").startswith("# before\n# simulated/bus-validator 1.0.0: failed")


def github():
    """The environment of the GitHub job and the scripts of its steps; installing is the test's own matter."""
    text = (ROOT / "docs" / "ci" / "github-actions.yml").read_text(encoding="utf-8")
    job = yaml.safe_load(text)
    steps = job["jobs"]["gate"]["steps"]
    return job["env"], [each["run"] for each in steps if "run" in each and each["name"] != "Install"]


def gitlab():
    job = yaml.safe_load((ROOT / "docs" / "ci" / "gitlab-ci.yml").read_text(encoding="utf-8"))["conformance"]
    assert all("pip install" in line for line in job["before_script"])
    return job["variables"], job["script"]


def ran(job, folder, **variables: str):
    """The job's scripts in an empty folder, as the servers run them: stopping at the first that fails."""
    environment, scripts = job()
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    program = bin_folder / "conformance"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m conformance "$@"\n')
    program.chmod(0o755)
    variables = {
        **os.environ,
        **environment,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        **variables,
    }
    for script in scripts:
        done = subprocess.run(
            ["bash", "-e", "-c", script], cwd=folder, env=variables,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        if done.returncode:
            return done
    return done


@pytest.mark.parametrize("job", [github, gitlab])
def test_the_ci_file_s_commands_pass_a_conforming_product_and_leave_what_they_upload(job, tmp_path):
    done = ran(job, tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "gate").iterdir()} >= {"junit.xml", "conformance.sarif"}
    assert len([*tmp_path.rglob("summary.md")]) == 1


@pytest.mark.parametrize("job", [github, gitlab])
def test_the_ci_file_s_commands_stop_at_a_declaration_in_error(job, tmp_path):
    text = PRODUCT.read_text(encoding="utf-8").replace("TERMINAL.EC: true", "TERMINAL.EC: false")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    assert ran(job, tmp_path, PRODUCT=str(tmp_path / "mine.yaml")).returncode == 4


@pytest.mark.parametrize("job", [github, gitlab])
def test_the_ci_file_s_gate_takes_a_baseline(job, tmp_path):
    baseline = record(tmp_path / "baseline.jsonl")
    done = ran(job, tmp_path, BASELINE=str(baseline))
    assert (done.returncode, "与基线比较" in done.stdout) == (0, True), done.stderr
