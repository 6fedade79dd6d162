"""Consistency of what is signed: certificates, key sizes, static data, and the keys that answer for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import Aip
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import pan_from_bytes
from conformance.crypto import authority, certificates, sm_authority, sm_certificates
from conformance.crypto.certificates import CertificateError, last_day
from conformance.crypto.rsa import RsaPrivateKey
from conformance.crypto.sm2_keys import Sm2PublicKey
from conformance.sim.card.consistency.elements import day, named
from conformance.sim.card.consistency.subject import objects_of

if TYPE_CHECKING:
    from conformance.crypto.certificates import IccCertificate, IssuerCertificate
    from conformance.crypto.rsa import RsaPublicKey
    from conformance.crypto.sm_certificates import SmIccCertificate, SmIssuerCertificate
    from conformance.sim.card.consistency.rule import Faults
    from conformance.sim.card.consistency.subject import CheckedCard, CheckedPath

_RID_LENGTH = 5
_ISSUER_FIXED = 36  # bytes of an issuer certificate that are no part of the key: the rule of NI - 36
_ICC_FIXED = 42
_EXPONENTS = (b"\x03", b"\x01\x00\x01")
_FRAME = (0x6A, 0xBC)
_LONGEST_MODULUS = 248
_SHORTEST_MODULUS = 64
_MADE_OVER_SIGNED_DATA = (
    Tag.ICC_PUBLIC_KEY_CERTIFICATE,
    Tag.SIGNED_STATIC_APPLICATION_DATA,
    Tag.SIGNED_DYNAMIC_APPLICATION_DATA,
)
_ISSUER = (Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, Tag.ISSUER_PUBLIC_KEY_REMAINDER, Tag.ISSUER_PUBLIC_KEY_EXPONENT)
_ICC = (Tag.ICC_PUBLIC_KEY_CERTIFICATE, Tag.ICC_PUBLIC_KEY_REMAINDER, Tag.ICC_PUBLIC_KEY_EXPONENT)


def objects_missing(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001  rules look alike
    """What the AIP promises needs objects that the AFL leads to."""
    aip = _aip(path)
    needed = [Tag.CA_PUBLIC_KEY_INDEX, Tag.ISSUER_PUBLIC_KEY_CERTIFICATE] if aip & _ODA else []
    needed += [Tag.ISSUER_PUBLIC_KEY_EXPONENT] if aip & _ODA and not path.finished.sm else []
    needed += [Tag.SIGNED_STATIC_APPLICATION_DATA] if Aip.SDA in aip else []
    dynamic = [Tag.ICC_PUBLIC_KEY_CERTIFICATE, *([] if path.finished.sm else [Tag.ICC_PUBLIC_KEY_EXPONENT])]
    needed += dynamic if aip & (Aip.DDA | Aip.CDA) else []
    for tag in needed if path.afl else ():
        if path.read(tag) is None:
            yield None, f"has no record with {named(tag)}, although the AIP promises {_promised(aip)}"


def objects_in_vain(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    aip = _aip(path)
    if path.read(Tag.SIGNED_STATIC_APPLICATION_DATA) and Aip.SDA not in aip:
        yield Tag.SIGNED_STATIC_APPLICATION_DATA, "(93) stands in a record, but the AIP does not promise SDA"
    if path.read(Tag.ICC_PUBLIC_KEY_CERTIFICATE) and not aip & (Aip.DDA | Aip.CDA):
        yield (
            Tag.ICC_PUBLIC_KEY_CERTIFICATE,
            "(9F46) stands in a record, but the AIP promises neither DDA nor CDA",
        )


def ca_unknown(card: CheckedCard, path: CheckedPath) -> Faults:
    value = path.elements.get(Tag.CA_PUBLIC_KEY_INDEX)
    registered = path.elements[Tag.AID].startswith(card.authorities.rsa.rid)
    if value is not None and registered and _shows(path, _ISSUER[0]) and _ca(card, path) is None:
        kind = "SM2" if path.finished.sm else "RSA"
        sentence = f"(8F) names the {kind} CA key {value.hex().upper()}"
        yield Tag.CA_PUBLIC_KEY_INDEX, f"{sentence}, which neither the authorities here nor public lists have"


def ca_live(card: CheckedCard, path: CheckedPath) -> Faults:
    """A certificate under a key that terminals in service hold is somebody's real card."""
    if _shows(path, _ISSUER[0]) and _key_name(path) in authority.live() and issuer_of(card, path) is not None:
        yield (
            Tag.ISSUER_PUBLIC_KEY_CERTIFICATE,
            "(90) was made under a live CA key: no production card is taken",
        )


