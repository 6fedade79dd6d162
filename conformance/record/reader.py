"""Reads a record back into values, strictly: what is not as it was written is refused, with its line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from conformance.model.run import (
    CaseEntry,
    CaseRecord,
    Exchange,
    Expectation,
    Finding,
    Observation,
    Redaction,
    RunFooter,
    RunHeader,
    RunRecord,
    StepRecord,
    Where,
)
from conformance.model.verdict import Verdict
from conformance.record.evidence import logs
from conformance.record.verify import walk
from conformance.record.writer import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.model.run import Event
    from conformance.record.chain import Line


class RecordError(Exception):
    """A record that cannot be read, with the line at fault.

    Codes are those of `verify`, and `unknown-schema` {found}, `unknown-type` {kind}, `no-header`, and
    `unreadable` {reason} for a line that was written as it is and yet makes no sense.
    """

    def __init__(self, line: int, code: str, detail: Mapping[str, str | int] | None = None) -> None:
        self.line, self.code, self.detail = line, code, dict(detail or {})
        super().__init__(f"line {line}: {code} {self.detail or ''}".rstrip())


def read(path: Path, *, incomplete: bool = False) -> RunRecord:
    """Read a whole record, or with `incomplete` also one that was cut off.

    A piece of a last line is dropped; a case in progress is NOT RUN, reason "interrupted". Raises
    RecordError, OSError.
    """
    reading = _Reading()
    for line in read_lines(path, incomplete=incomplete):
        try:
            reading.take(line)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise RecordError(line.number, "unreadable", {"reason": reason}) from error
    return reading.record()


def read_lines(path: Path, *, incomplete: bool = False) -> tuple[Line, ...]:
    """The lines of a record with their members as plain JSON, once the chain is known to hold."""
    lines, integrity = walk(path.read_bytes())
    if integrity.line is not None and not (incomplete and integrity.state == "incomplete"):
        raise RecordError(integrity.line, integrity.code, integrity.detail)
    return lines


@dataclass(slots=True)
class _Case:
    """A case while its lines come in."""

    id: str
    revision: int
    attempt: int
    steps: list[tuple[str, int, str, list[Event]]] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Add to the step begun last; before any step, to an unnamed preamble."""
        if not self.steps:
            self.steps.append(("preamble", -1, "", []))
        self.steps[-1][3].append(event)

    def record(self) -> CaseRecord:
        """As it stands without a verdict."""
        steps = tuple(
            StepRecord(kind, index, text, tuple(events)) for kind, index, text, events in self.steps
        )
        interrupted = CaseRecord(self.id, self.revision, Verdict.NOT_RUN, steps, reason="interrupted")
        return replace(interrupted, attempt=self.attempt)


class _Reading:
    """Puts a record together from its lines."""

    def __init__(self) -> None:
        self._header: RunHeader | None = None
        self._cases: list[CaseRecord] = []
        self._case: _Case | None = None
        self._footer: RunFooter | None = None
        self._resumed: list[str] = []
        self._between: list[Line] = []

    def take(self, line: Line) -> None:
        members = line.members
        if line.kind in _EVENTS:
            if self._case is not None:
                self._case.note(_EVENTS[line.kind](members))
            else:  # what happens between cases is no case's; of it, the logs of the bench are the run's
                self._between.append(line)
        elif line.kind == "step" and self._case is not None:
            self._case.steps.append((members["kind"], members["index"], members["text"], []))
        elif line.kind == "case":
            self._interrupt()
            self._case = _Case(members["id"], members["revision"], members["attempt"])
        elif line.kind == "verdict" and self._case is not None:
            self._cases.append(_concluded(self._case.record(), members))
            self._case = None
        elif line.kind == "header":
            self._header = _header(line)
        elif line.kind == "resumed":
            self._interrupt()
            self._resumed.append(members["at"])
        elif line.kind == "footer":
            self._footer = RunFooter(members["finished"], members["counts"], members["digest"])
        elif line.kind != "step-end":
            raise RecordError(line.number, "unknown-type", {"kind": line.kind})

    def record(self) -> RunRecord:
        self._interrupt()
        if self._header is None:
            raise RecordError(1, "no-header")
        return RunRecord(
            self._header, tuple(self._cases), self._footer, tuple(self._resumed), tuple(logs(self._between))
        )

    def _interrupt(self) -> None:
        if self._case is not None:
            self._cases.append(self._case.record())
            self._case = None


def _concluded(case: CaseRecord, members: Mapping[str, Any]) -> CaseRecord:
    headline = members["headline"]
    return replace(
        case,
        verdict=Verdict(members["verdict"]),
        headline=None if headline is None else _finding(headline),
        reason=members["reason"],
        duration_ms=members["duration_ms"],
    )


def _header(line: Line) -> RunHeader:
    members = {name: value for name, value in line.members.items() if name not in ("t", "line", "prev")}
    schema = members.pop("schema")
    if schema != SCHEMA:
        raise RecordError(line.number, "unknown-schema", {"found": schema})
    return RunHeader(**{**members, "cases": tuple(_entry(entry) for entry in members["cases"])})


def _entry(members: Mapping[str, Any]) -> CaseEntry:
    steps = {language: tuple(texts) for language, texts in members["steps"].items()}
    refs, sources = tuple(members["refs"]), tuple(members["sources"])
    return CaseEntry(**{**members, "refs": refs, "sources": sources, "steps": steps})


def _exchange(members: Mapping[str, Any]) -> Exchange:
    response = members["response"]
    return Exchange(
        members["number"],
        bytes.fromhex(members["command"]),
        None if response is None else bytes.fromhex(response),
        members["outcome"],
        members["at"],
        members["duration"],
        members.get("modelled", False),
        tuple(Redaction(**redaction) for redaction in members.get("redacted", ())),
    )


def _expectation(members: Mapping[str, Any]) -> Expectation:
    return Expectation(members["code"], members["ref"], members["held"])


def _finding(members: Mapping[str, Any]) -> Finding:
    return Finding(
        members["code"],
        Verdict(members["verdict"]),
        members["ref"],
        members["expected"],
        members["observed"],
        Where(**members["where"]),
        members["arguments"],
    )


def _observation(members: Mapping[str, Any]) -> Observation:
    return Observation(members["kind"], members["values"])


_EVENTS: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "exchange": _exchange,
    "expectation": _expectation,
    "finding": _finding,
    "observation": _observation,
}
