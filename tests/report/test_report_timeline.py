"""The decoded session as a page and as a script: when things happened, what was found, what can be sent."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from report_record import SESSION, record, session

from conformance.codec.apdu import CommandApdu
from conformance.model.run import Exchange, Finding, Redaction, Where
from conformance.model.verdict import Verdict
from conformance.record.privacy import Privacy
from conformance.record.writer import RunWriter
from conformance.report import trace
from conformance.report.trace import Session
from conformance.report.trace.session import follow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOT_SENT = Finding(
    "command-sent", Verdict.FAIL, "JR/T 0025.12-2018 Annex F", "no GET DATA", "GET DATA × 1",
    Where(exchange=3), {"command": "GET DATA", "count": 1},
)  # fmt: skip


def of(exchanges: Sequence[Exchange], **changes: object) -> Session:
    return replace(Session("TRN-BUS-050", tuple(follow(exchanges))), **changes)  # type: ignore[arg-type]


def timed() -> tuple[Session, ...]:
    """Three exchanges of 2 ms; the third comes after a silence of 40 ms, and a finding points at it."""
    three = [replace(each, at=3000 * number, duration=2000) for number, each in enumerate(session()[:3])]
    three[2] = replace(three[2], at=45_000)
    return (of(three, gaps={2: 1000, 3: 40_000}, findings={3: (NOT_SENT,)}, simulated=True),)


class Page(HTMLParser):
    """What a reader of the page sees, and which exchanges are unfolded."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "details" and "open" in named:
            self.opened.append(str(named["id"]))

    def handle_data(self, data: str) -> None:
        self.said.append(data.strip())


def test_the_page_shows_the_silence_before_an_exchange() -> None:
    assert "Δ 40.0" in Page(trace.page(timed(), "run.jsonl", "en")).said


def test_an_exchange_with_a_finding_is_unfolded_and_says_expected_beside_observed() -> None:
    page = Page(trace.page(timed(), "run.jsonl", "en"))
    assert page.opened == ["exchange-3"]
    at = page.said.index("expected")
    assert page.said[at + 1] == "no GET DATA"
    assert page.said[page.said.index("clause") + 1] == "JR/T 0025.12-2018 Annex F"


@pytest.mark.parametrize(
    ("official", "repeats", "said"),
    [(False, {}, "DRY RUN"), (False, {"run_id": "1", "digest": "2"}, "RERUN"), (True, {}, "")],
)
def test_the_page_of_a_run_that_cannot_certify_says_so(
    official: bool, repeats: dict[str, str], said: str, tmp_path: Path
) -> None:
    path, header = tmp_path / "run.jsonl", record().header
    header = replace(header, official=official, repeats=repeats, cases=header.cases[:1])
    with RunWriter(path, header, Privacy(trusted=True)) as writer:
        writer.case_started("TRN-BUS-010", 1, 1)
        writer.step_started("step", 0, "Tap the card")
        writer.exchange(session()[0])
        writer.step_ended()
        writer.case_ended(Verdict.PASS, None, None, 1)
        writer.close("2026-01-05T08:01:00+00:00", {})
    page = trace.page(trace.gather(path), "run.jsonl", "en")
    assert [word for word in ("DRY RUN", "RERUN") if word in page] == ([said] if said else [])


def test_the_page_of_a_simulated_product_says_so() -> None:
    assert "SIMULATED" in trace.page(timed(), "run.jsonl", "en")
    assert "SIMULATED" not in trace.page(trace.gather(SESSION), "session.json", "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_asks_nobody_for_anything(language: str) -> None:
    page = trace.page(trace.gather(SESSION), "session.json", language)
    assert "http" not in page
    assert "src=" not in page


def test_the_same_session_gives_the_same_page() -> None:
    assert trace.page(trace.gather(SESSION), "s", "zh") == trace.page(trace.gather(SESSION), "s", "zh")


def test_the_text_shows_silence_and_finding_too() -> None:
    text = trace.render(timed(), "en")
    assert "Δ 40.0     2.0 ms" in text
    assert "expected  no GET DATA" in text


def test_the_script_holds_every_command_once_and_in_order() -> None:
    script = trace.script(trace.gather(SESSION), "en").splitlines()
    sent = [line for line in script if not line.startswith("#")]
    assert sent == ["reset", *(each.command.hex().upper() for each in session())]


def test_the_script_says_what_each_command_is_and_what_was_answered() -> None:
    script = trace.script(trace.gather(SESSION), "en")
    assert "# 1 SELECT 1PAY.SYS.DDF01\n00A40400" in script
    assert "# -> 6A83" in script


def test_a_command_that_privacy_cut_is_marked_in_the_script() -> None:
    verify = Exchange(1, CommandApdu(0, 0x20, 0, 0x80, bytes(8)).encode(), b"\x90\x00", "answered", 0, 0)
    kept_back = replace(verify, redacted=(Redaction("command", "data", "pin", "tok:0123456789ab"),))
    assert "kept back by privacy" in trace.script((of([kept_back]),), "en")
