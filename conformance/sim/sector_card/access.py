"""Selecting and reading in a purse card (HW-40, TR-40)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.tags import Tag
from conformance.sim.sector_card.answers import FILE_NOT_FOUND, WRONG_P1_P2, Refused, answer
from conformance.sim.sector_card.files import part, record_at

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.sim.sector_card.files import Directory
    from conformance.sim.sector_card.state import PurseCardState

_BY_IDENTIFIER, _BY_NAME = 0x00, 0x04
_ALL_OF_IT = 0x80  # of P1: the rest is a short file identifier


def select(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """A directory by its identifier or its name; another transaction is given up."""
    if command.p1 not in {_BY_IDENTIFIER, _BY_NAME} or command.p2:
        raise Refused(WRONG_P1_P2)
    by_name = command.p1 == _BY_NAME
    for each in (card.application, card.root):
        if command.data == (each.name if by_name else each.identifier.to_bytes(2, "big")) and command.data:
            card.selected, card.pending = each, None
            return answer(_fci(each))
    raise Refused(FILE_NOT_FOUND)


def _fci(directory: Directory) -> bytes:
    name = directory.name or directory.identifier.to_bytes(2, "big")
    return tlv.encode(0x6F, tlv.encode(Tag.DF_NAME, name))


def read_binary(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """Bytes of a transparent file, named in P1 by its short file identifier; P2 is the offset."""
    if not command.p1 & _ALL_OF_IT:
        raise Refused(WRONG_P1_P2)
    return answer(part(_current(card).transparent(command.p1 & 0x1F).content, command.p2, command.le))


def read_record(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """A record by number, or by the byte that it begins with, as the command that writes it names it."""
    if command.p2 & 0x07 != 0x04:
        raise Refused(WRONG_P1_P2)
    file = _current(card).records(command.p2 >> 3)
    number = command.p1
    if file.cyclic is None and number > len(file.records):
        number = file.place_of(number)
    return answer(record_at(file, number))


def _current(card: PurseCardState) -> Directory:
    return card.selected or card.root
