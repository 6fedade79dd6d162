"""The issuer of a card under test, as the judge of what the card computes with the issuer's test keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.values import IssuerApplicationData
from conformance.crypto import cryptogram
from conformance.crypto.issuer_keys import cipher_of
from conformance.crypto.keys import CardKeys
from conformance.crypto.symmetric import TDES
from conformance.runner.card.lacks import BenchLacksError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.crypto.issuer_keys import IssuerKeys
    from conformance.crypto.symmetric import Symmetric

_CVN_17 = 0x11
_FROM_TERMINAL = (  # tag and length, in the order of CVN 01 (PB-5)
    (0x9F02, 6), (0x9F03, 6), (0x9F1A, 2), (0x95, 5), (0x5F2A, 2), (0x9A, 3), (0x9C, 1), (0x9F37, 4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """One transaction's keys and the cipher that they are for."""

    cipher: Symmetric
    ac: bytes
    mac: bytes
    enc: bytes
    card: CardKeys


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer's test keys, None where the bench has none."""

    keys: IssuerKeys | None

    def session(self, pan: str, psn: str, atc: bytes, issuer_data: bytes = b"") -> SessionKeys:
        """The keys of one transaction; 9F10 tells the cipher. BenchLacksError without test keys."""
        cipher = _cipher(issuer_data)
        master = self.keys.of(cipher) if self.keys else None
        if master is None:
            raise BenchLacksError("the issuer's test keys")
        card = CardKeys(*(cipher.derive_udk(key, pan, psn) for key in (master.ac, master.mac, master.enc)))
        ac, mac, enc = (cipher.session_key(key, int.from_bytes(atc)) for key in (card.ac, card.mac, card.enc))
        return SessionKeys(cipher, ac, mac, enc, card)


def application_cryptogram(
    keys: SessionKeys, told: Mapping[int, bytes], aip: bytes, atc: bytes, data: bytes
) -> bytes:
    """9F26 over what the terminal told, else zeros (PB-5); empty for a 9F10 of another form."""
    try:
        parsed = IssuerApplicationData.parse(data)
    except ValueError:
        return b""
    values = [told.get(tag, bytes(length)) for tag, length in _FROM_TERMINAL]
    amount, other, country, tvr, currency, date, kind, number = values
    mac = keys.cipher.mac
    if parsed.cvn == _CVN_17:
        return cryptogram.application_cryptogram_17(keys.ac, amount, number, atc, parsed.cvr[1:2], mac=mac)
    return cryptogram.application_cryptogram_01(
        keys.ac, amount, other, country, tvr, currency, date, kind, number, aip, atc, parsed.cvr, mac=mac
    )


def idd_mac(keys: SessionKeys, atc: bytes, data: bytes) -> bytes:
    """The MAC that the IDD in 9F10 should end with (PB-4.3); empty where there is no IDD."""
    try:
        idd = IssuerApplicationData.parse(data).idd
    except ValueError:
        return b""
    if idd is None or len(idd) < 6:
        return b""
    return cryptogram.idd_mac(keys.mac, atc, idd[1:-4], mac=keys.cipher.mac, block=keys.cipher.block)


def arpc(keys: SessionKeys, arqc: bytes, code: bytes) -> bytes:
    """Issuer authentication data (91): ARPC and response code (PB-5)."""
    return keys.cipher.arpc(keys.ac, arqc, code) + code


def script(keys: SessionKeys, header: bytes, data: bytes, atc: bytes, arqc: bytes) -> bytes:
    """A secured command: CLA INS P1 P2, Lc, data, and a MAC over it with ATC and cryptogram (PB-5)."""
    head = header + bytes((len(data) + 4,))
    return head + data + keys.cipher.mac(keys.mac, head + atc + arqc + data)[:4]


def enciphered_pin(keys: SessionKeys, pin: str, *, hidden_by: str = "enc") -> bytes:
    """A new PIN for PIN CHANGE (PB-5): 08, the PIN block mixed with a half of a card key, 80 to 16 bytes.

    `hidden_by` names the card key whose bytes 4 to 7 hide the PIN: "enc", or "ac" as in the Visa original.
    """
    udk = keys.card.enc if hidden_by == "enc" else keys.card.ac
    block = bytes.fromhex(f"0{len(pin):X}{pin}".ljust(16, "F"))
    mask = bytes(4) + udk[4:8]
    mixed = bytes(one ^ other for one, other in zip(block, mask, strict=True))
    plain = b"\x08" + mixed + b"\x80" + bytes(6)
    return keys.cipher.encrypt(keys.enc, plain)


def _cipher(data: bytes) -> Symmetric:
    try:
        return cipher_of(IssuerApplicationData.parse(data).algorithm)
    except ValueError:
        return TDES
