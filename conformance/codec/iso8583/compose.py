"""Messages made of values: requests, their reversals, answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from conformance.codec import tlv
from conformance.codec.iso8583.layouts import REVERSED, Business, CardData, Layout, layout_of
from conformance.codec.iso8583.message import Message
from conformance.codec.iso8583.parts import EntryMode, Original, TransactionField, sequence_number
from conformance.codec.iso8583.profile import (
    UNIONPAY,
    AcquirerProfile,
    FieldValue,
    Network,
    PanEntry,
    ReversalReason,
)
from conformance.codec.tags import Tag
from conformance.codec.values import pan_from_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who sends: fields 41 and 42, and the batch that is open (60.2)."""

    terminal: str
    merchant: str
    batch: int
    operator: str = "01"


@dataclass(frozen=True, slots=True)
class CardRead:
    """What a terminal has of a card, however it read it; bytes as the card gives them.

    `elements` are the data objects of the transaction by tag, from which field 55 takes what it needs.
    `stripe_fallback` marks a chip card read by its stripe (60.5 is 2).
    """

    entry: PanEntry
    pan: str = ""
    expiry: str = ""
    psn: bytes = b""
    track2: str = ""
    pin_block: bytes = b""
    elements: Mapping[int, bytes] = field(default_factory=dict)
    stripe_fallback: bool = False

    @classmethod
    def chip(cls, entry: PanEntry, elements: Mapping[int, bytes], pin_block: bytes = b"") -> Self:
        """A card read through its chip; PAN, expiry, 5F34 and track 2 are among its elements."""
        track2 = elements.get(Tag.TRACK2, b"").hex().upper().rstrip("F")
        pan = pan_from_bytes(elements[Tag.PAN]) if Tag.PAN in elements else track2.partition("D")[0]
        expiry = elements.get(Tag.EXPIRATION_DATE, b"").hex()[:4]
        psn = elements.get(Tag.PAN_SEQUENCE_NUMBER, b"")
        return cls(entry, pan, expiry, psn, track2, pin_block, elements)


def build(  # noqa: PLR0913  one keyword for each thing that makes a message this message
    business: Business,
    terminal: Terminal,
    trace: int,
    *,
    amount: int | None = None,
    card: CardRead | None = None,
    original: Original | None = None,
    network: Network | None = None,
    extra: Mapping[int, FieldValue] | None = None,
    profile: AcquirerProfile = UNIONPAY,
) -> Message:
    """A message of values. Fields that this kind of message does not have are left out; `extra` adds any.

    A reversal is made of the message that it reverses, by `reversal`. What is missing is told by `check`,
    not here, so that a terminal's mistake can be sent.
    """
    layout = layout_of(business)
    if layout.transaction is None:
        raise ValueError(f"a {business.value} is made of another message")
    part = TransactionField(layout.transaction, terminal.batch, (network or layout.networks[0]).value)
    fields: dict[int, FieldValue] = {
        11: f"{trace:06d}",
        41: terminal.terminal,
        42: terminal.merchant,
        49: profile.currency,
        63: terminal.operator,
    }
    if layout.processing is not None:
        fields[3] = layout.processing
    if layout.condition is not None:
        fields[25] = layout.condition.value
    if amount is not None:
        fields[4] = f"{amount:012d}"
    if original is not None:
        fields[61] = original.encode()
    if card is not None:
        fields |= _of_card(card, layout)
        capability = dict(profile.read_capability)[card.entry]
        part = TransactionField(
            part.transaction, part.batch, part.network, capability, "2" if card.stripe_fallback else "0"
        )
    fields[60] = part.encode()
    allowed = {*layout.mandatory, *layout.conditional}
    kept = {number: value for number, value in fields.items() if number in allowed}
    return Message(layout.mti, _in_order(kept | dict(extra or {})), profile.tpdu, profile.header)


def reversal(
    message: Message, reason: ReversalReason, elements: Mapping[int, bytes] | None = None
) -> Message:
    """The reversal of a message that was sent: its fields but 35, 36 and 52, the reason in 39 (AC-07).

    `elements` are what the card has said since, script results (DF31) included.
    """
    layout = layout_of(Business.REVERSAL)
    allowed = {*layout.mandatory, *layout.conditional} - {55}
    fields = {number: value for number, value in message.fields.items() if number in allowed}
    if 2 not in fields and message.pan:
        fields[2] = message.pan
    if 55 in message.fields:
        card = card_data(REVERSED, {**message.card, **(elements or {})})
        if card:
            fields[55] = card
    fields[39] = reason.value
    return Message(layout.mti, _in_order(fields), message.tpdu, message.header)


def response(message: Message, fields: Mapping[int, FieldValue]) -> Message:
    """An answer to a request: type plus 10, addresses of the TPDU exchanged, and what is repeated from it."""
    repeated = {
        number: message.fields[number]
        for number in (2, 3, 4, 11, 25, 41, 42, 49, 60)
        if number in message.fields
    }
    mti = f"{int(message.mti) + 10:04d}"
    tpdu = message.tpdu[:1] + message.tpdu[3:] + message.tpdu[1:3]
    return Message(mti, _in_order(repeated | dict(fields)), tpdu, message.header)


def card_data(wanted: CardData, elements: Mapping[int, bytes]) -> bytes:
    """Field 55: those of the elements that belong there, in the order of the table."""
    tags = (*wanted.mandatory, *wanted.optional)
    return b"".join(tlv.encode(tag, elements[tag]) for tag in tags if tag in elements)


def _of_card(card: CardRead, layout: Layout) -> dict[int, FieldValue]:
    track2 = card.track2.replace("=", "D")
    fields: dict[int, FieldValue] = {
        2: card.pan,
        14: card.expiry,
        22: EntryMode(card.entry, bool(card.pin_block)).encode(),
        23: sequence_number(card.psn) if card.psn and card.entry.chip else "",
        35: track2,
        52: card.pin_block,
    }
    if card.pin_block:
        fields |= {26: "06", 53: "2600000000000000"}  # six digits of PIN at most, 3DES by the PAN [C]
    if card.entry.chip and layout.card is not None:
        fields[55] = card_data(layout.card, card.elements)
    return {number: value for number, value in fields.items() if value}


def _in_order(fields: Mapping[int, FieldValue]) -> dict[int, FieldValue]:
    return dict(sorted(fields.items()))
