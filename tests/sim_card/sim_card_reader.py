"""A card on the table, asked one command at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.sim import card as sim_card

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu
    from conformance.codec.tlv import Tlv

AID = bytes.fromhex("A000000333010101")
PPSE = b"2PAY.SYS.DDF01"
PAN, PSN = "6210948000000011", "01"
LAST = (5, 1)
TERMINAL = {
    0x9F66: "26000080",  # qPBOC, online PIN, signature; fDDA version 01
    0x9F02: "000000000100",
    0x9F03: "000000000000",
    0x9F1A: "0156",
    0x95: "0000000000",
    0x5F2A: "0156",
    0x9A: "260501",
    0x9C: "00",
    0x9F37: "11223344",
}
_PDOL = Dol.parse(bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F3704"))


@dataclass
class Reader:
    """Sends commands; `terminal` holds what the last GPO carried."""

    card: sim_card.SimulatedCard
    terminal: dict[int, bytes] = field(default_factory=dict)

    def select(self, aid: bytes = AID, *, next_occurrence: bool = False) -> ResponseApdu:
        return self.card.process(apdu.select(aid, next_occurrence=next_occurrence))

    def gpo(self, **changed: str) -> ResponseApdu:
        """GPO with the usual terminal values; `changed` gives others in hex, as t9F02="…"."""
        values = TERMINAL | {int(name[1:], 16): value for name, value in changed.items()}
        self.terminal = {tag: bytes.fromhex(value) for tag, value in values.items()}
        return self.card.process(apdu.get_processing_options(_PDOL.fill(self.terminal)))

    def begin(self, **changed: str) -> ResponseApdu:
        """SELECT and GPO."""
        self.select()
        return self.gpo(**changed)

    def read(self, sfi: int, record: int) -> ResponseApdu:
        return self.card.process(apdu.read_record(sfi, record))

    def pay(self, **changed: str) -> list[Tlv]:
        """SELECT, GPO, all records of the AFL: every object of the answers, in order."""
        answer = tlv.decode_one(self.begin(**changed).data)
        records = [self.read(sfi, number) for sfi, number, _ in Afl.parse(value(answer, Tag.AFL)).records()]
        assert all(record.ok for record in records)
        return [*answer.children, *(each for r in records for each in tlv.decode_one(r.data).children)]

    def get(self, tag: int) -> bytes:
        """The value of a data object by GET DATA."""
        return tlv.decode_one(self.card.process(apdu.get_data(tag)).data).value

    def afresh(self) -> Reader:
        """Take the card out of the field and bring it back."""
        self.card.power_off()
        self.card.power_on()
        return self


def reader(**particulars: Any) -> Reader:
    """A fresh card, built with `particulars`."""
    card = sim_card.build(**particulars)
    card.power_on()
    return Reader(card)


def objects(source: ResponseApdu | list[Tlv]) -> dict[int, bytes]:
    """The objects of an answer's template, or of a list, by tag."""
    listed = source if isinstance(source, list) else tlv.decode_one(source.data).children
    return {each.tag: each.value for each in listed}


def value(template: Tlv, tag: int) -> bytes:
    """The value of an object that has to be there."""
    found = template.find(tag)
    assert found is not None
    return found.value
