"""Signatures of a laboratory: Ed25519, and SM2 with SM3, over the same bytes; both must hold.

The private key of a demonstration is made when it is needed and kept nowhere; its label says 演示.
A laboratory's may be sealed with a passphrase: scrypt (RFC 7914) makes the key under which AES-256-GCM hides
both private keys and binds them to their signer.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from conformance.crypto.sm2 import provider
from conformance.crypto.sm2_keys import Sm2PrivateKey, Sm2PublicKey
from conformance.crypto.sm2_keys import generate as generate_sm2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ALGORITHMS = ("ed25519", "sm2-sm3")
DEMONSTRATION = "演示 DEMONSTRATION"
_PRIVATE, _PUBLIC = "signing-key.json", "signer.json"
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}  # 32 MB and some tenths of a second for each guess


class SigningError(ValueError):
    """A key or signature file that is none."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as others know it: a label and two public keys in hex. SM2 keys are X and Y."""

    label: str
    demonstration: bool
    ed25519: str
    sm2: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of both keys: what one compares by telephone."""
        return hashlib.sha256(bytes.fromhex(self.ed25519 + self.sm2)).hexdigest()

    def wrong(self, purpose: str, message: bytes, signatures: Mapping[str, str]) -> tuple[str, ...]:
        """The algorithms whose signature is missing or does not hold; none when all is well."""
        signed = _framed(purpose, message)
        checks = {"ed25519": self._ed25519_holds, "sm2-sm3": self._sm2_holds}
        return tuple(name for name in ALGORITHMS if not checks[name](signed, _raw(signatures.get(name, ""))))

    def _ed25519_holds(self, signed: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(_raw(self.ed25519)).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _sm2_holds(self, signed: bytes, signature: bytes) -> bool:
        try:
            key = Sm2PublicKey.decode(_raw(self.sm2))
        except ValueError:
            return False
        return provider().verify(key, signed, signature)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Both private keys; never prints them."""

    signer: Signer
    ed25519: bytes = field(repr=False)
    sm2: int = field(repr=False)

    def sign(self, purpose: str, message: bytes) -> Mapping[str, str]:
        """Algorithm -> signature in hex. A signature for one purpose is none for another."""
        signed = _framed(purpose, message)
        return {
            "ed25519": Ed25519PrivateKey.from_private_bytes(self.ed25519).sign(signed).hex(),
            "sm2-sm3": provider().sign(Sm2PrivateKey(self.sm2), signed).hex(),
        }


def generate(label: str, *, demonstration: bool) -> SigningKey:
    """A new pair of keys."""
    first, second = Ed25519PrivateKey.generate(), generate_sm2()
    signer = Signer(
        label, demonstration, first.public_key().public_bytes_raw().hex(), second.public.encode().hex()
    )
    return SigningKey(signer, first.private_bytes_raw(), second.d)


def demonstration() -> SigningKey:
    """Keys for one demonstration: nobody's, kept nowhere, and labelled so."""
    return generate(DEMONSTRATION, demonstration=True)


def write_key(key: SigningKey, folder: Path, passphrase: str | None = None) -> tuple[Path, Path]:
    """Write the private key, for its owner only, and the public one; FileExistsError if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / _PRIVATE, folder / _PUBLIC
    secret = {"ed25519": key.ed25519.hex(), "sm2": f"{key.sm2:064x}"}
    hidden = secret if passphrase is None else {"sealed": _sealed(secret, key.signer, passphrase)}
    value = {**hidden, "signer": asdict(key.signer)}
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
    public.write_text(spelled(asdict(key.signer)), encoding="utf-8", newline="\n")
    return private, public


def read_key(path: Path, passphrase: Callable[[], str]) -> SigningKey:
    """Read a private key from its file or folder; where it is sealed, `passphrase` is called."""
    value = _json(path / _PRIVATE if path.is_dir() else path)
    try:
        signer = signer_of(value["signer"])
        secret = _opened(value["sealed"], signer, passphrase()) if "sealed" in value else value
        return SigningKey(signer, bytes.fromhex(secret["ed25519"]), int(secret["sm2"], 16))
    except InvalidTag:
        raise SigningError(f"{path}: the passphrase is wrong, or the file was altered") from None
    except (KeyError, TypeError, ValueError) as error:
        raise SigningError(f"{path}: not a signing key: {error}") from error


def _sealed(secret: Mapping[str, str], signer: Signer, passphrase: str) -> Mapping[str, Any]:
    salt, nonce = os.urandom(16), os.urandom(12)
    key = Scrypt(salt=salt, length=32, **_SCRYPT).derive(passphrase.encode())
    text = AESGCM(key).encrypt(nonce, json.dumps(secret).encode(), spelled(asdict(signer)).encode())
    return {"scrypt": {"salt": salt.hex(), **_SCRYPT}, "nonce": nonce.hex(), "text": text.hex()}


def _opened(sealed: Mapping[str, Any], signer: Signer, passphrase: str) -> Mapping[str, str]:
    """What was sealed; InvalidTag for another passphrase, another signer or an altered text."""
    cost = {name: int(sealed["scrypt"][name]) for name in _SCRYPT}
    key = Scrypt(salt=bytes.fromhex(sealed["scrypt"]["salt"]), length=32, **cost).derive(passphrase.encode())
    nonce, text = bytes.fromhex(sealed["nonce"]), bytes.fromhex(sealed["text"])
    secret: Mapping[str, str] = json.loads(AESGCM(key).decrypt(nonce, text, spelled(asdict(signer)).encode()))
    return secret


def read_signer(path: Path) -> Signer:
    """Read the public keys of somebody who signs, from their file or the folder that holds it."""
    try:
        return signer_of(_json(path / _PUBLIC if path.is_dir() else path))
    except (KeyError, TypeError, ValueError) as error:
        raise SigningError(f"{path}: not the public keys of a signer: {error}") from error


def signer_of(value: Mapping[str, Any]) -> Signer:
    """A signer from plain JSON; KeyError, TypeError or ValueError for anything else."""
    signer = Signer(**value)
    if len(bytes.fromhex(signer.ed25519)) != 32 or not isinstance(signer.demonstration, bool):
        raise ValueError("its keys have another length")
    Sm2PublicKey.decode(bytes.fromhex(signer.sm2))
    return signer


def spelled(value: Any) -> str:
    """JSON in its one spelling here: sorted, indented, ended by a line feed."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SigningError(f"{path}: not JSON: {error}") from error


def _framed(purpose: str, message: bytes) -> bytes:
    return f"pboc-conformance {purpose}\n".encode() + message


def _raw(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        return b""
