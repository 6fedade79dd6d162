"""A bundle that was tampered with in any way is refused, and what was done is named."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.crypto import signing
from conformance.programme import ledger
from conformance.programme.examination import PARTS, examine
from conformance.record import bundle
from conformance.record.chain import NOTHING_BEFORE, digest, sealed

ROOT = Path(__file__).resolve().parents[2]
DECISION = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
TAMPERINGS = 1000


def conformance(*words: object):
    return CliRunner().invoke(main, list(map(str, words)), env={"CONFORMANCE_LANGUAGE": "en"})


def issued(folder: Path, product: str, profile: str, key: Path, why: str = "") -> Path:
    """The bundle of a product's certificate, under a number that they all have."""
    decision = folder / "decision.yaml"
    text = DECISION.read_text(encoding="utf-8")
    text = text.replace("simulated/bus-validator", product).replace("transit-bus", profile)
    folder.mkdir(exist_ok=True)
    decision.write_text(f"# {why}\n{text}", encoding="utf-8")
    place = ("--product", product, "--reports", folder)
    assert conformance("run", *place).exit_code == 0
    done = conformance("certify", "issue", "--decision", decision, "--key", key, *place)
    assert done.exit_code == 0, done.output
    return folder / "certificates" / "DEMO-2026-0001"


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> SimpleNamespace:
    """A laboratory that issued a bundle, another product's, and an older one under the same number."""
    root = tmp_path_factory.mktemp("office")
    key = root / "key"
    assert conformance("certify", "new-key", key, "--label", "示例实验室").exit_code == 0
    card = ("simulated/electronic-cash-card", "card-electronic-cash")
    own = issued(root / "own", *card, key)
    return SimpleNamespace(
        path=own,
        files=bundle.contents(own),
        entries=ledger.read(root / "own" / "ledger-example.jsonl"),
        ledger=root / "own" / "ledger-example.jsonl",
        signer=signing.read_signer(key),
        public=key / "signer.json",
        older=bundle.contents(issued(root / "older", *card, key, "the first decision")),
        other=bundle.contents(issued(root / "other", "simulated/bus-validator", "transit-bus", key)),
        stranger=signing.generate("someone else", demonstration=False),
    )


def flaws(office: SimpleNamespace, files: dict[str, bytes]) -> list[tuple[str, str]]:
    """What verify would say, as file and code."""
    try:
        manifest = bundle.manifest_of(files)
    except bundle.BundleError as error:
        return [(bundle.MANIFEST, str(error))]
    found = examine(files, manifest, trusted=[office.signer], entries=office.entries)
    return [(flaw.file, flaw.code) for flaw in found]


# A tampering changes the files and says which file, or which code, must be named.


def byte_altered(office, files, chance):
    name = chance.choice(sorted(files))
    raw = bytearray(files[name])
    place = chance.randrange(len(raw))
    raw[place] ^= chance.randrange(1, 256)
    files[name] = bytes(raw)
    return {name}


def file_added(office, files, chance):
    name = f"{chance.choice(['', 'report/', '.'])}{chance.randrange(10**6)}.txt"
    files[name] = chance.randbytes(chance.randrange(40))
    return {name}


def file_removed(office, files, chance):
    name = chance.choice(sorted(files))
    del files[name]
    return {name}


def file_exchanged(office, files, chance):
    name = chance.choice(
        [each for each in sorted(files) if files[each] != office.other.get(each, files[each])]
    )
    files[name] = office.other[name]
    return {name, bundle.MANIFEST}


def chain_recomputed(office, files, chance):
    """A line of the record is changed; chain, manifest and certificate follow; only the key is wanting."""
    rows = [json.loads(row) for row in files[bundle.RECORD].split(b"\n")[:-1]]
    row = chance.choice([each for each in rows if each["t"] in ("verdict", "expectation", "exchange")])
    member = {"verdict": "duration_ms", "expectation": "code", "exchange": "duration"}[row["t"]]
    row[member] = 7 if row["t"] == "expectation" else row[member] + 1
    files[bundle.RECORD], seal = rechained(rows)
    certificate = json.loads(files["certificate.json"])
    certificate["record"]["digest"] = seal
    files["certificate.json"] = signing.spelled(certificate).encode()
    manifest = json.loads(files[bundle.MANIFEST])
    for name in (bundle.RECORD, "certificate.json"):
        manifest["files"][name] = dict(bundle._listed(files[name]))
    files[bundle.MANIFEST] = signing.spelled(manifest).encode()
    return {"bundle-not-signed"}


def rechained(rows: list[dict[str, Any]]) -> tuple[bytes, str]:
    prev, lines = NOTHING_BEFORE, []
    for row in rows:
        row["prev"] = prev
        row.pop("digest", None)
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
        line = sealed(line) if row["t"] == "footer" else line
        lines.append(line)
        prev = digest(line)
    return b"\n".join(lines) + b"\n", json.loads(lines[-1])["digest"]


