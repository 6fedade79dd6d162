"""The lock keeps revisions honest: whoever changes what a case does raises its revision.

`cases/catalogue.lock` has a line for each case: `TRN-BUS-050@1 2026-11-24 <64 hex>`, id and revision, the
day since when the revision is active, the digest of its behaviour. A case that was taken out stays with the
day instead of the digest, `TRN-BUS-070@2 2026-11-24 retired 2027-03-01`: its id is never given again.

The behaviour is what can change a verdict: arguments, body, applicability, needs, control case, and whatever
else its file defines. Comments, layout, title, purpose, clauses and sources can not.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec import documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from conformance.model.case import TestCase

NAME = "catalogue.lock"
_WORDS = ("revision", "title", "purpose", "refs", "sources")
_HEADING = "# Written by `conformance catalogue lock`: case@revision, active since, behaviour.\n"
_LINE = re.compile(
    r"(?P<id>[A-Z]{3}-[A-Z]{3}-\d{3})@(?P<revision>[1-9]\d*) (?P<since>\d{4}-\d\d-\d\d) "
    r"(?:(?P<digest>[0-9a-f]{64})|retired (?P<retired>\d{4}-\d\d-\d\d))"
)


class LockError(ValueError):
    """The lock and the catalogue contradict each other; the message lists every place."""


@dataclass(frozen=True, slots=True)
class LockedCase:
    """One line of the lock. A retired case has the day of its retirement and no digest."""

    id: str
    revision: int
    since: str
    digest: str | None
    retired: str | None = None

    def __str__(self) -> str:
        return f"{self.id}@{self.revision} {self.since} {self.digest or f'retired {self.retired}'}"


def behaviour(case: TestCase) -> str:
    """SHA-256 of what a case does, the same under every version of Python."""
    if case.path.suffix != ".py":
        return _declared(case.path)
    tree = ast.parse(case.path.read_text(encoding="utf-8"))
    name = case.behaviour.__name__
    parts = [f"{case.applies_if}|{' '.join(case.needs)}|{case.control}|{case.destroys}"]
    if case.interface == "contact" or case.sample:
        parts.append(f"{case.interface}|{case.sample}")
    parts += [_spelled(node) for node in tree.body if _acts(node, name)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _declared(path: Path) -> str:
    """A case in YAML: its file without the words."""
    value = documents.parse(path.read_text(encoding="utf-8"), str(path)).value
    acting = {name: each for name, each in value.items() if name not in _WORDS}
    return hashlib.sha256(json.dumps(acting, sort_keys=True).encode()).hexdigest()


def _acts(node: ast.stmt, name: str) -> bool:
    """True for the case itself and for what its file defines beside cases."""
    if isinstance(node, ast.FunctionDef):
        return node.name == name or not any(map(_declares, node.decorator_list))
    words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not words and not isinstance(node, ast.Import | ast.ImportFrom)


def _declares(decorator: ast.expr) -> bool:
    """True for `@case(…)`."""
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "id", None) == "case"


def _spelled(node: object) -> str:
    """A syntax tree in words, without what is empty: not every version of Python names that."""
    if isinstance(node, list):
        return f"[{' '.join(map(_spelled, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [
        f"{name}={_spelled(value)}"
        for name, value in ast.iter_fields(_without_words(node))
        if value is not None and value != []
    ]
    return f"{type(node).__name__}({' '.join(fields)})"


def _without_words(node: ast.AST) -> ast.AST:
    """A function without its docstring; a case without its name and its declaration too."""
    if not isinstance(node, ast.FunctionDef):
        return node
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    decorators = [each for each in node.decorator_list if not _declares(each)]
    name = node.name if len(decorators) == len(node.decorator_list) else ""
    return ast.FunctionDef(name=name, args=node.args, body=body, decorator_list=decorators)


def read_lock(path: Path) -> Mapping[str, LockedCase]:
    """Read the lock; no file is an empty one. A line that is none raises LockError."""
    if not path.is_file():
        return {}
    found: dict[str, LockedCase] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or match["id"] in found:
            raise LockError(f"{path}:{number}: not a line of the lock, or a second one of its case: {line}")
        found[match["id"]] = LockedCase(
            match["id"], int(match["revision"]), match["since"], match["digest"], match["retired"]
        )
    return found


def check(cases: Mapping[str, TestCase], locked: Mapping[str, LockedCase]) -> Iterator[str]:
    """Every difference between the catalogue and its lock, a sentence each."""
    yield from refusals(cases, locked, editorial=())
    for case in cases.values():
        entry = locked.get(case.id)
        if entry is None:
            yield f"{_place(case)} is not locked; `conformance catalogue lock` adds it"
        elif entry.digest is not None and case.revision > entry.revision:
            yield f"{_place(case)} is locked at {entry.revision}; `conformance catalogue lock` follows"
    for entry in locked.values():
        if entry.digest is not None and entry.id not in cases:
            yield f"{entry.id} is gone; `conformance catalogue lock` retires it"


def refusals(
    cases: Mapping[str, TestCase], locked: Mapping[str, LockedCase], editorial: Collection[str]
) -> Iterator[str]:
    """What no writing of the lock can put right, only a change of the case; `editorial` ids may differ."""
    for case in cases.values():
        entry = locked.get(case.id)
        if entry is None:
            continue
        if entry.digest is None:
            yield f"{_place(case)} was retired on {entry.retired}; an id is never given again"
        elif case.revision < entry.revision:
            yield f"{_place(case)} is locked at revision {entry.revision}; revisions only rise"
        elif case.revision == entry.revision and case.id not in editorial and behaviour(case) != entry.digest:
            yield (
                f"{_place(case)} behaves otherwise than it was locked; raise its revision, or lock it with"
                f" --editorial {case.id} if no product's verdict can change"
            )


def _place(case: TestCase) -> str:
    return f"{case.path}:{case.line}: {case.id}@{case.revision}"


def renewed(
    cases: Mapping[str, TestCase],
    locked: Mapping[str, LockedCase],
    *,
    day: str,
    editorial: Collection[str] = (),
) -> Mapping[str, LockedCase]:
    """The lock that fits the catalogue as of `day`, ISO 8601; LockError for what must not be locked."""
    problems = [*refusals(cases, locked, editorial)]
    problems += [f"there is no case {name} to lock as editorial" for name in editorial if name not in cases]
    if problems:
        raise LockError("\n".join(problems))
    fresh = {case.id: _locked(case, locked.get(case.id), day) for case in cases.values()}
    gone = {
        entry.id: entry
        if entry.retired
        else LockedCase(entry.id, entry.revision, entry.since, None, retired=day)
        for entry in locked.values()
        if entry.id not in cases
    }
    return dict(sorted({**fresh, **gone}.items()))


def _locked(case: TestCase, before: LockedCase | None, day: str) -> LockedCase:
    since = before.since if before is not None and before.revision == case.revision else day
    return LockedCase(case.id, case.revision, since, behaviour(case))


def spelled(locked: Mapping[str, LockedCase]) -> str:
    """The lock as its file holds it."""
    return _HEADING + "".join(f"{entry}\n" for entry in locked.values())
