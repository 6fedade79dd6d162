"""A record as one self-contained HTML page in Chinese and English, whatever the clock, host or locale."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance import text
from conformance.model.run import CaseRecord, Exchange, Observation
from conformance.model.verdict import Verdict
from conformance.record import evidence
from conformance.report import asked, frames
from conformance.report.junit import replay
from conformance.report.masking import masks
from conformance.report.trace.known import Known, learn
from conformance.report.trace.markup import TraceMarkup
from conformance.report.trace.node import Words, same
from conformance.report.trace.store import TraceStore
from conformance.report.wording import Wording, by_language, in_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.model.run import CaseEntry, Event, Finding, RunRecord, StepRecord
    from conformance.report.masking import Masks

SHOWN_PER_STEP = 60  # events of one step; a timing case has thousands, and the record keeps them all
_NOT_JUDGED = (Verdict.NOT_APPLICABLE, Verdict.NOT_TESTABLE, Verdict.NOT_RUN)
_CLASSES = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.INCONC: "inconc",
    Verdict.ERROR: "error",
    Verdict.REVIEW: "review",
}


@dataclass(frozen=True, slots=True)
class _FindingView:
    """A lab note ready for the page."""

    verdict: Verdict
    what: Words
    expected: Words
    observed: Words
    often: Words | None
    ref: str
    exchange: int | None
    path: str | None
    offset: int | None
    replay: str


@dataclass(frozen=True, slots=True)
class _Claim:
    """An expectation that was evaluated, once or often, with one result."""

    claim: Words
    ref: str
    held: bool
    count: int


@dataclass(frozen=True, slots=True)
class _StepView:
    """A step with what was evaluated, found and exchanged in it."""

    kind: str
    sentence: Words
    claims: tuple[_Claim, ...]
    findings: tuple[_FindingView, ...]
    photos: tuple[Mapping[str, str], ...]
    trace: tuple[Markup, ...]
    left_out: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class _CaseView:
    """A case with its text from the header and its ending from the record."""

    anchor: str
    entry: CaseEntry
    case: CaseRecord
    title: Words
    purpose: Words
    planned: tuple[Words, ...]
    headline: _FindingView | None
    reason: Words | None
    steps: tuple[_StepView, ...]
    replay: str


@dataclass(frozen=True, slots=True)
class _Requirement:
    """A clause with what was evaluated under it: case, expectations that held, expectations in all."""

    ref: str
    title: Words
    confidence: str
    cases: tuple[tuple[_CaseView, int, int], ...]


def render(record: RunRecord, language: str = "zh") -> str:
    """The whole report; `language` is shown first, the other by a button on the page."""
    wording = Wording(language)
    cover = masks(record.cases)
    page = _Page(
        {entry.id: entry for entry in record.header.cases}, wording, cover, TraceStore(cover, wording)
    )
    cases = [page.case(case, anchor) for case, anchor in _all_cases(record)]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            language=language,
            record=record,
            header=record.header,
            cases=cases,
            counts=record.counts,
            requirements=_requirements(record, cases),
            excluded=[each for each in cases if each.case.verdict in _NOT_JUDGED],
            last_ended=record.cases[-1].id if record.cases else None,
            modelled=any(exchange.modelled for case in record.cases for exchange in case.exchanges),
            store=page.store,
            wording=wording,
            **{name: getattr(wording, name) for name in ("both", "label", "known", "plain")},
        )
    )


def case_page(case: CaseRecord, language: str = "zh") -> str:
    """The exchanges of one case as a page of their own, in one language and without a script."""
    markup, known, rows, left_out = TraceMarkup(masks([case]), language), Known(), [], 0
    named = {finding.where.exchange for finding in case.findings}
    for place, exchange in enumerate(case.exchanges):
        shown = _is_shown(place, len(case.exchanges), exchange, named)
        left_out += not shown
        if shown:
            rows.append(markup.exchange(exchange, known))
        known = learn(known, exchange.command, exchange.response)
    return (
        _environment()
        .get_template("trace.html.j2")
        .render(language=language, rows=rows, left_out=left_out, command=replay(case.id, None))
    )


def _all_cases(record: RunRecord) -> Iterator[tuple[CaseRecord, str]]:
    """Every attempt in the plan's order, with its anchor; the last attempt's is the plain one."""
    attempts: dict[str, list[CaseRecord]] = {entry.id: [] for entry in record.header.cases}
    for case in record.cases:
        attempts[case.id].append(case)
    for entry in record.header.cases:
        ended = attempts[entry.id] or [
            CaseRecord(entry.id, entry.revision, Verdict.NOT_RUN, reason="not-reached")
        ]
        for case in ended:
            yield case, f"case-{case.id}" + ("" if case is ended[-1] else f"-attempt-{case.attempt}")


@dataclass(frozen=True, slots=True)
class _Page:
    """What all cases of a page share."""

    entries: Mapping[str, CaseEntry]
    wording: Wording
    cover: Masks
    store: TraceStore

    def case(self, case: CaseRecord, anchor: str) -> _CaseView:
        entry = self.entries[case.id]
        named = {finding.where.exchange for finding in case.findings}
        known, steps = Known(), []
        for step in case.steps:
            trace, left_out, known = self._trace(step, known, named)
            steps.append(self._step(step, case.id, trace, left_out))
        return _CaseView(
            anchor=anchor,
            entry=entry,
            case=case,
            title=by_language(entry.title),
            purpose=by_language(entry.purpose),
            planned=_plan(entry),
            headline=None if case.headline is None else self._finding(case.headline, case.id),
            reason=_reason(case),
            steps=tuple(steps),
            replay=replay(case.id, None),
        )

    def _step(self, step: StepRecord, case_id: str, trace: Sequence[Markup], left_out: int) -> _StepView:
        numbers = [exchange.number for exchange in step.exchanges]
        return _StepView(
            kind=step.kind,
            sentence=_sentence(step, self.entries, case_id),
            claims=_claims(step),
            findings=tuple(self._finding(finding, case_id) for finding in step.findings),
            photos=tuple(_photos(step)),
            trace=tuple(trace),
            left_out=left_out,
            first=numbers[0] if numbers else None,
            last=numbers[-1] if numbers else None,
        )

    def _trace(
        self, step: StepRecord, known: Known, named: set[int | None]
    ) -> tuple[list[Markup], int, Known]:
        """Exchanges and observations in order, how many are left out, and what is known after them."""
        events = [event for event in step.events if isinstance(event, (Exchange, Observation))]
        rows: list[str | Markup] = []
        left_out = 0
        for place, event in enumerate(events):
            shown = _is_shown(place, len(events), event, named)
            left_out += not shown
            if isinstance(event, Observation):
                rows += [self._observation(event)] if shown else []
                continue
            rows += [self.store.place(event, known, opened=event.number in named)] if shown else []
            known = learn(known, event.command, event.response)
        return _rows(rows), left_out, known

    def _finding(self, finding: Finding, case_id: str) -> _FindingView:
        zh, en = (text.finding(finding, language) for language in ("zh", "en"))
        covered = {
            name: Words(self.cover.words(getattr(zh, name)), self.cover.words(getattr(en, name)))
            for name in ("what", "expected", "observed")
        }
        return _FindingView(
            verdict=finding.verdict,
            **covered,
            often=None if zh.often is None or en.often is None else Words(zh.often, en.often),
            ref=finding.ref,
            exchange=finding.where.exchange,
            path=finding.where.path,
            offset=finding.where.offset,
            replay=replay(case_id, finding.where.exchange),
        )

    def _observation(self, observation: Observation) -> Markup:
        """What a terminal showed, as a line between the exchanges; what its program printed, line by line."""
        name = self.wording.known("observation", observation.kind)
        if observation.kind == "bench-log":
            printed = self._value(observation.values.get("text", ""))
            return Markup("<p class=seen>{}:</p><pre>{}</pre>").format(name, self.wording.both(printed))
        wanted = _OBSERVED.get(observation.kind, tuple(observation.values))
        values = [observation.values.get(key) for key in wanted]
        if observation.kind == "host-message":
            host, direction, frame = values
            values = [host, direction, frames.told(str(host), str(frame))]
        shown = [self.wording.both(self._value(value)) for value in values if value not in (None, "")]
        if observation.kind == "answer":
            told = in_both(lambda language: self.cover.words(asked.told(observation.values, language)))
            shown.insert(0, self.wording.both(told))
        return Markup("<p class=seen>{}: {}").format(name, Markup(" · ").join(shown))

    def _value(self, value: object) -> Words:
        return in_both(lambda language: self.cover.words(text.phrase(str(value), language)))


_OBSERVED: Mapping[str, tuple[str, ...]] = {
    "presentation": ("outcome",),
    "transaction-record": ("number", "kind", "date_time", "pan", "reason"),
    "indication": ("signal", "text"),
    "host-message": ("host", "direction", "frame"),
    "movement": ("position", "at_ms"),
    "receipt": ("lines",),
    "device-event": ("event", "detail"),
    "answer": ("about", "stands", "value", "amount", "colour", "sound", "ending", "by"),
    "sample": ("serial", "how", "balance", "atc"),
    "photo": ("file", "digest"),
}


def _rows(shown: Sequence[str | Markup]) -> list[Markup]:
    """Lines of a page: observations as they are, and between them the exchanges that follow each other."""
    rows: list[Markup] = []
    for written, group in groupby(shown, key=lambda each: isinstance(each, Markup)):
        lines = [*group]
        rows += (
            map(Markup, lines) if written else [Markup('<span data-x="{}"></span>').format(" ".join(lines))]
        )
    return rows


def _photos(step: StepRecord) -> Iterator[Mapping[str, str]]:
    """The photos that were taken in a step, by the names that they have beside the record."""
    for event in step.events:
        if isinstance(event, Observation) and event.kind == "photo":
            file, digest = (str(event.values.get(key, "")) for key in ("file", "digest"))
            if evidence.NAME.fullmatch(file):
                yield {"file": file, "digest": digest}


def _reason(case: CaseRecord) -> Words | None:
    reason = case.reason
    return None if reason is None else in_both(lambda language: text.case_reason(reason, language))


def _is_shown(place: int, count: int, event: Event, named: set[int | None]) -> bool:
    """The beginning and the end of a long step, and whatever a finding points at."""
    edge = SHOWN_PER_STEP // 2
    inside = count > SHOWN_PER_STEP and edge <= place < count - edge
    return not inside or (isinstance(event, Exchange) and event.number in named)


def _sentence(step: StepRecord, entries: Mapping[str, CaseEntry], case_id: str) -> Words:
    """A step's words from its case's text; a control's carry the id of the control case before them."""
    control, colon, sentence = step.text.partition(": ")
    if step.kind == "control" and colon and control in entries:
        words = _planned(entries[control], sentence)
        return Words(f"{control}：{words.zh}", f"{control}: {words.en}")
    return _planned(entries[case_id], step.text)


