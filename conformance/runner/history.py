"""What ran before: the run that was cut off, the attempts that count, the official runs that are kept."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

from conformance.model.verdict import Verdict
from conformance.record import evidence
from conformance.record.reader import RecordError, read
from conformance.runner import bench_log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.model.run import CaseRecord, RunHeader, RunRecord

# Where a run that goes on may differ from the one that was cut off: it was begun at another time.
_OF_THE_MOMENT = ("run_id", "started", "official_attempt", "environment")
_KEPT = ("run.jsonl", "report.html", "junit.xml", evidence.FOLDER)


class NotResumableError(ValueError):
    """There is nothing that this run could go on with."""


def cut_off(path: Path, header: RunHeader) -> RunRecord | None:
    """The run to go on with; None when nothing of one was recorded.

    Raises NotResumableError for a run that ended, or that was of something else; RecordError for one that
    was tampered with.
    """
    if not path.is_file() or b"\n" not in path.read_bytes():
        return None
    record = read(path, incomplete=True)
    if record.complete:
        raise NotResumableError(f"{path}: the run ended; there is nothing to resume")
    other = [
        each.name
        for each in fields(header)
        if each.name not in _OF_THE_MOMENT
        and _compared(header, each.name) != _compared(record.header, each.name)
    ]
    if other:
        raise NotResumableError(f"{path}: cannot be resumed, it is a run of another {', '.join(other)}")
    return record


def _compared(header: RunHeader, name: str) -> object:
    """A member as it counts here: another operator may go on, as each answer says who gave it."""
    value = getattr(header, name)
    return _plain({**value, "operator": ""} if name == "bench" else value)


def _plain(value: object) -> object:
    """As JSON gives it back: no difference between a tuple and a list."""
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


def counted(record: RunRecord, now: str) -> tuple[int, int]:
    """Microseconds since the run began, and the number of its last exchange."""
    began, goes_on = (datetime.fromisoformat(each) for each in (record.header.started, now))
    numbers = [exchange.number for case in record.cases for exchange in case.exchanges]
    return int((goes_on - began).total_seconds() * 1_000_000), max(numbers, default=0)


def attempts(record: RunRecord | None) -> dict[str, int]:
    """Case id -> how often it was tried before, whatever came of it."""
    cases = record.cases if record is not None else ()
    return {case.id: case.attempt for case in cases}


def judged(record: RunRecord) -> dict[str, CaseRecord]:
    """The endings that stand; a case that was interrupted has none."""
    return {case.id: case for case in record.cases if case.verdict is not Verdict.NOT_RUN}


def named(record: RunRecord | None) -> Mapping[str, str]:
    """The run that is repeated, as a header names it."""
    if record is None:
        return {}
    return {"run_id": record.header.run_id, "digest": record.footer.digest if record.footer else ""}


def keep_official(path: Path, header: RunHeader) -> int:
    """Move an official run out of the way instead of writing over it; say how many attempts this makes.

    Only official runs of the same product, firmware and profile count, and only for an official one. What
    was tampered with counts as well: it cannot show that it was something else.
    """
    earlier = path.parent / "earlier"
    if _is_official(path):
        folder = earlier / f"{len([*earlier.glob('*')]) + 1:03}"
        folder.mkdir(parents=True)
        for name in (*_KEPT, *(each.name for each in bench_log.kept(path.parent))):
            if (path.parent / name).exists():
                (path.parent / name).rename(folder / name)
    if not header.official:
        return 1
    return 1 + sum(_counts(each, header) for each in earlier.glob("*/run.jsonl"))


def _is_official(path: Path) -> bool:
    try:
        return path.is_file() and read(path, incomplete=True).header.official
    except RecordError:
        return False


def _counts(path: Path, header: RunHeader) -> bool:
    try:
        then = read(path, incomplete=True).header
    except RecordError:
        return True
    same = ("id", "firmware", "firmware_digest")
    return then.profile["name"] == header.profile["name"] and all(
        then.product.get(name) == header.product.get(name) for name in same
    )
