"""Triple DES with 16-byte keys, and the MAC made of it (PB-5)."""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

_BLOCK = 8
_ZERO_IV = bytes(_BLOCK)


def tdes_encrypt(key: bytes, blocks: bytes) -> bytes:
    """3DES in ECB mode over whole 8-byte blocks."""
    return Cipher(_triple(key), modes.ECB()).encryptor().update(blocks)  # noqa: S305  PBOC's key derivation


def tdes_decrypt(key: bytes, blocks: bytes) -> bytes:
    """The reverse of `tdes_encrypt`."""
    return Cipher(_triple(key), modes.ECB()).decryptor().update(blocks)  # noqa: S305  as above


def retail_mac(key: bytes, message: bytes, iv: bytes = _ZERO_IV) -> bytes:
    """8-byte MAC of ISO/IEC 9797-1 algorithm 3, padding method 2: 80, then zeros to a whole block.

    Single DES with the left half chains all blocks but the last, which takes the whole key.
    """
    padded = message + b"\x80" + bytes(-(len(message) + 1) % _BLOCK)
    chained = iv
    if len(padded) > _BLOCK:
        single = TripleDES(key[:_BLOCK] * 3)
        chained = Cipher(single, modes.CBC(iv)).encryptor().update(padded[:-_BLOCK])[-_BLOCK:]
    return Cipher(_triple(key), modes.CBC(chained)).encryptor().update(padded[-_BLOCK:])


def kcv(key: bytes) -> bytes:
    """Check value: the first 3 bytes of a zero block enciphered."""
    return tdes_encrypt(key, _ZERO_IV)[:3]


def _triple(key: bytes) -> TripleDES:
    """K1 K2 becomes K1 K2 K1: `cryptography` deprecates the shorter form."""
    return TripleDES(key + key[:_BLOCK])
