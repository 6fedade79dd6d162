"""The PIN block of field 52: ISO 9564 format 0 under 3DES [C].

The facts do not say how an acquirer wants it; field 53 announces it so ("26": with the PAN, 3DES).
"""

from __future__ import annotations

from conformance.crypto.des import tdes_decrypt, tdes_encrypt

TEST_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")  # what our PIN pads and our acquirer share
_LONGEST_PIN = 12


def pin_block(key: bytes, pin: str, pan: str) -> bytes:
    """8 bytes over 0, the length, the PIN, F to the end, mixed with 12 digits of the PAN; ValueError."""
    if not (4 <= len(pin) <= _LONGEST_PIN and pin.isascii() and pin.isdecimal()):
        raise ValueError("a PIN has 4 to 12 digits")
    plain = bytes.fromhex(f"0{len(pin):X}{pin}".ljust(16, "F"))
    return tdes_encrypt(key, _mixed(plain, pan))


def pin_of(key: bytes, block: bytes, pan: str) -> str | None:
    """The PIN of a block, None for one that this key and PAN do not open."""
    if len(block) != 8:
        return None
    digits = _mixed(tdes_decrypt(key, block), pan).hex().upper()
    length = int(digits[1], 16)
    pin, rest = digits[2 : 2 + length], digits[2 + length :]
    fits = digits[0] == "0" and 4 <= length <= _LONGEST_PIN and pin.isdecimal()
    return pin if fits and rest.strip("F") == "" else None


def _mixed(block: bytes, pan: str) -> bytes:
    other = bytes.fromhex("0000" + pan[:-1][-12:].rjust(12, "0"))
    return bytes(one ^ two for one, two in zip(block, other, strict=True))
