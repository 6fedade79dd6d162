"""`conformance diff`: 0 no difference, 1 differences, 3 unreadable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cli_records import FINDING, run_of, written
from click.testing import CliRunner

from conformance.cli import main
from conformance.model.run import CaseRecord, Exchange, StepRecord
from conformance.model.verdict import Verdict

NAME = "TRN-BUS-050"
PAN = "6210948000000011"
READ, GPO = bytes.fromhex("00B2012C00"), bytes.fromhex("80A8000002830000")
GOOD = bytes.fromhex("70009000")


def passed():
    exchange = Exchange(7, READ, GOOD, "answered", 1, 1)
    return CaseRecord(NAME, 1, Verdict.PASS, (StepRecord("step", 0, "Tap", (exchange,)),))


def failed():
    exchange = Exchange(9, GPO, GOOD, "answered", 1, 1)
    return CaseRecord(NAME, 1, Verdict.FAIL, (StepRecord("step", 0, "Tap", (exchange, FINDING)),), FINDING)


def record(path, case, **changes: object):
    run = run_of([(NAME, case)])
    return written(replace(run, header=replace(run.header, **changes)), path)


def diff(*words: object, language="en"):
    return CliRunner().invoke(main, ["diff", *map(str, words), "--language", language])


@pytest.fixture
def good(tmp_path):
    return record(tmp_path / "good.jsonl", passed())


@pytest.fixture
def bad(tmp_path):
    return record(tmp_path / "bad.jsonl", failed())


def test_a_record_does_not_differ_from_itself(good):
    done = diff(good, good)
    assert (done.exit_code, done.stdout) == (0, "the two runs do not differ\n")


def test_a_new_failure_is_shown_with_the_exchange_and_the_way_to_it(good, bad):
    done = diff(good, bad)
    assert done.exit_code == 1
    assert "New failures (1)\n  TRN-BUS-050  PASS@1 → FAIL@1 (command-sent)" in done.stdout
    assert "first exchange that differs, in its command:" in done.stdout
    assert "-     7  READ RECORD" in done.stdout
    assert "+     9  GET PROCESSING OPTIONS" in done.stdout
    assert f"conformance trace {bad} --case TRN-BUS-050 --exchange 9" in done.stdout


def test_the_same_is_said_in_chinese(good, bad):
    done = diff(good, bad, language="zh")
    assert "新增不通过 (1)" in done.stdout
    assert "首个不同的交互（命令不同）：" in done.stdout


def test_other_answers_in_the_ics_are_a_difference(good, tmp_path):
    other = record(tmp_path / "other.jsonl", passed(), ics={"TERMINAL.EC": True})
    done = diff(good, other)
    assert (done.exit_code, "  TERMINAL.CONTACTLESS: yes → —" in done.stdout) == (1, True)


def test_a_pan_in_a_declaration_is_covered(good, tmp_path):
    other = record(tmp_path / "other.jsonl", passed(), product={"id": "a", "model": f"for {PAN}"})
    assert PAN not in diff(good, other).stdout


def test_a_record_that_was_altered_ends_with_3_and_names_the_line(good, bad):
    bad.write_bytes(bad.read_bytes().replace(b"FAIL", b"PASS", 1))
    done = diff(good, bad)
    assert (done.exit_code, f"{bad}:" in done.stderr) == (3, True)


def test_a_file_that_is_no_record_ends_with_3(good, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("no record\n", encoding="utf-8")
    assert diff(good, other).exit_code == 3


def test_a_record_that_was_cut_off_is_compared_as_far_as_it_goes(good, tmp_path):
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(good.read_bytes().splitlines(keepends=True)[:2]))
    done = diff(good, cut)
    assert (done.exit_code, "No longer run (1)" in done.stdout) == (1, True)


def slower(path, duration, time_base="real"):
    exchanges = tuple(Exchange(number, READ, GOOD, "answered", number, duration) for number in range(1, 21))
    case = CaseRecord(NAME, 1, Verdict.PASS, (StepRecord("step", 0, "Tap", exchanges),))
    return record(path, case, time_base=time_base)


def test_a_card_that_became_slower_is_told_and_is_no_difference(tmp_path):
    done = diff(slower(tmp_path / "one.jsonl", 40_000), slower(tmp_path / "two.jsonl", 52_000))
    assert done.exit_code == 0
    assert "READ RECORD              40.0 → 52.0 ms (+30%)  p95 40.0 → 52.0 ms  n 20, 20" in done.stdout


def test_noise_is_not_told(tmp_path):
    done = diff(slower(tmp_path / "one.jsonl", 40_000), slower(tmp_path / "two.jsonl", 40_900))
    assert "ms" not in done.stdout


@pytest.mark.parametrize("bases", [("real", "emulated"), ("virtual", "virtual")])
def test_times_on_another_or_on_no_real_time_base_are_not_compared(tmp_path, bases):
    one, two = bases
    done = diff(slower(tmp_path / "one.jsonl", 40_000, one), slower(tmp_path / "two.jsonl", 90_000, two))
    assert "ms" not in done.stdout
