"""A card that is somebody's, in a whole run with all that it leaves: nothing of it is under reports."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from privacy_search import Secrets, found

from conformance.cli import main
from conformance.codec import apdu, tlv
from conformance.crypto.authority import demonstration
from conformance.link.memory import MemoryCard
from conformance.sim.card import build
from conformance.sim.card.profile import load

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "products" / "simulated" / "debit-credit-card.yaml"
DECISION = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
AID = bytes.fromhex("A000000333010101")
RECORDS = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3))

KINDS = (
    "run.jsonl", "report.html", "junit.xml", "gate.xml", "gate.sarif", "gate.md", "trace.html", "trace.txt",
    "trace.scr", "diff.txt", "store.sqlite", "failed.sqlite", "*-result.json", "*-attachment.html", "*.zip",
)  # fmt: skip

# Made up: no issuer has this range, and the digits are long enough not to occur by chance.
PAN, PIN, NAME, TRACK1 = "6299990012345678907", "583620174956", "OUYANG WENJIN", "7531902468"
FOREIGN = f"""\
card: foreign
title: {{zh: 他人的卡, en: Somebody's card}}
extends: debit-credit
issuer: {{identifier: "629999FF", track2_discretionary: "86420975"}}
holder: {{pan: "{PAN}", psn: "01", expires: "301231", effective: "140101"}}
applications:
  debit:
    pin: "{PIN}"
    elements:
      cardholder name: {{text: {NAME}}}
      "9F1F": {{text: "{TRACK1}"}}
    records:
      - {{sfi: 1, record: 1, holds: [track 2, "9F1F", cardholder name]}}
      - {{sfi: 1, record: 2, holds: [CDOL1, CDOL2, DDOL, lower offline limit, upper offline limit]}}
      - sfi: 2
        record: 1
        signed: true
        holds:
          - PAN
          - PAN sequence number
          - expiration date
          - effective date
          - issuer country
          - CVM list
          - application usage control
          - application version card
          - IAC default
          - IAC denial
          - IAC online
          - currency code
          - SDA tag list
      - sfi: 2
        record: 2
        holds:
          - CA public key index
          - issuer public key exponent
          - issuer public key remainder
          - issuer public key certificate
      - sfi: 2
        record: 3
        holds:
          - ICC public key exponent
          - ICC public key remainder
          - ICC public key certificate
"""


def shown(profile: str) -> dict[int, bytes]:
    """What the card's records hold, as it shows them."""
    card = MemoryCard(build(profile, interface="contact"))
    card.reset()
    card.exchange(apdu.select(AID))
    card.exchange(apdu.get_processing_options(b""))
    answers = [card.exchange(apdu.read_record(sfi, number)) for sfi, number in RECORDS]
    return {each.tag: each.value for answer in answers for each in tlv.decode(answer.data)[0].children}


def secrets_of(profile: str) -> Secrets:
    """Everything of this card that says whose it is."""
    elements, own = shown(profile), load(profile).applications[0].icc_key
    authority = demonstration()
    assert own is not None
    values = {
        "PAN as characters": PAN.encode(),
        "PAN in BCD with F": bytes.fromhex(f"{PAN}F"),
        "PAN in BCD, its whole bytes": bytes.fromhex(PAN[:-1]),
        "track 2": elements[0x57],
        "track 2 behind the PAN": elements[0x57][len(PAN) // 2 + 1 :],
        "track 1": elements[0x9F1F],
        "name": elements[0x5F20],
        "PIN as characters": PIN.encode(),
        "PIN in BCD": bytes.fromhex(PIN),
        "issuer's certificate": elements[0x90],
        "remainder of the issuer's key": elements[0x92],
        "card's certificate": elements[0x9F46],
        "remainder of the card's key": elements[0x9F48],
        "card's key": own.public.modulus.to_bytes(own.public.size)[:32],
    }
    return Secrets(values, (authority.ca.public, authority.issuer.public, own.public))


def conformance(*words: object, code: int | None = None) -> str:
    """What the command prints; it ends with this code, where one is given."""
    done = CliRunner().invoke(main, list(map(str, words)), env={"CONFORMANCE_LANGUAGE": "en"})
    assert done.exit_code == code or code is None, done.output
    return done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("foreign")
    profile = made / "foreign.yaml"
    profile.write_text(FOREIGN, encoding="utf-8")
    product = yaml.safe_load(PRODUCT.read_text(encoding="utf-8"))
    product["product"] |= {"id": "foreign", "device": str(profile)}
    (made / "product.yaml").write_text(yaml.safe_dump(product, allow_unicode=True), encoding="utf-8")
    decision = yaml.safe_load(DECISION.read_text(encoding="utf-8"))
    decision["decision"] |= {"product": "foreign", "profile": "card-debit-credit"}
    (made / "decision.yaml").write_text(yaml.safe_dump(decision, allow_unicode=True), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def reports(folder: Path) -> Path:
    """A run that passes and is certified, one that fails, and every page, file and index of both."""
    product, certified, failed = folder / "product.yaml", folder / "reports", folder / "reports" / "failed"
    ran = ("run", "--product", product, "--bench", "embedded", "--store")
    conformance(*ran, f"sqlite:///{certified / 'store.sqlite'}", "--reports", certified, code=0)
    wrong = ("--defect", "signed-record-changed", "--reports", failed)
    conformance(*ran, f"sqlite:///{certified / 'failed.sqlite'}", *wrong, code=1)
    issued = ("certify", "issue", "--product", product, "--decision", folder / "decision.yaml")
    conformance(*issued, "--reports", certified, code=0)
    for run in (certified, failed):
        record = run / "foreign" / "run.jsonl"
        judged = ("--product", product, "--junit", run / "gate.xml", "--sarif", run / "gate.sarif")
        conformance("gate", record, "--profile", "card-debit-credit", *judged, "--summary", run / "gate.md")
        conformance("trace", record, "--html", run / "trace.html")
        (run / "trace.txt").write_text(conformance("trace", record), encoding="utf-8")
        (run / "trace.scr").write_text(conformance("trace", record, "--script"), encoding="utf-8")
    conformance("report", "allure", "--reports", failed, code=0)
    both = (run / "foreign" / "run.jsonl" for run in (certified, failed))
    (certified / "diff.txt").write_text(conformance("diff", *both), encoding="utf-8")
    return certified


def test_nothing_of_a_foreign_card_is_anywhere_under_reports(folder: Path, reports: Path) -> None:
    assert found(reports, secrets_of(str(folder / "foreign.yaml"))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_was_searched(kind: str, reports: Path) -> None:
    assert all(path.stat().st_size > 100 for path in reports.rglob(kind))
    assert [*reports.rglob(kind)] != []


def test_the_foreign_card_was_judged_all_the_same(reports: Path) -> None:
    page = (reports / "foreign" / "report.html").read_text(encoding="utf-8")
    assert "CRD-PIN-010" in page
    assert (reports / "failed" / "trace.txt").read_text(encoding="utf-8").count("kept back") > 100


def test_a_card_of_a_range_that_the_bench_names_stays_readable(folder: Path) -> None:
    """And so the search finds what a run leaves readable."""
    bench = yaml.safe_load((ROOT / "benches" / "embedded.yaml").read_text(encoding="utf-8"))
    bench["bench"]["test_pans"] = [PAN[:8]]
    (folder / "bench.yaml").write_text(yaml.safe_dump(bench, allow_unicode=True), encoding="utf-8")
    left = folder / "named"
    ran = ("run", "CRD-PER-010", "CRD-PIN-010", "--product", folder / "product.yaml")
    conformance(*ran, "--bench", folder / "bench.yaml", "--reports", left, code=3)
    told = {
        what for path, what in found(left, secrets_of(str(folder / "foreign.yaml"))) if path.endswith("l")
    }
    assert told >= {
        "PAN in BCD with F",
        "track 2",
        "track 1",
        "name",
        "card's certificate",
        "PAN in BCD with F in it",
    }
    assert "PIN in BCD" not in told
