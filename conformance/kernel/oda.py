"""fDDA: issuer certificate, ICC certificate, dynamic signature, version 00 or 01 (PB-6.1, PB-6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import to_bcd
from conformance.crypto.certificates import fdda_terminal_data, recover_icc, recover_issuer, verify_sdad
from conformance.crypto.rsa import RsaPublicKey
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from conformance.kernel.initiate import Purchase

Key = TypeVar("Key")

CaKeys: TypeAlias = Mapping[tuple[bytes, int], RsaPublicKey]
"""CA public keys by RID and index."""

_NEEDED = (
    Tag.CA_PUBLIC_KEY_INDEX,
    Tag.ISSUER_PUBLIC_KEY_CERTIFICATE,
    Tag.ISSUER_PUBLIC_KEY_EXPONENT,
    Tag.ICC_PUBLIC_KEY_CERTIFICATE,
    Tag.ICC_PUBLIC_KEY_EXPONENT,
    Tag.SIGNED_DYNAMIC_APPLICATION_DATA,
)


def icc_key(
    values: Mapping[int, bytes], static_data: bytes, pan: str, ca_key: RsaPublicKey, today: date
) -> RsaPublicKey:
    """The card's public key, by its issuer's certificate and its own (PB-6.1).

    `values` are all objects that the card gave. Raises CertificateError with the object and the failed check.
    """
    issuer = _issuer(
        ca_key,
        values[Tag.ISSUER_PUBLIC_KEY_CERTIFICATE],
        values.get(Tag.ISSUER_PUBLIC_KEY_REMAINDER, b""),
        values[Tag.ISSUER_PUBLIC_KEY_EXPONENT],
        pan,
        today,
    )
    icc = recover_icc(
        issuer.public_key,
        values[Tag.ICC_PUBLIC_KEY_CERTIFICATE],
        values.get(Tag.ICC_PUBLIC_KEY_REMAINDER, b""),
        values[Tag.ICC_PUBLIC_KEY_EXPONENT],
        static_data,
        pan,
        today,
    )
    return icc.public_key


def verify_signature(key: RsaPublicKey, purchase: Purchase, values: Mapping[int, bytes]) -> bytes:
    """Verify the card's signature over this purchase and return the ICC dynamic data.

    9F69 among the values means version 01. Raises CertificateError.
    """
    signed = signed_terminal_data(purchase, values.get(Tag.CARD_AUTHENTICATION_RELATED_DATA))
    return verify_sdad(key, values[Tag.SIGNED_DYNAMIC_APPLICATION_DATA], signed)


def require(values: Mapping[int, bytes], needed: Sequence[int] = _NEEDED) -> None:
    """Terminate when an object that offline data authentication needs is missing."""
    missing = next((tag for tag in needed if tag not in values), None)
    if missing is not None:
        raise TerminatedError("oda-object-missing", tag_hex(missing))


def ca_key_for(rid: bytes, values: Mapping[int, bytes], ca_keys: Mapping[tuple[bytes, int], Key]) -> Key:
    """The CA public key that the card names by its index (8F); terminates when the terminal lacks it."""
    index = int.from_bytes(values[Tag.CA_PUBLIC_KEY_INDEX], "big")
    key = ca_keys.get((rid, index))
    if key is None:
        raise TerminatedError("ca-key-missing", f"{rid.hex().upper()}/{index:02X}")
    return key


def signed_terminal_data(purchase: Purchase, card_authentication: bytes | None) -> bytes:
    """What the signature binds of the terminal's data: version 01 with 9F69, version 00 without (PB-6.2)."""
    return fdda_terminal_data(
        0 if card_authentication is None else 1,
        purchase.unpredictable_number,
        to_bcd(purchase.amount, 6),
        purchase.currency,
        card_authentication or b"",
    )


# A validator sees the same few issuers all day; the answer depends on nothing but the arguments.
_issuer = lru_cache(maxsize=256)(recover_issuer)
