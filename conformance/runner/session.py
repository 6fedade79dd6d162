"""One run of one product on one bench: prepared, executed case by case, recorded, closed."""

from __future__ import annotations

import dataclasses
import re
import secrets
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import conformance
from conformance.catalogue.applicability import applies
from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.catalogue.plan import plan
from conformance.catalogue.product import find_product, read_product
from conformance.catalogue.published import published
from conformance.codec.names import instead
from conformance.crypto import laboratory
from conformance.model.run import CaseRecord, RunHeader
from conformance.model.verdict import Verdict
from conformance.record import evidence
from conformance.record.privacy import Privacy
from conformance.record.spied.session import overheard
from conformance.record.writer import RunWriter
from conformance.runner import bench_log, history, installed
from conformance.runner.bench import check_fit, find_bench, read_bench
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import check_identity, opened
from conformance.runner.opening.operator import Attendance
from conformance.runner.place import PlaceListener
from conformance.runner.redaction import RedactedListener
from conformance.runner.rehearsal import arranged
from conformance.runner.replay import influence, listening, replayed, told
from conformance.sim.card.profile import shipped as shipped_cards
from conformance.sim.defects import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from conformance.catalogue.load import Catalogue
    from conformance.catalogue.plan import PlannedCase
    from conformance.model.case import TestCase
    from conformance.model.iut import Product, Profile
    from conformance.model.run import Event, RunRecord
    from conformance.record.spied.session import Overheard
    from conformance.runner.bench import Bench
    from conformance.runner.journal import Listener
    from conformance.runner.opening import OpenBench
    from conformance.sim.defects import Defect


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is asked for; `reports` is the folder that takes it.

    `official` uses the official counts and leaves nothing out; `cases` are the only ones wanted. A case that
    ends INCONC or ERROR is tried again until it has had `attempts`; a FAIL stands. `resume` goes on with the
    run that was cut off there; `repeats` is the run whose failed cases this one repeats. An operator is
    asked in `language`. `replay` is the file of a recorded session, which is judged in place of the product.
    """

    product: str
    reports: Path
    bench: str = "embedded"
    official: bool = False
    defect: str | None = None
    seed: int = 0
    cases: tuple[str, ...] = ()
    attempts: int = 1
    resume: bool = False
    repeats: RunRecord | None = None
    language: str = "zh"
    replay: Path | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """All that is known before the first byte: read, checked, and nothing opened yet."""

    options: RunOptions
    catalogue: Catalogue
    product: Product
    bench: Bench
    overheard: Overheard | None = None

    @property
    def profile(self) -> Profile:
        return self.catalogue.proforma.profiles[self.product.profile]

    @property
    def folder(self) -> Path:
        """Where this product's run lands; a repetition lies beside what it repeats, and so does a replay."""
        own = self.options.reports / slug(self.product.id)
        if self.options.replay is not None:
            return own / "replay"
        return own if self.options.repeats is None else own / "rerun"

    @property
    def wanted(self) -> tuple[str, ...]:
        """The cases to run, in the profile's order."""
        asked = self.options.cases
        return tuple(name for name in self.profile.cases if not asked or name in asked)

    def parameters(self) -> Mapping[str, float]:
        """Each parameter's value in force: the vendor's, else the quick count, else the default."""
        own = {**self.product.ixit, "U": self.bench.uncertainty_ms or 0}
        return {
            name: own.get(name, each.default if self.official_counts or each.quick is None else each.quick)
            for name, each in self.catalogue.proforma.parameters.items()
        }

    @property
    def official_counts(self) -> bool:
        """True when the official repetition counts are in force; an official run is more than that."""
        return self.options.official or self.bench.counts == "official"