def signed_by_another(office, files, chance):
    manifest = json.loads(files[bundle.MANIFEST])
    keys = office.stranger.signer
    label = chance.choice([keys.label, office.signer.label])
    manifest["signer"] = {"label": label, "demonstration": False, "ed25519": keys.ed25519, "sm2": keys.sm2}
    manifest["number"] = chance.choice([manifest["number"], "DEMO-2026-0002"])
    raw = files[bundle.MANIFEST] = signing.spelled(manifest).encode()
    files[bundle.SIGNATURES] = signing.spelled(office.stranger.sign("bundle", raw)).encode()
    return {"bundle-signer"}


def older_bundle(office, files, chance):
    files.clear()
    files.update(office.older)
    return {"bundle-other"}


TRICKS = (
    byte_altered, byte_altered, byte_altered, file_added, file_removed, file_exchanged, chain_recomputed,
    signed_by_another, older_bundle,
)  # fmt: skip


def test_the_bundle_itself_has_no_flaw(office):
    assert flaws(office, dict(office.files)) == []


def test_a_bundle_holds_everything_that_its_certificate_rests_on(office):
    wanted = {*PARTS, "plan.json", "dependencies.txt", bundle.MANIFEST, bundle.SIGNATURES}
    assert wanted == set(office.files)


def test_a_thousand_tamperings_are_refused_each_naming_what(office):
    chance, seen = random.Random(1000), set()
    for number in range(TAMPERINGS):
        trick, files = chance.choice(TRICKS), dict(office.files)
        named = trick(office, files, chance)
        found = flaws(office, files)
        seen.add(trick)
        assert named & {word for flaw in found for word in flaw}, (number, trick.__name__, named, found)
    assert seen == set(TRICKS)


def test_the_zip_is_the_same_bundle_byte_for_byte(office):
    packed = office.path.with_name(f"{office.path.name}.zip")
    assert bundle.contents(packed) == office.files
    assert packed.read_bytes() == bundle.packed(office.files)


def test_any_byte_of_the_zip_that_is_altered_is_noticed(office, tmp_path):
    raw = office.path.with_name(f"{office.path.name}.zip").read_bytes()
    chance, path = random.Random(5), tmp_path / "bundle.zip"
    ends = [chance.randrange(len(raw) - 1500, len(raw)) for _ in range(30)]
    for place in (*ends, *(chance.randrange(len(raw)) for _ in range(20))):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1 << chance.randrange(8)]) + raw[place + 1 :])
        try:
            assert flaws(office, dict(bundle.contents(path)))
        except bundle.BundleError:
            continue


def verify(*words: object):
    return conformance("verify", *words)


def test_verify_says_who_signed_and_that_nobody_vouches_for_that(office):
    done = verify(office.path)
    assert done.exit_code == 0
    assert "signed by 示例实验室" in done.stdout
    assert "only --signer or --ledger can say" in done.stdout


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_verify_with_ledger_and_signer_ends_with_0(kind, office):
    path = office.path if kind == "folder" else office.path.with_name(f"{office.path.name}.zip")
    done = verify(path, "--ledger", office.ledger, "--signer", office.public)
    assert (done.exit_code, "only --signer" in done.stdout) == (0, False), done.output


def test_verify_names_file_and_line_of_a_record_that_was_altered(office, tmp_path):
    for name, raw in office.files.items():
        (tmp_path / name).write_bytes(raw)
    path = tmp_path / "run.jsonl"
    rows = path.read_bytes().split(b"\n")
    rows[4] = rows[4].replace(b'"', b"'", 1)
    path.write_bytes(b"\n".join(rows))
    done = verify(tmp_path)
    assert done.exit_code == 3
    assert f"{tmp_path}/run.jsonl: the file was altered" in done.stderr
    assert f"{tmp_path}/run.jsonl:5: tampered" in done.stderr


def test_verify_refuses_another_signer_and_what_is_no_bundle(office, tmp_path):
    private, public = signing.write_key(office.stranger, tmp_path / "key")
    assert verify(office.path, "--signer", public).exit_code == 3
    assert verify(tmp_path / "key").exit_code == 3
    assert oct(private.stat().st_mode & 0o777) == "0o600"


def test_a_bundle_is_signed_by_a_demonstration_key_that_is_kept_nowhere(tmp_path):
    place = ("--product", "simulated/bus-validator", "--reports", tmp_path)
    conformance("run", *place)
    assert conformance("certify", "issue", "--decision", DECISION, *place).exit_code == 0
    path = tmp_path / "certificates" / "DEMO-2026-0001"
    signer = bundle.manifest_of(bundle.contents(path)).signer
    assert (signer.demonstration, "演示" in signer.label) == (True, True)
    assert "演示" in verify(path).stdout
    assert not [*tmp_path.rglob("signing-key.json")]


def test_the_ledger_holds_the_bundle_and_its_signer(office):
    entry = next(each for each in office.entries if each.kind == "issued")
    assert entry.values["manifest"] == hashlib.sha256(office.files[bundle.MANIFEST]).hexdigest()
    assert entry.values["signer"] == office.signer.fingerprint
