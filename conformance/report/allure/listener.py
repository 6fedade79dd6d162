"""Runner events to Allure results, one file per case, written the moment the case has ended.

The results do not pass through allure-pytest: there a verdict would have to be an exception, its message
would begin with a Python class name, and fixtures of ours would stand on the page as if they were evidence.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from typing import TYPE_CHECKING

import attrs
from allure_commons.model2 import (
    Attachment,
    Label,
    Link,
    Parameter,
    StatusDetails,
    TestResult,
    TestStepResult,
)

from conformance.model.run import Finding
from conformance.model.verdict import Verdict, merge
from conformance.report.catalogue_page import clause_anchor
from conformance.text import case_reason, phrase
from conformance.text import finding as worded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from conformance.model.run import CaseEntry, CaseRecord, Event


STATUS: Mapping[Verdict, str] = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.INCONC: "broken",
    Verdict.ERROR: "broken",
    Verdict.REVIEW: "broken",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.NOT_TESTABLE: "skipped",
}

_KINDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"preamble": "前置", "step": "步骤", "postamble": "收尾", "control": "对照"},
    "en": {"preamble": "Preamble", "step": "Step", "postamble": "Postamble", "control": "Control"},
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "trace": "交互轨迹",
        "clause": "条款",
        "verdict": "判定",
        "attempt": "次数",
        "expected": "期望",
        "observed": "观察",
        "exchange": "交互",
    },
    "en": {
        "trace": "Exchanges",
        "clause": "Clause",
        "verdict": "Verdict",
        "attempt": "Attempt",
        "expected": "expected",
        "observed": "observed",
        "exchange": "exchange",
    },
}


class AllureListener:
    """Listens to the run of one product; its results of an earlier run are taken away first.

    `results` is the folder that `render` reads; several products share it. `entry` gives a case's texts by
    its id. `facts` are shown with every case (firmware, bench, SIMULATED …). Cases of the profile's `floor`
    are marked critical. `catalogue_url` is where the catalogue's page is served. `trace` makes the HTML that
    is attached to a case with exchanges.
    """

    def __init__(  # noqa: PLR0913 - what only the run knows, each by its name
        self,
        results: Path,
        product: str,
        entry: Callable[[str], CaseEntry],
        *,
        language: str = "zh",
        facts: Mapping[str, str] | None = None,
        catalogue_url: str | None = None,
        floor: Collection[str] = (),
        trace: Callable[[CaseRecord], str] | None = None,
    ) -> None:
        self._results = results
        self._product = product
        self._prefix = product.replace("/", "-")
        self._entry = entry
        self._language = language
        self._facts = {} if facts is None else facts
        self._floor = floor
        self._catalogue_url = catalogue_url
        self._trace = trace
        self._case = TestResult()
        self._present: CaseEntry
        self._found: list[Finding] = []
        self._is_fresh = False

    def case_started(self, case_id: str, revision: int, attempt: int) -> None:
        self._clear()
        entry = self._entry(case_id)
        identity = f"{self._product}/{case_id}"
        self._present = entry
        self._case = TestResult(
            uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, identity)),
            name=f"{case_id} {entry.title[self._language]}",
            fullName=f"{case_id}@{revision}",
            testCaseId=_digest(case_id),
            historyId=_digest(identity),
            description=self._description(entry),
            titlePath=[self._product, *_group(case_id)],
            labels=self._labels(entry),
            links=self._links(entry),
            parameters=[Parameter(name=name, value=value) for name, value in self._shown(attempt).items()],
            start=_now(),
        )

    def step_started(self, kind: str, index: int, text: str) -> None:  # noqa: ARG002 - a listener's form
        name = f"{_KINDS[self._language][kind]} · {self._sentence(kind, text)}"
        self._found = []
        self._case.steps.append(TestStepResult(name=name, start=_now()))

    def _clear(self) -> None:
        """Take an earlier run's results away when the first case of this one starts, and not before."""
        if not self._is_fresh:
            self._is_fresh = True
            self._results.mkdir(parents=True, exist_ok=True)
            for stale in self._results.glob(f"{self._prefix}.*"):
                stale.unlink()

    def _sentence(self, kind: str, text: str) -> str:
        """A step's sentence in the page's language; a control's begins with its case's id."""
        control, _, sentence = text.partition(": ") if kind == "control" else ("", "", text)
        steps = (self._entry(control) if control else self._present).steps
        texts = dict(zip(steps["en"], steps[self._language], strict=False))
        told = texts.get(sentence) or phrase(sentence, self._language)
        return f"{control} {told}" if control else told

    def happened(self, event: Event) -> None:
        if isinstance(event, Finding):
            self._found.append(event)

    def step_ended(self) -> None:
        step = self._case.steps[-1]
        step.status, step.stop = STATUS[merge(found.verdict for found in self._found)], _now()
        step.statusDetails = self._details(self._found)

    def case_ended(self, record: CaseRecord) -> None:
        case = self._case
        case.status, case.stop = STATUS[record.verdict], _now()
        case.labels += [Label("verdict", record.verdict.value), Label("tag", record.verdict.value)]
        case.parameters.append(Parameter(name=self._word("verdict"), value=record.verdict.value))
        case.statusDetails = self._details([record.headline] if record.headline else [], record.reason)
        if self._trace is not None and record.exchanges:
            self._attach(record.id, self._trace(record))
        self._write(f"{record.id}-result.json", json.dumps(_present(case), ensure_ascii=False))

    def _details(self, findings: Sequence[Finding], reason: str | None = None) -> StatusDetails | None:
        told = [self._worded(each) for each in findings]
        if reason:
            told.append(case_reason(reason, self._language))
        return StatusDetails(message="\n".join(told)) if told else None

    def _worded(self, finding: Finding) -> str:
        """The finding as a lab note: what, expected, observed, where, clause."""
        note = worded(finding, self._language)
        lines = {"expected": note.expected, "observed": note.observed, "clause": finding.ref}
        if finding.where.exchange is not None:
            lines["exchange"] = str(finding.where.exchange)
        return "\n".join(
            [note.what, *(f"  {self._word(name)} {value}" for name, value in lines.items() if value)]
        )

    def _shown(self, attempt: int) -> Mapping[str, str]:
        return {**self._facts, **({self._word("attempt"): str(attempt)} if attempt > 1 else {})}

    def _word(self, name: str) -> str:
        return _WORDS[self._language][name]

    def _attach(self, case_id: str, html: str) -> None:
        name = f"{case_id}-attachment.html"
        self._write(name, html)
        self._case.attachments.append(
            Attachment(name=self._word("trace"), source=f"{self._prefix}.{name}", type="text/html")
        )

    def _write(self, name: str, text: str) -> None:
        """Whole or not at all: a reader never sees half a result."""
        path = self._results / f"{self._prefix}.{name}"
        partial = path.with_name(path.name + ".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)

    def _description(self, entry: CaseEntry) -> str:
        """Markdown; no link to our own report, since Allure drops every link that is not absolute."""
        clauses = "\n".join(f"* {ref}" for ref in entry.refs)
        return f"{entry.purpose[self._language]}\n\n**{self._word('clause')}**\n\n{clauses}"

    def _links(self, entry: CaseEntry) -> list[Link]:
        """To case and clauses on the catalogue's page; Allure shows links with a host alone."""
        if self._catalogue_url is None:
            return []
        page = self._catalogue_url
        clauses = (
            Link(name=ref, url=f"{page}#{clause_anchor(ref)}", type="requirement") for ref in entry.refs
        )
        return [Link(name=entry.id, url=f"{page}#{entry.id}", type="tms"), *clauses]

    def _labels(self, entry: CaseEntry) -> list[Label]:
        sector, group = _group(entry.id)
        return [
            Label("product", self._product),
            Label("epic", sector),
            Label("feature", group),
            Label("parentSuite", self._product),
            Label("suite", group),
            Label("severity", "critical" if entry.id in self._floor else "normal"),
            *(Label("clause", ref) for ref in entry.refs),
        ]


def _group(case_id: str) -> tuple[str, str]:
    """Sector and group of an id: TRN and TRN-BUS of TRN-BUS-050."""
    sector, group, _ = case_id.split("-", 2)
    return sector, f"{sector}-{group}"


def _now() -> int:
    """Milliseconds, as Allure counts."""
    return time.time_ns() // 1_000_000


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _present(case: TestResult) -> object:
    """The result as Allure reads it, without the fields that hold nothing."""
    return attrs.asdict(case, filter=lambda _, value: value not in (None, [], ""))
