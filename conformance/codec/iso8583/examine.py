"""Hold a message against the table: what is missing, forbidden or different."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.iso8583.layouts import ANSWER, CardData, Layout
from conformance.codec.iso8583.profile import FIELDS, PanEntry
from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.iso8583.message import Message
    from conformance.codec.iso8583.parts import EntryMode


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What is wrong with a message. `tag` is set for a data object of field 55.

    `reason` is "missing", "forbidden", "differs" (from what the kind of message fixes), "malformed" or
    "unknown-message".
    """

    number: int
    reason: str
    clause: str
    tag: int | None = None

    def __str__(self) -> str:
        name = next((f" {one.name_en}" for one in FIELDS if one.number == self.number), "")
        within = "" if self.tag is None else f", tag {tlv.tag_hex(self.tag)}"
        return f"field {self.number}{name}{within}: {self.reason} ({self.clause})"


def check(message: Message) -> tuple[Discrepancy, ...]:
    """Hold a message against the table: fields and data objects that are missing, forbidden or different.

    In order of the fields; none means that the message is as S-11.1 has it.
    """
    layout = message.layout
    if layout is None:
        return (Discrepancy(60, "unknown-message" if 60 in message.fields else "missing", "S-11.1"),)
    present = set(message.fields)
    found = [Discrepancy(number, "missing", layout.clause) for number in set(layout.mandatory) - present]
    allowed = {*layout.mandatory, *layout.conditional}
    found += [Discrepancy(number, "forbidden", layout.clause) for number in present - allowed]
    if layout is not ANSWER:
        found += _conditions(message, layout)
        found += _choices(message, layout)
    if 55 in present & allowed and layout.card is not None:
        found += _card_data(message, layout.card, layout.clause)
    return tuple(sorted(set(found), key=lambda one: (one.number, one.tag or 0, one.reason)))


@dataclass(frozen=True, slots=True)
class Condition:
    """When a conditional field must be there (True), must not (False), or may (None)."""

    number: int
    wanted: Callable[[Message, Layout, EntryMode], bool | None]
    clause: str


def _needs_pan(message: Message, _layout: Layout, _mode: EntryMode) -> bool | None:
    return None if 35 in message.fields or 36 in message.fields else True


def _with_chip(_message: Message, _layout: Layout, mode: EntryMode) -> bool | None:
    return None if mode.entry.chip else False


def _with_pin(_message: Message, _layout: Layout, mode: EntryMode) -> bool | None:
    return mode.pin


def _with_track(_message: Message, _layout: Layout, mode: EntryMode) -> bool | None:
    return False if mode.entry is PanEntry.MANUAL else None


def _with_card_data(_message: Message, layout: Layout, mode: EntryMode) -> bool | None:
    return (True if layout.chip else None) if mode.entry.chip else False


CONDITIONS = (
    Condition(2, _needs_pan, "S-11.1"),
    Condition(23, _with_chip, "S-11.1"),
    Condition(26, _with_pin, "AC-13"),
    Condition(35, _with_track, "S-11.1"),
    Condition(36, _with_track, "S-11.1"),
    Condition(52, _with_pin, "AC-13"),
    Condition(53, _with_pin, "AC-13"),
    Condition(55, _with_card_data, "MG-02"),
)


def _conditions(message: Message, layout: Layout) -> list[Discrepancy]:
    mode = message.entry_mode
    if mode is None:
        return [Discrepancy(22, "malformed", "S-11.1")] if 22 in message.fields else []
    found = []
    for condition in CONDITIONS:
        number = condition.number
        if number not in layout.conditional:
            continue
        wanted = condition.wanted(message, layout, mode)
        if wanted is not None and wanted != (number in message.fields):
            found.append(Discrepancy(number, "missing" if wanted else "forbidden", condition.clause))
    return found


def _choices(message: Message, layout: Layout) -> list[Discrepancy]:
    """Fields whose value the kind of message fixes: 3, 25, 60; and 61, which must be readable."""
    fixed = (
        (3, layout.processing),
        (25, layout.condition.value if layout.condition else None),
    )
    found = [
        Discrepancy(number, "differs", layout.clause)
        for number, value in fixed
        if value is not None and number in message.fields and message.text(number) != value
    ]
    if 60 in message.fields and message.transaction is None:
        found.append(Discrepancy(60, "malformed", "S-11.1"))
    if 61 in message.fields and message.original is None:
        found.append(Discrepancy(61, "malformed", "S-11.1"))
    return found


def _card_data(message: Message, wanted: CardData, clause: str) -> list[Discrepancy]:
    try:
        present = message.card
    except tlv.TlvError:
        return [Discrepancy(55, "malformed", clause)]
    found = [Discrepancy(55, "missing", clause, tag) for tag in wanted.mandatory if tag not in present]
    allowed = {*wanted.mandatory, *wanted.optional}
    found += [Discrepancy(55, "forbidden", clause, tag) for tag in present if tag not in allowed]
    amount = present.get(Tag.AMOUNT_AUTHORISED)
    if amount is not None and 4 in message.fields and amount.hex() != message.text(4):
        found.append(Discrepancy(55, "differs", "AC-12", Tag.AMOUNT_AUTHORISED))
    return found
