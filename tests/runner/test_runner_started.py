"""Firmware that a bench starts: ready or not, stopped, mended, broken; its log and its identity."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from conformance import expect
from conformance.catalogue.product import read_product
from conformance.catalogue.proforma import read_proforma
from conformance.codec import apdu
from conformance.codec.apdu import ResponseApdu
from conformance.codec.documents import DocumentErrors
from conformance.codec.status import StatusWord
from conformance.link.outcomes import BenchBroken, ReaderGone
from conformance.model.case import CaseText, TestCase
from conformance.model.refused import IdentityDiffersError
from conformance.model.run import Observation
from conformance.model.verdict import Verdict
from conformance.record.privacy import Privacy
from conformance.record.reader import read
from conformance.runner import bench_log
from conformance.runner.bench import read_bench
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import OpenBench, check_identity, opened

ROOT = Path(__file__).resolve().parents[2]
PROFORMA = read_proforma(ROOT / "cases" / "proforma")
VALIDATOR = read_product(ROOT / "products" / "simulated" / "bus-validator.yaml", PROFORMA)
PROGRAM = Path(__file__).with_name("breaking_terminal.py")
BENCH = """\
bench:
  laboratory: a laboratory
  location: here
  channel: control
  grade: emulated
  time_base: virtual
  counts: quick
  terminal:
    address: "127.0.0.1:{port}"
    start: [%s, %s, "{port}"%s]
    ready_within_s: 15
    answer_within_s: 1
