"""Read records; what they hold, and the static data to be authenticated (PB-7.4, PB-6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.kernel.answers import objects_of, template
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.link.card import CardLink

_WHOLE_RECORD_SIGNED_FROM_SFI = 11  # PB-6.1: up to SFI 10 the template itself is not signed
_ONLY_THE_AIP = bytes((Tag.AIP,))


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read: where it stands, its bytes, and its objects by tag."""

    sfi: int
    number: int
    raw: bytes
    content: bytes
    values: Mapping[int, bytes]


def read_record(card: CardLink, sfi: int, number: int) -> Record:
    """READ RECORD; terminates unless the answer is one template 70 without doubles."""
    response = card.exchange(apdu.read_record(sfi, number))
    record = template(response, Tag.READ_RECORD_TEMPLATE, "record")
    values = {tag: each.value for tag, each in objects_of(record).items()}
    return Record(sfi, number, response.data, record.value, values)


def merged(answer: Mapping[int, bytes], records: Iterable[Record]) -> dict[int, bytes]:
    """All objects of a transaction by tag; terminates when one stands in two places (PB-7.4)."""
    values = dict(answer)
    for record in records:
        double = values.keys() & record.values.keys()
        if double:
            raise TerminatedError("object-twice", tag_hex(min(double)))
        values.update(record.values)
    return values


def static_data(signed: Iterable[Record], values: Mapping[int, bytes]) -> bytes:
    """The signed records in AFL order, then the AIP where 9F4A asks for it; 9F4A may ask for nothing else."""
    content = b"".join(
        record.content if record.sfi < _WHOLE_RECORD_SIGNED_FROM_SFI else record.raw for record in signed
    )
    tags = values.get(Tag.SDA_TAG_LIST, b"")
    if tags not in (b"", _ONLY_THE_AIP):
        raise TerminatedError("static-data-list", tags.hex().upper())
    return content + values[Tag.AIP] if tags else content
