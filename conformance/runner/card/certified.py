"""The card's public key out of its certificates, in RSA and in SM2, under the CA keys of the bench."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import Track2, pan_from_bytes
from conformance.crypto import sm_certificates
from conformance.kernel import oda
from conformance.kernel.termination import TerminatedError
from conformance.runner.card.lacks import BenchLacksError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.crypto.rsa import RsaPublicKey
    from conformance.crypto.sm2_keys import Sm2PublicKey

_CERTIFIED = (
    Tag.CA_PUBLIC_KEY_INDEX,
    Tag.ISSUER_PUBLIC_KEY_CERTIFICATE,
    Tag.ISSUER_PUBLIC_KEY_EXPONENT,
    Tag.ICC_PUBLIC_KEY_CERTIFICATE,
    Tag.ICC_PUBLIC_KEY_EXPONENT,
)
Key = TypeVar("Key")
_TODAY = date(2026, 7, 1)  # the day that the harness tells the card


class Read(Protocol):
    """What a card has shown in a transaction: objects by tag, and the records that are signed."""

    card: dict[int, bytes]
    static_data: bytes


@dataclass(frozen=True, slots=True)
class CaKeys:
    """The CA public keys of a bench, by RID and index."""

    rsa: Mapping[tuple[bytes, int], RsaPublicKey]
    sm: Mapping[tuple[bytes, int], Sm2PublicKey]

    def icc_key(self, read: Read) -> RsaPublicKey:
        """The RSA key; BenchLacksError without the CA key that the card names."""
        missing = [tag for tag in _CERTIFIED if tag not in read.card]
        if missing:
            raise TerminatedError("record-object-missing", ", ".join(map(tag_hex, missing)))
        return oda.icc_key(read.card, _static(read), _pan(read), self._named(self.rsa, read), _TODAY)

    def sm_icc_key(self, read: Read) -> Sm2PublicKey:
        """The SM2 key; BenchLacksError without the CA key that the card names."""
        ca, named = self._named(self.sm, read), read.card.get(Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, b"")
        issuer = sm_certificates.verify_issuer(ca, named, _pan(read), _TODAY)
        certificate = read.card.get(Tag.ICC_PUBLIC_KEY_CERTIFICATE, b"")
        icc = sm_certificates.verify_icc(issuer.public_key, certificate, _static(read), _pan(read), _TODAY)
        return icc.public_key

    @staticmethod
    def _named(keys: Mapping[tuple[bytes, int], Key], read: Read) -> Key:
        rid, index = read.card[Tag.DF_NAME][:5], read.card.get(Tag.CA_PUBLIC_KEY_INDEX, b"\0")[0]
        key = keys.get((rid, index))
        if key is None:
            raise BenchLacksError(f"{rid.hex().upper()}/{index:02X}")
        return key


def _static(read: Read) -> bytes:
    """The signed records, and the AIP where 9F4A asks for it (PB-6.1)."""
    listed = read.card.get(Tag.SDA_TAG_LIST, b"")
    return read.static_data + (read.card.get(Tag.AIP, b"") if listed == bytes((Tag.AIP,)) else b"")


def _pan(read: Read) -> str:
    try:
        if Tag.PAN in read.card:
            return pan_from_bytes(read.card[Tag.PAN])
        return Track2.parse(read.card[Tag.TRACK2]).pan
    except (KeyError, ValueError) as error:
        raise TerminatedError("record-object-missing", f"5A: {error}") from None
