"""Everything that keeps a record and a decision from becoming a certificate, all at once (design 6, 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.model.programme import Reason
from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.model.waiver import Waiver, state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.catalogue.published import PublishedPlan
    from conformance.crypto.signing import Signer
    from conformance.model.programme import Decision, LedgerEntry, Programme
    from conformance.model.run import RunHeader, RunRecord


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a certificate rests on beside record and decision; a real programme wants all of it.

    `proof` is that of the catalogue as `conformance catalogue proof --write` leaves it, `proof_digest` the
    SHA-256 of its file. `decided_by` has signed the decision, `signed_by` signs the bundle.
    """

    plan: PublishedPlan | None = None
    proof: Mapping[str, Any] | None = None
    proof_digest: str = ""
    decided_by: Signer | None = None
    signed_by: Signer | None = None


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the ledger holds about one record: waivers and reviews, as they stand on a day."""

    waivers: tuple[Waiver, ...]
    reviews: Mapping[str, LedgerEntry]

    @classmethod
    def about(cls, record: RunRecord, entries: Sequence[LedgerEntry], day: date) -> Rulings:
        digest = record.footer.digest if record.footer else ""
        own = [each for each in entries if each.about.get("record") == digest and each.when <= day]
        waivers = (_waiver(each) for each in own if each.kind == "waived")
        return cls(tuple(waivers), {each.about["case"]: each for each in own if each.kind == "reviewed"})


def _waiver(entry: LedgerEntry) -> Waiver:
    case_id, _, revision = entry.about["case"].partition("@")
    until = date.fromisoformat(entry.values["until"])
    return Waiver(case_id, int(revision or 1), entry.values["finding"], entry.why, entry.who, until)


def worst_endings(record: RunRecord) -> Iterator[CaseRecord]:
    """Each selected case as it counts: its last attempt, but a FAIL before it stays; NOT RUN without one.

    What passes only sometimes does not conform.
    """
    attempts: dict[str, list[CaseRecord]] = {entry.id: [] for entry in record.header.cases}
    for case in record.cases:
        attempts.setdefault(case.id, []).append(case)
    for case_id, endings in attempts.items():
        failed = [case for case in endings if case.verdict is Verdict.FAIL]
        yield (failed or endings[-1:] or [_not_run(record, case_id)])[0]


def blocking_cases(record: RunRecord) -> Iterator[CaseRecord]:
    """Find every case that by itself keeps the record's product from a certificate."""
    yield from (case for case in worst_endings(record) if case.verdict.blocks)


def exempt(header: RunHeader) -> Mapping[str, Any]:
    """The cases that the plan lets be NOT TESTABLE, with the reason for it in both languages."""
    found: Mapping[str, Any] = header.profile.get("exempt", {})
    return found


def granted(decision: Decision, rulings: Rulings) -> tuple[Waiver, ...]:
    """The waivers that the decision names and the ledger holds."""
    return tuple(
        each for each in rulings.waivers if (f"{each.case}@{each.revision}", each.finding) in decision.waivers
    )


def reviewed(case: CaseRecord, decision: Decision, rulings: Rulings) -> bool:
    """True when the decision names a review of the case, and the ledger says that it passed."""
    entry = rulings.reviews.get(case.id)
    return (
        case.verdict is Verdict.REVIEW
        and case.id in decision.reviews
        and entry is not None
        and entry.values.get("verdict") == "PASS"
    )


def _not_run(record: RunRecord, case_id: str) -> CaseRecord:
    return CaseRecord(case_id, record.entry(case_id).revision, Verdict.NOT_RUN, reason="not-reached")


def against(
    programme: Programme, record: RunRecord, decision: Decision, rulings: Rulings, grounds: Grounds
) -> Iterator[Reason]:
    """Every reason against a certificate; none when it can be issued."""
    yield from _against_record(programme, record)
    yield from _against_cases(record, decision, rulings)
    yield from _against_decision(record, decision, rulings)
    yield from _against_grounds(record, decision, grounds)
    if decision.demonstration and not programme.synthetic:
        yield Reason("demonstration-does-not-count", {"programme": programme.id})
    if not programme.synthetic:
        yield from _lacking(record, decision, grounds)


def _against_record(programme: Programme, record: RunRecord) -> Iterator[Reason]:
    header, run = record.header, {"run": record.header.run_id}
    if not record.complete:
        yield Reason("record-incomplete", run)
    if header.repeats:
        yield Reason("run-is-rerun", run)
    if header.replay:
        yield Reason("run-is-replay", run)
    if not any(case.verdict is Verdict.PASS for case in record.cases):
        yield Reason("nothing-passed", run)
    if "defect" in header.product:
        yield Reason("defect-built-in", {"defect": header.product["defect"]})
    if programme.synthetic:
        return
    if rests_on_simulation(header):
        yield Reason("simulated-does-not-count", {"programme": programme.id})
    if not header.official:
        yield Reason("run-not-official", run)
    if header.time_base != "real":
        yield Reason("time-not-real", run)


