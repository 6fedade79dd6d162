"""Keys and MACs of the electronic purse (HW-43): MAC1, MAC2 and TAC. An own reading, confidence C.

No source states the scheme whole; `PurseScheme` is the reading as a table, so that another is another table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from conformance.crypto.des import tdes_encrypt

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK: Final = 8
_ONES: Final = bytes([0xFF] * _BLOCK)


@dataclass(frozen=True, slots=True)
class PurseScheme:
    """Which values each MAC covers, by name and in order.

    `terminal_bytes` is how many bytes of the terminal's transaction number, from its end, go into the session
    key; `kept` how many bytes of a MAC are used.
    """

    mac1: tuple[str, ...] = ("amount", "type", "terminal", "date", "time")
    mac2: tuple[str, ...] = ("amount",)
    tac: tuple[str, ...] = ("amount", "type", "terminal", "terminal_sequence", "date", "time")
    terminal_bytes: int = 2
    kept: int = 4

    def session_key(self, purchase_key: bytes, random: bytes, sequence: bytes, terminal: bytes) -> bytes:
        """One single-DES key a transaction, from the card's random number and both transaction numbers."""
        return tdes_encrypt(purchase_key, random + sequence + terminal[-self.terminal_bytes :])

    def over(self, key: bytes, names: tuple[str, ...], values: Mapping[str, bytes]) -> bytes:
        """A MAC with a single-DES key over the values of these names."""
        return single_des_mac(key, b"".join(values[name] for name in names))[: self.kept]

    def tac_of(self, tac_key: bytes, values: Mapping[str, bytes]) -> bytes:
        """The TAC: with the left half of the TAC key, exclusive-or its right half."""
        halves = zip(tac_key[:_BLOCK], tac_key[_BLOCK:], strict=True)
        return self.over(bytes(left ^ right for left, right in halves), self.tac, values)


def single_des_mac(key: bytes, message: bytes) -> bytes:
    """Eight bytes: single DES in CBC mode, zero IV, padded with 80 and zeros to a whole block."""
    padded = message + b"\x80" + bytes(-(len(message) + 1) % _BLOCK)
    return Cipher(TripleDES(key * 3), modes.CBC(bytes(_BLOCK))).encryptor().update(padded)[-_BLOCK:]


def diversified(master: bytes, factor: bytes) -> bytes:
    """A 16-byte key from a master key and eight bytes: over the factor, and over its complement."""
    complement = bytes(one ^ other for one, other in zip(factor, _ONES, strict=True))
    return tdes_encrypt(master, factor + complement)


def card_key(master: bytes, serial: bytes, issuer: bytes = b"") -> bytes:
    """A card's key: by the issuer's four bytes twice over where they are given, then by the serial."""
    return diversified(diversified(master, issuer * 2) if issuer else master, serial)
