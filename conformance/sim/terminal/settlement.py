"""How a stored sale becomes a message of settlement, and what its answer says (AC-03, AC-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.codec import iso8583
from conformance.codec.iso8583 import Business, CardRead, PanEntry, Terminal
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.terminal import TransactionRecord

MERCHANT: Final = Terminal("00000001", "898520100000001", batch=1)  # a test merchant


def offline_upload(record: TransactionRecord) -> bytes:
    """The frame that uploads an offline sale. Its trace is the record's number: a repetition shows."""
    elements = {int(tag, 16): bytes.fromhex(value) for tag, value in record.objects.items()} | {
        Tag.AC: bytes.fromhex(record.cryptogram),
        Tag.ISSUER_APPLICATION_DATA: bytes.fromhex(record.iad),
        Tag.UNPREDICTABLE_NUMBER: bytes.fromhex(record.unpredictable_number),
        Tag.ATC: record.atc.to_bytes(2, "big"),
        Tag.TVR: bytes.fromhex(record.tvr),
        Tag.AMOUNT_AUTHORISED: to_bcd(record.amount, 6),
    }
    card = CardRead(
        PanEntry(elements.get(Tag.POS_ENTRY_MODE, b"\x07").hex()),
        pan=record.pan,
        expiry=elements.get(Tag.EXPIRATION_DATE, b"").hex()[:4],
        psn=bytes.fromhex(record.psn),
        elements=elements,
    )
    message = iso8583.build(
        Business.OFFLINE_UPLOAD, MERCHANT, record.number % 1_000_000, amount=record.amount, card=card
    )
    return iso8583.encode(message)


def answer_code(frame: bytes) -> str | None:
    """F39 of an answer; None for what is no answer."""
    try:
        return iso8583.decode(frame).response or None
    except iso8583.MessageError:
        return None


def objects_of(elements: Mapping[int, bytes]) -> Mapping[str, str]:
    """Data objects as a record keeps them: by tag, both in hexadecimal."""
    return {f"{tag:X}": value.hex().upper() for tag, value in elements.items()}
