"""Certificates and signatures of offline data authentication with RSA: made and recovered (EMV Book 2, PB-6).

Every signature here is of a block as long as the key: 6A, what is signed, its SHA-1, BC. What does not fit
into a certificate goes into a remainder beside it.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from conformance.crypto.rsa import RsaPrivateKey, RsaPublicKey

_HEADER = 0x6A
_TRAILER = 0xBC
_SSAD = 3
_SDAD = 5
_SHA1 = 0x01
_RSA = 0x01
_SHA1_SIZE = 20
_SHORTEST_KEY = 64
_CENTURY_PIVOT = 50  # EMV Book 4 6.7.3: years 00 to 49 are 20xx


class CertificateError(ValueError):
    """A certificate or signature that does not hold.

    `object` is the tag that carries it: "90", "9F46", "93" or "9F4B". `check` is what failed: "length",
    "trailer", "header", "format", "algorithm", "hash", "key length", "remainder", "issuer", "pan", "expiry".
    `covers` names everything that a "hash" speaks of, for any part of it may be what was altered.
    """

    def __init__(self, object_: str, check: str, expected: str, observed: str, covers: str = "") -> None:
        over = f" over {covers}" if covers else ""
        super().__init__(f"{object_}: {check}{over}: expected {expected}, observed {observed}")
        self.object = object_
        self.check = check
        self.expected = expected
        self.observed = observed
        self.covers = covers


@dataclass(frozen=True, slots=True)
class SignedKey:
    """A certified key as it goes onto a card; no remainder where the certificate holds the whole key."""

    certificate: bytes
    remainder: bytes
    exponent: bytes


@dataclass(frozen=True, slots=True)
class IssuerCertificate:
    """What 90 says. `issuer_id` is 3 to 8 digits, `expiry` MMYY; `block` is the recovered certificate."""

    issuer_id: str
    expiry: str
    serial: bytes
    public_key: RsaPublicKey
    block: bytes


@dataclass(frozen=True, slots=True)
class IccCertificate:
    """What 9F46 says. `expiry` is MMYY; `block` is the recovered certificate."""

    pan: str
    expiry: str
    serial: bytes
    public_key: RsaPublicKey
    block: bytes


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the two certificates: its tags, the number in its header, whom it names in how many bytes."""

    certificate: str
    remainder: str
    exponent: str
    number: int
    names: int
    subject: str

    @property
    def fixed(self) -> int:
        """Bytes of a certificate that are no part of the key."""
        return 32 + self.names


_ISSUER = _Kind("90", "92", "9F32", 2, 4, "issuer")
_ICC = _Kind("9F46", "9F48", "9F47", 4, 10, "pan")


def make_issuer_certificate(
    ca: RsaPrivateKey, issuer: RsaPublicKey, issuer_id: str, expiry: str, serial: bytes
) -> SignedKey:
    """Certify an issuer's key; `issuer_id` is 3 to 8 digits, with or without F behind them, `expiry` MMYY."""
    return _certify(_ISSUER, ca, issuer, bytes.fromhex(issuer_id.ljust(8, "F")), expiry, serial, b"")


def make_icc_certificate(  # noqa: PLR0913, PLR0917  a certificate has these parts
    issuer: RsaPrivateKey, icc: RsaPublicKey, pan: str, expiry: str, serial: bytes, static_data: bytes
) -> SignedKey:
    """Certify a card's key together with its static data to be authenticated; `expiry` is MMYY."""
    return _certify(_ICC, issuer, icc, bytes.fromhex(pan.ljust(20, "F")), expiry, serial, static_data)


def make_ssad(issuer: RsaPrivateKey, data_authentication_code: bytes, static_data: bytes) -> bytes:
    """Sign static data (93); the data authentication code has 2 bytes."""
    return _sign(issuer, bytes((_SSAD, _SHA1)) + data_authentication_code, static_data)


def make_sdad(icc: RsaPrivateKey, icc_dynamic_data: bytes, terminal_data: bytes) -> bytes:
    """Sign dynamic data (9F4B): what the card shows, and what the terminal knows and is only hashed."""
    head = bytes((_SDAD, _SHA1, len(icc_dynamic_data)))
    return _sign(icc, head + icc_dynamic_data, terminal_data)


