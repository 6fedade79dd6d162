"""SM4 (GB/T 32907) in the places of 3DES: a card's key, session keys, MAC, ARPC (PB-5).

The cryptogram, the discretionary data and scripts take the left bytes of `sm4_mac`, over the same elements in
the same order as with 3DES. The derivation of a card's key is of confidence M (PB-5); the rest is H.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

_BLOCK = 16
_ZERO_IV = bytes(_BLOCK)
_HALF = 8
_ALL_ONES = (1 << 64) - 1


def sm4_encrypt(key: bytes, blocks: bytes) -> bytes:
    """SM4 in ECB mode over whole 16-byte blocks."""
    return Cipher(SM4(key), modes.ECB()).encryptor().update(blocks)  # noqa: S305  PBOC's key derivation


def sm4_decrypt(key: bytes, blocks: bytes) -> bytes:
    """The reverse of `sm4_encrypt`."""
    return Cipher(SM4(key), modes.ECB()).decryptor().update(blocks)  # noqa: S305  as above


def sm4_mac(key: bytes, message: bytes, iv: bytes = _ZERO_IV) -> bytes:
    """The left 8 bytes of a CBC-MAC; padding is 80, then zeros to a whole block."""
    padded = message + b"\x80" + bytes(-(len(message) + 1) % _BLOCK)
    return Cipher(SM4(key), modes.CBC(iv)).encryptor().update(padded)[-_BLOCK:-_HALF]


def derive_udk(imk: bytes, pan: str, psn: str) -> bytes:
    """A card's key: one block of the right 16 digits of PAN and sequence number and their complement."""
    digits = (pan + psn).rjust(16, "0")[-16:]
    left = int(digits, 16)
    return sm4_encrypt(imk, left.to_bytes(8, "big") + (left ^ _ALL_ONES).to_bytes(8, "big"))


def session_key(udk: bytes, atc: int) -> bytes:
    """The key of one transaction: one block of the ATC and its complement, each at the end of 8 bytes."""
    return sm4_encrypt(udk, atc.to_bytes(8, "big") + (atc ^ 0xFFFF).to_bytes(8, "big"))


def arpc(session_key: bytes, arqc: bytes, response_code: bytes) -> bytes:
    """Method 1: the left 8 bytes over the ARQC mixed with the response code (8A), zeros behind it."""
    mixed = int.from_bytes(arqc, "big") ^ int.from_bytes(response_code.ljust(_HALF, b"\0"), "big")
    return sm4_encrypt(session_key, mixed.to_bytes(_HALF, "big") + bytes(_HALF))[:_HALF]
