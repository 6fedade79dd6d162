"""From runs to certificates to milestone pages, in the folder that holds the reports.

The shipped ledger is never written: the first decision copies it into the reports folder, and later ones
append there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.catalogue.published import publish, published, read_plan
from conformance.cli.frame import ask_passphrase
from conformance.codec.names import instead
from conformance.crypto import signing
from conformance.model.programme import Reason
from conformance.programme import certificate as certificates
from conformance.programme import decision as decisions
from conformance.programme import ledger, ruling
from conformance.programme.load import load_programme
from conformance.programme.milestones import RunEvidence, compute
from conformance.programme.refusal import Grounds, run_day
from conformance.programme.ruling import RefusedError
from conformance.record import bundle, evidence
from conformance.record.reader import read
from conformance.record.verify import walk
from conformance.report import certificate_page, letter_page, programme_page
from conformance.runner import installed
from conformance.runner.session import slug
from conformance.text.programme import reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from conformance.catalogue.published import PublishedPlan
    from conformance.crypto.signing import Signer, SigningKey
    from conformance.model.programme import Certificate, Decision
    from conformance.model.run import RunRecord

__all__ = ["RefusedError", "issue", "milestone_page", "programme_folder", "reject", "worded"]

DECISION = "decision"


def programme_folder(name: str) -> Path:
    """A programme by its name below `programmes/`, or the folder itself."""
    named = shipped("programmes") / name
    folder = named if named.is_dir() else Path(name)
    if not (folder / "directive.yaml").is_file():
        known = sorted(path.parent.name for path in shipped("programmes").glob("*/directive.yaml"))
        raise ValueError(f"no programme {name}; {instead(name, known)}")
    return folder


def ledger_of(reports: Path, folder: Path) -> Path:
    """The ledger that a decision is appended to: a copy of the shipped one, made when first needed."""
    copy = reports / f"ledger-{folder.name}.jsonl"
    if not copy.exists():
        reports.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "ledger.jsonl", copy)
    return copy


def run_folder(reports: Path, product: str) -> Path:
    """Where the product's run lies."""
    run = reports / slug(product)
    if not (run / "run.jsonl").is_file():
        raise ValueError(f"{product} has no run below {reports}; run it first")
    return run


def signature_file(decision: Path) -> Path:
    """Where the signature of a decision file lies: beside it."""
    return decision.with_name(f"{decision.name}.sig.json")


def sign_decision(decision: Path, key: SigningKey) -> Path:
    """Sign a decision file as its authoriser, beside it."""
    decisions.read_decision(decision)
    target = signature_file(decision)
    target.write_text(_signature(decision.read_bytes(), key), encoding="utf-8", newline="\n")
    return target


def _signature(raw: bytes, key: SigningKey) -> str:
    return signing.spelled({"signer": asdict(key.signer), "signatures": key.sign(DECISION, raw)})


