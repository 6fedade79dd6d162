"""What certifies cards: an RSA and an SM2 authority with the master keys of their issuers.

The built-in demonstration works with simulators only. A laboratory makes its own by `conformance keys init`;
its keys lie in a folder outside the repository and are shown as check values alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.crypto import authority, rsa, sm2_keys, sm_authority
from conformance.crypto.authority import Authority
from conformance.crypto.des import tdes_encrypt
from conformance.crypto.keys import CardKeys
from conformance.crypto.rsa import RsaPrivateKey
from conformance.crypto.sm2_keys import Sm2PrivateKey
from conformance.crypto.sm4 import sm4_encrypt
from conformance.crypto.sm_authority import SmAuthority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEYS = "keys.json"
PUBLIC = "ca_public_keys.json"
_RID = bytes.fromhex("A000000333")
_CA_INDEX, _SM_CA_INDEX = 0xF3, 0xF4
_CA_BITS, _ISSUER_BITS, _ICC_BITS = 1408, 1152, 1024
_USES = ("ac", "mac", "enc")
_NOTE = (
    "TEST KEYS of a laboratory: they certify test cards only. Keep this file to the laboratory, "
    "never use its keys in production. 实验室测试密钥，仅用于测试卡，不得用于生产。"
)


class KeysRefusedError(ValueError):
    """Keys that are not made or not taken, and why."""


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The authorities that a card is personalised under; `demonstration` says that anybody has their keys."""

    rsa: Authority
    sm: SmAuthority
    demonstration: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the public CA keys and the check values of the master keys, 16 bytes of it in hex."""
        key = self.rsa.ca.public
        parts = [
            self.rsa.rid,
            bytes((self.rsa.ca_index,)),
            key.modulus.to_bytes(key.size, "big"),
            key.exponent.to_bytes(3, "big"),
            bytes((self.sm.ca_index,)),
            self.sm.ca.public.encode(),
            *map(bytes.fromhex, self.check_values().values()),
        ]
        return hashlib.sha256(b"".join(parts)).hexdigest()[:32].upper()

    def check_values(self) -> Mapping[str, str]:
        """The first three bytes of a zero block under each master key: all that is shown of it (PB-5)."""
        tdes = {f"3DES {use}": tdes_kcv(getattr(self.rsa.imk, use)) for use in _USES}
        return tdes | {f"SM4 {use}": sm4_kcv(getattr(self.sm.imk, use)) for use in _USES}


def tdes_kcv(key: bytes) -> str:
    return tdes_encrypt(key, bytes(8))[:3].hex().upper()


def sm4_kcv(key: bytes) -> str:
    return sm4_encrypt(key, bytes(16))[:3].hex().upper()


def demonstration() -> Laboratory:
    """The built-in authorities. Their private keys are published: they prove nothing outside a simulation."""
    return Laboratory(authority.demonstration(), sm_authority.demonstration(), demonstration=True)


_IN_USE: ContextVar[Laboratory | None] = ContextVar("laboratory", default=None)


def in_use() -> Laboratory:
    """The authorities of the run under way, the demonstration's where no bench names others."""
    return _IN_USE.get() or demonstration()


@contextmanager
def using(laboratory: Laboratory | None) -> Iterator[None]:
    """Let cards and issuers be of this laboratory, for as long as the context lasts."""
    token = _IN_USE.set(laboratory)
    try:
        yield
    finally:
        _IN_USE.reset(token)


