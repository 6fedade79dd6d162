"""Certification authorities of SM2: the published UnionPay keys, and a built-in one for simulators only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.crypto.keys import CardKeys
from conformance.crypto.sm2_keys import Sm2PrivateKey, Sm2PublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SmAuthority:
    """A CA, an issuer under it, an ICC key for the issuer's cards, and its symmetric master keys, for SM4."""

    rid: bytes
    ca_index: int
    ca: Sm2PrivateKey
    issuer: Sm2PrivateKey
    icc: Sm2PrivateKey
    imk: CardKeys


@cache
def demonstration() -> SmAuthority:
    """The demonstration authority. Its private keys are published: it proves nothing outside a simulation."""
    stored = _read("sm_demonstration.json")
    ca, issuer, icc = (Sm2PrivateKey(int(stored[name], 16)) for name in ("ca", "issuer", "icc"))
    master = stored["issuer_master_keys"]
    imk = CardKeys(*(bytes.fromhex(master[use]) for use in ("ac", "mac", "enc")))
    return SmAuthority(bytes.fromhex(stored["rid"]), int(stored["ca_index"], 16), ca, issuer, icc, imk)


@cache
def published() -> Mapping[tuple[bytes, int], Sm2PublicKey]:
    """The UnionPay CA keys that public lists hold, live and test, by RID and index."""
    return MappingProxyType(
        {
            (bytes.fromhex(key["rid"]), int(key["index"], 16)): Sm2PublicKey.decode(
                bytes.fromhex(key["public_key"])
            )
            for key in _read("unionpay_sm2_capk.json")["keys"]
        }
    )


def _read(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((files("conformance.crypto") / name).read_text(encoding="utf-8"))
    return stored
