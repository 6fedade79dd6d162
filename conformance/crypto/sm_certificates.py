"""Certificates and signatures of offline data authentication with SM2: made and verified (PB-6.3).

Nothing is recovered from an SM2 signature: what is signed stands before R and S of 32 bytes each, and what
the terminal knows itself is signed too but not sent. There is no remainder and no exponent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.crypto.certificates import CertificateError, last_day
from conformance.crypto.sm2 import SIGNATURE_SIZE, provider
from conformance.crypto.sm2_keys import Sm2PublicKey
from conformance.crypto.sm3 import sm3

if TYPE_CHECKING:
    from datetime import date

    from conformance.crypto.sm2_keys import Sm2PrivateKey

_SSAD = 0x13
_SDAD = 0x15
_KEY_SIZE = 64
_ALGORITHMS = (  # behind the serial, in this order
    ("algorithm", "signature algorithm ", 0x04),
    ("algorithm", "encipherment algorithm ", 0x00),
    ("algorithm", "algorithm parameters ", 0x11),
    ("key length", "", _KEY_SIZE),
)


@dataclass(frozen=True, slots=True)
class SmIssuerCertificate:
    """What 90 says. `issuer_id` is 3 to 8 digits, `expiry` MMYY."""

    issuer_id: str
    expiry: str
    serial: bytes
    public_key: Sm2PublicKey


@dataclass(frozen=True, slots=True)
class SmIccCertificate:
    """What 9F46 says. `expiry` is MMYY."""

    pan: str
    expiry: str
    serial: bytes
    public_key: Sm2PublicKey


@dataclass(frozen=True, slots=True)
class CombinedData:
    """What the card shows in 9F4B at CDA: ICC dynamic number (9F4C), CID (9F27) and cryptogram (9F26)."""

    dynamic_number: bytes
    information: int
    cryptogram: bytes


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the two certificates: its tag, the number in its first byte, whom it names in how many bytes."""

    tag: str
    number: int
    names: int
    covers: str

    @property
    def shown(self) -> int:
        """Bytes before the signature."""
        return 10 + self.names + _KEY_SIZE


_ISSUER = _Kind("90", 0x12, 4, "90")
_ICC = _Kind("9F46", 0x14, 10, "9F46 and the static data")


def make_issuer_certificate(
    ca: Sm2PrivateKey, issuer: Sm2PublicKey, issuer_id: str, expiry: str, serial: bytes
) -> bytes:
    """Certify an issuer's key, 142 bytes; `issuer_id` is 3 to 8 digits, `expiry` MMYY."""
    return _certify(_ISSUER, ca, issuer, bytes.fromhex(issuer_id.ljust(8, "F")), expiry, serial, b"")


def make_icc_certificate(  # noqa: PLR0913, PLR0917  a certificate has these parts
    issuer: Sm2PrivateKey, icc: Sm2PublicKey, pan: str, expiry: str, serial: bytes, static_data: bytes
) -> bytes:
    """Certify a card's key together with its static data to be authenticated, 148 bytes; `expiry` is MMYY."""
    return _certify(_ICC, issuer, icc, bytes.fromhex(pan.ljust(20, "F")), expiry, serial, static_data)


def make_ssad(issuer: Sm2PrivateKey, data_authentication_code: bytes, static_data: bytes) -> bytes:
    """Sign the code of 2 bytes and, of confidence M, the static data behind it (PB-6.3): 93, 67 bytes."""
    return _sign(issuer, bytes((_SSAD,)) + data_authentication_code, static_data)


def make_sdad(icc: Sm2PrivateKey, icc_dynamic_data: bytes, terminal_data: bytes) -> bytes:
    """Sign dynamic data (9F4B): what the card shows, and what the terminal knows and is only signed.

    `terminal_data` is the DDOL's for DDA, `fdda_terminal_data` for fDDA, the unpredictable number for CDA.
    """
    return _sign(icc, bytes((_SDAD, len(icc_dynamic_data))) + icc_dynamic_data, terminal_data)


def combined_dynamic_data(
    dynamic_number: bytes, information: int, cryptogram: bytes, transaction_data: bytes
) -> bytes:
    """The ICC dynamic data of CDA: number with its length, CID, cryptogram, SM3 over the transaction data.

    Those are the values of PDOL and CDOLs, then the answer's elements without 9F4B.
    """
    head = bytes((len(dynamic_number),)) + dynamic_number + bytes((information,))
    return head + cryptogram + sm3(transaction_data)


def verify_issuer(
    ca: Sm2PublicKey, certificate: bytes, pan: str | None = None, on: date | None = None
) -> SmIssuerCertificate:
    """Verify 90; `pan` and `on` are not looked at when None. Raises CertificateError."""
    shown, key = _verify_certificate(_ISSUER, ca, certificate, b"")
    issuer_id = shown[1:5].hex().rstrip("f")
    if not issuer_id.isdecimal() or len(issuer_id) < 3 or (pan is not None and not pan.startswith(issuer_id)):
        begins = pan[:8] if pan is not None else "3 to 8 digits"
        raise CertificateError("90", "issuer", begins, shown[1:5].hex().upper())
    return SmIssuerCertificate(issuer_id, _expiry(_ISSUER, shown, on), shown[7:10], key)


