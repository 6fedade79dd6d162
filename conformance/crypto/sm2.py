"""SM2 signatures as PBOC uses them: with SM3, under the standard's default identity (PB-6.3).

OpenSSL's libcrypto where the machine has it, plain integers where not; a signature does not tell which.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from conformance.crypto import sm2_integers, sm2_libcrypto
from conformance.crypto.sm2_integers import SM2P256V1

if TYPE_CHECKING:
    from conformance.crypto.sm2_keys import Sm2PrivateKey, Sm2PublicKey

IDENTITY = b"1234567812345678"
SIGNATURE_SIZE = 64


class Sm2Provider(Protocol):
    """Signs and verifies; a signature is R and S, 32 bytes each."""

    def sign(self, key: Sm2PrivateKey, message: bytes) -> bytes: ...

    def verify(self, key: Sm2PublicKey, message: bytes, signature: bytes) -> bool: ...


class IntegerSm2:
    """By plain integers, anywhere."""

    def sign(self, key: Sm2PrivateKey, message: bytes) -> bytes:
        public = key.public.x, key.public.y
        r, s = sm2_integers.sign(SM2P256V1, key.d, public, IDENTITY, message)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def verify(self, key: Sm2PublicKey, message: bytes, signature: bytes) -> bool:
        if len(signature) != SIGNATURE_SIZE:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        return sm2_integers.verify(SM2P256V1, (key.x, key.y), IDENTITY, message, r, s)


class LibcryptoSm2:
    """By OpenSSL's libcrypto."""

    def __init__(self, library: sm2_libcrypto.Library) -> None:
        self._library = library

    def sign(self, key: Sm2PrivateKey, message: bytes) -> bytes:
        return self._library.sign(key.public.encode(), key.d, IDENTITY, message)

    def verify(self, key: Sm2PublicKey, message: bytes, signature: bytes) -> bool:
        return len(signature) == SIGNATURE_SIZE and self._library.verify(
            key.encode(), IDENTITY, message, signature
        )


@cache
def provider() -> Sm2Provider:
    """By libcrypto where it has SM2, otherwise by integers."""
    library = sm2_libcrypto.load()
    return IntegerSm2() if library is None else LibcryptoSm2(library)
