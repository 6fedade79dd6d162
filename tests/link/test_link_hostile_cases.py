"""Whole cases against hostile terminals: honest endings, a run that goes on, a record that verifies."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import hostile_terminal as hostile
import pytest
from hostile_proxy import Proxy
from hostile_terminal import answer
from small_terminal import serving

from conformance.catalogue.load import load_catalogue
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.record.verify import verify
from conformance.report import junit
from conformance.runner.exit_code import BLOCKED, NOT_CONFORMING, exit_code
from conformance.runner.session import RunOptions, RunSession, prepare
from conformance.sim import terminal as simulated_terminal

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(ROOT / "cases")
CASES = ("TRN-BUS-010", "TRN-BUS-020", "TRN-BUS-050")
BENCH = """\
bench:
  laboratory: a laboratory
  location: here
  channel: control
  grade: simulated
  time_base: virtual
  counts: quick
  terminal:
    address: "127.0.0.1:{port}"
    card: apdu
    answer_within_s: 1
"""


def loud(rng, asked):
    """Words that would do something to a console or a page."""
    yield answer(
        asked, error={"code": 1, "message": "\x1b[2J\0\x07<script>alert(1)</script>\u202e" + "x" * 5000}
    )


def bench_of(folder, port):
    path = folder / "bench.yaml"
    path.write_text(BENCH.format(port=port), encoding="utf-8")
    return str(path)


@contextmanager
def behind(method, hostility, *, gone=False):
    """A good validator behind the hostility, and its port."""
    with (
        serving(simulated_terminal.build("bus-validator")) as server,
        closing(Proxy(server.port, method, hostility, gone=gone)) as proxy,
    ):
        yield proxy.port


def run(folder, method, hostility, *, gone=False):
    """The record of a run of three cases, of which the first meets the hostility."""
    with behind(method, hostility, gone=gone) as port:
        options = RunOptions("simulated/bus-validator", folder, bench_of(folder, port), cases=CASES)
        session = RunSession(prepare(options, CATALOGUE))
        session.open()
        for name in session.left:
            session.run(CATALOGUE.cases[name])
        session.close()
    path = session.preparation.folder / "run.jsonl"
    assert verify(path).state == "intact"
    return path, read(path)


FAIL, INCONC, ERROR = Verdict.FAIL, Verdict.INCONC, Verdict.ERROR
ENDINGS = [
    ("present", hostile.not_json, FAIL, "terminal-garbage"),
    ("present", hostile.endless_line, FAIL, "terminal-garbage"),
    ("present", hostile.card_storm, FAIL, "terminal-garbage"),
    ("present", hostile.wrong_id, FAIL, "terminal-garbage"),
    ("present", hostile.left_half_way, FAIL, "terminal-died"),
    ("present", hostile.silence, FAIL, "terminal-hung"),
    ("present", hostile.drip, FAIL, "terminal-hung"),
    ("present", hostile.strange_error, FAIL, "terminal-refused"),
    ("present", loud, FAIL, "terminal-refused"),
    ("present", hostile.reader_error, ERROR, "reader-gone"),
    ("present", hostile.cancelled, ERROR, "terminal-cancelled"),
    ("load", hostile.not_json, INCONC, "terminal-garbage"),
    ("load", hostile.silence, INCONC, "terminal-hung"),
    ("load", hostile.left_half_way, INCONC, "terminal-died"),
    ("load", hostile.reader_error, ERROR, "reader-gone"),
    ("observe", hostile.pages_without_end, INCONC, "terminal-garbage"),
]


@pytest.mark.parametrize(("method", "hostility", "verdict", "code"), ENDINGS)
def test_a_hostile_answer_is_that_cases_ending_alone(tmp_path, method, hostility, verdict, code):
    _, record = run(tmp_path, method, hostility)
    first, *later = record.cases
    assert (first.verdict, first.headline.code) == (verdict, code)
    assert [each.verdict for each in later] == [Verdict.PASS, Verdict.PASS]
    assert exit_code(record) == (NOT_CONFORMING if verdict is FAIL else BLOCKED)


def test_a_terminal_whose_link_is_gone_accuses_nobody(tmp_path):
    _, record = run(tmp_path, "present", hostile.silence, gone=True)
    first, *later = record.cases
    assert (first.verdict, first.headline.code) == (ERROR, "terminal-hung")
    assert {(each.verdict, each.headline.code) for each in later} == {(ERROR, "bench-broken-before")}
    assert exit_code(record) == BLOCKED


def conformance_run(folder, method, hostility):
    """The command as a user gives it, against the terminal behind the hostility."""
    with behind(method, hostility) as port:
        command = [sys.executable, "-m", "conformance", "run", *CASES, "--product", "simulated/bus-validator"]
        places = ["--bench", bench_of(folder, port), "--reports", str(folder)]
        return subprocess.run(
            [*command, *places], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
        )


def test_words_that_mean_harm_do_none_on_console_or_page(tmp_path):
    done = conformance_run(tmp_path, "present", loud)
    assert done.returncode == NOT_CONFORMING
    folder = tmp_path / "simulated-bus-validator"
    page = (folder / "report.html").read_text(encoding="utf-8")
    xml = junit.render(read(folder / "run.jsonl"))
    ET.fromstring(xml)  # noqa: S314  it is our own, and whether it is XML is the question
    for shown in (done.stdout, done.stderr, page, xml):
        assert not {"\x1b", "\0", "\x07", "\u202e"} & set(shown)
        assert "<script>alert" not in shown.replace("&lt;", "?")
    assert "alert(1)" in page


@pytest.mark.parametrize("hostility", [hostile.not_json, hostile.silence, hostile.left_half_way, loud])
def test_a_bench_that_is_hostile_from_the_start_does_not_open(tmp_path, hostility):
    done = conformance_run(tmp_path, "identify", hostility)
    assert (done.returncode, "cannot be opened" in done.stderr) == (BLOCKED, True)
    assert "\x1b" not in done.stderr
    assert not (tmp_path / "simulated-bus-validator").exists()
