"""One message as its fields, and what is read out of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from conformance.codec import tlv
from conformance.codec.iso8583.layouts import ANSWER, LAYOUTS, Layout
from conformance.codec.iso8583.parts import EntryMode, Original, TransactionField
from conformance.codec.iso8583.profile import UNIONPAY, FieldValue, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Part = TypeVar("Part")


@dataclass(frozen=True)
class Message:
    """One message. A field is a string of its characters, or bytes where its format is b; 35 has a D.

    Equality counts everything.
    """

    mti: str
    fields: Mapping[int, FieldValue]
    tpdu: bytes = UNIONPAY.tpdu
    header: bytes = UNIONPAY.header

    def text(self, number: int) -> str:
        """The characters of a field, "" where it is not there."""
        value = self.fields.get(number, "")
        return value if isinstance(value, str) else value.hex().upper()

    @property
    def amount(self) -> int:
        return int(self.text(4) or "0")

    @property
    def trace(self) -> int:
        return int(self.text(11) or "0")

    @property
    def pan(self) -> str:
        """Field 2, or what stands before the separator of track 2; "" where neither is there."""
        return self.text(2) or self.text(35).partition("D")[0]

    @property
    def response(self) -> str:
        return self.text(39)

    @cached_property
    def entry_mode(self) -> EntryMode | None:
        """Field 22, None where it is not there or makes no sense."""
        return _parsed(EntryMode.parse, self.text(22))

    @cached_property
    def transaction(self) -> TransactionField | None:
        """Field 60, None where it is not there or makes no sense."""
        return _parsed(TransactionField.parse, self.text(60))

    @cached_property
    def original(self) -> Original | None:
        """Field 61, None where it is not there or makes no sense."""
        return _parsed(Original.parse, self.text(61))

    @cached_property
    def card(self) -> Mapping[int, bytes]:
        """The data objects of field 55 by tag, none where it is not there; raises `tlv.TlvError`."""
        raw = self.fields.get(55, b"")
        return {found.tag: found.value for found in tlv.decode(raw if isinstance(raw, bytes) else b"")}

    @cached_property
    def layout(self) -> Layout | None:
        """The row of the table that this message is, None where there is none."""
        if self.mti[2:3] in ("1", "3"):
            return ANSWER
        own = self.transaction
        for layout in LAYOUTS:
            known = layout.transaction is None or (own is not None and layout.transaction == own.transaction)
            if layout.mti == self.mti and known and _same_network(layout, own):
                return layout
        return None


def _same_network(layout: Layout, own: TransactionField | None) -> bool:
    """A layout that others share their type and 60.1 with is told by 60.3."""
    return layout.networks == (Network.NONE,) or (
        own is not None and own.network in [it.value for it in layout.networks]
    )


def kind_of(message: Message) -> str:
    """What a message is for, in a word of `Business`; "unknown" for one that is no row of the table."""
    return message.layout.business.value if message.layout else "unknown"


def _parsed(parse: Callable[[str], Part], text: str) -> Part | None:
    """What `parse` reads, None where it refuses."""
    try:
        return parse(text)
    except ValueError:
        return None
