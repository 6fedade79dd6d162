"""Messages between a terminal and its host, without what belongs to a person.

PIN blocks go always. PAN, tracks and the elements of field 55 that are somebody's go unless the PAN is a test
one. What goes is replaced at its full length, by zeros, so that the frame still decodes.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from conformance.codec import iso8583, tlv

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from conformance.codec.iso8583 import FieldValue, Message

_PAN, _TRACK2, _TRACK3, _PIN_BLOCK, _CARD = 2, 35, 36, 52, 55
_OF_THE_CARDHOLDER = (_PAN, _TRACK2, _TRACK3, 48, 54, 62)  # 48 and 62 can hold another card, 54 a balance
_SHORTEST_PAN = 12


def redacted_frame(
    frame: bytes, personal: Container[int], readable: Callable[[str], bool], learn: Callable[[str], None]
) -> bytes | None:
    """The frame as it may be written; None for what is no message, in which anything might stand.

    `personal` are the tags that are somebody's, `readable` tells a test PAN, `learn` is told of every PAN.
    """
    try:
        message = iso8583.decode(frame)
    except iso8583.MessageError:
        return None
    pans = [pan for pan in _pans(message) if len(pan) >= _SHORTEST_PAN]
    for pan in pans:
        learn(pan)
    fields = {
        number: _zeros(value) if number == _PIN_BLOCK else value for number, value in message.fields.items()
    }
    if not all(map(readable, pans)):
        fields |= _covered(fields, personal)
    return iso8583.encode(dataclasses.replace(message, fields=fields))


def _pans(message: Message) -> list[str]:
    return [message.text(_PAN), *(message.text(number).partition("D")[0] for number in (_TRACK2, _TRACK3))]


def _covered(fields: Mapping[int, FieldValue], personal: Container[int]) -> dict[int, FieldValue]:
    covered = {number: _zeros(fields[number]) for number in _OF_THE_CARDHOLDER if number in fields}
    card = fields.get(_CARD)
    if isinstance(card, bytes):
        covered[_CARD] = _without_cardholder(card, personal)
    return covered


def _zeros(value: FieldValue) -> FieldValue:
    return "0" * len(value) if isinstance(value, str) else bytes(len(value))


def _without_cardholder(card: bytes, personal: Container[int]) -> bytes:
    try:
        elements = tlv.decode(card)
    except tlv.TlvError:
        return bytes(len(card))
    return b"".join(
        tlv.encode(each.tag, bytes(len(each.value)) if each.tag in personal else each.value)
        for each in elements
    )
