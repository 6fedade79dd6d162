"""A decoded session as plain text, for a terminal; colours only where they are asked for."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from conformance.report.trace.node import same, worded
from conformance.text import finding, label, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.model.run import Finding
    from conformance.report.trace.gather import Session
    from conformance.report.trace.node import Node
    from conformance.report.trace.session import CheckResult, Followed

_WIDTH = 96
_HEX_WIDTH = 64
_STYLES = {"strong": "1", "soft": "2", "good": "32", "bad": "31", "tag": "36"}


def render(sessions: Sequence[Session], language: str = "zh", *, colour: bool = False) -> str:
    """Every exchange with all that it says, when it came, what was found at it; then the checks together."""
    page = _Page(language, colour=colour and "NO_COLOR" not in os.environ)
    parts = []
    for session in sessions:
        parts += [page.title(session.title)] if session.title else []
        parts += [page.exchange(each, session) for each in session.followed]
        parts += page.summary(session.checks)
    return "\n".join(parts) + "\n"


class _Page:
    """Words of one language, in colour or not."""

    def __init__(self, language: str, *, colour: bool) -> None:
        self._language = language
        self._colour = colour

    def title(self, case: str) -> str:
        return self._styled("strong", f"{case}\n{'=' * len(case)}") + "\n"

    def exchange(self, followed: Followed, session: Session) -> str:
        """One exchange: a line that names it, then command and answer with everything in them."""
        exchange = followed.exchange
        head = f"{label('trace.exchange', self._language)} {exchange.number}"
        named = followed.command.detail.in_language(self._language)
        gap = session.gaps.get(exchange.number)
        since = "" if gap is None else f"Δ {gap / 1000:.1f}"
        time = f"{exchange.duration / 1000:.1f} ms" if exchange.duration else ""
        times = f"{since:>10} {time:>10}".rstrip()
        lines = [self._styled("strong", (_padded(f"{head}  {named}", _WIDTH - 21) + times).rstrip())]
        lines += self._apdu("→", followed.command)
        if followed.answer is not None:
            lines += self._apdu("←", followed.answer)
        if exchange.outcome != "answered":
            lines.append(self._styled("bad", f"  ✗ {phrase(exchange.outcome, self._language)}"))
        for check in followed.checks:
            lines.append(self._check(check))
            lines += self._nodes(check.fields, "          ")
        for found in session.findings.get(exchange.number, ()):
            lines += self._finding(found)
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

    def _finding(self, found: Finding) -> Iterator[str]:
        """What a case found here: expected beside observed, and the clause."""
        said = finding(found, self._language)
        yield self._styled("bad", f"  ✗ {found.verdict} {said.what}")
        rows = (("expected", said.expected), ("observed", said.observed), ("clause", found.ref))
        for name, value in rows:
            yield f"      {_padded(label(f'finding.{name}', self._language), 10)}{value}"
        if said.often:
            yield f"      {_padded(label('finding.often', self._language), 10)}{said.often}"

    def _styled(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour and text else text


def _width(text: str) -> int:
    """Columns on a terminal: an ideograph takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
