"""Commands and patterns of a bench file: blanks in braces are filled, and what is wrong is said by line."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

from conformance.codec.names import nearest
from conformance.link import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.codec.documents import Document, DocumentError

BLANKS = ("device", "reader", "reader_number", "port", "here")
OF_A_PRESENTATION = ("amount", "fen", "date", "told")
_COMMANDS = (
    ("start",),
    ("stop",),
    ("after_failure",),
    ("present",),
    ("ready", "command"),
    ("firmware", "command"),
)
_PATTERNS = (("ready", "line"), ("firmware", "pattern"), ("shows", "completed"))
_AT = ("bench", "terminal")


def filled(words: Sequence[str], blanks: Mapping[str, object]) -> tuple[str, ...]:
    """The words with what is known filled in; what belongs to a presentation stays as it is."""
    later = {name: f"{{{name}}}" for name in OF_A_PRESENTATION}
    return tuple(word.format_map({**later, **blanks}) for word in words)


def problems(document: Document, terminal: Mapping[str, Any]) -> Iterator[DocumentError]:
    """Blanks that nobody fills, patterns that are none, groups that no member is called after."""
    for path in _COMMANDS:
        words = _at(terminal, path)
        if isinstance(words, list):
            yield from _of_command(document, path, words)
    for path in _PATTERNS:
        yield from _of_pattern(document, path, _at(terminal, path))
    firmware = terminal.get("firmware", {})
    if ("command" in firmware) != ("pattern" in firmware):
        sentence = (
            "must give command and pattern together: the pattern's group firmware is read from its output"
        )
        yield document.problem((*_AT, "firmware"), "missing", sentence)
    if terminal.get("after_failure") == "restart" and "start" not in terminal:
        sentence = "is restart, which needs start: the command that starts it"
        yield document.problem((*_AT, "after_failure"), "missing", sentence)
    if "firmware" in terminal and "pattern" in firmware and "(?P<firmware>" not in firmware["pattern"]:
        sentence = "must name a group: (?P<firmware>...)"
        yield document.problem((*_AT, "firmware", "pattern"), "pattern", sentence)
    for kind, known in (
        ("record", [*shown.MEMBERS, *shown.DETAILS]),
        ("indication", [*shown.INDICATION]),
    ):
        yield from _of_shown(document, kind, terminal.get("shows", {}).get(kind), known)


def _at(terminal: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = terminal
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _of_command(document: Document, path: tuple[str, ...], words: Sequence[str]) -> Iterator[DocumentError]:
    known = (*BLANKS, *OF_A_PRESENTATION) if path == ("present",) else BLANKS
    for number, word in enumerate(words):
        try:
            names = [name for _, name, _, _ in Formatter().parse(word) if name is not None]
        except ValueError:
            sentence = f"{word!r} has a brace without its partner; write a brace of your own twice: {{{{"
            yield document.problem((*_AT, *path, number), "blank", sentence)
            continue
        for name in names:
            if name not in known:
                blanks = ", ".join(f"{{{each}}}" for each in known)
                sentence = f"has {{{name}}}, which nobody fills in; there are: {blanks}"
                yield document.problem((*_AT, *path, number), "blank", sentence, nearest(name, known))


def _of_pattern(document: Document, path: tuple[str | int, ...], pattern: Any) -> Iterator[DocumentError]:
    try:
        re.compile(pattern or "")
    except re.error as error:
        sentence = f"is no regular expression: {error}"
        yield document.problem((*_AT, *path), "pattern", sentence)


def _of_shown(
    document: Document, kind: str, row: Mapping[str, Any] | None, known: Sequence[str]
) -> Iterator[DocumentError]:
    if row is None:
        return
    places: list[tuple[tuple[str | int, ...], str]] = [
        (("shows", kind, "find", number), pattern) for number, pattern in enumerate(row["find"])
    ]
    if "none" in row:
        places.append((("shows", kind, "none"), row["none"]))
    for path, pattern in places:
        wrong = [*_of_pattern(document, path, pattern)]
        yield from wrong
        for name in () if wrong else re.compile(pattern).groupindex:
            if name.replace("_", " ") not in known and name not in known:
                sentence = f"names the group {name}; a {kind} has: {', '.join(known)}"
                yield document.problem((*_AT, *path), "group", sentence, nearest(name, known))
    for name in row.get("words", {}):
        if name not in known:
            sentence = f"is no member of a {kind}"
            yield document.problem(
                (*_AT, "shows", kind, "words", name), "group", sentence, nearest(name, known)
            )
