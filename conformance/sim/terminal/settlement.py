"""How a stored sale becomes a message of settlement, and what its answer says (AC-03, AC-04, TR-35)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.codec import iso8583
from conformance.codec.iso8583 import Business, CardRead, PanEntry, Terminal
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.iso8583 import Message
    from conformance.model.terminal import TransactionRecord

MERCHANT: Final = Terminal("00000001", "898520100000001", batch=1)  # a test merchant
ACCEPTED: Final = "94"  # the host has it already
_RELATED_ERROR: Final = "22"  # how some hosts say so of a ride that was accepted offline (TR-35)
_ARQC: Final = "80"
# A ride in field 62: three bytes of tag, three digits of length, the value. Known is that the tags begin
# with FF; which they are, and that it is this field, is a choice of this project.
_RIDE: Final = {"line": "FF8101", "vehicle": "FF8102", "driver": "FF8103"}


def upload(record: TransactionRecord) -> bytes:
    """The frame that settles a record: a TC's upload, or the sale that an ARQC asked for, later.

    An upload's trace is the record's number, so that a repetition shows; a sale's stands in "upload_trace".
    """
    if not deferred(record):
        return _offline_upload(record)
    return iso8583.encode(online_sale(record, int(record.details["upload_trace"])))


def deferred(record: TransactionRecord) -> bool:
    """The ride was sold on an ARQC that no host answered in time (TR-35)."""
    return record.objects.get(f"{Tag.CID:X}") == _ARQC


def online_sale(record: TransactionRecord, trace: int) -> Message:
    """The 0200 of a ride, with line, vehicle and driver in field 62."""
    extra = {62: ride_elements(record.details)}
    return iso8583.build(
        Business.SALE, MERCHANT, trace, amount=record.amount, card=_read(record), extra=extra
    )


def ride_elements(details: Mapping[str, str]) -> str:
    """Line, vehicle and driver as field 62 holds them; a character that has no place there becomes "?"."""
    values = {tag: details.get(name, "").encode("ascii", "replace").decode() for name, tag in _RIDE.items()}
    return "".join(f"{tag}{len(value):03d}{value}" for tag, value in values.items() if value)


def settled_code(record: TransactionRecord, code: str | None) -> str | None:
    """F39 as the upload queue understands it: of a deferred ride 22 says what 94 says (TR-35)."""
    return ACCEPTED if code == _RELATED_ERROR and deferred(record) else code


def _offline_upload(record: TransactionRecord) -> bytes:
    trace = record.number % 1_000_000
    message = iso8583.build(
        Business.OFFLINE_UPLOAD, MERCHANT, trace, amount=record.amount, card=_read(record)
    )
    return iso8583.encode(message)


def _read(record: TransactionRecord) -> CardRead:
    elements = {int(tag, 16): bytes.fromhex(value) for tag, value in record.objects.items()} | {
        Tag.AC: bytes.fromhex(record.cryptogram),
        Tag.ISSUER_APPLICATION_DATA: bytes.fromhex(record.iad),
        Tag.UNPREDICTABLE_NUMBER: bytes.fromhex(record.unpredictable_number),
        Tag.ATC: record.atc.to_bytes(2, "big"),
        Tag.TVR: bytes.fromhex(record.tvr),
        Tag.AMOUNT_AUTHORISED: to_bcd(record.amount, 6),
    }
    return CardRead(
        PanEntry(elements.get(Tag.POS_ENTRY_MODE, b"\x07").hex()),
        pan=record.pan,
        expiry=elements.get(Tag.EXPIRATION_DATE, b"").hex()[:4],
        psn=bytes.fromhex(record.psn),
        elements=elements,
    )


def answer_code(frame: bytes) -> str | None:
    """F39 of an answer; None for what is no answer."""
    try:
        return iso8583.decode(frame).response or None
    except iso8583.MessageError:
        return None


def objects_of(elements: Mapping[int, bytes]) -> Mapping[str, str]:
    """Data objects as a record keeps them: by tag, both in hexadecimal."""
    return {f"{tag:X}": value.hex().upper() for tag, value in elements.items()}
