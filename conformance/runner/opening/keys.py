"""The test keys that a bench works with: the laboratory's that it names, else the demonstration's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.crypto import laboratory
from conformance.crypto.issuer_keys import IssuerKeys
from conformance.model.refused import UnknownBenchError
from conformance.model.terminal import Capk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.crypto.laboratory import Laboratory
    from conformance.crypto.sm2_keys import Sm2PublicKey
    from conformance.runner.bench import Bench


def laboratory_of(bench: Bench) -> Laboratory | None:
    """The laboratory whose keys the bench names, None where the demonstration's serve."""
    if bench.keys is None:
        return None
    try:
        return laboratory.load(Path(bench.keys))
    except laboratory.KeysRefusedError as error:
        raise UnknownBenchError(f"bench {bench.name}: keys: {error}") from None


def capks(simulated: bool) -> tuple[Capk, ...]:
    """The CA's key of the laboratory; the demonstration's never leaves for anything but a simulator."""
    return ca_keys() if simulated or not laboratory.in_use().demonstration else ()


def ca_keys() -> tuple[Capk, ...]:
    """The RSA CA key of the laboratory in use, as a terminal takes it."""
    authority = laboratory.in_use().rsa
    key = authority.ca.public
    return (
        Capk(
            rid=authority.rid,
            index=authority.ca_index,
            modulus=key.modulus.to_bytes(key.size),
            exponent=key.exponent.to_bytes((key.exponent.bit_length() + 7) // 8),
            demonstration=laboratory.in_use().demonstration,
        ),
    )


def sm_ca_keys() -> Mapping[tuple[bytes, int], Sm2PublicKey]:
    """The SM2 key of the laboratory's CA in use."""
    authority = laboratory.in_use().sm
    return {(authority.rid, authority.ca_index): authority.ca.public}


def issuer_keys() -> IssuerKeys:
    """The master keys of the issuers of the laboratory in use, in 3DES and in SM4."""
    both = laboratory.in_use()
    return IssuerKeys(tdes=both.rsa.imk, sm4=both.sm.imk)
