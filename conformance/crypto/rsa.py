"""RSA as EMV uses it: the plain operation, by `pow`, on blocks as long as the modulus (EMV Book 2 A2, B2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True, slots=True)
class RsaPublicKey:
    """Modulus and exponent."""

    modulus: int
    exponent: int

    @property
    def size(self) -> int:
        """Bytes of the modulus, and of every signature."""
        return (self.modulus.bit_length() + 7) // 8

    def recover(self, signature: bytes) -> bytes:
        """The block that was signed, whatever it holds; ValueError when the signature has another length."""
        size = self.size
        if len(signature) != size:
            raise ValueError(f"a signature of this key has {size} bytes, not {len(signature)}")
        return pow(int.from_bytes(signature, "big"), self.exponent, self.modulus).to_bytes(size, "big")


@dataclass(frozen=True, slots=True)
class RsaPrivateKey:
    """Two primes and the public exponent; the rest follows. Never prints its primes."""

    p: int = field(repr=False)
    q: int = field(repr=False)
    exponent: int
    public: RsaPublicKey = field(init=False)
    _exponent_p: int = field(init=False, repr=False, compare=False)
    _exponent_q: int = field(init=False, repr=False, compare=False)
    _coefficient: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        derived = {
            "public": RsaPublicKey(self.p * self.q, self.exponent),
            "_exponent_p": pow(self.exponent, -1, self.p - 1),
            "_exponent_q": pow(self.exponent, -1, self.q - 1),
            "_coefficient": pow(self.q, -1, self.p),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def private_operation(self, block: int) -> int:
        """By the Chinese remainder theorem: two `pow` and the recombination."""
        by_p = pow(block, self._exponent_p, self.p)
        by_q = pow(block, self._exponent_q, self.q)
        return by_q + self._coefficient * (by_p - by_q) % self.p * self.q

    def sign(self, block: bytes) -> bytes:
        """Sign a block as long as the modulus; ValueError when it has another length or does not fit."""
        size, number = self.public.size, int.from_bytes(block, "big")
        if len(block) != size or number >= self.public.modulus:
            raise ValueError(f"a block of {len(block)} bytes does not fit a modulus of {size}")
        return self.private_operation(number).to_bytes(size, "big")


def generate(bits: int, exponent: int = 3) -> RsaPrivateKey:
    """A fresh key for tests and laboratories; `bits` at least 1024, exponent 3 or 65537."""
    numbers = rsa.generate_private_key(public_exponent=exponent, key_size=bits).private_numbers()
    return RsaPrivateKey(numbers.p, numbers.q, exponent)
