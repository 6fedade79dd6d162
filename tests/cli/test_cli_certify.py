"""From a run to a decision to what becomes of it, as a laboratory's clerk types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from conformance.cli import main
from conformance.programme import ledger
from conformance.record import bundle

ROOT = Path(__file__).resolve().parents[2]
DECISION = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
PRODUCT = "simulated/electronic-cash-card"
NUMBER = "DEMO-2026-0007"
SAID = ("--by", "laboratory", "--why", "a reason", "--on", "2026-12-31")


def conformance(*words: object):
    return CliRunner().invoke(main, list(map(str, words)), env={"CONFORMANCE_LANGUAGE": "en"})


def decided(folder: Path, **changes: object) -> Path:
    value = yaml.safe_load(DECISION.read_text(encoding="utf-8"))
    fixed = {"number": NUMBER, "product": PRODUCT, "profile": "card-electronic-cash"}
    value["decision"] |= {**fixed, **changes}
    path = folder / f"{value['decision']['number']}.yaml"
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    return path


def run(folder: Path, *words: object):
    return conformance("run", "--product", PRODUCT, "--reports", folder, *words)


def issue(folder: Path, decision: Path, *words: object, verb: tuple[str, ...] = ("issue",)):
    return conformance(
        "certify", *verb, "--product", PRODUCT, "--decision", decision, "--reports", folder, *words
    )


@pytest.fixture
def certified(tmp_path) -> Path:
    run(tmp_path)
    done = issue(tmp_path, decided(tmp_path))
    assert done.exit_code == 0, done.output
    return tmp_path


def kinds(folder: Path) -> list[str]:
    return [entry.kind for entry in ledger.read(folder / "ledger-example.jsonl")][6:]


@pytest.mark.parametrize("verb", ["suspend", "withdraw"])
def test_a_certificate_that_is_suspended_or_withdrawn_says_so(verb, certified):
    assert conformance("certify", verb, NUMBER, *SAID, "--reports", certified).exit_code == 0
    conformance("programme", "example", "--as-of", "2027-01-01", "--reports", certified)
    page = (certified / "certificates" / f"{NUMBER}.html").read_text(encoding="utf-8")
    word = {"suspend": "is suspended since 2026-12-31", "withdraw": "was withdrawn on 2026-12-31"}[verb]
    assert word in page


def test_a_suspended_certificate_is_reinstated(certified):
    assert conformance("certify", "suspend", NUMBER, *SAID, "--reports", certified).exit_code == 0
    done = conformance("certify", "reinstate", NUMBER, *SAID, "--reports", certified)
    assert (done.exit_code, kinds(certified)) == (0, ["issued", "suspended", "reinstated"])
    conformance("programme", "example", "--as-of", "2027-01-01", "--reports", certified)
    page = (certified / "certificates" / f"{NUMBER}.html").read_text(encoding="utf-8")
    assert "is suspended since" not in page


def test_devices_beyond_those_installed_are_not_commissioned(certified):
    deployments = yaml.safe_load((DECISION.parents[1] / "deployments.yaml").read_text(encoding="utf-8"))
    first = deployments["deployments"][0]
    words = ("commission", first["id"], "--group", first["groups"][0]["id"], "--count", "100000", *SAID)
    done = conformance(*words, "--reports", certified)
    assert (done.exit_code, "are not in service yet" in done.stderr) == (3, True)


def test_what_was_never_issued_ends_with_3_and_a_sentence(certified):
    done = conformance("certify", "withdraw", "DEMO-1", *SAID, "--reports", certified, "--language", "en")
    assert (done.exit_code, "does not say that DEMO-1 was issued" in done.stderr) == (3, True)


def test_a_certificate_supersedes_another_that_its_decision_names(certified):
    newer = decided(certified, number="DEMO-2026-0008", supersedes=NUMBER)
    done = issue(certified, newer, verb=("supersede", NUMBER))
    assert done.exit_code == 0, done.output
    assert kinds(certified) == ["issued", "issued", "superseded"]
    conformance("programme", "example", "--as-of", "2027-01-01", "--reports", certified)
    old = (certified / "certificates" / f"{NUMBER}.html").read_text(encoding="utf-8")
    new = (certified / "certificates" / "DEMO-2026-0008.html").read_text(encoding="utf-8")
    assert "was superseded by DEMO-2026-0008" in old
    assert f"This document supersedes {NUMBER}" in new


@pytest.mark.parametrize(
    ("named", "verb"),
    [(None, ("supersede", NUMBER)), (NUMBER, ("issue",)), ("DEMO-9", ("supersede", NUMBER))],
)
def test_a_decision_that_names_another_certificate_is_refused(named, verb, certified):
    changes = {} if named is None else {"supersedes": named}
    done = issue(certified, decided(certified, number="DEMO-2026-0008", **changes), verb=verb)
    assert (done.exit_code, kinds(certified)) == (3, ["issued"])


def test_a_letter_of_rejection_names_every_reason_and_leads_to_the_case(tmp_path):
    run(tmp_path, "--defect", "fci-names-another-df")
    done = issue(tmp_path, decided(tmp_path), verb=("reject",))
    assert done.exit_code == 0, done.output
    page = (tmp_path / "letters" / f"{NUMBER}.html").read_text(encoding="utf-8")
    assert "#case-CRD-SEL-010" in page
    said = ("不予发证通知书", "Case CRD-SEL-010: FAIL", "fci-names-another-df")
    assert all(words in page for words in said)
    assert kinds(tmp_path) == ["rejected"]


def test_what_conforms_is_not_rejected_and_a_rejected_number_is_taken(tmp_path):
    run(tmp_path)
    assert issue(tmp_path, decided(tmp_path), verb=("reject",)).exit_code == 2
    run(tmp_path, "--defect", "fci-names-another-df")
    assert issue(tmp_path, decided(tmp_path), verb=("reject",)).exit_code == 0
    run(tmp_path)
    done = issue(tmp_path, decided(tmp_path))
    assert (done.exit_code, f"{NUMBER} was issued before" in done.stderr) == (3, True)


def test_a_waiver_covers_its_finding_and_not_a_built_in_defect(tmp_path):
    run(tmp_path, "--defect", "fci-names-another-df")
    record = tmp_path / "simulated-electronic-cash-card" / "run.jsonl"
    found = ("CRD-SEL-010", "--record", record, "--finding", "df-name-differs", "--until", "2029-06-30")
    assert conformance("waive", *found, *SAID, "--reports", tmp_path).exit_code == 0
    waived = [{"case": "CRD-SEL-010@1", "finding": "df-name-differs"}]
    done = issue(tmp_path, decided(tmp_path, waivers=waived, demonstration=False, date="2027-01-01"))
    assert (done.exit_code, kinds(tmp_path)) == (3, ["waived"])
    assert ("CRD-SEL-010" in done.stderr, "built-in defect" in done.stderr) == (False, True)


def test_nothing_is_waived_that_was_not_found(certified):
    record = certified / "simulated-electronic-cash-card" / "run.jsonl"
    words = ("--record", record, "--finding", "card-mute", "--until", "2027-06-30")
    done = conformance("waive", "CRD-SEL-010", *words, *SAID, "--reports", certified)
    assert (done.exit_code, "has not failed with card-mute" in done.stderr) == (3, True)


def test_only_a_review_is_signed_off(certified):
    record = certified / "simulated-electronic-cash-card" / "run.jsonl"
    words = ("--record", record, "--evidence", DECISION, "--verdict", "pass")
    done = conformance("review", "CRD-SEL-010", *words, *SAID, "--reports", certified)
    assert (done.exit_code, "only REVIEW is signed off" in done.stderr) == (3, True)


def test_a_site_is_accepted_in_the_ledger(tmp_path):
    done = conformance("accept", "bus-fleet-2026", *SAID, "--reports", tmp_path)
    assert done.exit_code == 0, done.output
    entry = ledger.read(tmp_path / "ledger-example.jsonl")[-1]
    assert (entry.kind, entry.before) == ("accepted", {"accepted": "2026-03-16"})


def test_a_site_where_nothing_is_ends_with_3(tmp_path):
    assert conformance("accept", "nowhere", *SAID, "--reports", tmp_path).exit_code == 3


def test_a_decision_is_signed_by_its_authoriser_and_a_later_change_is_noticed(tmp_path):
    run(tmp_path)
    key, decision = tmp_path / "key", decided(tmp_path)
    assert conformance("certify", "new-key", key, "--label", "授权人").exit_code == 0
    assert conformance("certify", "sign", decision, "--key", key).exit_code == 0
    decision.write_text(decision.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    done = issue(tmp_path, decision)
    assert (done.exit_code, "signature does not hold" in done.stderr) == (3, True)
    conformance("certify", "sign", decision, "--key", key)
    assert issue(tmp_path, decision).exit_code == 0
    signed = json.loads(bundle.contents(tmp_path / "certificates" / NUMBER)["decision.yaml.sig.json"])
    assert signed["signer"]["label"] == "授权人"


def test_a_sealed_key_signs_for_who_knows_its_passphrase(tmp_path, monkeypatch):
    key, decision = tmp_path / "key", decided(tmp_path)
    monkeypatch.setenv("CONFORMANCE_KEY_PASSPHRASE", "correct horse")
    assert conformance("certify", "new-key", key, "--label", "授权人", "--sealed").exit_code == 0
    assert conformance("certify", "sign", decision, "--key", key).exit_code == 0
    monkeypatch.setenv("CONFORMANCE_KEY_PASSPHRASE", "wrong horse")
    done = conformance("certify", "sign", decision, "--key", key)
    assert (done.exit_code, "the passphrase is wrong" in done.stderr) == (2, True)


def test_a_decision_names_the_published_plan_by_its_digest(tmp_path):
    run(tmp_path)
    plan = tmp_path / "plan.json"
    conformance("plan", "--product", PRODUCT, "--write", plan)
    digest = json.loads(plan.read_text(encoding="utf-8"))["digest"]
    wrong = issue(tmp_path, decided(tmp_path, plan_digest="0" * 64), "--plan", plan)
    assert (wrong.exit_code, "approves another plan" in wrong.stderr) == (3, True)
    assert issue(tmp_path, decided(tmp_path, plan_digest=digest), "--plan", plan).exit_code == 0
    assert json.loads((tmp_path / "certificates" / NUMBER / "plan.json").read_text())["digest"] == digest


def test_another_plan_than_the_one_that_ran_is_refused(tmp_path):
    run(tmp_path)
    plan = tmp_path / "plan.json"
    conformance("plan", "--product", "simulated/bus-validator", "--write", plan)
    done = issue(tmp_path, decided(tmp_path), "--plan", plan)
    assert (done.exit_code, "is not the one that ran" in done.stderr) == (3, True)


def test_a_change_asks_for_a_questionnaire_and_gives_a_delta_plan(certified):
    words = ("certify", "delta", NUMBER, "--reports", certified)
    asked = conformance(*words).stdout
    answers = certified / "answers.yaml"
    answers.write_text(
        "\n".join(f"{row} {'body' in row}".lower() if row.endswith(":") and row[0] == " " else row
                  for row in asked.splitlines()), encoding="utf-8",
    )  # fmt: skip
    done = conformance(*words, "--answers", answers)
    assert done.exit_code == 0, done.output
    assert "CRD-SEL-010  card_body" in done.stdout
    assert "Verdicts that stand" in done.stdout


def test_the_published_plan_says_since_when_each_case_is_active(tmp_path):
    plan = tmp_path / "plan.json"
    conformance("plan", "--product", PRODUCT, "--write", plan)
    value = json.loads(plan.read_text(encoding="utf-8"))["plan"]
    assert set(value["since"]) == {case.partition("@")[0] for case in value["cases"]}
