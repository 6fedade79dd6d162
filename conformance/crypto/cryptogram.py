"""What card and issuer prove with session keys: AC, ARPC, MAC over the discretionary data (PB-5).

`mac` is 3DES by default; with SM4 the same elements stand in the same order (PB-5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.crypto.des import retail_mac, tdes_encrypt

if TYPE_CHECKING:
    from collections.abc import Callable


def application_cryptogram_01(  # noqa: PLR0913, PLR0917  the elements of CVN 01, in the standard's order
    session_key: bytes,
    amount: bytes,
    amount_other: bytes,
    country: bytes,
    tvr: bytes,
    currency: bytes,
    date: bytes,
    transaction_type: bytes,
    unpredictable_number: bytes,
    aip: bytes,
    atc: bytes,
    cvr: bytes,
    *,
    mac: Callable[[bytes, bytes], bytes] = retail_mac,
) -> bytes:
    """8 bytes over 9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 82 9F36 and the CVR of 4 bytes."""
    values = (amount, amount_other, country, tvr, currency, date, transaction_type, unpredictable_number)
    return mac(session_key, b"".join((*values, aip, atc, cvr)))


def application_cryptogram_17(  # noqa: PLR0913  the elements of CVN 17, in the standard's order
    session_key: bytes,
    amount: bytes,
    unpredictable_number: bytes,
    atc: bytes,
    cvr_byte_2: bytes,
    *,
    mac: Callable[[bytes, bytes], bytes] = retail_mac,
) -> bytes:
    """8 bytes over 9F02 9F37 9F36 and byte 2 of the CVR."""
    return mac(session_key, amount + unpredictable_number + atc + cvr_byte_2)


def arpc(session_key: bytes, arqc: bytes, response_code: bytes) -> bytes:
    """Method 1: 8 bytes over the ARQC, its first two bytes mixed with the response code (8A)."""
    mixed = int.from_bytes(arqc, "big") ^ int.from_bytes(response_code.ljust(8, b"\0"), "big")
    return tdes_encrypt(session_key, mixed.to_bytes(8, "big"))


def idd_mac(
    session_key: bytes,
    atc: bytes,
    shown: bytes,
    *,
    mac: Callable[[bytes, bytes], bytes] = retail_mac,
    block: int = 8,
) -> bytes:
    """4 bytes over the ATC and the amounts of the IDD, zeros to a whole block (PB-4.3).

    That the zeros of SM4 fill its block of 16 bytes is inferred.
    """
    message = atc + shown
    return mac(session_key, message + bytes(-len(message) % block))[:4]
