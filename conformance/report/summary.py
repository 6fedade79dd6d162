"""The gate's result as Markdown, for the summary page of a CI job."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from conformance import text
from conformance.report.junit import replay
from conformance.report.masking import masks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.model.run import CaseRecord, RunRecord

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
_STATES = {
    "failed": "gate.failed",
    "known": "gate.known",
    "waived": "gate.waived",
    "waiver-expired": "gate.waiver-expired",
    "waiver-stale": "gate.waiver-stale",
    "blocked": "gate.blocked",
    "exempt": "gate.exempt",
}
_CODES = {0: "gate.code.0", 1: "gate.code.1", 3: "gate.code.3", 4: "gate.code.4", 5: "gate.code.5"}


def render(  # noqa: PLR0913  what a gate has to say
    record: RunRecord,
    cases: Sequence[CaseRecord],
    states: Mapping[str, str],
    code: int,
    *,
    contradictions: Sequence[str] = (),
    difference: str | None = None,
    language: str = "zh",
) -> str:
    """Heading, identity, counts, a table for each state that is not simply conforming, the difference."""
    parts = [
        *_heading(record, code, language),
        *_counts(cases, language),
        *_listed(text.label("gate.contradictions", language), contradictions),
        *(part for state in _STATES for part in _table(record, cases, states, state, language)),
    ]
    cover = masks(record.cases)
    words = cover.words("\n".join(parts))
    if difference is not None:
        fence = "````"
        words += f"\n\n## {text.label('gate.difference', language)}\n\n{fence}text\n{difference}\n{fence}"
    return f"{words}\n"


def _heading(record: RunRecord, code: int, language: str) -> Iterator[str]:
    header = record.header
    word = text.label(_CODES[code], language)
    yield f"# {_plain(str(header.product['id']))} {_plain(str(header.product['firmware']))}: {word} ({code})"
    yield ""
    if header.simulated:
        yield f"**{text.label('report.simulated', language)}**\n"
    if header.replay:
        yield f"**{text.label('report.replay', language)}**\n"
    if not record.complete:
        yield f"**{text.label('report.incomplete', language)}**\n"
    rows = [
        ("identity.profile", header.profile["title"][language]),
        ("identity.bench", f"{header.bench['name']}, {header.evidence_grade}"),
        ("identity.run-id", header.run_id),
    ]
    yield from (f"- {text.label(key, language)}: {_plain(value)}" for key, value in rows)


def _counts(cases: Sequence[CaseRecord], language: str) -> Iterator[str]:
    counts = Counter(case.verdict for case in cases)
    words = [f"{verdict} {text.verdict(verdict, language)}: {count}" for verdict, count in counts.items()]
    yield f"- {text.label('results.heading', language)}: {' · '.join(words)}"


def _listed(heading: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"\n## {heading}\n"
        yield from (f"- {_plain(name)}" for name in names)


def _table(
    record: RunRecord, cases: Sequence[CaseRecord], states: Mapping[str, str], state: str, language: str
) -> Iterator[str]:
    chosen = [case for case in cases if states[case.id] == state]
    if not chosen:
        return
    keys = ("cases.id", "cases.verdict", "cases.title", "finding.expected", "finding.observed")
    headings = [text.label(key, language) for key in (*keys, "finding.clause", "finding.replay")]
    yield f"\n## {text.label(_STATES[state], language)} ({len(chosen)})\n"
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    titles = {entry.id: entry.title[language] for entry in record.header.cases}
    yield from (f"| {' | '.join(_row(case, titles.get(case.id, ''), language))} |" for case in chosen)


def _row(case: CaseRecord, title: str, language: str) -> list[str]:
    finding = case.headline
    if finding is None:
        why = text.case_reason(case.reason, language) if case.reason else ""
        return [case.id, str(case.verdict), _plain(title), "", _plain(why), "", ""]
    worded = text.finding(finding, language)
    words = [f"{title}: {worded.what}", worded.expected, worded.observed, finding.ref]
    command = f"`{replay(case.id, finding.where.exchange)}`"
    return [case.id, str(case.verdict), *map(_plain, words), command]


def _plain(words: str) -> str:
    """Words that Markdown does not take for markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))
