"""3DES or SM4 in the same places of a card: session keys, MACs, cryptograms, enciphered PINs (PB-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.crypto import cryptogram, des, keys, sm4

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Symmetric:
    """One block cipher of 16-byte keys. `algorithm` is how 9F10 names it (PB-4.3), `block` its bytes.

    `derive_udk` takes master key, PAN and sequence number; `session_key` a card's key and the ATC; `mac`
    makes 8 bytes out of key and message; `arpc` takes session key, ARQC and response code.
    """

    algorithm: int
    block: int
    derive_udk: Callable[[bytes, str, str], bytes]
    session_key: Callable[[bytes, int], bytes]
    mac: Callable[[bytes, bytes], bytes]
    arpc: Callable[[bytes, bytes, bytes], bytes]
    encrypt: Callable[[bytes, bytes], bytes]
    decrypt: Callable[[bytes, bytes], bytes]


TDES = Symmetric(
    algorithm=0x01,
    block=8,
    derive_udk=keys.derive_udk,
    session_key=keys.session_key,
    mac=des.retail_mac,
    arpc=cryptogram.arpc,
    encrypt=des.tdes_encrypt,
    decrypt=des.tdes_decrypt,
)
SM4 = Symmetric(
    algorithm=0x04,
    block=16,
    derive_udk=sm4.derive_udk,
    session_key=sm4.session_key,
    mac=sm4.sm4_mac,
    arpc=sm4.arpc,
    encrypt=sm4.sm4_encrypt,
    decrypt=sm4.sm4_decrypt,
)
