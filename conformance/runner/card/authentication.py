"""The public key of a card under test, out of what it gave over contacts, and a PIN enciphered for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import pan_from_bytes
from conformance.crypto.certificates import recover_issuer
from conformance.kernel import oda
from conformance.kernel.termination import TerminatedError
from conformance.runner.card.lacks import BenchLacksError

if TYPE_CHECKING:
    from datetime import date

    from conformance.crypto.certificates import IssuerCertificate
    from conformance.crypto.rsa import RsaPublicKey
    from conformance.kernel.oda import CaKeys
    from conformance.runner.card.contact import ContactDialogue

_ISSUER = (
    Tag.CA_PUBLIC_KEY_INDEX,
    Tag.ISSUER_PUBLIC_KEY_CERTIFICATE,
    Tag.ISSUER_PUBLIC_KEY_EXPONENT,
    Tag.PAN,
)
_ICC = (Tag.ICC_PUBLIC_KEY_CERTIFICATE, Tag.ICC_PUBLIC_KEY_EXPONENT)
_PIN_HEADER = b"\x7f"


def contact_icc_key(contact: ContactDialogue, ca_keys: CaKeys, today: date) -> RsaPublicKey:
    """The card's key by its certificates; CertificateError where one does not verify (PB-6.1)."""
    given = _with(contact, *_ISSUER, *_ICC)
    return oda.icc_key(
        given, signed_data(contact), pan_from_bytes(given[Tag.PAN]), _ca_key(given, ca_keys), today
    )


def contact_issuer(contact: ContactDialogue, ca_keys: CaKeys, today: date) -> IssuerCertificate:
    """The issuer's certificate; CertificateError where it does not verify."""
    given = _with(contact, *_ISSUER)
    return recover_issuer(
        _ca_key(given, ca_keys),
        given[Tag.ISSUER_PUBLIC_KEY_CERTIFICATE],
        given.get(Tag.ISSUER_PUBLIC_KEY_REMAINDER, b""),
        given[Tag.ISSUER_PUBLIC_KEY_EXPONENT],
        pan_from_bytes(given[Tag.PAN]),
        today,
    )


def signed_data(contact: ContactDialogue) -> bytes:
    """The signed records, and the AIP where 9F4A asks for it (PB-6.1)."""
    aip = contact.card[Tag.AIP] if contact.card.get(Tag.SDA_TAG_LIST) else b""
    return contact.static_data + aip


def enciphered_block(key: RsaPublicKey, pin: str, challenge: bytes) -> bytes:
    """7F, PIN block, challenge and padding, enciphered for the card (PB-2)."""
    block = bytes.fromhex(f"2{len(pin):X}{pin}".ljust(16, "F"))
    plain = (_PIN_HEADER + block + challenge).ljust(key.size, b"\x5a")
    return pow(int.from_bytes(plain), key.exponent, key.modulus).to_bytes(key.size)


def _with(contact: ContactDialogue, *tags: int) -> dict[int, bytes]:
    missing = next((tag for tag in tags if tag not in contact.card), None)
    if missing is not None:
        raise TerminatedError("oda-object-missing", tag_hex(missing))
    return contact.card


def _ca_key(given: dict[int, bytes], ca_keys: CaKeys) -> RsaPublicKey:
    """A CA key that this bench lacks is no fault of the card."""
    try:
        return oda.ca_key_for(given[Tag.DF_NAME][:5], given, ca_keys)
    except TerminatedError as ending:
        raise BenchLacksError(ending.detail) from None
