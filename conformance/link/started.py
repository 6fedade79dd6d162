"""A program that a bench starts: when it is ready, what it says, how it is stopped.

Commands are lists of words, run without a shell. Each runs in a process group of its own, which ends with
it, so that an emulator behind a script does not stay.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from threading import Event, Thread
from typing import IO, TYPE_CHECKING

from conformance.link.outcomes import BenchBroken
from conformance.link.said import Said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_POLL_S = 0.05
_PROBE_S = 1.0
_PART = 1 << 16


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a program shows that it is ready: all that is given must hold, `within_s` of its start.

    A `port` on loopback that takes a connection, a `line` of what it says (a regular expression), a `command`
    that ends with 0.
    """

    port: int | None = None
    line: str | None = None
    command: tuple[str, ...] = ()
    within_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Start:
    """A command and what belongs to it. `log` is a file that the program writes besides what it prints.

    `stop` is a command that ends it; without, or when that does not help `within_s`, it is told to terminate
    and then killed.
    """

    command: tuple[str, ...]
    ready: Readiness = Readiness()
    stop: tuple[str, ...] = ()
    stop_within_s: float = 5.0
    log: Path | None = None


class StartedProgram:
    """A program that runs from `start` to `stop`. BenchBroken says why it does not, with its last words."""

    def __init__(self, start: Start, said: Said) -> None:
        self._how = start
        self._program: subprocess.Popen[bytes] | None = None
        self._ended = Event()
        self._listening: list[Thread] = []
        self.said = said

    @property
    def running(self) -> bool:
        return self._program is not None and self._program.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        before = self.said.count
        self._ended.clear()
        self._program = launched(self._how.command)
        self._listen()
        try:
            self._become_ready(before)
        except BenchBroken:
            self.stop()
            raise

    def stop(self) -> None:
        """End it and all that it started; a second call does nothing."""
        program, self._program = self._program, None
        if program is None:
            return
        if self._how.stop and program.poll() is None:
            with contextlib.suppress(BenchBroken):  # it is ended by force then
                ran(self._how.stop, self._how.stop_within_s)
        end(program, self._how.stop_within_s, politely=not self._how.stop)
        self._ended.set()
        for thread in self._listening:
            thread.join(_PROBE_S)

    def restart(self) -> None:
        self.stop()
        self.start()

    def ends_within(self, seconds: float) -> bool:
        """True when it has ended, or does so now; what it said last is then known."""
        if self._program is None:
            return True
        try:
            self._program.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        for thread in self._listening[:1]:  # the log's is read until the program is stopped
            thread.join(seconds)
        return True

    def last_words(self) -> str:
        """How it ended, where it did, and what it said last."""
        status = None if self._program is None else self._program.poll()
        state = "runs" if status is None else ended_with(status)
        line = self.said.last_line()
        return f"{state}; it said last: {line}" if line else f"{state} and said nothing"

    def _become_ready(self, before: int) -> None:
        ready = self._how.ready
        deadline = time.monotonic() + ready.within_s
        while (missing := self._missing(before, deadline)) is not None:
            if not self.running:
                raise BenchBroken(f"{self._name} was not ready: it {self.last_words()}")
            if time.monotonic() > deadline:
                told = f"{self._name} was not ready within {ready.within_s:g} s: {missing}"
                raise BenchBroken(f"{told}; it {self.last_words()}")
            time.sleep(_POLL_S)

    def _missing(self, before: int, deadline: float) -> str | None:
        """What is not there yet of that by which it shows that it is ready."""
        ready = self._how.ready
        if ready.line is not None and not re.search(ready.line, self.said.since(before), re.MULTILINE):
            return f"no line matches {ready.line}"
        if ready.port is not None and not answers(ready.port):
            return f"port {ready.port} takes no connection"
        if ready.command:
            left = max(deadline - time.monotonic(), _PROBE_S)
            try:
                ran(ready.command, left)
            except BenchBroken as failed:
                return str(failed)
        return None

    @property
    def _name(self) -> str:
        return self._how.command[0]

    def _listen(self) -> None:
        """Take what it prints, and what it writes to its log from now on."""
        program, log = self._program, self._how.log
        self._listening = []
        if program is not None:
            self._listening.append(Thread(target=_pump, args=(program.stdout, self.said), daemon=True))
        if log is not None:
            offset = log.stat().st_size if log.is_file() else 0
            self._listening.append(
                Thread(target=_follow, args=(log, offset, self.said, self._ended), daemon=True)
            )
        for thread in self._listening:
            thread.start()


def launched(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command of a bench file; our own with this very interpreter, wherever its script may lie."""
    words = [sys.executable, "-m", "conformance", *command[1:]] if command[0] == "conformance" else command
    try:
        return subprocess.Popen(  # noqa: S603  the bench file names it
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except FileNotFoundError:
        where = "no such file" if "/" in command[0] else "it is not on PATH"
        raise BenchBroken(f"{command[0]} cannot be started: {where}") from None
    except OSError as error:
        raise BenchBroken(f"{command[0]} cannot be started: {error.strerror}") from None


def ran(command: Sequence[str], within_s: float, said: Said | None = None) -> str:
    """Run a command to its end with 0 and return what it said; BenchBroken for any other end."""
    said = said or Said()
    status = finished(launched(command), within_s, said)
    if status is None:
        raise BenchBroken(f"{command[0]} did not end within {within_s:g} s")
    if status != 0:
        line = said.last_line()
        raise BenchBroken(f"{command[0]} {ended_with(status)}" + (f": {line}" if line else ""))
    return said.whole()


def finished(program: subprocess.Popen[bytes], within_s: float, said: Said) -> int | None:
    """Wait for a program's own end, and take what it says; None when it had to be killed."""
    pump = Thread(target=_pump, args=(program.stdout, said), name="said", daemon=True)
    pump.start()
    try:
        status: int | None = program.wait(within_s)
    except subprocess.TimeoutExpired:
        status = None
    end(program, 0.0)
    pump.join(_PROBE_S)
    return status


def end(program: subprocess.Popen[bytes], within_s: float, *, politely: bool = True) -> None:
    """End a program and its group: asked to, and killed when it is still there after so many seconds."""
    if politely and program.poll() is None and within_s:
        _signal(program, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(within_s)
    _signal(program, signal.SIGKILL)
    program.wait()


def ended_with(status: int) -> str:
    """An exit status in words."""
    return f"was ended by signal {-status}" if status < 0 else f"ended with {status}"


def answers(port: int) -> bool:
    """True when somebody takes connections at this port of loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), _PROBE_S):
            return True
    except OSError:
        return False


def _signal(program: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
        os.killpg(program.pid, number)


def _pump(stream: IO[bytes], said: Said) -> None:
    with stream:
        while part := os.read(stream.fileno(), _PART):
            said.add(part)


def _follow(log: Path, offset: int, said: Said, ended: Event) -> None:
    """Take what is written to a file until the program has ended, and what it wrote last."""
    while True:
        last = ended.wait(_POLL_S)
        if log.is_file():
            offset = _taken(log, offset, said)
        if last:
            return


def _taken(log: Path, offset: int, said: Said) -> int:
    """Take what the file holds behind `offset`; one that was begun anew is read from its start."""
    with log.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        stream.seek(offset if offset <= size else 0)
        while part := stream.read(_PART):
            said.add(part)
        return stream.tell()
