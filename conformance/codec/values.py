"""Values of data elements: BCD, amounts, PAN, track 2, issuer application data."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AMOUNT = re.compile(r"\d+(\.\d\d)?", re.ASCII)
_TRACK2 = re.compile(r"(\d{1,19})D(\d{4})(\d{3})(\d*)F?", re.ASCII)
_IAD_LENGTH = 7
_IDD_AT = 8


def to_bcd(number: int, length: int) -> bytes:
    """A number as `length` bytes of digits, zeros on the left; ValueError when it does not fit."""
    digits = f"{number:0{2 * length}d}"
    if number < 0 or len(digits) > 2 * length:
        raise ValueError(f"{number} does not fit into {2 * length} digits")
    return bytes.fromhex(digits)


def from_bcd(raw: bytes) -> int:
    """The number that the digits of `raw` make; ValueError when there is another nibble among them."""
    digits = raw.hex()
    if not digits.isdecimal():
        raise ValueError(f"{digits.upper() or 'nothing'} is not digits")
    return int(digits)


def fen(yuan_text: str) -> int:
    """The fen of an amount in yuan: "1.00" is 100, "1" too; ValueError for anything else."""
    if not _AMOUNT.fullmatch(yuan_text):
        raise ValueError(f"{yuan_text!r} is not an amount such as 1.00")
    whole, _, cents = yuan_text.partition(".")
    return int(whole) * 100 + int(cents or "0")


def yuan(amount: int) -> str:
    """An amount of fen as yuan: 100 is "1.00"."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def pan_to_bytes(pan: str) -> bytes:
    """A PAN in format cn: digits, F behind them to a whole byte."""
    return bytes.fromhex(pan + "F" * (len(pan) % 2))


def pan_from_bytes(raw: bytes) -> str:
    """The digits of a PAN in format cn, however long the F padding; ValueError when they are not digits."""
    digits = raw.hex().rstrip("f")
    if not digits.isdecimal():
        raise ValueError(f"{raw.hex().upper() or 'nothing'} is not a PAN")
    return digits


def mask_pan(pan: str) -> str:
    """First six and last four digits, stars between; what is too short for that is all stars."""
    if len(pan) <= 10:
        return "*" * len(pan)
    return f"{pan[:6]}{'*' * (len(pan) - 10)}{pan[-4:]}"


@dataclass(frozen=True, slots=True)
class Track2:
    """Track 2 equivalent data, 57; `expiry` is YYMM."""

    pan: str
    expiry: str
    service_code: str
    discretionary: str

    @classmethod
    def parse(cls, raw: bytes) -> Track2:
        """Read PAN D YYMM service code, rest, F where the number of digits is odd; raises ValueError."""
        match = _TRACK2.fullmatch(raw.hex().upper())
        if match is None:
            raise ValueError(f"{len(raw)} bytes are not track 2: PAN, D, YYMM, service code, digits")
        return cls(*match.groups())

    def encode(self) -> bytes:
        digits = f"{self.pan}D{self.expiry}{self.service_code}{self.discretionary}"
        return bytes.fromhex(digits + "F" * (len(digits) % 2))


@dataclass(frozen=True, slots=True)
class IssuerApplicationData:
    """9F10: key index, cryptogram version, CVR, algorithm (1 3DES, 4 SM4), discretionary data (PB-4.3).

    `idd` is the issuer's discretionary data: its id, amounts and MAC, without the length before them; None
    where the card sends none.
    """

    dki: int
    cvn: int
    cvr: bytes
    algorithm: int
    idd: bytes | None = None

    @classmethod
    def parse(cls, raw: bytes) -> IssuerApplicationData:
        """Read 07, DKI, CVN, CVR, algorithm and perhaps a length with IDD; raises ValueError."""
        if len(raw) < _IDD_AT or raw[0] != _IAD_LENGTH:
            raise ValueError(
                f"9F10 begins with 07 and 7 bytes, not {raw[:_IDD_AT].hex().upper() or 'nothing'}"
            )
        idd = None
        if len(raw) > _IDD_AT:
            idd = raw[_IDD_AT + 1 :]
            if raw[_IDD_AT] != len(idd):
                raise ValueError(f"9F10 announces {raw[_IDD_AT]} bytes of IDD, here are {len(idd)}")
        return cls(raw[1], raw[2], raw[3:7], raw[7], idd)

    def encode(self) -> bytes:
        fixed = bytes((_IAD_LENGTH, self.dki, self.cvn)) + self.cvr + bytes((self.algorithm,))
        return fixed if self.idd is None else fixed + bytes((len(self.idd),)) + self.idd