def recover_issuer(  # noqa: PLR0913, PLR0917  the objects of the card, and what to hold them against
    ca: RsaPublicKey,
    certificate: bytes,
    remainder: bytes,
    exponent: bytes,
    pan: str | None = None,
    on: date | None = None,
) -> IssuerCertificate:
    """Recover 90 with 92 and 9F32; `pan` and `on` are not looked at when None. Raises CertificateError."""
    block, key = _recover(_ISSUER, ca, certificate, remainder, exponent, b"")
    issuer_id = block[2:6].hex().rstrip("f")
    if not issuer_id.isdecimal() or len(issuer_id) < 3 or (pan is not None and not pan.startswith(issuer_id)):
        begins = pan[:8] if pan is not None else "3 to 8 digits"
        raise CertificateError("90", "issuer", begins, block[2:6].hex().upper())
    expiry = _expiry(_ISSUER, block, on)
    return IssuerCertificate(issuer_id, expiry, block[8:11], key, block)


def recover_icc(  # noqa: PLR0913, PLR0917  the objects of the card, and what to hold them against
    issuer: RsaPublicKey,
    certificate: bytes,
    remainder: bytes,
    exponent: bytes,
    static_data: bytes,
    pan: str | None = None,
    on: date | None = None,
) -> IccCertificate:
    """Recover 9F46 with 9F48, 9F47 and the static data to be authenticated. Raises CertificateError."""
    block, key = _recover(_ICC, issuer, certificate, remainder, exponent, static_data)
    named = block[2:12].hex().rstrip("f")
    if not named.isdecimal() or (pan is not None and pan != named):
        raise CertificateError("9F46", "pan", pan or "digits", block[2:12].hex().upper())
    return IccCertificate(named, _expiry(_ICC, block, on), block[14:17], key, block)


def verify_ssad(issuer: RsaPublicKey, ssad: bytes, static_data: bytes) -> bytes:
    """The data authentication code that 93 carries, once its signature holds. Raises CertificateError."""
    block = _open("93", issuer, ssad, _SSAD, 2)
    _compare_hash("93", block, static_data, "93 and the static data")
    return block[3:5]


def verify_sdad(icc: RsaPublicKey, sdad: bytes, terminal_data: bytes) -> bytes:
    """The ICC dynamic data that 9F4B carries, once its signature holds. Raises CertificateError."""
    block = _open("9F4B", icc, sdad, _SDAD, 2)
    length, room = block[3], len(block) - 25
    if length > room:
        raise CertificateError("9F4B", "length", f"at most {room} bytes of dynamic data", str(length))
    _compare_hash("9F4B", block, terminal_data, "9F4B and the terminal's data")
    return block[4 : 4 + length]


def fdda_terminal_data(
    version: int, unpredictable_number: bytes, amount: bytes, currency: bytes, card_authentication_data: bytes
) -> bytes:
    """What fDDA hashes besides: 9F37 for version 00, 9F37 9F02 5F2A 9F69 for version 01 (PB-6.2)."""
    if version == 0:
        return unpredictable_number
    return unpredictable_number + amount + currency + card_authentication_data