def _against_cases(record: RunRecord, decision: Decision, rulings: Rulings) -> Iterator[Reason]:
    day, waivers = decision.date or run_day(record), granted(decision, rulings)
    for case in worst_endings(record):
        ends = state(case, waivers, day, exempt(record.header))
        if ends in ("conforming", "waived", "exempt") or reviewed(case, decision, rulings):
            continue
        if ends in ("waiver-stale", "waiver-expired"):
            yield Reason(ends, {"case": case.id})
        else:
            code = case.headline.code if case.headline else case.reason or ""
            yield Reason("case-blocks", {"case": case.id, "verdict": str(case.verdict), "code": code})


def _against_decision(record: RunRecord, decision: Decision, rulings: Rulings) -> Iterator[Reason]:
    header = record.header
    for decided, tested, code in (
        (decision.product, header.product["id"], "decision-about-other-product"),
        (decision.profile, header.profile["name"], "decision-about-other-profile"),
    ):
        if decided != tested:
            yield Reason(code, {"decided": decided, "tested": tested})
    if decision.date is not None and decision.date < run_day(record):
        arguments = {"on": decision.date.isoformat(), "run": run_day(record).isoformat()}
        yield Reason("decided-before-run", arguments)
    held = {(f"{each.case}@{each.revision}", each.finding) for each in rulings.waivers}
    for case, finding in decision.waivers:
        if (case, finding) not in held:
            yield Reason("waiver-not-in-ledger", {"case": case, "finding": finding})
    for case in decision.reviews:
        if case not in rulings.reviews:
            yield Reason("review-not-in-ledger", {"case": case})


def _against_grounds(record: RunRecord, decision: Decision, grounds: Grounds) -> Iterator[Reason]:
    """What was decided on is the published plan, and that ran; the proof is of this catalogue."""
    ran = record.header.profile.get("plan_digest")
    if decision.plan_digest not in (None, ran):
        yield Reason("decision-about-other-plan", {"tested": str(ran)[:12]})
    if grounds.plan is not None and grounds.plan.digest != ran:
        yield Reason("plan-is-another", {"published": grounds.plan.digest[:12], "tested": str(ran)[:12]})
    if grounds.plan is not None and not _same_cases(record, grounds.plan):
        yield Reason("plan-has-other-cases", {"published": grounds.plan.digest[:12]})
    if grounds.proof is not None and grounds.proof["catalogue_digest"] != record.header.catalogue_digest:
        yield Reason("proof-of-other-catalogue", {"tested": record.header.catalogue_digest[:12]})
    if grounds.proof is not None and not all(line["holds"] for line in grounds.proof["lines"]):
        yield Reason("proof-does-not-hold")


def _same_cases(record: RunRecord, plan: PublishedPlan) -> bool:
    return {entry.id: entry.revision for entry in record.header.cases} == dict(plan.revisions)


def _lacking(record: RunRecord, decision: Decision, grounds: Grounds) -> Iterator[Reason]:
    """What a real certificate may not go without."""
    given = {
        "plan": grounds.plan and decision.plan_digest,
        "proof": grounds.proof,
        "decision-signature": grounds.decided_by,
        "bundle-signature": grounds.signed_by,
        "customer": decision.customer,
        "received": decision.samples.get("received"),
        "condition": decision.samples.get("condition"),
        "sampling": decision.samples.get("sampling"),
        "operator": record.header.bench.get("operator"),
        "address": record.header.bench.get("address"),
        "firmware-digest": record.header.product.get("firmware_digest"),
        **{name: record.header.ixit.get(name) for name in record.header.profile.get("statements", ())},
    }
    for what, value in given.items():
        if not value:
            yield Reason("certificate-lacks", {"what": what})
    for signer in (grounds.decided_by, grounds.signed_by):
        if signer is not None and signer.demonstration:
            yield Reason("demonstration-key", {"signer": signer.label})


def rests_on_simulation(header: RunHeader) -> bool:
    """True when the record says nothing about a real device: it counts in synthetic programmes only."""
    return header.simulated or header.evidence_grade == "simulated"


def run_day(record: RunRecord) -> date:
    """Return the day on which the run ended, or began if it never ended, in UTC as the record has it."""
    stamp = record.footer.finished if record.footer else record.header.started
    return date.fromisoformat(stamp[:10])
