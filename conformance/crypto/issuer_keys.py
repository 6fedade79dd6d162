"""The master keys of an issuer, for each cipher that its cards use. Test keys only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.crypto.symmetric import SM4, TDES

if TYPE_CHECKING:
    from conformance.crypto.keys import CardKeys
    from conformance.crypto.symmetric import Symmetric


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """None for a cipher that the issuer has no keys of, or whose keys nobody gave."""

    tdes: CardKeys | None = None
    sm4: CardKeys | None = None

    def of(self, cipher: Symmetric) -> CardKeys | None:
        return self.sm4 if cipher is SM4 else self.tdes


def cipher_of(algorithm: int) -> Symmetric:
    """The cipher that the algorithm in 9F10 names; 3DES for a number that names none (PB-4.3)."""
    return SM4 if algorithm == SM4.algorithm else TDES
