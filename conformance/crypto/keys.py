"""Keys of a card: from the issuer's master keys to one transaction (PB-5). Test keys only."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.crypto.des import tdes_encrypt

_ALL_ONES = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class CardKeys:
    """Three 16-byte keys, of an issuer or of a card: cryptogram, MAC, encipherment (DGI 8000)."""

    ac: bytes = field(repr=False)
    mac: bytes = field(repr=False)
    enc: bytes = field(repr=False)


def derive_udk(imk: bytes, pan: str, psn: str) -> bytes:
    """A card's key from the issuer's: option A, over the right 16 digits of PAN and sequence number."""
    digits = (pan + psn).rjust(16, "0")[-16:]
    left = int(digits, 16)
    return tdes_encrypt(imk, left.to_bytes(8, "big") + (left ^ _ALL_ONES).to_bytes(8, "big"))


def session_key(udk: bytes, atc: int) -> bytes:
    """The key of one transaction: over the ATC and over its complement."""
    return tdes_encrypt(udk, atc.to_bytes(8, "big") + (atc ^ 0xFFFF).to_bytes(8, "big"))