def _certify(  # noqa: PLR0913, PLR0917  a certificate has these parts
    kind: _Kind,
    signer: RsaPrivateKey,
    key: RsaPublicKey,
    subject: bytes,
    expiry: str,
    serial: bytes,
    static_data: bytes,
) -> SignedKey:
    exponent = key.exponent.to_bytes((key.exponent.bit_length() + 7) // 8, "big")
    modulus = key.modulus.to_bytes(key.size, "big")
    room = signer.public.size - kind.fixed
    head = bytes((kind.number,)) + subject + bytes.fromhex(expiry) + serial
    shown = head + bytes((_SHA1, _RSA, key.size, len(exponent))) + modulus[:room]
    certificate = _sign(signer, shown, modulus[room:] + exponent + static_data)
    return SignedKey(certificate, modulus[room:], exponent)


def _sign(signer: RsaPrivateKey, shown: bytes, hashed: bytes) -> bytes:
    """6A, what is shown, BB to the length of the key, SHA-1 of that and of what is only hashed, BC."""
    content = shown.ljust(signer.public.size - 22, b"\xbb")
    digest = _sha1(content + hashed)
    return signer.sign(bytes((_HEADER,)) + content + digest + bytes((_TRAILER,)))


def _recover(  # noqa: PLR0913, PLR0917  the objects of one certificate
    kind: _Kind,
    signer: RsaPublicKey,
    certificate: bytes,
    remainder: bytes,
    exponent: bytes,
    static_data: bytes,
) -> tuple[bytes, RsaPublicKey]:
    tag, at = kind.certificate, 7 + kind.names
    block = _open(tag, signer, certificate, kind.number, at)
    if block[at + 1] != _RSA:
        raise CertificateError(tag, "algorithm", "public key algorithm 01", f"{block[at + 1]:02X}")
    covers = f"{tag}, {kind.remainder}, {kind.exponent}" + (" and the static data" if kind is _ICC else "")
    _compare_hash(tag, block, remainder + exponent + static_data, covers)
    return block, _certified_key(kind, block, remainder, exponent)


def _certified_key(kind: _Kind, block: bytes, remainder: bytes, exponent: bytes) -> RsaPublicKey:
    """Put the key together from the certificate and its remainder."""
    at, tag = 9 + kind.names, kind.certificate
    size, exponent_size = block[at], block[at + 1]
    room = len(block) - kind.fixed
    if exponent_size != len(exponent):
        raise CertificateError(
            tag, "key length", f"{exponent_size} bytes of {kind.exponent}", str(len(exponent))
        )
    if len(remainder) != max(0, size - room):
        raise CertificateError(
            tag, "remainder", f"{max(0, size - room)} bytes of {kind.remainder}", str(len(remainder))
        )
    modulus = block[at + 2 : at + 2 + min(size, room)] + remainder
    return RsaPublicKey(int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big"))


def _open(tag: str, signer: RsaPublicKey, signature: bytes, number: int, algorithm_at: int) -> bytes:
    """Recover the block and look at what is the same in all of them."""
    if len(signature) != signer.size or signer.size < _SHORTEST_KEY:
        needed = max(signer.size, _SHORTEST_KEY)
        raise CertificateError(tag, "length", f"{needed} bytes", str(len(signature)))
    block = signer.recover(signature)
    for check, place, expected in (
        ("trailer", -1, _TRAILER),
        ("header", 0, _HEADER),
        ("format", 1, number),
        ("algorithm", algorithm_at, _SHA1),
    ):
        if block[place] != expected:
            raise CertificateError(tag, check, f"{expected:02X}", f"{block[place]:02X}")
    return block


def _compare_hash(tag: str, block: bytes, hashed: bytes, covers: str) -> None:
    end = len(block) - 1 - _SHA1_SIZE
    carried, computed = block[end:-1], _sha1(block[1:end] + hashed)
    if carried != computed:
        raise CertificateError(tag, "hash", carried.hex().upper(), computed.hex().upper(), covers)


def _expiry(kind: _Kind, block: bytes, on: date | None) -> str:
    """MMYY of the certificate, which holds to the last day of that month."""
    expiry = block[2 + kind.names : 4 + kind.names].hex().upper()
    if not expiry.isdecimal() or not 1 <= int(expiry[:2]) <= 12:
        raise CertificateError(kind.certificate, "expiry", "MMYY", expiry)
    if on is not None and on > last_day(expiry):
        raise CertificateError(kind.certificate, "expiry", f"{on} or later", f"{last_day(expiry)}")
    return expiry


def last_day(expiry: str) -> date:
    month, year = int(expiry[:2]), int(expiry[2:])
    year += 2000 if year < _CENTURY_PIVOT else 1900
    return date(year, month, monthrange(year, month)[1])


def _sha1(message: bytes) -> bytes:
    return hashlib.sha1(message, usedforsecurity=False).digest()
