"""A bundle: all that a certificate rests on, in one folder, listed by a manifest that is signed.

`manifest.json` names the number of the certificate, the signer, and each file with its size, SHA-256 and SM3;
`manifest.sig.json` holds the signatures over its bytes. Everything else in the folder stands in the manifest.
The same bundle as a zip holds the files stored, in the order of their names, without times: one bundle, one
zip. Nothing here needs a network.

Flaws are worded by `conformance.text`: `bundle-unreadable` {reason}, `bundle-missing`, `bundle-added`,
`bundle-altered` {what}, `bundle-malformed` {reason}, `bundle-not-signed` {algorithm}, `bundle-signer`
{signer, fingerprint}, `bundle-record` {line, reason}.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.crypto.signing import ALGORITHMS, signer_of, spelled
from conformance.crypto.sm3 import sm3
from conformance.record import evidence
from conformance.record.verify import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from conformance.crypto.signing import Signer, SigningKey

MANIFEST, SIGNATURES, RECORD = "manifest.json", "manifest.sig.json", "run.jsonl"
PURPOSE = "bundle"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say


class BundleError(ValueError):
    """Something that is no bundle at all."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with which file of a bundle."""

    file: str
    code: str
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest as read; `digest` is the SHA-256 of its bytes, by which a ledger names the bundle."""

    number: str
    signer: Signer
    files: Mapping[str, Mapping[str, Any]]
    digest: str


def seal(folder: Path, number: str, key: SigningKey) -> Manifest:
    """List and sign every file of the folder."""
    files = {
        name: _listed(raw) for name, raw in contents(folder).items() if name not in (MANIFEST, SIGNATURES)
    }
    raw = spelled({"number": number, "signer": asdict(key.signer), "files": files}).encode()
    (folder / MANIFEST).write_bytes(raw)
    (folder / SIGNATURES).write_bytes(spelled(key.sign(PURPOSE, raw)).encode())
    return Manifest(number, key.signer, files, hashlib.sha256(raw).hexdigest())


def contents(path: Path) -> Mapping[str, bytes]:
    """Every file of a bundle by its name; BundleError for what is neither folder nor zip, OSError."""
    if path.is_dir():
        found = sorted(each for each in path.rglob("*") if not each.is_dir() or each.is_symlink())
        return {
            each.relative_to(path).as_posix(): b"" if each.is_symlink() else each.read_bytes()
            for each in found
        }
    return _unpacked(path)


def _unpacked(path: Path) -> Mapping[str, bytes]:
    raw = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise BundleError(f"{path.name}: not a zip that can be read: {error}") from error
    if packed(files) != raw:
        raise BundleError(f"{path.name}: the zip is not in the one spelling of its files: it was altered")
    return files


def packed(files: Mapping[str, bytes]) -> bytes:
    """The zip of a bundle: the same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def manifest_of(files: Mapping[str, bytes]) -> Manifest:
    """The manifest among the files; BundleError when there is none, or it is none."""
    if MANIFEST not in files:
        raise BundleError(f"{MANIFEST} is missing: this is no bundle")
    raw = files[MANIFEST]
    try:
        value = json.loads(raw)
        signer = signer_of(value["signer"])
        listed = {str(name): dict(each) for name, each in value["files"].items()}
        manifest = Manifest(str(value["number"]), signer, listed, hashlib.sha256(raw).hexdigest())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"{MANIFEST} makes no sense: {error}") from error
    if set(value) != {"number", "signer", "files"} or spelled(value).encode() != raw:
        raise BundleError(f"{MANIFEST} is not in its one spelling: it was altered")
    return manifest


def flaws(files: Mapping[str, bytes], manifest: Manifest, trusted: Collection[Signer] = ()) -> Iterator[Flaw]:
    """Everything that is wrong with a bundle; with `trusted`, also that somebody else has signed it."""
    yield from _signatures(files, manifest)
    if trusted and manifest.signer not in trusted:
        signer = manifest.signer
        yield Flaw(
            MANIFEST, "bundle-signer", {"signer": signer.label, "fingerprint": signer.fingerprint[:16]}
        )
    for name in sorted({*manifest.files, *files} - {MANIFEST, SIGNATURES}):
        if name not in files:
            yield Flaw(name, "bundle-missing")
        elif name not in manifest.files:
            yield Flaw(name, "bundle-added")
        elif _listed(files[name]) != manifest.files[name]:
            yield Flaw(name, "bundle-altered", {"what": _differing(files[name], manifest.files[name])})
    yield from _record(files)


def _signatures(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[Flaw]:
    raw = files.get(SIGNATURES)
    if raw is None:
        yield Flaw(SIGNATURES, "bundle-missing")
        return
    try:
        signatures = json.loads(raw)
        sound = set(signatures) == set(ALGORITHMS) and spelled(signatures).encode() == raw
    except (TypeError, ValueError):
        sound = False
    if not sound:
        yield Flaw(SIGNATURES, "bundle-altered", {"what": "JSON"})
        return
    wrong = manifest.signer.wrong(PURPOSE, files[MANIFEST], signatures)
    culprit = (
        MANIFEST if set(wrong) == set(ALGORITHMS) else SIGNATURES
    )  # one that holds vouches for the manifest
    yield from (Flaw(culprit, "bundle-not-signed", {"algorithm": algorithm}) for algorithm in wrong)


def _record(files: Mapping[str, bytes]) -> Iterator[Flaw]:
    """The record tells more exactly where it was altered."""
    if RECORD in files:
        lines, integrity = walk(files[RECORD])
        if integrity.state != "intact":
            yield Flaw(RECORD, integrity.code, {**integrity.detail, "line": integrity.line or 0})
        yield from (Flaw(file, code) for file, code in evidence.flaws(lines, files.get))


def _listed(raw: bytes) -> Mapping[str, Any]:
    return {"size": len(raw), "sha256": hashlib.sha256(raw).hexdigest(), "sm3": sm3(raw).hex()}


def _differing(raw: bytes, listed: Mapping[str, Any]) -> str:
    return ", ".join(name for name, value in _listed(raw).items() if listed.get(name) != value) or "manifest"
