"""The ways through a transaction that a card was personalised with, and what proves it on each (PB-7.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from conformance.codec.afl import Afl
from conformance.crypto import certificates, sm_certificates
from conformance.crypto.rsa import RsaPrivateKey
from conformance.crypto.sm3 import sm3

if TYPE_CHECKING:
    from conformance.crypto.keys import CardKeys
    from conformance.crypto.sm2_keys import Sm2PrivateKey
    from conformance.crypto.symmetric import Symmetric

_GPO_SIGNATURE_LIMIT = 128  # bytes: what is longer has no room in the GPO response (PB-6.2)
_SM_SIGNATURE = 69  # 15, LDD, 02 ATC, R and S (PB-6.3)


@dataclass(frozen=True, slots=True)
class Security:
    """What proves the card: 3DES and RSA, or SM4 and SM2 where the terminal's DF69 asks for them (PB-6.3)."""

    symmetric: Symmetric
    keys: CardKeys
    icc_key: RsaPrivateKey | Sm2PrivateKey

    def session_key(self, udk: bytes, atc: bytes) -> bytes:
        return self.symmetric.session_key(udk, int.from_bytes(atc, "big"))

    def sign(self, dynamic: bytes, terminal_data: bytes) -> bytes:
        """The signature over dynamic data and what the terminal knows: 9F4B (PB-6.1, PB-6.3)."""
        if isinstance(self.icc_key, RsaPrivateKey):
            return certificates.make_sdad(self.icc_key, dynamic, terminal_data)
        return sm_certificates.make_sdad(self.icc_key, dynamic, terminal_data)

    def digest(self, message: bytes) -> bytes:
        """SHA-1 beside RSA, SM3 beside SM2: the hash over the transaction data of CDA (PB-11.2, PB-6.3)."""
        if isinstance(self.icc_key, RsaPrivateKey):
            return hashlib.sha1(message, usedforsecurity=False).digest()
        return sm3(message)

    @property
    def signs_in_gpo(self) -> bool:
        """The fDDA signature has room in the GPO response; if not, a record holds it (PB-6.2)."""
        size = self.icc_key.public.size if isinstance(self.icc_key, RsaPrivateKey) else _SM_SIGNATURE
        return size <= _GPO_SIGNATURE_LIMIT


class Way(Enum):
    """What a transaction is, as GPO decided."""

    QPBOC = "qPBOC"
    DEBIT_CREDIT = "debit/credit"
    CASH = "electronic cash"


@dataclass(frozen=True, slots=True)
class Path:
    """What GPO answers, AIP and AFL, and what proves the card on the way."""

    way: Way
    aip: bytes
    afl: bytes
    security: Security

    @property
    def electronic_cash(self) -> bool:
        return self.way is Way.CASH

    @property
    def last_record(self) -> tuple[int, int]:
        """SFI and number of the last record: there qPBOC commits (PB-7.5)."""
        return Afl.parse(self.afl).last


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of one interface with one kind of security; None where the card has none such.

    Over contacts `debit_credit` is always there. Contactless, it and `cash` are what TTQ B1b7 asks for.
    """

    qpboc: Path | None = None
    debit_credit: Path | None = None
    cash: Path | None = None
