"""Words for what differs between two records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance import text
from conformance.codec.apdu import ApduError, CommandApdu
from conformance.codec.status import StatusWord
from conformance.report.masking import masks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.model.run import Exchange, RunRecord
    from conformance.record.compare import CaseChange, Comparison, Divergence, Ending, Setting, Timing

_CLEAR_US, _CLEAR_PART = 1000, 0.1
_KINDS = {
    "new-fail": "diff.new-fail",
    "still-failing": "diff.still-failing",
    "fixed": "diff.fixed",
    "newly-na": "diff.newly-na",
    "not-run": "diff.not-run",
    "changed": "diff.changed",
    "added": "diff.added",
    "removed": "diff.removed",
}
_PARTS = {
    "command": "diff.first.command",
    "answer": "diff.first.answer",
    "outcome": "diff.first.outcome",
    "bytes": "diff.first.bytes",
    "missing": "diff.first.missing",
}


def worded(comparison: Comparison, records: tuple[RunRecord, RunRecord], after: Path, language: str) -> str:
    """The whole comparison, a line for each difference; PANs are covered."""
    lines = [*_identity(comparison, language)]
    for kind, key in _KINDS.items():
        changes = [change for change in comparison.cases if change.kind == kind]
        if changes:
            lines.append(f"{text.label(key, language)} ({len(changes)})")
        for change in changes:
            lines += _case(change, records[1], after, language)
    lines += _timings(comparison, records, language)
    if not comparison.differs:
        lines.append(text.label("diff.none", language))
    return masks([*records[0].cases, *records[1].cases]).words("\n".join(lines))


def _timings(comparison: Comparison, records: tuple[RunRecord, RunRecord], language: str) -> Iterator[str]:
    """Commands that became clearly slower or faster.

    On different time bases the numbers say nothing, and on a virtual one they are our own program's.
    """
    bases = {record.header.time_base for record in records}
    if len(bases) > 1 or "virtual" in bases:
        return
    shifted = [each for each in comparison.timings if _is_clear(each)]
    if shifted:
        yield text.label("diff.timing", language)
    for each in sorted(shifted, key=lambda timing: -timing.shift):
        (before, before_95), (after, after_95) = each.before, each.after
        yield (
            f"  {each.command:<24} {before / 1000:.1f} → {after / 1000:.1f} ms ({each.shift:+.0%})"
            f"  p95 {before_95 / 1000:.1f} → {after_95 / 1000:.1f} ms  n {each.count[0]}, {each.count[1]}"
        )


def _is_clear(timing: Timing) -> bool:
    """Noise of a quiet reader stays below this; a chosen limit, for reading only."""
    moved = abs(timing.after[0] - timing.before[0])
    return moved >= _CLEAR_US and abs(timing.shift) >= _CLEAR_PART


def _identity(comparison: Comparison, language: str) -> Iterator[str]:
    parts: tuple[tuple[str, Sequence[Setting]], ...] = (
        ("diff.identity", comparison.identity),
        ("diff.ics", comparison.ics),
        ("diff.parameters", comparison.parameters),
    )
    for key, settings in parts:
        if settings:
            yield f"{text.label(key, language)} ({len(settings)})"
        yield from (
            f"  {each.name}: {_value(each.before, language)} → {_value(each.after, language)}"
            for each in settings
        )


def _value(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return text.label("report.yes" if value else "report.no", language)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "—" if value is None else str(value)


def _case(change: CaseChange, record: RunRecord, after: Path, language: str) -> Iterator[str]:
    titles = {entry.id: entry.title[language] for entry in record.header.cases}
    title = f"  {titles[change.id]}" if change.id in titles else ""
    yield f"  {change.id}  {_ending(change.before)} → {_ending(change.after)}{title}"
    if change.divergence is not None:
        yield from _divergence(change.divergence, language)
        if change.divergence.after is not None:
            number = change.divergence.after.number
            yield f"      conformance trace {after} --case {change.id} --exchange {number}"


def _ending(ending: Ending | None) -> str:
    if ending is None:
        return "—"
    codes = f" ({', '.join(ending.findings)})" if ending.findings else ""
    return f"{ending.verdict}@{ending.revision}{codes}"


def _divergence(divergence: Divergence, language: str) -> Iterator[str]:
    yield f"    {text.label(_PARTS[divergence.part], language)}"
    for sign, exchange in (("-", divergence.before), ("+", divergence.after)):
        if exchange is not None:
            yield f"    {sign} {_exchange(exchange, language)}"


def _exchange(exchange: Exchange, language: str) -> str:
    """One exchange in a line: number, command, lengths, status word or outcome."""
    try:
        name = CommandApdu.decode(exchange.command).name
    except ApduError:
        name = exchange.command[:4].hex().upper()
    header = exchange.command[:4].hex(" ").upper()
    sent = f"{exchange.number:>5}  {name} [{header}] {len(exchange.command)} B"
    if exchange.response is None or len(exchange.response) < 2:
        return f"{sent} → {text.phrase(exchange.outcome, language)}"
    status = StatusWord(int.from_bytes(exchange.response[-2:]))
    return f"{sent} → {len(exchange.response)} B {status} {status.meaning(language, name)}"