def slug(product_id: str) -> str:
    """A folder name of a product id."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", product_id)


def prepare(options: RunOptions, catalogue: Catalogue | None = None) -> Preparation:
    """Read and check everything that the run rests on; raises before anything is opened.

    `catalogue` is one that was loaded already, for whoever prepares several runs.
    """
    catalogue = catalogue or load_catalogue(shipped("cases"))
    product = read_product(find_product(options.product), catalogue.proforma)
    bench = read_bench(find_bench(options.bench))
    check_fit(bench, product)
    if options.defect is not None and options.defect not in DEFECTS:
        raise LookupError(f"no defect {options.defect}; {instead(options.defect, DEFECTS)}")
    if options.defect is not None and product.device is None:
        raise LookupError(f"{product.id} is no simulator of ours, so that it cannot be given a defect")
    overheard = _overheard(options, bench)
    known = listening(catalogue, product) if overheard is not None else catalogue
    preparation = Preparation(options, known, product, bench, overheard)
    _check_wanted(preparation)
    return preparation


def _overheard(options: RunOptions, bench: Bench) -> Overheard | None:
    """The session that a replay bench is about; refuses what makes no sense of a recording."""
    if (bench.channel == "replay") is not (options.replay is not None):
        raise LookupError(f"{bench.name}: --replay FILE and a bench of the channel replay need each other")
    if options.replay is None:
        return None
    if options.official or options.resume or options.defect is not None:
        raise LookupError("a recording is judged once, as it is: no --official, --resume or --defect")
    return overheard(options.replay)


def _check_wanted(before: Preparation) -> None:
    """Refuse cases that the profile has not, and a choice of cases in an official run."""
    unknown = [name for name in before.options.cases if name not in before.profile.cases]
    if unknown:
        raise LookupError(f"the profile {before.profile.name} has no case {', '.join(unknown)}")
    if before.options.official and before.options.cases:
        raise LookupError("an official run leaves nothing out: name no cases, or leave --official")


class RecordListener:
    """Writes what it hears into the run's record."""

    def __init__(self, writer: RunWriter) -> None:
        self._writer = writer

    def case_started(self, case_id: str, revision: int, attempt: int) -> None:
        self._writer.case_started(case_id, revision, attempt)

    def step_started(self, kind: str, index: int, text: str) -> None:
        self._writer.step_started(kind, index, text)

    def happened(self, event: Event) -> None:
        self._writer.event(event)

    def step_ended(self) -> None:
        self._writer.step_ended()

    def case_ended(self, record: CaseRecord) -> None:
        self._writer.case_ended(record.verdict, record.headline, record.reason, record.duration_ms)


