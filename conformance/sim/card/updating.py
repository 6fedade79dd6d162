"""PUT DATA and UPDATE RECORD: what an issuer script may rewrite (PB-2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.codec.tags import Tag
from conformance.codec.values import from_bcd
from conformance.sim.card.image import Record
from conformance.sim.card.purse import FIRST, PURSES
from conformance.sim.card.state import (
    CONDITIONS_NOT_SATISFIED,
    NO_ROOM,
    OK,
    RECORD_NOT_FOUND,
    SUM_ABOVE_LIMIT,
    WRONG_DATA,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Refused,
)

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.image import Image
    from conformance.sim.card.purse import Purse
    from conformance.sim.card.state import Application, CardState, Interface

_BY_NUMBER = 0b100
# fmt: off
WRITABLE = frozenset({  # PB-2
    0x9F53, 0x9F54, 0x9F58, 0x9F59, 0x9F5C, 0x9F6B, 0x9F6D, 0x9F72, 0x9F73, 0x9F75, 0x9F77, 0x9F78, 0x9F79,
    0xDF61, 0xDF62, 0xDF72, 0xDF76, 0xDF77, 0xDF78, 0xDF79,
})
# fmt: on
_LARGEST_AMOUNT = 999_999_999_999
_LIMITED = (Tag.EC_BALANCE_LIMIT, Tag.SECOND_EC_BALANCE_LIMIT)
_EXTENDED = (0x00, 0x01, 0x02, 0x81, 0x82)  # DF61, PB-8
_NOT_AN_AMOUNT = frozenset({0x9F53, 0x9F58, 0x9F59, 0x9F72, 0xDF61})


def put_data(card: CardState, command: CommandApdu, data: bytes) -> None:
    """PUT DATA of an element that PB-2 lists, in the length that it has; a new balance is logged (PB-3.2)."""
    application, rules = card.application, card.rules
    tag = command.p1 << 8 | command.p2
    if tag == Tag.DEDUCTED_AMOUNT:
        raise Refused(WRONG_P1_P2)
    held = application.elements.get(tag)
    if tag not in WRITABLE or held is None:
        raise Refused(WRONG_DATA)
    if len(data) != len(held):
        raise Refused(WRONG_LENGTH)
    if tag not in _NOT_AN_AMOUNT and not data.hex().isdecimal():
        raise Refused(WRONG_DATA)
    rules.put_data_limits.apply(application, tag, data)
    purse = next((each for each in PURSES if each.balance == tag), None)
    if purse is not None:
        before = application.memory.held(purse)
        rules.load.apply(application, purse, from_bcd(data))
        rules.load_log.apply(*card.dialogue, purse, before)
    else:
        _revise(application, tag, data)


def load(application: Application, purse: Purse, amount: int) -> None:
    """A new balance first repays what the deposit paid, DF63 (PB-8); if too small, in part (chosen).

    The deposit belongs to the first electronic cash.
    """
    memory = application.memory
    repaid = min(amount, memory.deducted) if purse is FIRST else 0
    memory.hold(purse, amount - repaid)
    memory.deducted -= repaid


def put_data_limits(application: Application, tag: int, value: bytes) -> None:
    """No balance above its limit: 9F79 6A80, and 6976 with what is pre-authorised, DF79 6985 (PB-2).

    No deposit below what was deducted, and no extended application that PB-8 does not know: 6A80.
    """
    image, memory = application.image, application.memory
    held = {each: image.amount(each) or 0 for each in _LIMITED}
    if tag == Tag.EC_BALANCE and from_bcd(value) > held[Tag.EC_BALANCE_LIMIT]:
        raise Refused(WRONG_DATA)
    if (
        tag == Tag.EC_BALANCE
        and from_bcd(value) + sum(memory.capp.held.values()) > held[Tag.EC_BALANCE_LIMIT]
    ):
        raise Refused(SUM_ABOVE_LIMIT)
    if tag == Tag.EXTENDED_APPLICATION and value[0] not in _EXTENDED:
        raise Refused(WRONG_DATA)
    if tag == Tag.SECOND_EC_BALANCE and from_bcd(value) > held[Tag.SECOND_EC_BALANCE_LIMIT]:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    if tag == Tag.DEDUCTION_LIMIT:
        if from_bcd(value) < memory.deducted:
            raise Refused(WRONG_DATA)
        if from_bcd(value) + held[Tag.EC_BALANCE_LIMIT] > _LARGEST_AMOUNT:
            raise Refused(CONDITIONS_NOT_SATISFIED)


def update_record(card: CardState, command: CommandApdu, data: bytes) -> None:
    """UPDATE RECORD of a personalised record, which does not grow: 6A83, 6A84 (PB-2)."""
    application, place = card.application, (command.p2 >> 3, command.p1)
    if command.p2 & 0b111 != _BY_NUMBER:
        raise Refused(WRONG_P1_P2)
    record = application.image.records.get(place)
    if record is None or record.answer is None:
        raise Refused(RECORD_NOT_FOUND)
    if len(data) > len(record.answer.data):
        raise Refused(NO_ROOM)
    written = Record((), ResponseApdu(data, OK))
    for interface, image in application.images.items():
        if image.records.get(place) == record:
            revised = replace(image, records={**image.records, place: written})
            _keep(application, interface, revised)


def _revise(application: Application, tag: int, value: bytes) -> None:
    """Every interface that has the element has its new value."""
    for interface, image in application.images.items():
        if tag in image.elements:
            _keep(application, interface, replace(image, elements={**image.elements, tag: value}))


def _keep(application: Application, interface: Interface, revised: Image) -> None:
    if application.images[interface] is application.image:
        application.image = revised
    application.images[interface] = revised
