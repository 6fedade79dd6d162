"""Expectations about a card's signatures beyond those of a tap: CDA, and SM2 (PB-6.3, PB-11.2)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.tags import Tag
from conformance.crypto import sm_certificates
from conformance.crypto.certificates import CertificateError, verify_sdad
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from conformance.crypto.rsa import RsaPublicKey
    from conformance.crypto.sm2_keys import Sm2PublicKey
    from conformance.expect.card import CardDoor
    from conformance.expect.card_cryptogram import CardCryptogram

_HASH_LENGTH = 20


def combined_signature(  # noqa: PLR0913  what a CDA binds
    card: CardDoor,
    icc_key: RsaPublicKey,
    answer: CardCryptogram,
    transaction_data: bytes,
    unpredictable_number: str,
    *,
    ref: str,
) -> bool:
    """9F4B of a CDA verifies, and binds CID, cryptogram and the hash of the transaction data (PB-11.2).

    `transaction_data` is the DOL values and the answer's objects without 9F4B; the number is hex.
    """
    observed = _combined(icc_key, answer, transaction_data, bytes.fromhex(unpredictable_number))
    return judge(
        "fdda-not-verified",
        held=observed == "verified",
        ref=ref,
        expected="verified",
        observed=observed,
        where=Where(exchange=card.last_exchange, path="77/9F4B"),
        arguments={"signed": unpredictable_number},
    )


def _combined(icc_key: RsaPublicKey, answer: CardCryptogram, data: bytes, number: bytes) -> str:
    try:
        found = tlv.decode_one(answer.response.data).find(Tag.SIGNED_DYNAMIC_APPLICATION_DATA)
    except tlv.TlvError as error:
        return str(error)
    if found is None:
        return "no 9F4B"
    try:
        dynamic = verify_sdad(icc_key, found.value, number)
    except CertificateError as error:
        return f"{error.check}: {error.observed}"
    carried, computed = dynamic[-_HASH_LENGTH:], hashlib.sha1(data).digest()  # noqa: S324  EMV's hash
    return "verified" if carried == computed else f"transaction data hash: {carried.hex().upper()}"


def sm_signature(card: CardDoor, icc_key: Sm2PublicKey, signature: bytes, signed: bytes, *, ref: str) -> bool:
    """9F4B verifies with SM2 over the terminal's data, unpredictable number first (PB-6.3)."""
    try:
        sm_certificates.verify_sdad(icc_key, signature, signed)
        observed = "verified"
    except CertificateError as error:
        observed = f"{error.check}: {error.observed}"
    return judge(
        "fdda-not-verified",
        held=observed == "verified",
        ref=ref,
        expected="verified",
        observed=observed,
        where=Where(exchange=card.last_exchange, path="9F4B"),
        arguments={"signed": signed.hex().upper()},
    )
