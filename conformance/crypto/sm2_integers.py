"""SM2 signatures by plain integers (GB/T 32918.1, .2): where OpenSSL has no SM2, and for vectors.

Not constant in time: test keys only.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache

from conformance.crypto.sm3 import sm3

Point = tuple[int, int]
_Jacobian = tuple[int, int, int]  # x / z^2, y / z^3; z = 0 is the point at infinity

_INFINITY: _Jacobian = (1, 1, 0)
_BASE_WINDOW = 6  # bits: 43 additions for a multiple of the base point, a table of 2709 points
_POINT_WINDOW = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """y^2 = x^3 + a x + b over p, and a base point of prime order n."""

    p: int
    a: int
    b: int
    n: int
    base: Point

    def holds(self, point: Point) -> bool:
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - (x * x + self.a) * x - self.b) % self.p == 0


SM2P256V1 = Curve(  # GB/T 32918.5
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    a=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    base=(
        0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
        0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    ),
)


def public_point(curve: Curve, d: int) -> Point:
    """The public key of the private key `d`."""
    return _affine(curve, _add_multiple_of_base(curve, _INFINITY, d))


def sign(  # noqa: PLR0913, PLR0917  what a signature is made of
    curve: Curve, d: int, public: Point, identity: bytes, message: bytes, k: int | None = None
) -> tuple[int, int]:
    """R and S. A `k` is given only to reproduce published vectors: who knows it knows the key."""
    digest, n = _digest(curve, public, identity, message), curve.n
    r = s = 0
    while not s:
        nonce = secrets.randbelow(n - 1) + 1 if k is None else k
        r = (digest + public_point(curve, nonce)[0]) % n
        if r and r + nonce != n:
            s = pow(1 + d, -1, n) * (nonce - r * d) % n
    return r, s


def verify(  # noqa: PLR0913, PLR0917  what a signature is made of
    curve: Curve, public: Point, identity: bytes, message: bytes, r: int, s: int
) -> bool:
    t = (r + s) % curve.n
    if not (0 < r < curve.n and 0 < s < curve.n and t):
        return False
    total = _add_multiple_of_base(curve, _multiply(curve, t, public), s)
    if not total[2]:
        return False
    return (_digest(curve, public, identity, message) + _affine(curve, total)[0]) % curve.n == r


def _digest(curve: Curve, public: Point, identity: bytes, message: bytes) -> int:
    """SM3 over Z and the message; Z is SM3 over who signs: identity with its length in bits, curve, key."""
    size = (curve.p.bit_length() + 7) // 8
    numbers = b"".join(each.to_bytes(size, "big") for each in (curve.a, curve.b, *curve.base, *public))
    z = sm3((8 * len(identity)).to_bytes(2, "big") + identity + numbers)
    return int.from_bytes(sm3(z + message), "big")


def _windows(k: int, width: int) -> list[int]:
    """The digits of `k` in base 2^width, the lowest first."""
    mask = (1 << width) - 1
    return [(k >> at) & mask for at in range(0, k.bit_length(), width)]


def _add_multiple_of_base(curve: Curve, total: _Jacobian, k: int) -> _Jacobian:
    for bits, row in zip(_windows(k, _BASE_WINDOW), _base_table(curve), strict=False):
        if bits:
            total = _add(curve, total, row[bits - 1])
    return total


def _multiply(curve: Curve, k: int, point: Point) -> _Jacobian:
    multiples = _multiples(curve, point, (1 << _POINT_WINDOW) - 1)
    total = _INFINITY
    for bits in reversed(_windows(k, _POINT_WINDOW)):
        for _ in range(_POINT_WINDOW):
            total = _double(curve, total)
        if bits:
            total = _add(curve, total, multiples[bits - 1])
    return total


@cache
def _base_table(curve: Curve) -> list[list[Point]]:
    """For each window the multiples of the base point shifted to it."""
    table, shifted = [], curve.base
    for _ in range(0, curve.n.bit_length(), _BASE_WINDOW):
        row = _multiples(curve, shifted, 1 << _BASE_WINDOW)
        shifted = row.pop()
        table.append(row)
    return table


def _multiples(curve: Curve, point: Point, count: int) -> list[Point]:
    """1 to `count` times the point, made affine by one inversion for all."""
    rising = [(*point, 1)]
    while len(rising) < count:
        rising.append(_add(curve, rising[-1], point))
    products = [1]
    for _, _, z in rising:
        products.append(products[-1] * z % curve.p)
    inverse, multiples = pow(products[-1], -1, curve.p), []
    for (x, y, z), before in zip(reversed(rising), reversed(products[:-1]), strict=True):
        multiples.append(_scaled(curve, x, y, inverse * before % curve.p))
        inverse = inverse * z % curve.p
    return multiples[::-1]


def _affine(curve: Curve, point: _Jacobian) -> Point:
    x, y, z = point
    return _scaled(curve, x, y, pow(z, -1, curve.p))


def _scaled(curve: Curve, x: int, y: int, inverse: int) -> Point:
    square = inverse * inverse % curve.p
    return x * square % curve.p, y * square * inverse % curve.p


def _double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p = curve.p
    square_y, square_z = y * y % p, z * z % p
    slope = (3 * x * x + curve.a * square_z * square_z) % p
    middle = 4 * x * square_y % p
    new_x = (slope * slope - 2 * middle) % p
    return new_x, (slope * (middle - new_x) - 8 * square_y * square_y) % p, 2 * y * z % p


def _add(curve: Curve, point: _Jacobian, other: Point) -> _Jacobian:
    x, y, z = point
    if not z:
        return (*other, 1)
    p = curve.p
    square_z = z * z % p
    across = (other[0] * square_z - x) % p
    rise = (other[1] * square_z * z - y) % p
    if not across:
        return _INFINITY if rise else _double(curve, point)
    square = across * across % p
    cube, middle = square * across % p, x * square % p
    new_x = (rise * rise - cube - 2 * middle) % p
    return new_x, (rise * (middle - new_x) - y * cube) % p, z * across % p
