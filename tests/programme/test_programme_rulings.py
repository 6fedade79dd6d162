"""Waivers and reviews: only what the ledger holds and the decision names lets a certificate pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from programme_samples import TITLES, make_header, make_record

from conformance.catalogue.published import PublishedPlan
from conformance.crypto.signing import generate
from conformance.model.run import CaseRecord
from conformance.model.verdict import Verdict
from conformance.programme import ledger, ruling
from conformance.programme.certificate import issue
from conformance.programme.milestones import Evidence, certificate_state
from conformance.programme.refusal import Grounds
from conformance.programme.ruling import RefusedError
from conformance.text.programme import reason

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model.programme import Certificate, Decision, LedgerEntry, Programme
    from conformance.model.run import RunRecord

CASE, FINDING = "TRN-BUS-050", "record-missing"
DAY, UNTIL = date(2026, 9, 1), date(2027, 3, 1)
SAID: dict[str, Any] = {"when": DAY, "who": "认证委员会", "why": "3.2 版修复"}
NAMED = ((f"{CASE}@1", FINDING),)


class Office:
    """One ledger, and what is decided in it."""

    def __init__(self, programme: Programme, folder: Path) -> None:
        self.programme, self.folder, self.book = programme, folder, folder / "ledger.jsonl"
        self.evidence = folder / "photo.jpg"
        self.evidence.write_bytes(b"a photo")

    def issue(self, record: RunRecord, decision: Decision, grounds: Grounds | None = None) -> Certificate:
        return issue(self.programme, record, decision, self.folder / "certificates", self.book, grounds)

    def refused(self, record: RunRecord, decision: Decision, grounds: Grounds | None = None) -> list[str]:
        with pytest.raises(RefusedError) as caught:
            self.issue(record, decision, grounds)
        return [each.code for each in caught.value.reasons]

    def waive(self, record: RunRecord, finding: str = FINDING, until: date = UNTIL) -> None:
        ruling.waive(self.book, record, CASE, finding, until=until, **SAID)

    def review(self, record: RunRecord, *, passed: bool = True) -> None:
        ruling.review(self.book, record, CASE, self.evidence, passed=passed, **SAID)


@pytest.fixture
def office(programme: Programme, tmp_path: Path) -> Office:
    return Office(programme, tmp_path)


@pytest.fixture
def failing() -> RunRecord:
    return make_record({CASE: Verdict.FAIL})


@pytest.fixture
def open_case() -> RunRecord:
    return make_record({CASE: Verdict.REVIEW})


def test_a_waived_failure_gives_a_certificate_with_a_condition(
    office: Office, failing: RunRecord, decision: Decision
) -> None:
    office.waive(failing)
    certificate = office.issue(failing, replace(decision, waivers=NAMED))
    assert [(each["case"], each["finding"], each["owner"]) for each in certificate.waived] == [
        (CASE, FINDING, "认证委员会")
    ]
    assert {each["id"]: each["verdict"] for each in certificate.cases}[CASE] == "FAIL"


def test_a_certificate_ends_with_its_first_waiver(
    office: Office, failing: RunRecord, decision: Decision
) -> None:
    office.waive(failing)
    assert office.issue(failing, replace(decision, waivers=NAMED)).valid_until == UNTIL


def test_a_waiver_that_the_decision_does_not_name_does_nothing(
    office: Office, failing: RunRecord, decision: Decision
) -> None:
    office.waive(failing)
    assert office.refused(failing, decision) == ["case-blocks"]


def test_a_waiver_that_the_ledger_does_not_hold_does_nothing(
    office: Office, failing: RunRecord, decision: Decision
) -> None:
    named = replace(decision, waivers=NAMED)
    assert office.refused(failing, named) == ["case-blocks", "waiver-not-in-ledger"]


def test_a_waiver_about_another_record_does_nothing(
    office: Office, failing: RunRecord, decision: Decision
) -> None:
    assert failing.footer is not None
    office.waive(replace(failing, footer=replace(failing.footer, digest="1" * 64)))
    named = replace(decision, waivers=NAMED)
    assert office.refused(failing, named) == ["case-blocks", "waiver-not-in-ledger"]


def test_an_expired_waiver_refuses(office: Office, failing: RunRecord, decision: Decision) -> None:
    office.waive(failing, until=date(2026, 9, 30))
    named = replace(decision, waivers=NAMED, date=date(2026, 10, 1))
    assert office.refused(failing, named) == ["waiver-expired"]


def test_a_waiver_whose_case_passed_in_the_end_refuses(
    office: Office, failing: RunRecord, decision: Decision
) -> None:
    office.waive(failing)
    named = replace(decision, waivers=NAMED)
    assert office.refused(make_record(), named) == ["waiver-stale"]


def test_only_a_finding_that_was_made_is_waived(office: Office, failing: RunRecord) -> None:
    with pytest.raises(RefusedError, match="nothing-to-waive"):
        office.waive(failing, finding="card-mute")
    assert not office.book.exists()


def test_only_a_failure_is_waived(office: Office, open_case: RunRecord) -> None:
    with pytest.raises(RefusedError, match="nothing-to-waive"):
        office.waive(open_case)


def test_a_review_that_passed_gives_a_certificate_that_names_the_evidence(
    office: Office, open_case: RunRecord, decision: Decision
) -> None:
    office.review(open_case)
    certificate = office.issue(open_case, replace(decision, reviews=(CASE,)))
    entry = ledger.read(office.book)[0]
    assert [(each["case"], each["evidence"]) for each in certificate.reviewed] == [
        (CASE, entry.values["evidence"])
    ]


@pytest.mark.parametrize("passed", [True, False])
def test_a_review_that_failed_or_is_not_named_refuses(
    office: Office, open_case: RunRecord, decision: Decision, passed: bool
) -> None:
    office.review(open_case, passed=passed)
    named = decision if passed else replace(decision, reviews=(CASE,))
    assert office.refused(open_case, named) == ["case-blocks"]


def test_a_review_named_and_not_in_the_ledger_refuses(
    office: Office, open_case: RunRecord, decision: Decision
) -> None:
    assert office.refused(open_case, replace(decision, reviews=(CASE,))) == [
        "case-blocks",
        "review-not-in-ledger",
    ]


@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.REVIEW])
def test_only_review_is_signed_off(office: Office, verdict: Verdict) -> None:
    with pytest.raises(RefusedError, match="nothing-to-review"):
        office.review(make_record({CASE: verdict}))


def test_each_ruling_says_who_when_why_and_what_held_before(office: Office, decision: Decision) -> None:
    office.waive(make_record({CASE: Verdict.FAIL}))
    office.review(make_record({CASE: Verdict.REVIEW}))
    office.issue(make_record(), replace(decision, number="DEMO-1"))
    ruling.suspend(office.book, "DEMO-1", until=UNTIL, **SAID)
    ruling.withdraw(office.book, "DEMO-1", **SAID)
    ruling.accept(office.book, office.programme, office.programme.deployments[0].site, **SAID)
    rows = [(each.kind, each.before) for each in ledger.read(office.book) if each.kind != "issued"]
    assert rows == [
        ("waived", {"verdict": "FAIL"}),
        ("reviewed", {"verdict": "REVIEW"}),
        ("suspended", {"state": "issued", "since": "2026-09-01"}),
        ("withdrawn", {"state": "suspended", "since": "2026-09-01"}),
        ("accepted", {"accepted": None}),
    ]
    assert {(each.who, each.why) for each in ledger.read(office.book) if each.kind != "issued"} == {
        ("认证委员会", "3.2 版修复")
    }


def test_a_suspension_ends_on_the_day_of_its_end_and_can_be_made_again(
    office: Office, decision: Decision
) -> None:
    certificate = office.issue(make_record(), replace(decision, number="DEMO-1"))
    on = {"who": "认证委员会", "why": "3.2 版修复"}
    ruling.suspend(office.book, "DEMO-1", when=date(2026, 9, 2), **on)
    ruling.reinstate(office.book, "DEMO-1", when=date(2026, 9, 10), **on)
    ruling.suspend(office.book, "DEMO-1", when=date(2026, 9, 20), **on)
    evidence = Evidence(office.programme, (certificate,), ledger.read(office.book))
    states = {
        day: certificate_state(certificate, evidence, date(2026, 9, day)).code
        for day in (1, 2, 9, 10, 19, 20)
    }
    assert states == {
        1: "certificate-valid",
        2: "certificate-suspended",
        9: "certificate-suspended",
        10: "certificate-valid",
        19: "certificate-valid",
        20: "certificate-suspended",
    }


@pytest.mark.parametrize("before", ["nothing", "an ended suspension", "a reinstatement"])
def test_only_what_is_suspended_is_reinstated(office: Office, decision: Decision, before: str) -> None:
    office.issue(make_record(), replace(decision, number="DEMO-1"))
    on = {"who": "认证委员会", "why": "3.2 版修复"}
    if before != "nothing":
        until = date(2026, 9, 3) if before == "an ended suspension" else None
        ruling.suspend(office.book, "DEMO-1", when=date(2026, 9, 2), until=until, **on)
    if before == "a reinstatement":
        ruling.reinstate(office.book, "DEMO-1", when=date(2026, 9, 4), **on)
    with pytest.raises(RefusedError, match="not-suspended"):
        ruling.reinstate(office.book, "DEMO-1", when=date(2026, 9, 5), **on)


def test_devices_are_put_into_service_once_and_no_more_than_there_are(office: Office) -> None:
    deployment = office.programme.deployments[0]
    group = deployment.groups[0]
    entries = (each for each in ledger.read(office.book) if each.kind == "commissioned")
    already = sum(int(each.values["count"]) for each in entries if each.about.get("group") == group.id)

    def commission(name: str, count: int) -> LedgerEntry:
        return ruling.commission(office.book, office.programme, deployment.id, name, count, **SAID)

    left = group.count - already
    if left:
        assert commission(group.id, left).before == {"commissioned": already}
    with pytest.raises(RefusedError, match=r"fewer-to-commission: .*left 0"):
        commission(group.id, 1)
    with pytest.raises(RefusedError, match="nothing-to-commission"):
        commission("no-such-group", 1)


def test_a_superseded_certificate_ends_and_is_superseded_once(office: Office, decision: Decision) -> None:
    office.issue(make_record(), replace(decision, number="DEMO-1"))
    ruling.supersede(office.book, "DEMO-1", "DEMO-2", **SAID)
    with pytest.raises(RefusedError, match="number-superseded"):
        ruling.withdraw(office.book, "DEMO-1", **SAID)


def test_nothing_is_accepted_where_nothing_is_installed(office: Office) -> None:
    with pytest.raises(RefusedError, match="nothing-to-accept"):
        ruling.accept(office.book, office.programme, "no-such-site", **SAID)


def test_a_case_that_the_plan_exempts_is_an_exclusion(office: Office, decision: Decision) -> None:
    why = {"zh": "模拟器没有打印机", "en": "The simulator has no printer"}
    profile = {**make_header().profile, "exempt": {CASE: why}}
    record = make_record({CASE: Verdict.NOT_TESTABLE}, profile=profile)
    certificate = office.issue(record, decision)
    assert [(each["id"], each["en"]) for each in certificate.excluded] == [(CASE, why["en"])]


def test_a_repetition_of_some_cases_never_certifies(office: Office, decision: Decision) -> None:
    record = make_record(repeats={"run_id": "1", "digest": "2" * 64})
    assert office.refused(record, decision) == ["run-is-rerun"]


def test_a_recorded_session_never_certifies(office: Office, decision: Decision) -> None:
    record = make_record(replay={"file": "session.txt", "format": "dialogue"})
    assert office.refused(record, decision) == ["run-is-replay"]


def test_a_pass_after_a_repeat_shows_as_such(office: Office, decision: Decision) -> None:
    whole = make_record()
    again = tuple(replace(each, attempt=2) if each.id == CASE else each for each in whole.cases)
    certificate = office.issue(replace(whole, cases=(CaseRecord(CASE, 1, Verdict.INCONC), *again)), decision)
    assert {each["id"]: each["attempt"] for each in certificate.cases}[CASE] == "2"


def test_a_proof_of_another_catalogue_or_one_that_does_not_hold_refuses(
    office: Office, decision: Decision
) -> None:
    proof = {"catalogue_digest": "0" * 64, "lines": [{"holds": False}]}
    codes = office.refused(make_record(), decision, Grounds(proof=proof))
    assert codes == ["proof-of-other-catalogue", "proof-does-not-hold"]


def test_a_real_certificate_is_issued_when_nothing_is_missing(
    anshun: Programme, decision: Decision, tmp_path: Path
) -> None:
    plan = PublishedPlan("transit-bus", "terminal", (), (), (), tuple(f"{each}@1" for each in TITLES))
    profile = {**make_header().profile, "plan_digest": plan.digest}
    record = make_record(
        simulated=False, evidence_grade="bench", time_base="real", official=True, profile=profile,
        product={**make_header().product, "firmware_digest": "9" * 64},
        bench={"laboratory": "实验室", "address": "一号", "location": "三号台", "operator": "甲"},
    )  # fmt: skip
    real = replace(
        decision, demonstration=False, date=date(2026, 9, 2), plan_digest=plan.digest,
        customer={"zh": "委托方", "en": "Customer"},
        samples={"received": "2026-08-01", "condition": "无损", "sampling": "2/40"},
    )  # fmt: skip
    key = generate("实验室", demonstration=False).signer
    proof = {"catalogue_digest": record.header.catalogue_digest, "lines": [{"holds": True}]}
    grounds = Grounds(plan, proof, "b" * 64, decided_by=key, signed_by=key)
    certificate = issue(anshun, record, real, tmp_path, tmp_path / "ledger.jsonl", grounds)
    assert (certificate.simulated, certificate.plan_digest) == (False, plan.digest)
    stranger = replace(key, demonstration=True)
    with pytest.raises(RefusedError, match="demonstration-key"):
        issue(
            anshun, record, replace(real, number="R-2026-0002"), tmp_path, tmp_path / "ledger.jsonl",
            replace(grounds, signed_by=stranger),
        )  # fmt: skip


LACKING = {
    "plan", "proof", "decision-signature", "bundle-signature", "customer", "received", "condition",
    "sampling", "operator", "address", "firmware-digest", "kernel_id",
}  # fmt: skip


def test_a_real_certificate_goes_without_nothing(
    anshun: Programme, decision: Decision, tmp_path: Path
) -> None:
    profile = {**make_header().profile, "statements": {"kernel_id": {"zh": "内核", "en": "Kernel"}}}
    record = make_record(
        simulated=False, evidence_grade="bench", time_base="real", official=True, profile=profile
    )
    real = replace(decision, demonstration=False, date=date(2026, 9, 2))
    with pytest.raises(RefusedError) as caught:
        issue(anshun, record, real, tmp_path, tmp_path / "ledger.jsonl")
    assert {each.arguments["what"] for each in caught.value.reasons} == LACKING
    assert all(reason(each, "zh") and reason(each, "en") for each in caught.value.reasons)
