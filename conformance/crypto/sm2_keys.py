"""Keys of SM2 on the curve of GB/T 32918.5. Test keys only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from conformance.crypto.sm2_integers import SM2P256V1, public_point

_SIZE = 32


@dataclass(frozen=True, slots=True)
class Sm2PublicKey:
    """A point of the curve; ValueError for a pair of numbers that is none."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if not SM2P256V1.holds((self.x, self.y)):
            raise ValueError("not a point of the SM2 curve")

    @classmethod
    def decode(cls, raw: bytes) -> Sm2PublicKey:
        """X and Y, 32 bytes each; ValueError for anything else."""
        if len(raw) != 2 * _SIZE:
            raise ValueError(f"an SM2 public key has {2 * _SIZE} bytes, not {len(raw)}")
        return cls(int.from_bytes(raw[:_SIZE], "big"), int.from_bytes(raw[_SIZE:], "big"))

    def encode(self) -> bytes:
        return self.x.to_bytes(_SIZE, "big") + self.y.to_bytes(_SIZE, "big")


@dataclass(frozen=True, slots=True)
class Sm2PrivateKey:
    """A number from 1 to n - 2; the public key follows. Never prints its number."""

    d: int = field(repr=False)
    public: Sm2PublicKey = field(init=False)

    def __post_init__(self) -> None:
        if not 0 < self.d < SM2P256V1.n - 1:
            raise ValueError("an SM2 private key lies between 1 and n - 2")
        object.__setattr__(self, "public", Sm2PublicKey(*public_point(SM2P256V1, self.d)))


def generate() -> Sm2PrivateKey:
    """A fresh key for tests and laboratories."""
    return Sm2PrivateKey(secrets.randbelow(SM2P256V1.n - 2) + 1)