def issuer_certificate(card: CheckedCard, path: CheckedPath) -> Faults:
    found = _issuer(card, path)
    if isinstance(found, CertificateError) and not _lengths(card, path):
        yield Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, f"(90) does not hold under its CA key: {found}"


def issuer_certificate_length(card: CheckedCard, path: CheckedPath) -> Faults:
    ca, value = _ca(card, path), path.elements.get(Tag.ISSUER_PUBLIC_KEY_CERTIFICATE)
    size = None if ca is None else 142 if isinstance(ca, Sm2PublicKey) else ca.size
    if value is not None and _shows(path, _ISSUER[0]) and size not in (None, len(value)):
        yield Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, f"(90) has {len(value)} bytes, and its CA key makes {size}"


def icc_certificate_length(card: CheckedCard, path: CheckedPath) -> Faults:
    issuer, value = issuer_of(card, path), path.elements.get(Tag.ICC_PUBLIC_KEY_CERTIFICATE)
    key = None if issuer is None else issuer.public_key
    size = None if key is None else 148 if isinstance(key, Sm2PublicKey) else key.size
    if value is not None and _shows(path, _ICC[0]) and size not in (None, len(value)):
        yield (
            Tag.ICC_PUBLIC_KEY_CERTIFICATE,
            f"(9F46) has {len(value)} bytes, and the issuer's key makes {size}",
        )


def issuer_remainder(card: CheckedCard, path: CheckedPath) -> Faults:
    """92 holds what of NI does not fit into NCA - 36 bytes."""
    ca = _ca(card, path)
    if ca is None or isinstance(ca, Sm2PublicKey) or not _shows(path, _ISSUER[0]):
        return
    wrong = _remainder(ca, path, _ISSUER, _ISSUER_FIXED, 13)
    if wrong:
        yield Tag.ISSUER_PUBLIC_KEY_REMAINDER, f"(92) {wrong}: NI - (NCA - 36)"


def icc_remainder(card: CheckedCard, path: CheckedPath) -> Faults:
    """9F48 holds what of NIC does not fit into NI - 42 bytes."""
    issuer = issuer_of(card, path)
    if issuer is None or isinstance(issuer.public_key, Sm2PublicKey) or not _shows(path, _ICC[0]):
        return
    wrong = _remainder(issuer.public_key, path, _ICC, _ICC_FIXED, 19)
    if wrong:
        yield Tag.ICC_PUBLIC_KEY_REMAINDER, f"(9F48) {wrong}: NIC - (NI - 42)"


def key_longer_than_its_signer(card: CheckedCard, path: CheckedPath) -> Faults:
    ca, issuer, icc = _ca(card, path), issuer_of(card, path), icc_of(card, path)
    if path.finished.sm or ca is None or issuer is None:
        return
    sizes = [ca, issuer.public_key, *([icc.public_key] if icc else [])]
    tags = (Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, Tag.ICC_PUBLIC_KEY_CERTIFICATE)
    for tag, signer, key in zip(tags, sizes, sizes[1:], strict=False):
        if isinstance(signer, Sm2PublicKey) or isinstance(key, Sm2PublicKey):
            continue
        if signer.size < key.size:
            yield tag, f"({tag_hex(tag)}) certifies {8 * key.size} bits with a key of {8 * signer.size}"


