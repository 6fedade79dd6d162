"""A run whose operator is asked at a real pseudo-terminal, beside everything that a test runner captures."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from conformance.link.operator.tty import TtyDesk
from conformance.link.outcomes import OperatorAbsent, TerminalUnreachable
from conformance.model.operator import Entry, Line, Place, Question
from conformance.model.run import CaseRecord, Observation
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.runner.progress import ProgressBar

ROOT = Path(__file__).resolve().parents[2]
CASE = "TRN-BUS-150"


class PseudoTerminal:
    """A person at the master's side of a pseudo-terminal."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.shown = ""

    def expect(self, pattern: str, within_s: float = 60) -> None:
        """Wait until the screen shows this; what came before is passed over."""
        end = time.monotonic() + within_s
        while (found := re.search(pattern, self.shown)) is None:
            if time.monotonic() > end or not select.select([self.master], [], [], 1)[0]:
                if time.monotonic() > end:
                    raise AssertionError(f"{pattern!r} is not in {self.shown!r}")
                continue
            try:
                self.shown += os.read(self.master, 4096).decode(errors="replace")
            except OSError:
                raise AssertionError(f"{pattern!r} is not in {self.shown!r}, and it ended") from None
        self.shown = self.shown[found.end() :]

    def leave(self, child: int) -> None:
        """Look on until the program has ended."""
        with suppress(OSError):  # what a pseudo-terminal without another side says
            while os.read(self.master, 4096):
                continue
        os.waitpid(child, 0)
        os.close(self.master)

    def type(self, *lines: str) -> None:
        for line in lines:
            os.write(self.master, f"{line}\n".encode())


def bench_file(folder: Path, **desk) -> Path:
    """The example bench, asked at the prompt."""
    given = yaml.safe_load((ROOT / "benches" / "operator-example.yaml").read_text(encoding="utf-8"))
    given["bench"]["desk"] |= {"at": "prompt", "undo_s": 30, **desk}
    del given["bench"]["desk"]["address"]
    path = folder / "my-operator.yaml"
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    return path


def product_file(folder: Path) -> Path:
    text = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")
    path = folder / "my-validator.yaml"
    path.write_text(text.replace("  device: bus-validator\n", "  id: my-validator\n"), encoding="utf-8")
    return path


def started(*command: str) -> tuple[int, PseudoTerminal]:
    """Our program with a pseudo-terminal of its own as its controlling terminal."""
    child, master = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, *command])  # noqa: S606  our own program, and no shell
    return child, PseudoTerminal(master)


def sign_in(person: PseudoTerminal) -> None:
    person.expect("核对终端|操作员与终端")
    person.type("")
    person.expect("操作员姓名")
    person.type("张三")
    person.expect("固件版本")
    person.type("1.0.0")
    person.expect("u 撤销")
    person.type("")


def tell(person: PseudoTerminal, serial: str, signal: str, records: int) -> None:
    person.expect(f"样品 {serial}")
    person.type("")
    person.expect("终端对持卡人的提示")
    person.type(signal)
    for entry in ("随后的提示", "屏幕文字", "显示的余额", "显示的金额", "指示灯", "声音"):
        person.expect(entry)
        person.type("")
    person.expect("新增记录数")
    person.type(str(records))
    if records:
        for entry, value in (("类型", "sale"), ("金额", "1.00"), ("序号", "8")):
            person.expect(f"记录 1：{entry}")
            person.type(value)


def case_of(folder: Path):
    record = read(folder / "my-validator" / "run.jsonl")
    return record.header, next(each for each in record.cases if each.id == CASE)


COMMANDS = {
    "conformance run": ("-m", "conformance", "run", CASE),
    "pytest": ("-m", "pytest", "cases/transit/bus/trn_bus_150.py", "--case", CASE),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_operator_is_asked_at_the_terminal_whatever_is_captured(tmp_path, name):
    bench, product = bench_file(tmp_path), product_file(tmp_path)
    where = ("--product", str(product), "--bench", str(bench), "--reports", str(tmp_path / "out"))
    child, person = started(*COMMANDS[name], *where)
    sign_in(person)
    person.expect("票价：1.00 元")
    person.type("")
    person.expect("u 撤销")
    person.type("")
    tell(person, "S-05", "0", 0)
    person.expect("u 撤销")
    person.type("u")  # accepted was a slip
    tell(person, "S-05", "1", 0)
    person.expect("u 撤销")
    person.type("")
    tell(person, "S-04", "0", 1)
    person.expect("u 撤销")
    person.type("")
    person.expect("本次运行结束")
    person.leave(child)
    header, case = case_of(tmp_path / "out")
    answers = [
        event.values
        for step in case.steps
        for event in step.events
        if isinstance(event, Observation) and event.kind == "answer"
    ]
    assert (case.verdict, header.bench["operator"]) == (Verdict.PASS, "张三")
    assert [(each["asked"], each["undone"]) for each in answers] == [
        ("prepare", 0),
        ("present", 1),
        ("present", 0),
    ]


QUESTION = Question("present", (Line("do.idle"),), (Entry("records", "count", Line("entry.records")),))


@pytest.fixture
def at_prompt():
    """A desk at a pseudo-terminal, and the person there."""
    master, slave = pty.openpty()
    desk = TtyDesk("en", deadline_s=5, undo_s=0.1, device=os.ttyname(slave))
    yield desk, PseudoTerminal(master)
    os.close(master)
    os.close(slave)


def test_an_entry_that_cannot_be_read_is_asked_for_again(at_prompt):
    desk, person = at_prompt
    person.type("", "many", "3")
    assert desk.ask(QUESTION).values == {"records": "3"}
    person.expect("This cannot be read")


def test_skipping_asks_for_nothing_more(at_prompt):
    desk, person = at_prompt
    person.type("r", "s")  # nothing here can be refused
    assert desk.ask(QUESTION).ending == "skipped"


def test_lines_end_with_an_empty_one(at_prompt):
    desk, person = at_prompt
    lines = Question("present", (), (Entry("lines", "lines", Line("entry.lines")),))
    person.type("", "消费 1.00", "余额 49.00", "")
    assert desk.ask(lines).values == {"lines": "消费 1.00\n余额 49.00"}


def test_nobody_answers(at_prompt):
    desk, _ = at_prompt
    desk.deadline_s = 0.1
    with pytest.raises(OperatorAbsent, match=r"0\.1 s"):
        desk.ask(QUESTION)


def test_the_place_of_the_run_stands_above_the_question(at_prompt):
    desk, person = at_prompt
    desk.at(Place(CASE, 2, 7, {"zh": "刷卡", "en": "Tap"}))
    person.type("s")
    desk.ask(QUESTION)
    person.expect(rf"Case 2 of 7 · {CASE}\r\n  Tap")


def test_without_a_terminal_the_bench_cannot_be_opened(tmp_path):
    with pytest.raises(TerminalUnreachable):
        TtyDesk("en", 1, 1, device=str(tmp_path / "none"))


@pytest.mark.parametrize(("attended", "told"), [(True, False), (False, True)])
def test_who_is_asked_is_not_told_how_a_case_ended(capsys, attended, told):
    with ProgressBar("my-validator", 1, attended=attended) as bar:
        bar.case_ended(CaseRecord(CASE, 1, Verdict.FAIL))
    shown = capsys.readouterr().err
    assert (CASE in shown, "FAIL" in shown) == (True, told)