def verify_icc(
    issuer: Sm2PublicKey,
    certificate: bytes,
    static_data: bytes,
    pan: str | None = None,
    on: date | None = None,
) -> SmIccCertificate:
    """Verify 9F46 with the static data to be authenticated. Raises CertificateError."""
    shown, key = _verify_certificate(_ICC, issuer, certificate, static_data)
    named = shown[1:11].hex().rstrip("f")
    if not named.isdecimal() or (pan is not None and pan != named):
        raise CertificateError("9F46", "pan", pan or "digits", shown[1:11].hex().upper())
    return SmIccCertificate(named, _expiry(_ICC, shown, on), shown[13:16], key)


def verify_ssad(issuer: Sm2PublicKey, ssad: bytes, static_data: bytes) -> bytes:
    """The data authentication code that 93 carries, once its signature holds. Raises CertificateError."""
    _require_length("93", ssad, 3)
    shown = _verify("93", issuer, ssad, _SSAD, static_data, "93 and the static data")
    return shown[1:]


def verify_sdad(icc: Sm2PublicKey, sdad: bytes, terminal_data: bytes) -> bytes:
    """The ICC dynamic data that 9F4B carries, once its signature holds. Raises CertificateError."""
    _require_length("9F4B", sdad, 2 + (sdad[1] if len(sdad) > 1 else 0))
    return _verify("9F4B", icc, sdad, _SDAD, terminal_data, "9F4B and the terminal's data")[2:]


def verify_cda(
    icc: Sm2PublicKey, sdad: bytes, unpredictable_number: bytes, transaction_data: bytes
) -> CombinedData:
    """What 9F4B of a CDA carries, once signature and transaction data hash hold. Raises CertificateError.

    Whether CID and cryptogram are those of the answer is the caller's to compare.
    """
    dynamic = verify_sdad(icc, sdad, unpredictable_number)
    number = dynamic[0] if dynamic else 0
    if len(dynamic) != 42 + number:
        raise CertificateError("9F4B", "length", f"{42 + number} bytes of dynamic data", str(len(dynamic)))
    carried, computed = dynamic[-32:], sm3(transaction_data)
    if carried != computed:
        covers = "the transaction data"
        raise CertificateError("9F4B", "hash", carried.hex().upper(), computed.hex().upper(), covers)
    return CombinedData(dynamic[1 : 1 + number], dynamic[1 + number], dynamic[2 + number : 10 + number])


def _certify(  # noqa: PLR0913, PLR0917  a certificate has these parts
    kind: _Kind,
    signer: Sm2PrivateKey,
    key: Sm2PublicKey,
    subject: bytes,
    expiry: str,
    serial: bytes,
    static_data: bytes,
) -> bytes:
    head = bytes((kind.number,)) + subject + bytes.fromhex(expiry) + serial
    return _sign(signer, head + bytes(number for *_, number in _ALGORITHMS) + key.encode(), static_data)


def _sign(signer: Sm2PrivateKey, shown: bytes, hidden: bytes) -> bytes:
    return shown + provider().sign(signer, shown + hidden)


def _verify_certificate(
    kind: _Kind, signer: Sm2PublicKey, certificate: bytes, static_data: bytes
) -> tuple[bytes, Sm2PublicKey]:
    _require_length(kind.tag, certificate, kind.shown)
    shown = _verify(kind.tag, signer, certificate, kind.number, static_data, kind.covers)
    for (check, what, expected), observed in zip(_ALGORITHMS, shown[6 + kind.names :], strict=False):
        if observed != expected:
            raise CertificateError(kind.tag, check, f"{what}{expected:02X}", f"{observed:02X}")
    try:
        return shown, Sm2PublicKey.decode(shown[-_KEY_SIZE:])
    except ValueError:
        point = shown[-_KEY_SIZE:].hex().upper()
        raise CertificateError(kind.tag, "key", "a point of the SM2 curve", point) from None


def _require_length(tag: str, signed: bytes, shown: int) -> None:
    if len(signed) != shown + SIGNATURE_SIZE:
        raise CertificateError(tag, "length", f"{shown + SIGNATURE_SIZE} bytes", str(len(signed)))


def _verify(  # noqa: PLR0913, PLR0917  what is signed, and what to call it
    tag: str, signer: Sm2PublicKey, signed: bytes, number: int, hidden: bytes, covers: str
) -> bytes:
    """What is shown, once its first byte and the signature hold."""
    shown, signature = signed[:-SIGNATURE_SIZE], signed[-SIGNATURE_SIZE:]
    if shown[0] != number:
        raise CertificateError(tag, "format", f"{number:02X}", f"{shown[0]:02X}")
    if not provider().verify(signer, shown + hidden, signature):
        raise CertificateError(tag, "signature", "an SM2 signature", signature.hex().upper(), covers)
    return shown


def _expiry(kind: _Kind, shown: bytes, on: date | None) -> str:
    """MMYY of the certificate, which holds to the last day of that month."""
    expiry = shown[1 + kind.names : 3 + kind.names].hex().upper()
    if not expiry.isdecimal() or not 1 <= int(expiry[:2]) <= 12:
        raise CertificateError(kind.tag, "expiry", "MMYY", expiry)
    if on is not None and on > last_day(expiry):
        raise CertificateError(kind.tag, "expiry", f"{on} or later", f"{last_day(expiry)}")
    return expiry