@dataclass
class RunSession:
    """A run under way. Open it, give it the cases of its plan, close it."""

    preparation: Preparation
    listeners: Sequence[Listener] = ()
    is_open: bool = False
    _stack: ExitStack = field(default_factory=ExitStack)

    def open(self) -> None:
        """Open the bench, plan against what it offers, write the record's header.

        A bench that cannot be opened raises its LinkOutcome, and nothing is left behind.
        """
        before = self.preparation
        defect = DEFECTS[before.options.defect] if before.options.defect else None
        with ExitStack() as stack:
            bench = stack.enter_context(self._opened(defect))
            check_identity(before.product, bench.firmware)
            self._stack = stack.pop_all()
        self.plan = planned_on(before, bench)
        try:
            self._record(bench)
        except BaseException:
            self._stack.close()
            raise
        self.is_open = True

    def _opened(self, defect: Defect | None) -> AbstractContextManager[OpenBench]:
        before = self.preparation
        if before.overheard is not None:
            return replayed(before.bench, before.overheard)
        attendance = Attendance(before.options.language, before.folder / evidence.FOLDER)
        kinds = before.catalogue.proforma.samples
        return opened(before.bench, before.product, defect, before.options.seed, kinds, attendance)

    def _record(self, bench: OpenBench) -> None:
        """Begin the record, or go on with the one that was cut off."""
        before = self.preparation
        before.folder.mkdir(parents=True, exist_ok=True)
        path, now = before.folder / "run.jsonl", _now()
        installed.keep(before.folder)
        first_line = header(before, bench, self.plan)
        self.earlier = history.cut_off(path, first_line) if before.options.resume else None
        if self.earlier is None:
            first_line = replace(first_line, official_attempt=history.keep_official(path, first_line))
            path.unlink(missing_ok=True)
            bench_log.forget(before.folder)
            shutil.rmtree(before.folder / evidence.FOLDER, ignore_errors=True)
        self.privacy = _privacy(before, bench)
        self.writer = RunWriter(path, first_line, self.privacy, resumed_at=now if self.earlier else None)
        shown = (RedactedListener(listener, _privacy(before, bench)) for listener in self.listeners)
        desk, entry = bench.desk, before.catalogue.entry
        shows = () if desk is None else (PlaceListener(desk, self._due(), entry),)
        elapsed, exchanges = history.counted(self.earlier, now) if self.earlier else (0, 0)
        journal = Journal((RecordListener(self.writer), *shown, *shows), elapsed=elapsed, exchanges=exchanges)
        self.stage = Stage(bench, journal, before.parameters())
        self.attempts = history.attempts(self.earlier or before.options.repeats)
        self.endings = history.judged(self.earlier) if self.earlier else {}

    def _due(self) -> tuple[str, ...]:
        """The cases that will run, in the plan's order."""
        wanted = self.preparation.wanted
        return tuple(each.case.id for each in self.plan if each.verdict is None and each.case.id in wanted)

    @property
    def left(self) -> tuple[str, ...]:
        """The wanted cases that have no ending yet: all of them, but for a run that is resumed."""
        return tuple(name for name in self.preparation.wanted if name not in self.endings)

    def run(self, case: TestCase, arguments: Mapping[str, object] | None = None) -> CaseRecord:
        """Run one case of the plan; one that says nothing about the IUT is tried again, as often as asked."""
        ending = self._attempt(case, arguments)
        for _ in range(self.preparation.options.attempts - 1):
            if ending.verdict not in (Verdict.INCONC, Verdict.ERROR):
                break
            ending = self._attempt(case, None)
        return self._keep(ending)

    def _attempt(self, case: TestCase, arguments: Mapping[str, object] | None) -> CaseRecord:
        attempt = self.attempts[case.id] = self.attempts.get(case.id, 0) + 1
        return execute(self.stage, case, self._control(case), arguments, attempt)

    def pass_over(self, planned: PlannedCase, verdict: Verdict) -> CaseRecord:
        """Note a case that is N/A or NOT TESTABLE, with its reason."""
        case = planned.case
        record = CaseRecord(case.id, case.revision, verdict, reason=planned.reason)
        self.stage.journal.open_case(case.id, case.revision)
        self.stage.journal.close_case(record)
        return self._keep(record)

    def _keep(self, record: CaseRecord) -> CaseRecord:
        self.endings[record.id] = record
        return record

    def close(self) -> None:
        """Close the bench and write the footer: counts over the whole plan, NOT RUN included."""
        verdicts = [
            self.endings[each.case.id].verdict if each.case.id in self.endings else Verdict.NOT_RUN
            for each in self.plan
        ]
        counts = {str(verdict): verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}
        self.is_open = False
        said = self.stage.bench.said
        self._stack.close()
        if said is not None and said.count:
            self.writer.event(bench_log.keep(self.preparation.folder, said, self.privacy))
        self.writer.close(_now(), counts)

    def _control(self, case: TestCase) -> TestCase | None:
        return self.preparation.catalogue.cases[case.control] if case.control else None


def _privacy(before: Preparation, bench: OpenBench) -> Privacy:
    """What this run may write: where every card is one of the suite's, they are trusted before they say so.

    A card file may describe anybody's card.
    """
    ours = before.product.kind == "terminal" or before.product.device in shipped_cards()
    return Privacy(before.bench.test_pans, trusted=bench.simulated and ours)


