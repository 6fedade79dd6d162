"""The two schemes of offline data authentication as a trace needs them: RSA (PB-6.1) and SM2 (PB-6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.crypto import authority, certificates, laboratory, sm_authority, sm_certificates
from conformance.crypto.rsa import RsaPublicKey
from conformance.report.trace.node import Node, same, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.crypto.sm2_keys import Sm2PublicKey
    from conformance.report.trace.node import Words

    Key = RsaPublicKey | Sm2PublicKey
    Value = Callable[[int], bytes]

_SM_ISSUER = 0x12  # the first byte of an issuer certificate that hides nothing


@dataclass(frozen=True, slots=True)
class Scheme:
    """How certificates and signatures of one scheme are checked; each raises CertificateError.

    `issuer` and `icc` take the signer's key, the card's values by tag, the PAN or None, and for `icc` the
    static data; `static` and `dynamic` take key, signature and what is signed with it.
    """

    ca_keys: Callable[[], Mapping[tuple[bytes, int], Any]]
    issuer: Callable[[Any, Value, str | None], Any]
    icc: Callable[[Any, Value, str | None, bytes], Any]
    static: Callable[[Any, bytes, bytes], bytes]
    dynamic: Callable[[Any, bytes, bytes], bytes]


def scheme_of(issuer_certificate: bytes) -> Scheme:
    """The scheme that a certificate (90) belongs to: SM2's names itself in its first byte."""
    is_sm2 = issuer_certificate[:1] == bytes((_SM_ISSUER,)) and len(issuer_certificate) == _SM_ISSUER_SIZE
    return SM2 if is_sm2 else RSA


_SM_ISSUER_SIZE = 142


def recovered(certificate: Any, subject: str) -> tuple[Node, ...]:
    """What a certificate says, field by field; `subject` is the label of whom it names."""
    named = certificate.pan if hasattr(certificate, "pan") else certificate.issuer_id
    key = certificate.public_key
    fields = [
        Node("", worded(subject), meaning=same(named)),
        Node(
            "",
            worded("certificate.expires"),
            meaning=same(f"{certificate.expiry[:2]}/{certificate.expiry[2:]}"),
        ),
        Node("", worded("certificate.serial"), certificate.serial.hex().upper()),
    ]
    if isinstance(key, RsaPublicKey):
        exponent = f"{key.exponent:02X}" if key.exponent < 256 else f"{key.exponent:06X}"
        fields += [
            Node(
                "", worded("certificate.modulus"), key.modulus.to_bytes(key.size).hex().upper(), name_of(key)
            ),
            Node("", worded("certificate.exponent"), exponent),
        ]
    else:
        fields.append(Node("", worded("certificate.point"), key.encode().hex().upper(), name_of(key)))
    return tuple(fields)


def name_of(key: Key) -> Words:
    """What kind of key it is, and how long."""
    return worded("key.rsa", bits=8 * key.size) if isinstance(key, RsaPublicKey) else worded("key.sm2")


def _rsa_ca_keys() -> Mapping[tuple[bytes, int], RsaPublicKey]:
    """The published keys, the demonstration CA's own, and those of the laboratory in use."""
    known = (authority.demonstration(), laboratory.in_use().rsa)
    return {**authority.published(), **{(each.rid, each.ca_index): each.ca.public for each in known}}


def _rsa_issuer(ca: RsaPublicKey, value: Value, pan: str | None) -> certificates.IssuerCertificate:
    return certificates.recover_issuer(ca, value(0x90), value(0x92), value(0x9F32), pan, None)


def _rsa_icc(
    issuer: RsaPublicKey, value: Value, pan: str | None, static: bytes
) -> certificates.IccCertificate:
    return certificates.recover_icc(issuer, value(0x9F46), value(0x9F48), value(0x9F47), static, pan)


def _sm_ca_keys() -> Mapping[tuple[bytes, int], Sm2PublicKey]:
    known = (sm_authority.demonstration(), laboratory.in_use().sm)
    return {**sm_authority.published(), **{(each.rid, each.ca_index): each.ca.public for each in known}}


def _sm_issuer(ca: Sm2PublicKey, value: Value, pan: str | None) -> sm_certificates.SmIssuerCertificate:
    return sm_certificates.verify_issuer(ca, value(0x90), pan)


def _sm_icc(
    issuer: Sm2PublicKey, value: Value, pan: str | None, static: bytes
) -> sm_certificates.SmIccCertificate:
    return sm_certificates.verify_icc(issuer, value(0x9F46), static, pan)


RSA = Scheme(_rsa_ca_keys, _rsa_issuer, _rsa_icc, certificates.verify_ssad, certificates.verify_sdad)
SM2 = Scheme(_sm_ca_keys, _sm_issuer, _sm_icc, sm_certificates.verify_ssad, sm_certificates.verify_sdad)
