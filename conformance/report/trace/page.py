"""A decoded session as one page without a script to fetch: a timeline, each exchange folded under its bar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance import text
from conformance.report.trace.markup import TraceMarkup, warning
from conformance.report.trace.node import worded
from conformance.report.trace.script import script
from conformance.report.trace.store import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model.run import Finding
    from conformance.report.trace.gather import Session
    from conformance.report.trace.node import Words
    from conformance.report.trace.session import CheckResult, Followed

_SIGNS = {True: ("✓", "held"), False: ("✗", "broken"), None: ("?", "open")}


@dataclass(frozen=True, slots=True)
class _Row:
    """One exchange ready for the page; `left` and `width` of its bar are per cent of the session."""

    number: int
    name: str
    asks: str
    outcome: str
    status: str
    unusual: bool
    gap: str
    time: str
    left: str
    width: str
    sent: Markup
    received: Markup
    checks: tuple[tuple[str, str, str, str, Markup], ...]
    findings: tuple[tuple[Finding, text.FindingText], ...]

    @property
    def opened(self) -> bool:
        """What went wrong is shown without a click."""
        return bool(self.findings) or any(kind == "broken" for _, kind, *_ in self.checks)


def page(sessions: Sequence[Session], source: str, language: str = "zh") -> str:
    """The sessions of a file named `source`; test PANs stay readable, as in the record itself."""
    made = _Page(language)
    views = [(session.title, made.rows(session), made.checks(session.checks)) for session in sessions]
    return (
        _environment()
        .get_template("timeline.html.j2")
        .render(
            language=language,
            source=source,
            sessions=views,
            script=script(sessions, language),
            simulated=any(each.simulated for each in sessions),
            replay=any(each.replay for each in sessions),
            unofficial=next((each.unofficial for each in sessions if each.unofficial), ""),
        )
    )


class _Page:
    def __init__(self, language: str) -> None:
        self._language = language
        self._markup = TraceMarkup(None, language)

    def rows(self, session: Session) -> list[_Row]:
        exchanges = session.exchanges
        start = exchanges[0].at
        whole = max(1, exchanges[-1].at + exchanges[-1].duration - start)
        return [self._row(each, session, start, whole) for each in session.followed]

    def _row(self, followed: Followed, session: Session, start: int, whole: int) -> _Row:
        exchange, answer = followed.exchange, followed.answer
        gap = session.gaps.get(exchange.number)
        return _Row(
            number=exchange.number,
            name=self._markup.say(followed.command.detail),
            asks=self._markup.say(followed.command.meaning),
            outcome="" if exchange.outcome == "answered" else text.phrase(exchange.outcome, self._language),
            status="" if answer is None else answer.detail.en,
            unusual=answer is not None and bool(warning(answer)),
            gap="" if gap is None else f"{gap / 1000:.1f}",
            time=milliseconds(exchange) if exchange.duration else "",
            left=f"{100 * (exchange.at - start) / whole:.2f}",
            width=f"{100 * exchange.duration / whole:.2f}",
            sent=self._markup.apdu("→", followed.command),
            received=Markup("") if answer is None else self._markup.apdu("←", answer),
            checks=self.checks(followed.checks),
            findings=tuple(
                (each, text.finding(each, self._language))
                for each in session.findings.get(exchange.number, ())
            ),
        )

    def checks(self, checks: Sequence[CheckResult]) -> tuple[tuple[str, str, str, str, Markup], ...]:
        """Sign, kind, tag, what it says and where, what is in it."""
        return tuple(
            (
                *_SIGNS[check.ok],
                check.tag,
                self._markup.say(check.detail.and_then(" · ", self._place(check))),
                self._markup.listed(check.fields),
            )
            for check in checks
        )

    @staticmethod
    def _place(check: CheckResult) -> Words:
        return worded("check.where", exchange=check.where.exchange or "—", tag=check.where.path or "")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("conformance.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"labels": text.label, "asset": _asset}
    return made


@cache
def _asset(name: str) -> Markup:
    return Markup(files("conformance.report").joinpath("static", name).read_text(encoding="utf-8"))  # noqa: S704  our own file
