"""Writes a run's record: one line for each thing that happens, handed to the system as it happens."""

from __future__ import annotations

import errno
import json
from dataclasses import fields
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from conformance.model.run import Exchange, Expectation, Finding
from conformance.record.chain import NOTHING_BEFORE, digest, link, sealed
from conformance.record.verify import walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import FileIO
    from pathlib import Path
    from types import TracebackType

    from _typeshed import DataclassInstance

    from conformance.model.run import Event, Observation, Redaction, RunHeader
    from conformance.model.verdict import Verdict
    from conformance.record.privacy import Privacy

SCHEMA = 1


class RunWriter:
    """The open record of one run (docs/record.md). Lines are whole: a killed run leaves what it had written.

    Raises FileExistsError rather than write over a record, and OSError when a line could not be written;
    then the file is closed, as a line after half a line would make it a tampered one. Threads may share it:
    a terminal reads its card in one while the run goes on in another.

    With `resumed_at` it goes on with a record that was cut off, and says so in it: every whole line stays, a
    piece of a last line goes, and privacy's tokens are of a new key from there on. ValueError for a record
    that is complete, tampered with, or has not even its first line.
    """

    def __init__(
        self, path: Path, header: RunHeader, privacy: Privacy, *, resumed_at: str | None = None
    ) -> None:
        self._privacy = privacy
        self._lock = Lock()
        self._number = 1
        self._prev = NOTHING_BEFORE
        self._case = ""
        if resumed_at is not None:
            self._file = self._cut_off(path)
            self._append("resumed", _members({"at": resumed_at}))
            return
        self._file = path.open("xb", buffering=0)
        members = {**_fields(header), "cases": [_fields(entry) for entry in header.cases]}
        self._append("header", _members({"schema": SCHEMA, **privacy.declared(members)}))

    def _cut_off(self, path: Path) -> FileIO:
        """The file of a record that was cut off, ready for its next line."""
        raw = path.read_bytes()
        lines, integrity = walk(raw)
        if integrity.state != "incomplete" or not lines:
            raise ValueError(f"{path}: not a record that was cut off ({integrity.state})")
        whole = raw[: raw.rindex(b"\n") + 1]
        self._number = len(lines) + 1
        self._prev = digest(whole[:-1].rsplit(b"\n", 1)[-1])
        file = path.open("r+b", buffering=0)
        file.truncate(len(whole))
        file.seek(len(whole))
        return file

    def case_started(self, case_id: str, revision: int, attempt: int) -> None:
        with self._lock:
            self._case = case_id
            self._privacy.forget_card()
            self._append("case", _members({"id": case_id, "revision": revision, "attempt": attempt}))

    def step_started(self, kind: str, index: int, text: str) -> None:
        with self._lock:
            self._append("step", _members({"kind": kind, "index": index, "text": text}))

    def exchange(self, exchange: Exchange) -> None:
        with self._lock:
            self._append("exchange", _exchange(self._privacy.redact(exchange)))

    def event(self, event: Event) -> None:
        """Write any event of a step."""
        if isinstance(event, Exchange):
            self.exchange(event)
            return
        with self._lock:
            if isinstance(event, Expectation):
                self._append("expectation", _members(_fields(event)))
            elif isinstance(event, Finding):
                self._append("finding", _members(self._finding(event)))
            else:
                self._append("observation", _members(self._observation(event)))

    def step_ended(self) -> None:
        with self._lock:
            self._append("step-end", "")

    def case_ended(
        self, verdict: Verdict, headline: Finding | None, reason: str | None, duration_ms: int
    ) -> None:
        with self._lock:
            members = {
                "id": self._case,
                "verdict": verdict,
                "headline": None if headline is None else self._finding(headline),
                "reason": self._privacy.shown(reason),
                "duration_ms": duration_ms,
            }
            self._append("verdict", _members(members))

    def close(self, finished: str, counts: Mapping[str, int]) -> None:
        """Write the footer and close the file: the record is complete."""
        with self._lock:
            members = _members({"finished": finished, "counts": dict(counts)})
            self._write(sealed(link("footer", self._number, self._prev, members)))
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()  # without close() before, the record stays incomplete, which is what it is

    def _append(self, kind: str, members: str) -> None:
        line = link(kind, self._number, self._prev, members)
        self._write(line)
        self._number += 1
        self._prev = digest(line)

    def _write(self, line: bytes) -> None:
        if self._file.write(line + b"\n") != len(line) + 1:
            self._file.close()
            raise OSError(errno.ENOSPC, "only a part of a line could be written", self._file.name)

    def _finding(self, finding: Finding) -> dict[str, Any]:
        members: dict[str, Any] = self._privacy.shown({**_fields(finding), "where": _fields(finding.where)})
        return members

    def _observation(self, observation: Observation) -> dict[str, Any]:
        return {"kind": observation.kind, "values": self._privacy.shown(dict(observation.values))}


def _fields(value: DataclassInstance) -> dict[str, Any]:
    """The fields of a value as they are; unlike `asdict` it copies nothing and takes any mapping."""
    return {member.name: getattr(value, member.name) for member in fields(value)}


def _members(members: Mapping[str, Any]) -> str:
    """The inside of a JSON object, in the order given."""
    return json.dumps(members, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[1:-1]


def _exchange(exchange: Exchange) -> str:
    """Members of an exchange, put together by hand: this is the line that is written while a card waits."""
    response = exchange.response
    answer = "null" if response is None else f'"{response.hex().upper()}"'
    modelled = ',"modelled":true' if exchange.modelled else ""
    redacted = f',"redacted":[{_redactions(exchange.redacted)}]' if exchange.redacted else ""
    return (
        f'"number":{exchange.number},"at":{exchange.at},"duration":{exchange.duration},'
        f'"outcome":"{exchange.outcome}","command":"{exchange.command.hex().upper()}",'
        f'"response":{answer}{modelled}{redacted}'
    )


def _redactions(redacted: tuple[Redaction, ...]) -> str:
    return ",".join(f"{{{_members(_fields(redaction))}}}" for redaction in redacted)