def planned_on(before: Preparation, bench: OpenBench) -> Sequence[PlannedCase]:
    """The plan of a product on an open bench, with its samples; for an operator, with few changes."""
    offers, samples = bench.offers, bench.samples
    if bench.overheard is not None:
        return plan(before.catalogue, before.product, offers, influence)
    if bench.hand is not None:
        return arranged(
            before.catalogue, before.product, before.bench, offers, bench.capks, before.parameters()
        ).plan
    if samples is None:
        return plan(before.catalogue, before.product, offers)
    return plan(before.catalogue, before.product, offers, samples.lacking)


def header(before: Preparation, bench: OpenBench, planned: Sequence[PlannedCase]) -> RunHeader:
    """The record's first line: everything that a reader needs to judge the run without the catalogue."""
    product, file = before.product, before.bench
    proforma = before.catalogue.proforma
    in_force = before.parameters()
    return RunHeader(
        run_id=secrets.token_hex(8),
        started=_now(),
        suite={"name": "pboc-conformance", "version": conformance.__version__},
        catalogue_digest=before.catalogue.digest,
        product={
            "id": product.id,
            "kind": product.kind,
            "vendor": product.vendor,
            "model": product.model,
            "hardware": product.hardware,
            **_firmware(product, bench),
            "serials": list(product.serials),
            **({"defect": before.options.defect} if before.options.defect else {}),
        },
        profile=_profile(before),
        ics=product.ics,
        ixit={**product.ixit, **product.statements},
        parameters={
            name: {
                "value": in_force[name],
                "default": each.default,
                "owner": each.owner,
                "unit": each.unit,
                "reason": each.reason,
            }
            for name, each in proforma.parameters.items()
        },
        bench={
            "name": file.name,
            "laboratory": file.laboratory,
            "location": file.location,
            "address": file.address,
            "operator": bench.operator or file.operator,
            "instruments": file.instruments,
            "channel": file.channel,
            "offers": sorted(bench.offers),
            **({"measured": dict(file.measured)} if file.measured is not None else {}),
            "identity": None if bench.identity is None else dataclasses.asdict(bench.identity),
            "ca_keys": [_key_name(key) for key in bench.capks],
            "keys": {
                "fingerprint": laboratory.in_use().fingerprint,
                "demonstration": laboratory.in_use().demonstration,
            },
        },
        simulated=bench.simulated,
        time_base=file.time_base,
        evidence_grade=file.grade,
        official=before.options.official,
        seed=before.options.seed,
        environment=installed.environment(),
        references={
            name: {"zh": each.title["zh"], "en": each.title["en"], "confidence": each.confidence}
            for name, each in proforma.references.items()
        },
        cases=tuple(before.catalogue.entry(each.case.id) for each in planned),
        questions={name: proforma.items[name].question for name in product.ics},
        repeats=history.named(before.options.repeats),
        replay=told(before.options.replay, before.overheard),
    )


def _profile(before: Preparation) -> Mapping[str, Any]:
    """The profile as the header keeps it: by which plan, what may be left untested, what the IXIT asks."""
    profile, published_plan = before.profile, published(before.catalogue, before.profile.name)
    proforma = before.catalogue.proforma
    asked = [each for each in proforma.statements.values() if each.kind == profile.kind]
    return {
        "name": profile.name,
        "title": profile.title,
        "editions": list(profile.editions),
        "plan_digest": published_plan.digest,
        "exempt": published_plan.exempt_on(before.bench.grade),
        "statements": {each.name: each.question for each in asked if applies(each.when, before.product.ics)},
    }


def _firmware(product: Product, bench: OpenBench) -> Mapping[str, str | None]:
    """The firmware with its origin, as the bench knows it; of a card, as its vendor declares it."""
    found = bench.firmware
    if found is None:
        version, digest, origin = product.firmware, product.firmware_digest, product.firmware_origin
    else:
        version, digest, origin = found.version, found.digest, found.origin
    return {"firmware": version, "firmware_digest": digest, "firmware_origin": origin}


def _key_name(key: Any) -> str:
    return f"{key.rid.hex().upper()}/{key.index:02X}{' demonstration' if key.demonstration else ''}"


def _now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()
