"""A decoded session as plain text, for a terminal; colours only where they are asked for."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from conformance.record.reader import RecordError, read
from conformance.report.trace.load import SessionError, read_session
from conformance.report.trace.node import same, worded
from conformance.report.trace.session import follow
from conformance.text import label, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from conformance.model.run import Exchange
    from conformance.report.trace.node import Node
    from conformance.report.trace.session import CheckResult, Followed

_WIDTH = 96
_HEX_WIDTH = 64
_STYLES = {"strong": "1", "soft": "2", "good": "32", "bad": "31", "tag": "36"}
_RECORD_BEGINS = b'{"t":"header"'


def render_file(
    path: Path,
    language: str = "zh",
    *,
    colour: bool = False,
    case: str | None = None,
    exchange: int | None = None,
) -> tuple[str, bool]:
    """Decode a session file or a run's record: the text, and whether every check held that could be made.

    `case` chooses a case of a record, `exchange` one exchange; what surrounds it is still followed, so that
    lists and keys are known. Raises SessionError, OSError.
    """
    page = _Page(language, colour=colour and "NO_COLOR" not in os.environ)
    sessions = [(None, read_session(path))] if not is_record(path) else _cases(path, case)
    if case is not None and not sessions:
        raise SessionError(f"{path}: no case {case} with exchanges in this record")
    parts, checks, shown = [], [], 0
    for title, exchanges in sessions:
        followed = [each for each in follow(exchanges) if exchange in (None, each.exchange.number)]
        if not followed:
            continue
        shown += len(followed)
        found = [check for each in followed for check in each.checks]
        checks += found
        parts += [*([page.title(title)] if title else []), *(page.exchange(each) for each in followed)]
        parts += page.summary(found)
    if exchange is not None and not shown:
        raise SessionError(f"{path}: no exchange {exchange}")
    return "\n".join(parts) + "\n", all(check.ok is not False for check in checks)


def is_record(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_RECORD_BEGINS)) == _RECORD_BEGINS


def _cases(path: Path, wanted: str | None) -> list[tuple[str | None, Sequence[Exchange]]]:
    try:
        record = read(path, incomplete=True)
    except RecordError as error:
        raise SessionError(f"{path}: {error}") from error
    return [
        (case.id, case.exchanges) for case in record.cases if wanted in (None, case.id) and case.exchanges
    ]


class _Page:
    """Words of one language, in colour or not."""

    def __init__(self, language: str, *, colour: bool) -> None:
        self._language = language
        self._colour = colour

    def title(self, case: str) -> str:
        return self._styled("strong", f"{case}\n{'=' * len(case)}") + "\n"

    def exchange(self, followed: Followed) -> str:
        """One exchange: a line that names it, then command and answer with everything in them."""
        exchange = followed.exchange
        head = f"{label('trace.exchange', self._language)} {exchange.number}"
        named = followed.command.detail.in_language(self._language)
        time = f"{exchange.duration / 1000:.1f} ms" if exchange.duration else ""
        lines = [self._styled("strong", _padded(f"{head}  {named}", _WIDTH - 10) + time)]
        lines += self._apdu("→", followed.command)
        if followed.answer is not None:
            lines += self._apdu("←", followed.answer)
        if exchange.outcome != "answered":
            lines.append(self._styled("bad", f"  ✗ {phrase(exchange.outcome, self._language)}"))
        lines += [self._check(check) for check in followed.checks]
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def summary(self, checks: Sequence[CheckResult]) -> list[str]:
        """What was checked in this session, once more and together."""
        if not checks:
            return []
        heading = self._styled("strong", label("trace.checks", self._language))
        return ["\n".join([heading, *(self._check(check) for check in checks)]) + "\n"]

    def _apdu(self, arrow: str, node: Node) -> Iterator[str]:
        wrapped = textwrap.wrap(node.value_hex, _HEX_WIDTH) or [""]
        yield f"  {arrow} {self._styled('soft', wrapped[0])}"
        for more in wrapped[1:]:
            yield f"    {self._styled('soft', more)}"
        if meaning := node.meaning.in_language(self._language):
            yield f"    {meaning}"
        yield from self._nodes(node.children, "      ")

    def _nodes(self, nodes: Iterable[Node], indent: str) -> Iterator[str]:
        for node in nodes:
            detail, meaning = (words.in_language(self._language) for words in (node.detail, node.meaning))
            if not node.label and not detail and not node.value_hex:
                yield f"{indent}· {meaning}"
                continue
            first = f"{indent}{self._styled('tag', _padded(node.label, 6)) if node.label else ''}{detail}"
            gap = _padded("", max(2, 52 - _width(indent) - (6 if node.label else 0) - _width(detail)))
            wrapped = textwrap.wrap(node.value_hex, _HEX_WIDTH)
            if len(wrapped) > 1:
                yield first + ("  " + meaning if meaning else "")
                yield from (f"{indent}      {self._styled('soft', each)}" for each in wrapped)
            else:
                value = wrapped[0] if wrapped else ""
                yield first + gap + "  ".join(filter(None, (self._styled("soft", value), meaning)))
            yield from self._nodes(node.children, indent + "  ")

    def _check(self, check: CheckResult) -> str:
        sign, style = {True: ("✓", "good"), False: ("✗", "bad"), None: ("?", "soft")}[check.ok]
        place = same("")
        if check.where.exchange is not None:
            place = worded("check.where", exchange=check.where.exchange, tag=check.where.path or "")
        text = f"  {sign} {_padded(check.tag, 5)} {check.detail.in_language(self._language)}"
        return self._styled(style, text) + "  " + self._styled("soft", place.in_language(self._language))

    def _styled(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour and text else text


def _width(text: str) -> int:
    """Columns on a terminal: an ideograph takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
