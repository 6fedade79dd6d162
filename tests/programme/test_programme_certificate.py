from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from programme_samples import make_header, make_record

from conformance.codec.documents import DocumentErrors
from conformance.model.run import CaseRecord, RunRecord
from conformance.model.verdict import Verdict
from conformance.programme import ledger
from conformance.programme.certificate import issue, read_certificate
from conformance.programme.decision import read_decision
from conformance.programme.ruling import RefusedError, withdraw
from conformance.text.programme import reason

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model.programme import Decision, Programme


def refusals(programme: Programme, record: RunRecord, decision: Decision, folder: Path) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        issue(programme, record, decision, folder / "certificates", folder / "ledger.jsonl")
    return [each.code for each in caught.value.reasons if each.code != "certificate-lacks"]


def test_a_record_without_blemish_gives_a_certificate(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    certificate = issue(programme, make_record(), decision, tmp_path, tmp_path / "ledger.jsonl")
    assert read_certificate(tmp_path / "DEMO-2026-0001.json") == certificate


def test_a_certificate_names_product_firmware_and_profile(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    certificate = issue(programme, make_record(), decision, tmp_path, tmp_path / "ledger.jsonl")
    named = (certificate.product["id"], certificate.product["firmware"], certificate.profile)
    assert named == ("simulated/bus-validator", "1.0.0", "transit-bus")


def test_a_certificate_holds_for_three_years(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    certificate = issue(programme, make_record(), decision, tmp_path, tmp_path / "ledger.jsonl")
    assert (certificate.issued, certificate.valid_until) == (date(2026, 9, 1), date(2029, 9, 1))


def test_a_leap_day_ends_on_the_last_of_february(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    leap = replace(decision, date=date(2028, 2, 29))
    assert issue(programme, make_record(), leap, tmp_path, tmp_path / "ledger.jsonl").valid_until == date(
        2031, 2, 28
    )


def test_parameters_that_are_not_default_are_printed(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    certificate = issue(programme, make_record(), decision, tmp_path, tmp_path / "ledger.jsonl")
    assert [each["name"] for each in certificate.parameters] == ["taps"]


def test_cases_that_did_not_apply_are_listed(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    record = make_record({"TRN-BUS-060": Verdict.NOT_APPLICABLE})
    certificate = issue(programme, record, decision, tmp_path, tmp_path / "ledger.jsonl")
    assert [each["id"] for each in certificate.excluded] == ["TRN-BUS-060"]


def test_the_ledger_keeps_the_digest_of_the_certificate(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    issue(programme, make_record(), decision, tmp_path, tmp_path / "ledger.jsonl")
    entry = ledger.read(tmp_path / "ledger.jsonl")[-1]
    assert (entry.kind, entry.values["record"], entry.values["decision"]) == (
        "issued",
        "f" * 64,
        decision.digest,
    )


def test_the_same_record_and_decision_give_the_same_bytes(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        issue(programme, make_record(), decision, tmp_path / name, tmp_path / name / "ledger.jsonl")
    files = ("DEMO-2026-0001.json", "ledger.jsonl")
    assert [(tmp_path / "one" / each).read_bytes() for each in files] == [
        (tmp_path / "two" / each).read_bytes() for each in files
    ]


@pytest.mark.parametrize("verdict", [each for each in Verdict if each.blocks])
def test_an_ending_that_blocks_refuses_the_certificate(
    programme: Programme, decision: Decision, tmp_path: Path, verdict: Verdict
) -> None:
    assert refusals(programme, make_record({"TRN-BUS-050": verdict}), decision, tmp_path) == ["case-blocks"]


@pytest.mark.parametrize(
    ("first", "codes"), [(Verdict.FAIL, ["case-blocks"]), (Verdict.INCONC, None), (Verdict.ERROR, None)]
)
def test_a_repeated_case_passes_unless_it_failed_before(
    programme: Programme, decision: Decision, tmp_path: Path, first: Verdict, codes: list[str] | None
) -> None:
    whole = make_record()
    record = replace(whole, cases=(CaseRecord("TRN-BUS-050", 1, first), *whole.cases))
    if codes is None:
        assert issue(programme, record, decision, tmp_path, tmp_path / "ledger.jsonl").number
    else:
        assert refusals(programme, record, decision, tmp_path) == codes


def test_an_incomplete_record_refuses_the_certificate(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    assert refusals(programme, make_record(complete=False), decision, tmp_path) == ["record-incomplete"]


def test_a_record_in_which_nothing_applied_refuses_the_certificate(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    record = make_record(dict.fromkeys(("TRN-BUS-010", "TRN-BUS-050", "TRN-BUS-060"), Verdict.NOT_APPLICABLE))
    assert refusals(programme, record, decision, tmp_path) == ["nothing-passed"]


def test_a_device_with_a_built_in_defect_is_never_certified(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    product = {**make_header().product, "defect": "double-debit"}
    assert refusals(programme, make_record(product=product), decision, tmp_path) == ["defect-built-in"]


def test_a_simulated_record_is_refused_in_a_real_programme(
    anshun: Programme, decision: Decision, tmp_path: Path
) -> None:
    record = make_record(official=True, time_base="real")
    decided = replace(decision, demonstration=False)
    assert refusals(anshun, record, decided, tmp_path) == ["simulated-does-not-count"]


def test_a_demonstration_is_refused_in_a_real_programme(
    anshun: Programme, decision: Decision, tmp_path: Path
) -> None:
    record = make_record(simulated=False, evidence_grade="bench", time_base="real", official=True)
    assert refusals(anshun, record, decision, tmp_path) == ["demonstration-does-not-count"]


def test_a_run_on_virtual_time_is_refused_in_a_real_programme(
    anshun: Programme, decision: Decision, tmp_path: Path
) -> None:
    record = make_record(simulated=False, evidence_grade="bench", official=True)
    decided = replace(decision, demonstration=False)
    assert refusals(anshun, record, decided, tmp_path) == ["time-not-real"]


def test_a_quick_run_is_refused_in_a_real_programme(
    anshun: Programme, decision: Decision, tmp_path: Path
) -> None:
    record = make_record(simulated=False, evidence_grade="bench", time_base="real")
    decided = replace(decision, demonstration=False)
    assert refusals(anshun, record, decided, tmp_path) == ["run-not-official"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"product": "vendor/other"}, "decision-about-other-product"),
        ({"profile": "toll-exit"}, "decision-about-other-profile"),
        ({"plan_digest": "0" * 64}, "decision-about-other-plan"),
        ({"date": date(2026, 8, 31)}, "decided-before-run"),
    ],
)
def test_a_decision_about_something_else_is_refused(
    programme: Programme, decision: Decision, tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    assert refusals(programme, make_record(), replace(decision, **change), tmp_path) == [code]


def test_a_number_is_issued_once(programme: Programme, decision: Decision, tmp_path: Path) -> None:
    issue(programme, make_record(), decision, tmp_path / "certificates", tmp_path / "ledger.jsonl")
    assert refusals(programme, make_record(), decision, tmp_path) == ["number-taken"]


def test_a_refusal_writes_nothing(programme: Programme, decision: Decision, tmp_path: Path) -> None:
    refusals(programme, make_record(complete=False), decision, tmp_path)
    assert not (tmp_path / "certificates").exists()
    assert not (tmp_path / "ledger.jsonl").exists()


def test_every_reason_comes_at_once(programme: Programme, decision: Decision, tmp_path: Path) -> None:
    record = make_record({"TRN-BUS-010": Verdict.FAIL, "TRN-BUS-050": Verdict.ERROR}, complete=False)
    codes = refusals(programme, record, decision, tmp_path)
    assert codes == ["record-incomplete", "case-blocks", "case-blocks"]


def test_a_refusal_reads_aloud(programme: Programme, decision: Decision, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        issue(programme, make_record({"TRN-BUS-050": Verdict.FAIL}), decision, tmp_path, tmp_path / "l.jsonl")
    said = [reason(each, "en") for each in caught.value.reasons]
    assert said == ["Case TRN-BUS-050: FAIL (record-missing)."]


def test_withdrawing_stands_in_the_ledger(programme: Programme, decision: Decision, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    issue(programme, make_record(), decision, tmp_path, path)
    withdraw(path, decision.number, when=date(2026, 10, 1), who="某人", why="演示")
    assert [entry.kind for entry in ledger.read(path)] == ["issued", "withdrawn"]


def test_what_was_never_issued_cannot_be_withdrawn(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="number-unknown"):
        withdraw(tmp_path / "ledger.jsonl", "DEMO-1", when=date(2026, 10, 1), who="某人", why="演示")


def test_a_certificate_is_withdrawn_once(programme: Programme, decision: Decision, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    issue(programme, make_record(), decision, tmp_path, path)
    withdraw(path, decision.number, when=date(2026, 10, 1), who="某人", why="演示")
    with pytest.raises(RefusedError, match="number-withdrawn"):
        withdraw(path, decision.number, when=date(2026, 10, 2), who="某人", why="演示")


def test_a_withdrawal_before_the_issue_is_refused(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.jsonl"
    issue(programme, make_record(), decision, tmp_path, path)
    with pytest.raises(RefusedError, match="withdrawn-before-issued"):
        withdraw(path, decision.number, when=date(2026, 8, 1), who="某人", why="演示")


def test_only_a_demonstration_leaves_its_date_open(example: Path) -> None:
    path = example / "decisions" / "2026-bus.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("demonstration: true", "demonstration: false"), encoding="utf-8")
    with pytest.raises(DocumentErrors, match="only a demonstration is decided on the record's own day"):
        read_decision(path)


def test_a_certificate_file_that_lacks_something_is_refused(
    programme: Programme, decision: Decision, tmp_path: Path
) -> None:
    issue(programme, make_record(), decision, tmp_path, tmp_path / "ledger.jsonl")
    path = tmp_path / "DEMO-2026-0001.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    del value["profile"]
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(DocumentErrors, match="profile is missing"):
        read_certificate(path)


def test_the_example_certifies_the_product_that_the_suite_ships(decision: Decision) -> None:
    assert (decision.product, decision.profile) == ("simulated/bus-validator", "transit-bus")