def init(folder: Path) -> Laboratory:
    """Make a laboratory's keys in a new folder, for its owner alone; KeysRefusedError says why not."""
    folder = folder.absolute()
    if folder.exists():
        raise KeysRefusedError(f"{folder} exists: keys are made once, in a folder that is not there yet")
    held = next((each for each in folder.resolve().parents if (each / ".git").exists()), None)
    if held is not None:
        raise KeysRefusedError(f"{folder} lies in the repository {held}: keys stay outside of any")
    made = _generated()
    folder.mkdir(parents=True, mode=0o700)
    with os.fdopen(os.open(folder / KEYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(_stored(made), file, indent=1, ensure_ascii=False)
    (folder / PUBLIC).write_text(json.dumps(public_keys(made), indent=1) + "\n", encoding="utf-8")
    return made


def load(folder: Path) -> Laboratory:
    """Read a laboratory's keys; KeysRefusedError for those that others may read, know or use in service."""
    path = folder / KEYS
    if not path.is_file():
        raise KeysRefusedError(f"{folder} has no {KEYS}: make a laboratory's keys with conformance keys init")
    if path.stat().st_mode & 0o077:
        raise KeysRefusedError(f"{path} may be read by others: chmod 600 it")
    try:
        read = _read(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise KeysRefusedError(f"{path} is no file of laboratory keys: {error!r}") from None
    _refuse_public(read, path)
    return read


def public_keys(laboratory: Laboratory) -> Mapping[str, Any]:
    """The CA keys as a terminal takes them, with the checksum of EMV Book 2 (SHA-1) for RSA."""
    of, key = laboratory.rsa, laboratory.rsa.ca.public
    modulus = key.modulus.to_bytes(key.size, "big")
    exponent = key.exponent.to_bytes((key.exponent.bit_length() + 7) // 8, "big")
    hashed = of.rid + bytes((of.ca_index,)) + modulus + exponent
    return {
        "fingerprint": laboratory.fingerprint,
        "rsa": {
            "rid": of.rid.hex().upper(),
            "index": f"{of.ca_index:02X}",
            "modulus": modulus.hex().upper(),
            "exponent": exponent.hex().upper(),
            "sha1": hashlib.sha1(hashed, usedforsecurity=False).hexdigest().upper(),
        },
        "sm2": {
            "rid": laboratory.sm.rid.hex().upper(),
            "index": f"{laboratory.sm.ca_index:02X}",
            "public_key": laboratory.sm.ca.public.encode().hex().upper(),
        },
    }


def _generated() -> Laboratory:
    ca, issuer, icc = (rsa.generate(bits) for bits in (_CA_BITS, _ISSUER_BITS, _ICC_BITS))
    sm_ca, sm_issuer, sm_icc = (sm2_keys.generate() for _ in range(3))
    imk, sm_imk = (CardKeys(*(secrets.token_bytes(16) for _ in _USES)) for _ in range(2))
    return Laboratory(
        Authority(_RID, _CA_INDEX, ca, issuer, icc, imk),
        SmAuthority(_RID, _SM_CA_INDEX, sm_ca, sm_issuer, sm_icc, sm_imk),
    )


def _stored(laboratory: Laboratory) -> dict[str, Any]:
    of, sm = laboratory.rsa, laboratory.sm
    return {
        "note": _NOTE,
        "rid": of.rid.hex().upper(),
        "rsa": {
            "ca_index": f"{of.ca_index:02X}",
            "keys": {name: _numbers(getattr(of, name)) for name in ("ca", "issuer", "icc")},
            "issuer_master_keys": {use: getattr(of.imk, use).hex().upper() for use in _USES},
        },
        "sm": {
            "ca_index": f"{sm.ca_index:02X}",
            "keys": {name: f"{getattr(sm, name).d:064X}" for name in ("ca", "issuer", "icc")},
            "issuer_master_keys": {use: getattr(sm.imk, use).hex().upper() for use in _USES},
        },
    }


def _numbers(key: RsaPrivateKey) -> dict[str, str]:
    return {"p": f"{key.p:X}", "q": f"{key.q:X}", "exponent": f"{key.exponent:X}"}


def _read(stored: dict[str, Any]) -> Laboratory:
    rid = bytes.fromhex(stored["rid"])
    ca, issuer, icc = (
        RsaPrivateKey(*(int(stored["rsa"]["keys"][name][part], 16) for part in ("p", "q", "exponent")))
        for name in ("ca", "issuer", "icc")
    )
    sm_ca, sm_issuer, sm_icc = (
        Sm2PrivateKey(int(stored["sm"]["keys"][name], 16)) for name in ("ca", "issuer", "icc")
    )
    imk, sm_imk = (
        CardKeys(*(bytes.fromhex(stored[kind]["issuer_master_keys"][use]) for use in _USES))
        for kind in ("rsa", "sm")
    )
    return Laboratory(
        Authority(rid, int(stored["rsa"]["ca_index"], 16), ca, issuer, icc, imk),
        SmAuthority(rid, int(stored["sm"]["ca_index"], 16), sm_ca, sm_issuer, sm_icc, sm_imk),
    )


def _refuse_public(laboratory: Laboratory, path: Path) -> None:
    """No key that public lists hold, live ones above all, nor the demonstration's."""
    of, sm, known = laboratory.rsa, laboratory.sm, demonstration()
    listed = {key.modulus for key in authority.published().values()}
    if of.ca.public.modulus in listed or sm.ca.public in sm_authority.published().values():
        raise KeysRefusedError(f"{path} holds a CA key of the public lists: no production key is taken")
    if (of.rid, of.ca_index) in authority.published() or (sm.rid, sm.ca_index) in sm_authority.published():
        raise KeysRefusedError(f"{path} gives its CA key the index of one that terminals in service hold")
    if of.ca.public == known.rsa.ca.public or sm.ca.public == known.sm.ca.public:
        raise KeysRefusedError(f"{path} holds the demonstration's keys, which anybody has")
