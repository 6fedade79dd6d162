"""Consistency of files: AFL, records, what is signed, logs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance.codec.afl import Afl, AflError
from conformance.codec.bits import Aip
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.sim.card.consistency.elements import named
from conformance.sim.card.consistency.subject import objects_of, size_of
from conformance.sim.card.paths import Way
from conformance.sim.card.state import Interface

if TYPE_CHECKING:
    from conformance.sim.card.consistency.rule import Faults
    from conformance.sim.card.consistency.subject import CheckedApplication, CheckedCard, CheckedPath

_LONGEST_RECORD = 252  # bytes of content, so that template, length and content make at most 256
_MANDATORY = (Tag.PAN, Tag.EXPIRATION_DATE)
_MANDATORY_BY_CONTACT = (*_MANDATORY, Tag.CDOL1, Tag.CDOL2)
_SHOWN_BY_GPO = (Tag.AIP, Tag.AFL, Tag.TRACK2, Tag.PAN_SEQUENCE_NUMBER, Tag.ISSUER_APPLICATION_DATA, Tag.ATC)
_LOGS = (Tag.LOG_ENTRY, Tag.LOAD_LOG_ENTRY)
_LOG_SFIS = range(11, 31)
_PRIVATE_SFIS = 11


def afl_malformed(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001  rules look alike
    try:
        Afl.parse(path.elements.get(Tag.AFL, b""))
    except AflError as error:
        yield Tag.AFL, f"(94) is no AFL: {error}"


def afl_without_record(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for sfi, number, _ in path.afl.records() if path.afl else ():
        if (sfi, number) not in path.records:
            yield Tag.AFL, f"(94) names record {number} of SFI {sfi}, which the card does not have"


def record_without_afl(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    if not all(path.afl for path in application.paths):
        return
    read = {place for path in application.paths for place, _, _ in path.listed}
    for path in application.paths:
        for sfi, number in path.records:
            if (sfi, number) not in read and sfi < _PRIVATE_SFIS:
                yield path.at[0], f"has record {number} of SFI {sfi}, which no AFL names"


def record_twice(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for (sfi, number), count in Counter((each.sfi, each.record) for each in path.finished.plans).items():
        if count > 1:
            yield None, f"gives record {number} of SFI {sfi} {count} times"


def record_differs(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    """Records lie in files that all paths of an interface share."""
    for interface in application.plan.interfaces:
        first: dict[tuple[int, int], CheckedPath] = {}
        for path in application.of(interface):
            for place, record in path.records.items():
                other = first.setdefault(place, path)
                if other.records[place] != record:
                    sfi, number = place
                    sentence = f"has another record {number} in SFI {sfi} than {other.name}"
                    yield path.at[0], sentence


def record_length(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for (sfi, number), record, _ in path.listed:
        size = size_of(path.elements, record)
        if size > _LONGEST_RECORD:
            sentence = f"has {size} bytes in record {number} of SFI {sfi}; an answer holds {_LONGEST_RECORD}"
            yield next(objects_of(record)), sentence


def element_twice(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    """A terminal ends the transaction when the card gives an element twice (PB-7.4)."""
    given: list[int] = list(_SHOWN_BY_GPO if path.way is Way.QPBOC else (Tag.AIP, Tag.AFL))
    places = {place: record for place, record, _ in path.listed}
    given += [tag for record in places.values() for tag in objects_of(record)]
    for tag, count in Counter(given).items():
        if count > 1:
            yield tag, f"({tag_hex(tag)}) reaches the terminal {count} times"


def element_not_read(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    contact = path.interface is Interface.CONTACT
    for tag in _MANDATORY_BY_CONTACT if contact else _MANDATORY:
        if path.afl and path.read(tag) is None:
            yield None, f"has no record with {named(tag)}, which every terminal needs"


def nothing_signed(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if path.afl and _authenticated(path) and not any(signed for *_, signed in path.listed):
        yield Tag.AFL, "has no signed record, although the AIP promises offline data authentication"


def sda_tag_list(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    value = path.elements.get(Tag.SDA_TAG_LIST)
    if value is not None and value != b"\x82":
        yield Tag.SDA_TAG_LIST, f"(9F4A) is {value.hex().upper()}; the AIP (82) alone may stand there"


def sda_tag_list_not_read(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if (
        Tag.SDA_TAG_LIST in path.elements
        and path.afl
        and _authenticated(path)
        and path.read(Tag.SDA_TAG_LIST) is None
    ):
        yield (
            Tag.SDA_TAG_LIST,
            "(9F4A) stands in no record, so that no terminal signs the AIP as the card did",
        )


def log_entry_file(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in _LOGS:
        value = path.elements.get(tag, b"")
        if len(value) == 2 and value[0] not in _LOG_SFIS:
            yield tag, f"({tag_hex(tag)}) puts the log into SFI {value[0]}; it lies in SFI 11 to 30"


def log_entry_records(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in _LOGS:
        value = path.elements.get(tag, b"")
        if len(value) == 2 and value[1] == 0:
            yield tag, f"({tag_hex(tag)}) gives the log no records"


def log_file_taken(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    values = {tag: path.elements[tag] for tag in _LOGS if len(path.elements.get(tag, b"")) == 2}
    taken = {sfi for sfi, _ in path.records}
    for tag, value in values.items():
        if value[0] in taken:
            yield tag, f"({tag_hex(tag)}) puts the log into SFI {value[0]}, where records of the AFL lie"
    if len(values) == 2 and len({value[0] for value in values.values()}) == 1:
        yield Tag.LOAD_LOG_ENTRY, "(DF4D) puts the load log into the file of the transaction log (9F4D)"


def log_format_missing(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if Tag.LOAD_LOG_ENTRY in path.elements and Tag.LOAD_LOG_FORMAT not in path.elements:
        yield Tag.LOAD_LOG_ENTRY, "(DF4D) promises a load log, whose format (DF4F) is not there"


def _authenticated(path: CheckedPath) -> bool:
    value = path.elements.get(Tag.AIP, b"")
    return len(value) == 2 and bool(Aip.from_bytes(value) & (Aip.SDA | Aip.DDA | Aip.CDA))