def _planned(entry: CaseEntry, sentence: str) -> Words:
    """A sentence of a case in both languages, or a fixed phrase of the runner."""
    found = next((words for words in _plan(entry) if words.en == sentence), None)
    return found or in_both(lambda language: text.phrase(sentence, language))


def _plan(entry: CaseEntry) -> tuple[Words, ...]:
    return tuple(Words(*pair) for pair in zip(entry.steps["zh"], entry.steps["en"], strict=False))


def _claims(step: StepRecord) -> tuple[_Claim, ...]:
    counted = Counter((each.code, each.ref, each.held) for each in step.expectations)
    return tuple(_Claim(_claim(code), ref, held, count) for (code, ref, held), count in counted.items())


def _claim(code: str) -> Words:
    return in_both(lambda language: text.claim(code, language))


def _requirements(record: RunRecord, cases: Sequence[_CaseView]) -> list[_Requirement]:
    """Each clause under which something was evaluated; nobody types this list."""
    evaluated: dict[str, list[tuple[_CaseView, int, int]]] = {}
    for view in cases:
        expectations = [each for step in view.case.steps for each in step.expectations]
        for ref in dict.fromkeys(each.ref for each in expectations):
            held = [each.held for each in expectations if each.ref == ref]
            evaluated.setdefault(ref, []).append((view, sum(held), len(held)))
    references = record.header.references
    return [
        _Requirement(
            ref,
            by_language(references[ref]) if ref in references else same(""),
            references[ref].get("confidence", "") if ref in references else "",
            tuple(rows),
        )
        for ref, rows in sorted(evaluated.items())
    ]


def _class(verdict: Verdict) -> str:
    return _CLASSES.get(verdict, "unknown")


def _duration(milliseconds: int) -> str:
    return (
        f"{milliseconds} ms"
        if milliseconds < 1000
        else f"{milliseconds // 1000}.{milliseconds % 1000 // 100} s"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conformance.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "by_language": by_language,
        "verdict_class": _class,
        "duration": _duration,
        "labels": text.label,
        "asset": _asset,
    }
    return environment


@cache
def _asset(name: str) -> Markup:
    """A file of the report's own that goes into the page as it is."""
    return Markup(files("conformance.report").joinpath("static", name).read_text(encoding="utf-8"))  # noqa: S704