def key_size(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    key = path.finished.security.icc_key
    if not isinstance(key, RsaPrivateKey):
        return
    if not _SHORTEST_MODULUS <= key.public.size <= _LONGEST_MODULUS:
        limits = f"{8 * _SHORTEST_MODULUS} to {8 * _LONGEST_MODULUS}"
        sentence = f"has {8 * key.public.size} bits; an ICC key has {limits}"
        yield ("applications", path.at[-1][1], "icc_key"), sentence


def exponents(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in (Tag.ISSUER_PUBLIC_KEY_EXPONENT, Tag.ICC_PUBLIC_KEY_EXPONENT, Tag.PIN_PUBLIC_KEY_EXPONENT):
        value = path.elements.get(tag)
        if value is not None and value not in _EXPONENTS:
            yield tag, f"({tag_hex(tag)}) is {value.hex().upper()}; an exponent is 03 or 010001"


def issuer_identifier(card: CheckedCard, path: CheckedPath) -> Faults:
    issuer, pan = issuer_of(card, path), _pan(path)
    if issuer is not None and pan is not None and not pan.startswith(issuer.issuer_id):
        yield (
            Tag.ISSUER_PUBLIC_KEY_CERTIFICATE,
            f"(90) is of issuer {issuer.issuer_id}, with which this card's PAN does not begin",
        )


def icc_certificate(card: CheckedCard, path: CheckedPath) -> Faults:
    found, issuer = _icc(card, path), issuer_of(card, path)
    if isinstance(found, CertificateError) and issuer and not _icc_lengths(card, path):
        if found.check in ("hash", "signature"):
            return
        yield Tag.ICC_PUBLIC_KEY_CERTIFICATE, f"(9F46) does not hold under the issuer's key: {found}"


def signed_data(card: CheckedCard, path: CheckedPath) -> Faults:
    found = _icc(card, path)
    signs = isinstance(found, CertificateError) and found.check in ("hash", "signature")
    if signs and not _icc_lengths(card, path) and not any(signed_certificate(card, path)):
        yield (
            Tag.ICC_PUBLIC_KEY_CERTIFICATE,
            "(9F46) was made over other data than the AFL's signed records and 9F4A give a terminal",
        )


def signed_static_data(card: CheckedCard, path: CheckedPath) -> Faults:
    value, issuer = path.elements.get(Tag.SIGNED_STATIC_APPLICATION_DATA), issuer_of(card, path)
    if value is None or issuer is None or not _shows(path, Tag.SIGNED_STATIC_APPLICATION_DATA):
        return
    try:
        if isinstance(issuer.public_key, Sm2PublicKey):
            sm_certificates.verify_ssad(issuer.public_key, value, path.static_data)
        else:
            certificates.verify_ssad(issuer.public_key, value, path.static_data)
    except CertificateError as error:
        yield Tag.SIGNED_STATIC_APPLICATION_DATA, f"(93) does not hold over the signed records: {error}"


def icc_certificate_pan(card: CheckedCard, path: CheckedPath) -> Faults:
    icc, pan = icc_of(card, path), _pan(path)
    if icc is not None and pan is not None and icc.pan != pan:
        yield Tag.ICC_PUBLIC_KEY_CERTIFICATE, "(9F46) is of another PAN than the card's (5A)"


def icc_key(card: CheckedCard, path: CheckedPath) -> Faults:
    """The private key signs what the certified public key verifies."""
    icc = icc_of(card, path)
    if icc is not None and icc.public_key != path.finished.security.icc_key.public:
        name = "sm_icc_key" if path.finished.sm else "icc_key"
        yield ("applications", path.at[-1][1], name), "is not the key that 9F46 certifies"


def issuer_expiry(card: CheckedCard, path: CheckedPath) -> Faults:
    issuer, expires = issuer_of(card, path), day(path.elements.get(Tag.EXPIRATION_DATE, b""))
    if issuer and expires and expires > last_day(issuer.expiry):
        sentence = (
            f"(5F24) is {expires}, after the issuer's certificate (90), which ends {last_day(issuer.expiry)}"
        )
        yield Tag.EXPIRATION_DATE, sentence


def icc_expiry(card: CheckedCard, path: CheckedPath) -> Faults:
    issuer, icc = issuer_of(card, path), icc_of(card, path)
    expires = day(path.elements.get(Tag.EXPIRATION_DATE, b""))
    if not issuer or not icc or not expires:
        return
    if last_day(icc.expiry) < expires <= last_day(issuer.expiry):
        sentence = f"(9F46) ends {last_day(icc.expiry)}, before the card does (5F24), {expires}"
        yield Tag.ICC_PUBLIC_KEY_CERTIFICATE, sentence
    if last_day(icc.expiry) > last_day(issuer.expiry):
        sentence = f"(9F46) ends {last_day(icc.expiry)}, after the issuer's (90), {last_day(issuer.expiry)}"
        yield Tag.ICC_PUBLIC_KEY_CERTIFICATE, sentence


def signed_certificate(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    """What is made over the signed data cannot be part of them."""
    for (sfi, number), record, signed in path.listed:
        for tag in objects_of(record):
            if signed and tag in _MADE_OVER_SIGNED_DATA:
                yield (
                    tag,
                    f"({tag_hex(tag)}) stands in record {number} of SFI {sfi}, which it is to sign itself",
                )


def issuer_of(card: CheckedCard, path: CheckedPath) -> IssuerCertificate | SmIssuerCertificate | None:
    """What 90 says, None where there is none that holds."""
    found = _issuer(card, path)
    return None if isinstance(found, CertificateError) else found


def icc_of(card: CheckedCard, path: CheckedPath) -> IccCertificate | SmIccCertificate | None:
    """What 9F46 says, None where there is none that holds."""
    found = _icc(card, path)
    return None if isinstance(found, CertificateError) else found


_ODA = Aip.SDA | Aip.DDA | Aip.CDA


def _issuer(
    card: CheckedCard, path: CheckedPath
) -> IssuerCertificate | SmIssuerCertificate | CertificateError | None:
    ca, certificate, remainder, exponent = _ca(card, path), *(path.elements.get(tag, b"") for tag in _ISSUER)
    if ca is None or not _shows(path, _ISSUER[0]):
        return None
    try:
        if isinstance(ca, Sm2PublicKey):
            return sm_certificates.verify_issuer(ca, certificate)
        return certificates.recover_issuer(ca, certificate, remainder, exponent)
    except CertificateError as error:
        return error


def _icc(card: CheckedCard, path: CheckedPath) -> IccCertificate | SmIccCertificate | CertificateError | None:
    issuer, certificate, remainder, exponent = (
        issuer_of(card, path),
        *(path.elements.get(tag, b"") for tag in _ICC),
    )
    if issuer is None or not _shows(path, _ICC[0]):
        return None
    try:
        if isinstance(issuer.public_key, Sm2PublicKey):
            return sm_certificates.verify_icc(issuer.public_key, certificate, path.static_data)
        return certificates.recover_icc(issuer.public_key, certificate, remainder, exponent, path.static_data)
    except CertificateError as error:
        return error


def _ca(card: CheckedCard, path: CheckedPath) -> RsaPublicKey | Sm2PublicKey | None:
    """The CA key that 8F names: the authorities' own, else a published one."""
    name, own = _key_name(path), card.authorities
    if path.finished.sm:
        known = (own.sm.rid, own.sm.ca_index), own.sm.ca.public
        return known[1] if name == known[0] else sm_authority.published().get(name)
    return own.rsa.ca.public if name == (own.rsa.rid, own.rsa.ca_index) else authority.published().get(name)


def _key_name(path: CheckedPath) -> tuple[bytes, int]:
    rid = path.elements[Tag.AID][:_RID_LENGTH]
    return rid, int.from_bytes(path.elements.get(Tag.CA_PUBLIC_KEY_INDEX, b""), "big")


def _shows(path: CheckedPath, tag: int) -> bool:
    return path.read(tag) is not None


def _lengths(card: CheckedCard, path: CheckedPath) -> bool:
    """Whether lengths alone say already what is wrong with 90."""
    return any(issuer_certificate_length(card, path)) or any(issuer_remainder(card, path))


def _icc_lengths(card: CheckedCard, path: CheckedPath) -> bool:
    return any(icc_certificate_length(card, path)) or any(icc_remainder(card, path))


def _remainder(
    signer: RsaPublicKey, path: CheckedPath, tags: tuple[int, int, int], fixed: int, size_at: int
) -> str | None:
    certificate, remainder = (path.elements.get(tag, b"") for tag in tags[:2])
    if len(certificate) != signer.size:
        return None
    block = signer.recover(certificate)
    if (block[0], block[-1]) != _FRAME:
        return None
    size = block[size_at]
    needed = max(0, size - (signer.size - fixed))
    return None if len(remainder) == needed else f"has {len(remainder)} bytes instead of {needed}"


def _aip(path: CheckedPath) -> Aip:
    value = path.elements.get(Tag.AIP, b"")
    return Aip.from_bytes(value if len(value) == 2 else b"\0\0")


def _promised(aip: Aip) -> str:
    return ", ".join(bit.name or "" for bit in (Aip.SDA, Aip.DDA, Aip.CDA) if bit in aip)


def _pan(path: CheckedPath) -> str | None:
    try:
        return pan_from_bytes(path.elements.get(Tag.PAN, b""))
    except ValueError:
        return None
