"""Offline data authentication with SM2 and SM3 (PB-6.3): a card is told by DF69 that the terminal has it.

Nothing is recovered and there is no remainder, so that only whole objects can be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from conformance.codec.tags import Tag
from conformance.crypto import sm_certificates
from conformance.crypto.sm2_keys import Sm2PublicKey

if TYPE_CHECKING:
    from datetime import date

SmCaKeys: TypeAlias = Mapping[tuple[bytes, int], Sm2PublicKey]
"""CA public keys of SM2 by RID and index."""

NEEDED = (
    Tag.CA_PUBLIC_KEY_INDEX,
    Tag.ISSUER_PUBLIC_KEY_CERTIFICATE,
    Tag.ICC_PUBLIC_KEY_CERTIFICATE,
    Tag.SIGNED_DYNAMIC_APPLICATION_DATA,
)

_ISSUER_CERTIFICATE_SIZE = 142
_ISSUER_CERTIFICATE = 0x12


def is_sm(values: Mapping[int, bytes], ca_keys: SmCaKeys) -> bool:
    """The terminal has SM keys, and 90 has the form of an SM certificate: 142 bytes from 12 on (PB-6.3)."""
    certificate = values.get(Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, b"")
    sized = len(certificate) == _ISSUER_CERTIFICATE_SIZE and certificate[0] == _ISSUER_CERTIFICATE
    return bool(ca_keys) and sized


def verify_fdda(  # noqa: PLR0913, PLR0917  the objects of a card, and what to hold them against
    values: Mapping[int, bytes],
    static_data: bytes,
    pan: str,
    signed: bytes,
    ca_key: Sm2PublicKey,
    today: date,
) -> bytes:
    """The ICC dynamic data of 9F4B over the terminal's `signed` data. Raises CertificateError."""
    issuer = sm_certificates.verify_issuer(ca_key, values[Tag.ISSUER_PUBLIC_KEY_CERTIFICATE], pan, today)
    certificate = values[Tag.ICC_PUBLIC_KEY_CERTIFICATE]
    icc = sm_certificates.verify_icc(issuer.public_key, certificate, static_data, pan, today)
    return sm_certificates.verify_sdad(icc.public_key, values[Tag.SIGNED_DYNAMIC_APPLICATION_DATA], signed)