def signer_of_decision(decision: Path) -> Signer | None:
    """Who has signed the decision, None where nobody has; RefusedError when the signature does not hold."""
    path = signature_file(decision)
    if not path.is_file():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        signer = signing.signer_of(value["signer"])
        wrong = signer.wrong(DECISION, decision.read_bytes(), value["signatures"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: not the signature of a decision: {error}") from error
    if wrong:
        raise RefusedError((Reason("decision-signature-wrong", {"algorithm": ", ".join(wrong)}),))
    return signer


def issue(
    reports: Path,
    folder: Path,
    product: str,
    decision: Path,
    language: str,
    *,
    key: Path | None = None,
    plan: Path | None = None,
    proof: Path | None = None,
    supersedes: str | None = None,
) -> tuple[Path, Path]:
    """Issue a certificate from the product's run under the reports folder; return its page and its bundle.

    Without a key one is made for this certificate, labelled 演示, and thrown away. With `supersedes` the
    decision must name that number, and the ledger says that it was superseded.
    """
    run = run_folder(reports, product)
    record, row = read(run / "run.jsonl"), decisions.read_decision(decision)
    _check_superseded(row, supersedes)
    signing_key = signing.read_key(key, ask_passphrase) if key else signing.demonstration()
    grounds = Grounds(
        plan=read_plan(plan) if plan else _plan_that_ran(record),
        proof=_proof(proof),
        proof_digest=hashlib.sha256(proof.read_bytes()).hexdigest() if proof else "",
        decided_by=signer_of_decision(decision),
        signed_by=signing_key.signer,
    )
    book, place = ledger_of(reports, folder), reports / "certificates"

    def bundled(certificate: Certificate) -> Mapping[str, str]:
        kept = _fresh(place / certificate.number)
        _fill(kept, run, certificate, record, decision, grounds, signing_key, language, proof)
        manifest = bundle.seal(kept, certificate.number, signing_key)
        kept.with_name(f"{certificate.number}.zip").write_bytes(bundle.packed(bundle.contents(kept)))
        return {"manifest": manifest.digest, "signer": manifest.signer.fingerprint}

    certificate = certificates.issue(load_programme(folder), record, row, place, book, grounds, bundled)
    if supersedes is not None:
        ruling.supersede(
            book, supersedes, certificate.number, when=certificate.issued,
            who=row.authoriser["zh"], why=row.rule["zh"],
        )  # fmt: skip
    return _certificate_page(reports, certificate, language), place / f"{certificate.number}.zip"


def _check_superseded(decision: Decision, number: str | None) -> None:
    if decision.supersedes != number:
        arguments = {"decided": decision.supersedes or "—", "asked": number or "—"}
        raise RefusedError((Reason("supersedes-another", arguments),))


def _plan_that_ran(record: RunRecord) -> PublishedPlan | None:
    """The profile's plan as the catalogue stands, if it is still the one that ran."""
    try:
        plan = published(load_catalogue(shipped("cases")), record.header.profile["name"])
    except LookupError:
        return None
    return plan if plan.digest == record.header.profile.get("plan_digest") else None


def _proof(path: Path | None) -> Mapping[str, Any] | None:
    if path is None:
        return None
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict) or not {"catalogue_digest", "lines"} <= set(value):
        raise ValueError(f"{path}: not a proof; `conformance catalogue proof --write` makes one")
    return value


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _fill(
    kept: Path,
    run: Path,
    certificate: Certificate,
    record: RunRecord,
    decision: Path,
    grounds: Grounds,
    key: SigningKey,
    language: str,
    proof: Path | None,
) -> None:
    """Put into the folder what the certificate rests on; a later run never takes the place of this one."""
    for name in ("run.jsonl", "report.html", "junit.xml", installed.FILE):
        if (run / name).is_file():
            shutil.copyfile(run / name, kept / name)
    lines, _ = walk((run / "run.jsonl").read_bytes())
    for file, _ in evidence.photos(lines):
        (kept / file).parent.mkdir(exist_ok=True)
        shutil.copyfile(run / file, kept / file)
    for file, _ in evidence.logs(lines):
        if (run / file).is_file():  # a record may have travelled without it
            shutil.copyfile(run / file, kept / file)
    shutil.copyfile(decision, kept / "decision.yaml")
    own = signature_file(decision)
    text = own.read_text(encoding="utf-8") if own.is_file() else _signature(decision.read_bytes(), key)
    _write(kept / "decision.yaml.sig.json", text)
    (kept / "certificate.json").write_bytes(certificates.spelled(certificate))
    _write(kept / "certificate.html", certificate_page.render(certificate, language, run_href="report.html"))
    _write(kept / "ics.json", signing.spelled(dict(record.header.ics)))
    _write(kept / "ixit.json", signing.spelled(dict(record.header.ixit)))
    if grounds.plan is not None:
        publish(grounds.plan, kept / "plan.json")
    if proof is not None:
        shutil.copyfile(proof, kept / "proof.json")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def reject(reports: Path, folder: Path, product: str, decision: Path, language: str) -> Path:
    """Write the letter that says why there is no certificate, and "rejected" in the ledger; return it.

    ValueError when nothing stands against a certificate.
    """
    run = run_folder(reports, product)
    record, row = read(run / "run.jsonl", incomplete=True), decisions.read_decision(decision)
    book = ledger_of(reports, folder)
    try:
        certificates.decided(load_programme(folder), record, row, book, Grounds())
    except RefusedError as error:
        reasons = error.reasons
    else:
        raise ValueError(f"nothing stands against a certificate for {product}: there is nothing to reject")
    if any(each.code == "number-taken" for each in reasons):
        raise RefusedError(tuple(each for each in reasons if each.code == "number-taken"))
    letter = letter_page.Letter(row, record, reasons, row.date or run_day(record))
    page = reports / "letters" / f"{row.number}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    _write(page, letter_page.render(letter, language, run_href=f"../{slug(product)}/report.html"))
    ledger.append(
        book, "rejected", when=letter.day, who=row.authoriser["zh"],
        why=" ".join(reason(each, "zh") for each in reasons),
        about={"certificate": row.number},
        values={
            "product": record.header.product["id"], "profile": record.header.profile["name"],
            "record": record.footer.digest if record.footer else "0" * 64, "decision": row.digest,
        },
    )  # fmt: skip
    return page


def _certificate_page(
    reports: Path, certificate: Certificate, language: str, state: Reason | None = None
) -> Path:
    page = reports / "certificates" / f"{certificate.number}.html"
    href = f"{certificate.number}/report.html"
    _write(page, certificate_page.render(certificate, language, state=state, run_href=href))
    return page


def worded(error: RefusedError, language: str) -> str:
    """Every reason against a decision, a line each."""
    return "\n".join(reason(each, language) for each in error.reasons)


def milestone_page(reports: Path, folder: Path, *, as_of: date | None, language: str) -> Path:
    """Write the programme's page, and the pages of its certificates as they stand on that day; return it."""
    copy = reports / f"ledger-{folder.name}.jsonl"
    view = compute(
        load_programme(folder),
        reports / "certificates",
        copy if copy.exists() else folder / "ledger.jsonl",
        as_of,
        tuple(_runs(reports)),
    )
    for each in view.certificates:
        if each.state.code != "certificate-not-in-ledger":
            _certificate_page(reports, each.certificate, language, each.state)
    page = reports / f"programme-{folder.name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    _write(page, programme_page.render(view, language))
    return page


def _runs(reports: Path) -> Iterator[RunEvidence]:
    for path in sorted((*reports.glob("*/run.jsonl"), *reports.glob("certificates/*/run.jsonl"))):
        record = read(path, incomplete=True)
        href = path.with_name("report.html").relative_to(reports).as_posix()
        yield RunEvidence(record.header.product["id"], record, href)
