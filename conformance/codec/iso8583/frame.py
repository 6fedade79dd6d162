"""A message as the bytes on the line, and back; pyiso8583 packs what begins with the message type."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import iso8583

from conformance.codec.iso8583.message import Message
from conformance.codec.iso8583.parts import digits_only
from conformance.codec.iso8583.profile import UNIONPAY, AcquirerProfile, FieldFormat, FieldValue

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH, _TPDU, _HEADER, _MTI, _BITMAP = 2, 5, 6, 2, 8
_OVERHEAD = _TPDU + _HEADER
_PATTERNS = {"n": r"[0-9]*", "z": r"[0-9D]*", "an": r"[0-9A-Za-z ]*", "ans": r"[^\x00-\x1F]*"}


class MessageError(ValueError):
    """A message that cannot be packed, or bytes that are none.

    `reason` is "cut", "length", "field" (its value does not fit its format), "unknown-field", "bitmap" or
    "message-type"; `number` is the field, 0 where it is none; `offset` the place in the frame, None when
    packing.
    """

    def __init__(self, reason: str, sentence: str, number: int = 0, offset: int | None = None) -> None:
        where = "" if offset is None else f" at byte {offset}"
        super().__init__(f"{sentence}{where}")
        self.reason = reason
        self.number = number
        self.offset = offset


def encode(message: Message, profile: AcquirerProfile = UNIONPAY) -> bytes:
    """The frame, its length included; raises MessageError for a value that its format cannot hold."""
    _whole_part("TPDU", message.tpdu, _TPDU)
    _whole_part("header", message.header, _HEADER)
    formats = _formats(profile)
    unpacked = {"t": message.mti}
    for number, value in message.fields.items():
        if number not in formats:
            raise MessageError("unknown-field", f"profile {profile.name} has no field {number}", number)
        unpacked[str(number)] = _characters(formats[number], value)
    try:
        body, _ = iso8583.encode(unpacked, _specification(profile))
    except iso8583.EncodeError as error:
        raise _told(error.field, error.msg, None) from None
    frame = message.tpdu + message.header + bytes(body)
    return len(frame).to_bytes(_LENGTH, "big") + frame


def decode(frame: bytes, profile: AcquirerProfile = UNIONPAY) -> Message:
    """The message of a whole frame; raises MessageError with the place in it."""
    if len(frame) < _LENGTH + _OVERHEAD + _MTI + _BITMAP:
        raise MessageError("cut", f"a frame has more than {len(frame)} bytes", offset=len(frame))
    announced = int.from_bytes(frame[:_LENGTH], "big")
    if announced != len(frame) - _LENGTH:
        raise MessageError(
            "length", f"the frame announces {announced} bytes, here are {len(frame) - _LENGTH}", offset=0
        )
    start = _LENGTH + _OVERHEAD
    body = frame[start:]
    formats = _formats(profile)
    _known_bitmap(body[_MTI : _MTI + _BITMAP], formats, start + _MTI)
    try:
        unpacked, _ = iso8583.decode(body, _specification(profile))
    except iso8583.DecodeError as error:
        raise _told(error.field, error.msg, start + error.pos) from None
    mti = unpacked["t"]
    if not digits_only(mti):
        raise MessageError("message-type", f"{mti} is no message type", offset=start)
    fields = {
        int(number): _value(formats[int(number)], text)
        for number, text in unpacked.items()
        if number.isdecimal()
    }
    return Message(mti, fields, frame[_LENGTH : _LENGTH + _TPDU], frame[_LENGTH + _TPDU : start])


@cache
def _formats(profile: AcquirerProfile) -> Mapping[int, FieldFormat]:
    return {layout.number: layout for layout in profile.fields}


@cache
def _specification(profile: AcquirerProfile) -> dict[str, dict[str, Any]]:
    """The profile in pyiso8583's words."""
    fixed: dict[str, Any] = {"data_enc": "b", "len_enc": "b", "len_type": 0}
    specification: dict[str, dict[str, Any]] = {
        "h": {**fixed, "max_len": 0, "desc": "none: TPDU and header stand before"},
        "t": {**fixed, "max_len": _MTI, "desc": "message type"},
        "p": {**fixed, "max_len": _BITMAP, "desc": "bitmap"},
        "1": {**fixed, "max_len": _BITMAP, "desc": "second bitmap, never there"},
    }
    for layout in profile.fields:
        packed = layout.kind in ("n", "z")
        specification[str(layout.number)] = {
            "data_enc": "b" if packed or layout.kind == "b" else profile.text,
            "len_enc": "bcd",
            "len_type": layout.prefix,
            "max_len": layout.length,
            "len_count": "nibbles" if packed else "bytes",
            f"{layout.filled}_pad": "0",
            "desc": layout.name_en,
        }
    return specification


def _characters(layout: FieldFormat, value: FieldValue) -> str:
    """A field's value as pyiso8583 takes it."""
    if layout.kind == "b":
        if isinstance(value, bytes):
            return value.hex().upper()
    elif isinstance(value, str) and re.fullmatch(_PATTERNS[layout.kind], value):
        return value
    raise MessageError("field", f"field {layout.number} is of format {layout.kind}", layout.number)


def _value(layout: FieldFormat, text: str) -> FieldValue:
    """A field's value from what pyiso8583 gives."""
    if layout.kind == "b":
        return bytes.fromhex(text)
    if not re.fullmatch(_PATTERNS[layout.kind], text):
        raise MessageError("field", f"field {layout.number} is not of format {layout.kind}", layout.number)
    return text


def _known_bitmap(bitmap: bytes, formats: Mapping[int, FieldFormat], offset: int) -> None:
    bits = int.from_bytes(bitmap, "big")
    for number in range(1, 65):
        if bits >> (64 - number) & 1 and number not in formats:
            raise MessageError(
                "unknown-field", f"the bitmap announces field {number}", number, offset + (number - 1) // 8
            )


def _told(number: str, sentence: str, offset: int | None) -> MessageError:
    """Word what pyiso8583 says."""
    if number.isdecimal():
        return MessageError("field", f"field {number}: {sentence}", int(number), offset)
    return MessageError({"t": "message-type", "p": "bitmap"}.get(number, "field"), sentence, 0, offset)


def _whole_part(name: str, value: bytes, length: int) -> None:
    if len(value) != length:
        raise MessageError("length", f"the {name} has {length} bytes, not {len(value)}")
