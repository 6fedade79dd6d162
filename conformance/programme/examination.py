"""Is a bundle what the laboratory issued? Its files, signatures, chain, its parts, and what the ledger says.

Flaws beside those of `record.bundle`: `bundle-disagrees` {what}, `bundle-unknown` {number}, `bundle-other`
{number, known}, `bundle-lacks`.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from conformance.crypto.signing import signer_of
from conformance.programme.certificate import digest_of
from conformance.record import bundle
from conformance.record.bundle import MANIFEST, RECORD, Flaw
from conformance.record.verify import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from conformance.crypto.signing import Signer
    from conformance.model.programme import LedgerEntry
    from conformance.record.bundle import Manifest

# What every bundle of a certificate holds.
PARTS = (
    "certificate.html", "certificate.json", "decision.yaml", "decision.yaml.sig.json", "ics.json",
    "ixit.json", "junit.xml", "report.html", RECORD,
)  # fmt: skip


def examine(
    files: Mapping[str, bytes],
    manifest: Manifest,
    *,
    trusted: Collection[Signer] = (),
    entries: Sequence[LedgerEntry] | None = None,
) -> Iterator[Flaw]:
    """Everything that is wrong; `entries` are those of the ledger in which it was issued, if at hand."""
    yield from bundle.flaws(files, manifest, trusted)
    yield from (Flaw(name, "bundle-lacks") for name in PARTS if name not in {*files, *manifest.files})
    if entries is not None:
        yield from _ledger(manifest, entries)
    yield from _disagreements(files, manifest)


def _ledger(manifest: Manifest, entries: Sequence[LedgerEntry]) -> Iterator[Flaw]:
    number = {"number": manifest.number}
    issued = next(
        (each for each in entries if each.kind == "issued" and each.about["certificate"] == manifest.number),
        None,
    )
    if issued is None:
        yield Flaw(MANIFEST, "bundle-unknown", number)
    elif issued.values.get("manifest") != manifest.digest:
        known = str(issued.values.get("manifest", "—"))[:16]
        yield Flaw(MANIFEST, "bundle-other", {**number, "known": known, "found": manifest.digest[:16]})


def _disagreements(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[Flaw]:
    """What the parts say of each other; parts that are missing or make no sense are named elsewhere."""
    try:
        certificate: dict[str, Any] = json.loads(files["certificate.json"])
        lines, integrity = walk(files[RECORD])
        if integrity.state != "intact":
            return
        first, last = lines[0].members, lines[-1].members
        record = certificate["record"]
        decision = hashlib.sha256(files["decision.yaml"]).hexdigest()
        claims = {
            "certificate.json": {
                "number": (certificate["number"], manifest.number),
                "record": (record["digest"], last["digest"]),
                "product": (certificate["product"]["id"], first["product"]["id"]),
            },
            "decision.yaml": {"decision": (certificate["decision_digest"], decision)},
            "ics.json": {"ICS": (json.loads(files["ics.json"]), first["ics"])},
            "ixit.json": {"IXIT": (json.loads(files["ixit.json"]), first["ixit"])},
            **_optional(files, certificate),
        }
        unsigned = _decision_unsigned(files)
    except (KeyError, TypeError, ValueError, IndexError):
        yield Flaw("certificate.json", "bundle-disagrees", {"what": "JSON"})
        return
    for name, pairs in claims.items():
        for what, (said, found) in pairs.items():
            if said != found:
                yield Flaw(name, "bundle-disagrees", {"what": what})
    if unsigned:
        yield Flaw("decision.yaml.sig.json", "bundle-not-signed", {"algorithm": ", ".join(unsigned)})


def _optional(files: Mapping[str, bytes], certificate: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "plan.json" in files:
        plan = json.loads(files["plan.json"])
        found["plan.json"] = {"plan": (certificate["plan_digest"], digest_of(plan["plan"]))}
    if "proof.json" in files:
        digest = hashlib.sha256(files["proof.json"]).hexdigest()
        found["proof.json"] = {"proof": (certificate["record"]["proof_digest"], digest)}
    return found


def _decision_unsigned(files: Mapping[str, bytes]) -> tuple[str, ...]:
    value = json.loads(files["decision.yaml.sig.json"])
    return signer_of(value["signer"]).wrong("decision", files["decision.yaml"], value["signatures"])
