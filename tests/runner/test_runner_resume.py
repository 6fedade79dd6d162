"""A run that was killed goes on where it was: what was recorded stands, and every case is judged once."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.record.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 50
PRODUCT = "simulated/bus-validator"
PLACE = "simulated-bus-validator"

# Each child runs the product and is killed when its record has reached a random length, wherever it is then;
# then the run is resumed.
KILL_AND_RESUME = """
import os, random, signal, sys, time
from pathlib import Path
from conformance.runner.session import RunOptions, RunSession, prepare

def run(folder, resume):
    session = RunSession(prepare(RunOptions(sys.argv[2], folder, resume=resume)))
    session.open()
    for planned in session.plan:
        if planned.case.id in session.left:
            if planned.verdict is None:
                session.run(planned.case)
            else:
                session.pass_over(planned, planned.verdict)
    session.close()
    return session.preparation.folder / "run.jsonl"

def size(path):
    return path.stat().st_size if path.exists() else 0

whole = run(Path(sys.argv[1]) / "whole", False)
header = len(whole.read_bytes().splitlines()[0]) + 1
chance = random.Random(50)
for n in range(int(sys.argv[3])):
    folder = Path(sys.argv[1]) / str(n)
    path = folder / whole.relative_to(whole.parents[1])
    moment = chance.randrange(header, int(size(whole) * 0.95))
    child = os.fork()
    if child == 0:
        run(folder, False)
        os._exit(0)
    while size(path) < moment:
        time.sleep(chance.uniform(0, 0.002))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    (folder / "cut").write_bytes(path.read_bytes())
    if b'"t":"footer"' not in path.read_bytes():
        run(folder, True)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> list[tuple[Path, Path]]:
    """For each kill the record as it was left, and as it is after it was resumed."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-c", KILL_AND_RESUME, str(folder), PRODUCT, str(KILLS)]
    subprocess.run(command, check=True, timeout=600)
    return [(path, path.with_name(PLACE) / "run.jsonl") for path in folder.glob("*/cut")]


def test_most_kills_fall_into_the_run(killed):
    assert sum(verify(cut).state == "incomplete" for cut, _ in killed) > KILLS // 2


def test_what_was_recorded_stands(killed):
    for cut, resumed in killed:
        raw = cut.read_bytes()
        assert resumed.read_bytes().startswith(raw[: raw.rfind(b"\n") + 1])


def test_a_resumed_record_is_intact(killed):
    assert {verify(resumed).state for _, resumed in killed} == {"intact"}


def test_every_case_is_judged_once(killed):
    for _, resumed in killed:
        record = read(resumed)
        judged = [case.id for case in record.cases if case.verdict is not Verdict.NOT_RUN]
        assert judged == [entry.id for entry in record.header.cases]


def test_the_record_says_that_it_was_resumed(killed):
    for cut, resumed in killed:
        assert len(read(resumed).resumed) == (verify(cut).state == "incomplete")


def test_an_interrupted_case_shows_its_second_attempt(killed):
    for _, resumed in killed:
        record = read(resumed)
        interrupted = {case.id for case in record.cases if case.verdict is Verdict.NOT_RUN}
        assert {case.id for case in record.cases if case.attempt > 1} == interrupted


def test_exchange_numbers_rise_through_a_resumed_run(killed):
    for _, resumed in killed:
        numbers = [each.number for case in read(resumed).cases for each in case.exchanges]
        assert numbers == sorted(set(numbers))


def conformance(*words: str):
    return CliRunner().invoke(main, [*words, "--product", PRODUCT], env={"CONFORMANCE_LANGUAGE": "en"})


@pytest.fixture
def cut(tmp_path) -> Path:
    """A run that was cut off in its third case."""
    assert conformance("run", "--reports", str(tmp_path)).exit_code == 0
    path = tmp_path / PLACE / "run.jsonl"
    third = [n for n, line in enumerate(path.read_bytes().split(b"\n")) if line.startswith(b'{"t":"case"')][2]
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[: third + 2])[:-3])
    return path


def test_the_command_resumes_and_its_report_says_so(cut, tmp_path):
    done = conformance("run", "--resume", "--reports", str(tmp_path))
    page = cut.with_name("report.html").read_text(encoding="utf-8")
    left = len(read(cut).header.cases) - 2
    said = f"resumed: 2 cases stand, {left} are left"
    assert (done.exit_code, said in done.stderr) == (0, True), done.output
    assert read(cut).resumed[0] in page


def test_a_record_that_was_altered_is_not_resumed(cut, tmp_path):
    cut.write_bytes(cut.read_bytes().replace(b"TRN-BUS-010", b"TRN-BUS-011", 1))
    assert conformance("run", "--resume", "--reports", str(tmp_path)).exit_code == 3


def test_a_run_of_something_else_is_not_resumed(cut, tmp_path):
    done = conformance("run", "--resume", "--official", "--reports", str(tmp_path))
    assert (done.exit_code, "it is a run of another parameters, official" in done.stderr) == (2, True), (
        done.output
    )
    assert verify(cut).state == "incomplete"


def test_a_run_that_ended_is_not_resumed(tmp_path):
    conformance("run", "--reports", str(tmp_path))
    done = conformance("run", "--resume", "--reports", str(tmp_path))
    assert (done.exit_code, "nothing to resume" in done.stderr) == (2, True)


def test_where_nothing_was_recorded_a_resumed_run_begins(tmp_path):
    assert conformance("run", "--resume", "--reports", str(tmp_path)).exit_code == 0
    assert read(tmp_path / PLACE / "run.jsonl").resumed == ()
