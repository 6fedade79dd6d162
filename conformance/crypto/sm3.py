"""SM3 (GB/T 32905): by `hashlib` where its OpenSSL has it, otherwise by `cryptography`."""

from __future__ import annotations

import hashlib
from functools import cache

from cryptography.hazmat.primitives import hashes


def sm3(message: bytes) -> bytes:
    """32 bytes."""
    if _hashlib_has_it():
        return hashlib.new("sm3", message).digest()
    digest = hashes.Hash(hashes.SM3())
    digest.update(message)
    return digest.finalize()


@cache
def _hashlib_has_it() -> bool:
    """`algorithms_available` may name what the provider then refuses, so it is tried."""
    try:
        hashlib.new("sm3")
    except ValueError:
        return False
    return True