"""


def bench(folder, *words: str, more=""):
    path = folder / "bench.yaml"
    told = "".join(f', "{word}"' for word in words)
    text = BENCH % (sys.executable, PROGRAM, told)
    path.write_text(text + "".join(f"    {line}\n" for line in more.splitlines()), encoding="utf-8")
    return read_bench(path)


def case_of(behaviour, case_id):
    text = CaseText("title", "purpose", ())
    return TestCase(
        case_id, 1, text, (), (), "", (), None, None, ("terminal", "run"), behaviour, Path("case.py"), 1, ""
    )  # fmt: skip


def loads(terminal, run):
    """Two downloads: one in the preamble, one in the step."""
    with run.preamble("idle"):
        terminal.ready()
    with run.step("a download"):
        terminal.set_clock("2026-05-04T08:00:00")
        expect.equal(1, 1, what="number", ref="a clause")


def endings(door, count):
    stage = Stage(door, Journal(), {})
    return [execute(stage, case_of(loads, f"TRN-BUS-{900 + place}"), None) for place in range(count)]


def observed(record, kind):
    events = [event for step in record.steps for event in step.events]
    return [event.values for event in events if isinstance(event, Observation) and event.kind == kind]


def gone(pid):
    """Killed, if perhaps not yet reaped by whoever inherited it."""
    stat = Path(f"/proc/{pid}/stat")
    for _ in range(40):
        try:
            state = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_it_is_used_when_it_answers_and_stopped_with_all_that_it_started(tmp_path):
    with opened(bench(tmp_path, "ready-after", "0.3", "children"), VALIDATOR) as door:
        assert endings(door, 1)[0].verdict is Verdict.PASS
        child = re.search(r"child (\d+)", door.said.whole())[1]
        program = door.program
    assert not program.running
    assert gone(child)


@pytest.mark.parametrize(
    "ready",
    ['ready: {line: "^validator idle$"}', f'ready: {{command: ["{sys.executable}", "-c", "pass"]}}'],
)
def test_it_may_say_otherwise_that_it_is_ready(tmp_path, ready):
    with opened(bench(tmp_path, more=ready), VALIDATOR) as door:
        assert endings(door, 1)[0].verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("words", "more", "why"),
    [
        (("silent",), "", r"no terminal at 127.0.0.1:\d+: .* runs; it said last: booting"),
        (
            ("silent",),
            "ready: {line: idle}",
            "not ready within 1 s: no line matches idle; .* said last: booting",
        ),
        (("silent",), "ready: {port: 1}", "port 1 takes no connection"),
        (("silent",), 'ready: {command: ["false"]}', "false ended with 1"),
        (("ready-after", "a while"), "", "ended with 1; it said last: ValueError: could not convert"),
    ],
)
def test_one_that_never_gets_ready_is_named_with_its_last_words(tmp_path, words, more, why):
    slow = bench(tmp_path, *words, more=more)
    hasty = replace(slow, terminal={**slow.terminal, "ready_within_s": 1 if words[0] == "silent" else 15})
    with pytest.raises(BenchBroken, match=why), opened(hasty, VALIDATOR):
        pass


def test_a_program_that_is_not_there_is_named(tmp_path):
    lost = bench(tmp_path)
    lost = replace(lost, terminal={**lost.terminal, "start": ["no-such-emulator"]})
    with pytest.raises(BenchBroken, match="no-such-emulator cannot be started: it is not on PATH"):
        opened(lost, VALIDATOR).__enter__()


def test_one_that_died_breaks_the_bench_and_later_cases_name_the_first_cause(tmp_path):
    with opened(bench(tmp_path, "dies-at", "4"), VALIDATOR) as door:
        good, died, third, fourth = endings(door, 4)
    assert good.verdict is Verdict.PASS
    assert (died.verdict, died.headline.code) == (Verdict.FAIL, "terminal-died")
    assert {each.headline.code for each in (third, fourth)} == {"bench-broken-before"}
    assert {each.verdict for each in (third, fourth)} == {Verdict.ERROR}
    cause = fourth.headline.arguments["cause"]
    assert cause.startswith("TRN-BUS-901: the terminal ended its connection during load")
    assert cause.endswith("ended with 3; it said last: assertion failed: out of memory")


def test_one_that_hangs_costs_its_own_deadlines_and_no_later_ones(tmp_path):
    with opened(bench(tmp_path, "hangs-at", "2"), VALIDATOR) as door:
        hung, *later = endings(door, 20)
    assert (hung.verdict, hung.headline.code) == (Verdict.FAIL, "terminal-hung")
    assert {each.headline.code for each in later} == {"bench-broken-before"}
    assert max(each.duration_ms for each in later) < 500


@pytest.mark.parametrize("breaks", ["dies-at", "hangs-at"])
def test_one_that_is_started_again_is_tested_on(tmp_path, breaks):
    with opened(bench(tmp_path, breaks, "4", more="after_failure: restart"), VALIDATOR) as door:
        _, broken, after = endings(door, 3)
    assert (broken.verdict, after.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert observed(broken, "bench-mended") == [{"outcome": "idle"}]


def test_a_command_may_mend_it_and_one_that_fails_breaks_the_bench(tmp_path):
    mark = tmp_path / "mended"
    good = bench(tmp_path, "dies-at", "2", more=f'after_failure: ["touch", "{mark}"]')
    with opened(good, VALIDATOR) as door:
        assert [each.verdict for each in endings(door, 2)] == [Verdict.FAIL, Verdict.ERROR]
    assert mark.exists()
    bad = bench(tmp_path, "dies-at", "2", more='after_failure: ["false"]')
    with opened(bad, VALIDATOR) as door:
        first, second = endings(door, 2)
    assert observed(first, "bench-mended") == [{"outcome": "false ended with 1"}]
    assert second.headline.code == "bench-broken-before"


def test_a_power_cycle_is_asked_of_the_terminal(tmp_path):
    def fails(terminal, run):
        with run.step("a step"):
            expect.equal(1, 2, what="number", ref="a clause")

    with opened(bench(tmp_path, more="after_failure: power-cycle"), VALIDATOR) as door:
        record = execute(Stage(door, Journal(), {}), case_of(fails, "TRN-BUS-900"), None)
        events = [each.event for each in door.terminal.observe(type_of("device-event"))]
    assert observed(record, "bench-mended") == [{"outcome": "idle"}]
    assert "power-lost" in events or "started" in events


def type_of(name):
    from conformance.model.terminal import OBSERVABLES

    return OBSERVABLES[name].kind


def test_a_failed_case_shows_what_the_program_said_during_it(tmp_path):
    with opened(bench(tmp_path, "dies-at", "4"), VALIDATOR) as door:
        good, died = endings(door, 2)
    assert observed(good, "bench-log") == []
    (shown,) = observed(died, "bench-log")
    assert "assertion failed: out of memory" in shown["text"]
    assert "download 1 " not in shown["text"]


def test_the_log_is_kept_with_its_digest_and_without_anyones_pan(tmp_path):
    log = tmp_path / "console.txt"
    with opened(bench(tmp_path, "log", str(log), more=f"log: {log}"), VALIDATOR) as door:
        endings(door, 1)
    said = bench_log.keep(tmp_path, door.said, Privacy())
    text = (tmp_path / "bench.log").read_bytes()
    assert said.values["sha256"] == hashlib.sha256(text).hexdigest()
    assert b"card 6210948000000011" in text
    assert b"4716461583322103" not in text
    assert b"not tok:" in text


def test_the_firmware_is_computed_from_its_artefact(tmp_path):
    (tmp_path / "validator.bin").write_bytes(b"firmware")
    digest = hashlib.sha256(b"firmware").hexdigest()
    with opened(bench(tmp_path, more="firmware: {file: validator.bin}"), VALIDATOR) as door:
        assert (door.firmware.digest, door.firmware.origin) == (digest, "computed")
        check_identity(replace(VALIDATOR, firmware_digest=digest), door.firmware)
        with pytest.raises(IdentityDiffersError, match=f"but that of .* is {digest}"):
            check_identity(replace(VALIDATOR, firmware_digest="0" * 64), door.firmware)


def test_the_firmware_is_read_from_the_device_or_by_a_command(tmp_path):
    with opened(bench(tmp_path), VALIDATOR) as door:
        assert (door.firmware.version, door.firmware.origin) == ("1.0.0", "read")
    told = 'firmware: {command: ["echo", "v1.0.7-rc"], pattern: "v(?P<firmware>[0-9.]+)"}'
    with opened(bench(tmp_path, more=told), VALIDATOR) as door:
        assert (door.firmware.version, door.firmware.origin) == ("1.0.7", "read")
        with pytest.raises(IdentityDiffersError, match=r"is 1\.0\.0, but .* as echo 1\.0\.7"):
            check_identity(VALIDATOR, door.firmware)


def test_a_digest_that_the_device_does_not_tell_stays_the_vendors_word(tmp_path):
    with opened(bench(tmp_path), replace(VALIDATOR, firmware_digest="9" * 64)) as door:
        assert (door.firmware.digest, door.firmware.origin) == ("9" * 64, "declared")


def test_a_stop_command_is_run_first(tmp_path):
    mark = tmp_path / "stopped"
    with opened(bench(tmp_path, more=f'stop: ["touch", "{mark}"]\nstop_within_s: 1'), VALIDATOR) as door:
        pass
    assert mark.exists()
    assert not door.program.running


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('stop: ["kill", "{pid}"]', r"stop\[1\] has \{pid\}, which nobody fills in"),
        ('stop: ["echo", "{"]', "write a brace of your own twice"),
        ("ready: {line: '('}", "is no regular expression"),
        ("after_failure: reboot", "idle, power-cycle, restart, or a command"),
        ("firmware: {command: [echo]}", "command and pattern together"),
        ("firmware: {command: [echo], pattern: 'v(.*)'}", r"must name a group"),
        ("ready: {lines: x}", 'did you mean "line"'),
    ],
)
def test_a_bench_file_that_cannot_work_is_refused_with_its_line(tmp_path, more, why):
    with pytest.raises(DocumentErrors, match=why) as refused:
        bench(tmp_path, more=more)
    assert re.match(r".*bench.yaml:\d+: ", str(refused.value))


@dataclass
class Reader:
    """A card in a reader that goes away at some exchange, and stays away."""

    gone_at: int
    asked: int = 0

    def reset(self):
        if self.asked >= self.gone_at:
            raise ReaderGone("the reader is unplugged")
        return bytes.fromhex("3B00")

    def exchange(self, command):
        self.asked += 1
        self.reset()
        return ResponseApdu(b"", StatusWord(0x9000))


@dataclass
class Held:
    """Two samples in two readers: cases with an even number have the first."""

    readers: tuple[Reader, ...]

    def present(self, case):
        return self.readers[int(case.id[-1]) % 2]


def test_a_reader_that_is_gone_is_remembered_and_the_other_is_used_on():
    def asks(card, run):
        with run.step("a step"):
            card.reset()
            card.exchange(apdu.get_data(0x9F36))
            expect.equal(1, 1, what="number", ref="a clause")

    samples = Held((Reader(gone_at=2), Reader(gone_at=99)))
    stage = Stage(OpenBench(None, samples, frozenset(), (), simulated=True), Journal(), {})
    cases = [replace(case_of(asks, f"CRD-SEL-{900 + place}"), facades=("card", "run")) for place in range(6)]
    found = [execute(stage, case, None, stage.arguments(case, stage.run())) for case in cases]
    assert [each.verdict.name for each in found] == ["PASS", "PASS", "ERROR", "PASS", "ERROR", "PASS"]
    codes = [each.headline.code for each in found if each.headline]
    assert codes == ["reader-gone", "bench-broken-before"]
    assert found[4].headline.arguments == {"cause": "CRD-SEL-902: the reader is unplugged"}


def test_a_run_keeps_the_log_and_verify_holds_it_against_the_record(tmp_path):
    product = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")
    product = product.replace("  device: bus-validator\n", "  id: my-validator\n")
    (tmp_path / "my.yaml").write_text(product, encoding="utf-8")
    bench(tmp_path, "dies-at", "2", more="card: apdu")
    words = ["TRN-BUS-010", "TRN-BUS-020", "TRN-BUS-030", "--product", "my.yaml", "--bench", "bench.yaml"]
    done = conformance(tmp_path, "run", *words, "--reports", "out", "--language", "en")
    assert done.returncode == 3, done.stderr
    folder = tmp_path / "out" / "my-validator"
    record = read(folder / "run.jsonl")
    ended = {case.id: case.headline and case.headline.code for case in record.cases if case.steps}
    assert "terminal-died" in ended.values()
    assert list(ended.values())[-1] == "bench-broken-before"
    assert record.header.product["firmware_origin"] == "read"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "assertion failed: out of memory" in page
    ((name, digest),) = record.logs
    assert f"{name} <code>{digest}</code>" in page
    verified = conformance(tmp_path, "verify", str(folder / "run.jsonl"), "--language", "en")
    assert (verified.returncode, verified.stderr) == (0, "")
    with (folder / "bench.log").open("a", encoding="utf-8") as log:
        log.write("nothing happened")
    verified = conformance(tmp_path, "verify", str(folder / "run.jsonl"), "--language", "en")
    assert (verified.returncode, "bench.log: altered" in verified.stderr) == (3, True)
    (folder / "bench.log").unlink()
    verified = conformance(tmp_path, "verify", str(folder / "run.jsonl"), "--language", "en")
    assert (verified.returncode, verified.stderr) == (0, "")


def conformance(folder, *words: str):
    command = [sys.executable, "-m", "conformance", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_group_of_a_program_is_its_own(tmp_path):
    with opened(bench(tmp_path, "children"), VALIDATOR) as door:
        child = int(re.search(r"child (\d+)", door.said.whole())[1])
        assert os.getpgid(child) != os.getpgid(0)
