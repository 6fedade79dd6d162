"""The ledger: what people decided, one JSON line each, appended and never altered (design 8).

Every line carries the SHA-256 of the line before it (`prev`, 64 zeros in the first) and of itself without
that field (`digest`), and stands in one canonical spelling. So a line that was altered, removed, added or
moved is noticed, except lines cut off at the end: whoever must notice those keeps the last digest elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.codec.documents import Document, DocumentErrors, check
from conformance.model.programme import LedgerEntry
from conformance.programme.declared import schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BEGINNING = "0" * 64


class LedgerError(ValueError):
    """A ledger that cannot be believed: the place, and what is wrong there."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(f"{path}:{line}: {reason}")


def read(path: Path) -> tuple[LedgerEntry, ...]:
    """Read and verify a whole ledger; no file is an empty ledger. Raises `LedgerError` at the first flaw."""
    raw = path.read_bytes() if path.is_file() else b""
    entries: list[LedgerEntry] = []
    for number, line in enumerate(raw.splitlines(keepends=True), 1):
        try:
            entries.append(_entry(line, number, entries[-1].digest if entries else BEGINNING))
        except ValueError as error:
            raise LedgerError(path, number, str(error)) from None
    return tuple(entries)


def append(  # noqa: PLR0913 -- who, when, why, what, before: the five questions of a ledger
    path: Path,
    kind: str,
    *,
    when: date,
    who: str,
    why: str,
    about: Mapping[str, str],
    values: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
) -> LedgerEntry:
    """Add one line to a sound ledger; raises `LedgerError` when it is broken or the line says too little."""
    entries = read(path)
    content = {
        "number": len(entries) + 1,
        "kind": kind,
        "when": when.isoformat(),
        "who": who,
        "why": why,
        "about": dict(about),
        "values": dict(values or {}),
        "before": before if before is None else dict(before),
        "prev": entries[-1].digest if entries else BEGINNING,
    }
    line = _canonical({**content, "digest": _digest(content)})
    try:
        entry = _entry(line, len(entries) + 1, entries[-1].digest if entries else BEGINNING)
    except ValueError as error:
        raise LedgerError(path, len(entries) + 1, str(error)) from None
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        file.write(line)
    return entry


def _entry(line: bytes, number: int, prev: str) -> LedgerEntry:
    """Read one line; raises ValueError with what is wrong with it."""
    if not line.endswith(b"\n"):
        raise ValueError("the line is cut off")
    value = _checked(line, number)
    content = {key: each for key, each in value.items() if key != "digest"}
    if value["digest"] != _digest(content) or _canonical(value) != line:
        raise ValueError("the line was altered: its digest does not fit its content")
    if value["number"] != number or value["prev"] != prev:
        raise ValueError("the line does not follow the one before: one was removed, added or moved")
    return LedgerEntry(**{**value, "when": date.fromisoformat(value["when"])})


def _checked(line: bytes, number: int) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(line)
        check(Document("the line", value, {(): number}), schema("ledger"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ValueError("the line is not JSON") from None
    except DocumentErrors as errors:
        first = errors.problems[0]
        raise ValueError(f"the line is no ledger entry: {first.item} {first.sentence}") from None
    return value


def _canonical(value: Mapping[str, Any]) -> bytes:
    """Spell a line in the one way that counts: keys sorted, no blanks, text as it is."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()
