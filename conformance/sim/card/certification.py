"""Certifies a card under a laboratory's authorities: issuer and ICC certificates, signed static data.

Certificates are kept: a card that differs in its balance alone costs no signature.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.tags import Tag
from conformance.crypto import certificates, sm_certificates
from conformance.crypto.keys import CardKeys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.crypto.authority import Authority
    from conformance.crypto.certificates import SignedKey
    from conformance.crypto.rsa import RsaPrivateKey
    from conformance.crypto.sm2_keys import Sm2PrivateKey
    from conformance.crypto.sm_authority import SmAuthority
    from conformance.crypto.symmetric import Symmetric
    from conformance.sim.card.plan import Issuer, RecordPlan

_SERIAL = bytes.fromhex("000001")
_WHOLE_RECORD_SIGNED_FROM_SFI = 11  # PB-6.1: up to SFI 10 the record template itself is not signed


def static_data(plans: Iterable[RecordPlan], elements: Mapping[int, bytes]) -> bytes:
    """The static data to be authenticated: signed records, and the AIP where 9F4A asks for it (PB-6.1)."""
    content = b"".join(
        held(elements, plan.holds)
        if plan.sfi < _WHOLE_RECORD_SIGNED_FROM_SFI
        else tlv.encode(Tag.READ_RECORD_TEMPLATE, held(elements, plan.holds))
        for plan in plans
        if plan.signed
    )
    return content + b"".join(elements.get(tag, b"") for tag in elements.get(Tag.SDA_TAG_LIST, b""))


def held(elements: Mapping[int, bytes], tags: Iterable[int]) -> bytes:
    """The objects of these tags, as far as there are any, one behind the other."""
    return b"".join(tlv.encode(tag, elements[tag]) for tag in tags if tag in elements)


def rsa(  # noqa: PLR0913, PLR0917  what certifies, and what is certified
    authority: Authority, issuer: Issuer, icc_key: RsaPrivateKey, pan: str, code: bytes, static: bytes
) -> dict[int, bytes]:
    """Certificates and signed static data with RSA; an empty remainder is no element.

    `code` is the data authentication code, 9F45.
    """
    expires = issuer.certificates_expire
    of_issuer = _issuer_certificate(authority, issuer.identifier, expires)
    of_icc = _icc_certificate(authority.issuer, icc_key, pan, expires, static)
    certified = {
        Tag.CA_PUBLIC_KEY_INDEX: bytes((authority.ca_index,)),
        Tag.ISSUER_PUBLIC_KEY_CERTIFICATE: of_issuer.certificate,
        Tag.ISSUER_PUBLIC_KEY_REMAINDER: of_issuer.remainder,
        Tag.ISSUER_PUBLIC_KEY_EXPONENT: of_issuer.exponent,
        Tag.ICC_PUBLIC_KEY_CERTIFICATE: of_icc.certificate,
        Tag.ICC_PUBLIC_KEY_REMAINDER: of_icc.remainder,
        Tag.ICC_PUBLIC_KEY_EXPONENT: of_icc.exponent,
        Tag.SIGNED_STATIC_APPLICATION_DATA: _ssad(authority.issuer, code, static),
    }
    return {tag: value for tag, value in certified.items() if value}


def sm(  # noqa: PLR0913, PLR0917  what certifies, and what is certified
    authority: SmAuthority, issuer: Issuer, icc_key: Sm2PrivateKey, pan: str, code: bytes, static: bytes
) -> dict[int, bytes]:
    """The same with SM2, where there is neither remainder nor exponent (PB-6.3)."""
    expires = issuer.certificates_expire
    return {
        Tag.CA_PUBLIC_KEY_INDEX: bytes((authority.ca_index,)),
        Tag.ISSUER_PUBLIC_KEY_CERTIFICATE: _sm_issuer_certificate(authority, issuer.identifier, expires),
        Tag.ICC_PUBLIC_KEY_CERTIFICATE: _sm_icc_certificate(authority.issuer, icc_key, pan, expires, static),
        Tag.SIGNED_STATIC_APPLICATION_DATA: _sm_ssad(authority.issuer, code, static),
    }


@lru_cache(maxsize=4096)
def card_keys(cipher: Symmetric, master: CardKeys, pan: str, psn: str) -> CardKeys:
    """A card's three keys from the issuer's master keys (PB-5)."""
    return CardKeys(*(cipher.derive_udk(key, pan, psn) for key in (master.ac, master.mac, master.enc)))


@lru_cache(maxsize=256)
def _issuer_certificate(authority: Authority, identifier: str, expires: str) -> SignedKey:
    key = authority.issuer.public
    return certificates.make_issuer_certificate(authority.ca, key, identifier, expires, _SERIAL)


@lru_cache(maxsize=4096)
def _icc_certificate(
    issuer: RsaPrivateKey, icc_key: RsaPrivateKey, pan: str, expires: str, static: bytes
) -> SignedKey:
    return certificates.make_icc_certificate(issuer, icc_key.public, pan, expires, _SERIAL, static)


@lru_cache(maxsize=4096)
def _ssad(issuer: RsaPrivateKey, code: bytes, static: bytes) -> bytes:
    return certificates.make_ssad(issuer, code, static)


@lru_cache(maxsize=256)
def _sm_issuer_certificate(authority: SmAuthority, identifier: str, expires: str) -> bytes:
    key = authority.issuer.public
    return sm_certificates.make_issuer_certificate(authority.ca, key, identifier, expires, _SERIAL)


@lru_cache(maxsize=4096)
def _sm_icc_certificate(
    issuer: Sm2PrivateKey, icc_key: Sm2PrivateKey, pan: str, expires: str, static: bytes
) -> bytes:
    return sm_certificates.make_icc_certificate(issuer, icc_key.public, pan, expires, _SERIAL, static)


@lru_cache(maxsize=4096)
def _sm_ssad(issuer: Sm2PrivateKey, code: bytes, static: bytes) -> bytes:
    return sm_certificates.make_ssad(issuer, code, static)
