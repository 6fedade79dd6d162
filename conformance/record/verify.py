"""Is a record as it was written? Intact (not authenticated: nothing is signed), incomplete, or tampered.

Codes, with their detail, are worded by `conformance.text`:

- intact: `not-authenticated`
- incomplete: `cut-in-line` (a line without its end), `no-footer` (whole lines, but the end is missing)
- tampered: `malformed` (not a line of a record), `out-of-sequence` {found}, `altered` (its bytes are not
  those that the chain was made of), `misplaced` {kind} (no header first, one later, a line after the footer)

`line` counts from 1. Each line carries its number besides the digest, so that a lost, doubled or swapped
line is told from an altered one and the right place is named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.record.chain import NOTHING_BEFORE, digest, is_sealed, parse, seal_holds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.record.chain import Line


@dataclass(frozen=True, slots=True)
class Integrity:
    """`line` is the tampered line, or the one at which an incomplete record breaks off; None when intact.

    `after_case` is the last case whose verdict stands before that place; None when there is none.
    """

    state: str
    code: str
    line: int | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict)
    after_case: str | None = None


def verify(path: Path) -> Integrity:
    """Judge the file; OSError when it cannot be read."""
    return walk(path.read_bytes())[1]


def walk(raw: bytes) -> tuple[tuple[Line, ...], Integrity]:
    """Follow the chain: the lines up to where it breaks or ends, and what that makes of the record."""
    *rows, tail = raw.split(b"\n")
    lines: list[Line] = []
    prev = NOTHING_BEFORE
    for row in rows:
        line = parse(row)
        if line is None:
            return _judged(lines, _malformed(lines))
        fault = _fault(rows, line, prev, lines)
        if fault is not None:
            return _judged(lines, fault)
        lines.append(line)
        prev = digest(row)
    return _judged(lines, _ending(lines, tail))


def _judged(lines: Sequence[Line], integrity: Integrity) -> tuple[tuple[Line, ...], Integrity]:
    cases = (line.members.get("id") for line in reversed(lines) if line.kind == "verdict")
    return tuple(lines), replace(integrity, after_case=next(cases, None))


def _fault(rows: Sequence[bytes], line: Line, prev: str, before: Sequence[Line]) -> Integrity | None:
    """What is wrong with the line that follows those before, None when nothing is."""
    number = len(before) + 1
    if line.number != number:
        return Integrity("tampered", "out-of-sequence", number, {"found": line.number})
    if line.prev != prev:
        culprit = number - 1 if before and _vouched_for(rows, number) else number
        return Integrity("tampered", "altered", culprit)
    if _ended(before) or (line.kind == "header") != (number == 1):
        return Integrity("tampered", "misplaced", number, {"kind": line.kind})
    row = rows[number - 1]
    if is_sealed(row) != (line.kind == "footer") or (line.kind == "footer" and not seal_holds(row)):
        return Integrity("tampered", "altered", number)
    return None


def _ending(lines: Sequence[Line], tail: bytes) -> Integrity:
    """What unbroken lines and the bytes after the last line feed amount to."""
    if not tail and _ended(lines):
        return Integrity("intact", "not-authenticated")
    if _ended(lines) or _more_than_a_line(tail):
        return _malformed(lines)
    return Integrity("incomplete", "cut-in-line" if tail else "no-footer", len(lines) + 1)


def _malformed(before: Sequence[Line]) -> Integrity:
    return Integrity("tampered", "malformed", len(before) + 1)


def _ended(lines: Sequence[Line]) -> bool:
    return bool(lines) and lines[-1].kind == "footer"


def _vouched_for(rows: Sequence[bytes], number: int) -> bool:
    """True when a line's own bytes are as they were, by the next line's word or by the footer's seal."""
    row = rows[number - 1]
    if number == len(rows):
        return seal_holds(row)
    following = parse(rows[number])
    return following is not None and following.prev == digest(row)


def _more_than_a_line(tail: bytes) -> bool:
    """True when bytes follow a whole object: a cut leaves less than a line, never more."""
    text = tail.decode("utf-8", "replace")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return False
    return end < len(text)
