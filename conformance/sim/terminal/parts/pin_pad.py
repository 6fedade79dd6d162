"""The PIN pad: PINs go in by reference; for a host they come out enciphered only (SE-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.crypto.des import tdes_encrypt

if TYPE_CHECKING:
    from collections.abc import Mapping


class PinPadUnusable(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The pad was tampered with and has no key any more."""


class PinPad:
    """`key` is a 16-byte test key; `pins` holds test PINs of 4 to 12 digits by their references."""

    def __init__(self, key: bytes, pins: Mapping[str, str]) -> None:
        self._key: bytes | None = key
        self._pins = pins

    def tamper(self) -> None:
        """Open the case: the key is erased for good."""
        self._key = None

    def digits(self, reference: str | None) -> str | None:
        """The PIN for a card, in plain; None for no reference. Raises as `pin_block` does."""
        if self._key is None:
            raise PinPadUnusable
        if reference is None:
            return None
        if reference not in self._pins:
            raise ValueError(f"no PIN has the reference {reference!r}")
        return self._pins[reference]

    def pin_block(self, reference: str | None, pan: str) -> bytes | None:
        """The PIN block for a host, F52; None for no reference: the cardholder pressed cancel.

        Raises PinPadUnusable; ValueError for an unknown reference.
        """
        digits = self.digits(reference)
        if digits is None or self._key is None:
            return None
        return tdes_encrypt(self._key, format_0(digits, pan))


def format_0(pin: str, pan: str) -> bytes:
    """ISO 9564-1 format 0: 0, length, PIN, F, added without carry to the 12 digits before the check digit.

    ValueError for a PIN that is not 4 to 12 digits, or a PAN that is not digits alone.
    """
    if not (_digits(pin) and 4 <= len(pin) <= 12 and _digits(pan)):
        raise ValueError("a PIN has 4 to 12 digits, a PAN digits alone")
    entered = bytes.fromhex(f"0{len(pin):X}{pin}".ljust(16, "F"))
    account = bytes.fromhex(pan[:-1][-12:].rjust(16, "0"))
    return bytes(one ^ other for one, other in zip(entered, account, strict=True))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
