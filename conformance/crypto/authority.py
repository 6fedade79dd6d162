"""Certification authorities: the published UnionPay keys, and a built-in one for simulators only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.crypto.keys import CardKeys
from conformance.crypto.rsa import RsaPrivateKey, RsaPublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA, an issuer under it, an ICC key for the issuer's cards, and its symmetric master keys."""

    rid: bytes
    ca_index: int
    ca: RsaPrivateKey
    issuer: RsaPrivateKey
    icc: RsaPrivateKey
    imk: CardKeys


@cache
def demonstration() -> Authority:
    """The demonstration authority. Its private keys are published: it proves nothing outside a simulation."""
    stored = _read("demonstration.json")
    ca, issuer, icc = (
        RsaPrivateKey(int(key["p"], 16), int(key["q"], 16), int(key["exponent"], 16))
        for key in (stored["ca"], stored["issuer"], stored["icc"])
    )
    master = stored["issuer_master_keys"]
    imk = CardKeys(*(bytes.fromhex(master[use]) for use in ("ac", "mac", "enc")))
    return Authority(bytes.fromhex(stored["rid"]), int(stored["ca_index"], 16), ca, issuer, icc, imk)


@cache
def published() -> Mapping[tuple[bytes, int], RsaPublicKey]:
    """The UnionPay CA keys that public lists hold, live and test, by RID and index.

    The lists have two test keys of index 80; the one that expires later stands last in the file, and counts.
    """
    return MappingProxyType(
        {
            (bytes.fromhex(key["rid"]), int(key["index"], 16)): RsaPublicKey(
                int(key["modulus"], 16), int(key["exponent"], 16)
            )
            for key in _read("unionpay_capk.json")["keys"]
        }
    )


@cache
def live() -> frozenset[tuple[bytes, int]]:
    """RID and index of the UnionPay CA keys that terminals in service hold, RSA's by the public lists."""
    return frozenset(
        (bytes.fromhex(key["rid"]), int(key["index"], 16))
        for key in _read("unionpay_capk.json")["keys"]
        if key["environment"].startswith("live")
    )


def _read(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((files("conformance.crypto") / name).read_text(encoding="utf-8"))
    return stored
