"""Consistency of the extended application: identifier, PDOL, files, records, deposit (PB-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.values import yuan
from conformance.sim.card.consistency.elements import amount, dol_of
from conformance.sim.card.paths import Way

if TYPE_CHECKING:
    from conformance.codec.documents import ItemPath
    from conformance.sim.card.consistency.rule import Faults
    from conformance.sim.card.consistency.subject import CheckedApplication, CheckedCard, CheckedPath

_IDENTIFIERS = (b"\x00", b"\x01", b"\x02", b"\x81", b"\x82")
_VARIABLE_SFIS = range(21, 30)
_CYCLIC_SFI = 30
_HEAD = 3  # a record begins with its ID of two bytes and one of length


def identifier(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001  rules look alike
    value = path.elements.get(Tag.EXTENDED_APPLICATION)
    if value is not None and value not in _IDENTIFIERS:
        yield Tag.EXTENDED_APPLICATION, f"(DF61) is {value.hex().upper()}; there are 00, 01, 02, 81 and 82"


def indicator_in_pdol(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if path.way is not Way.QPBOC or Tag.PDOL not in path.elements:
        return
    asked = Tag.CAPP_TRANSACTION_INDICATOR in {entry.tag for entry in dol_of(path, Tag.PDOL).entries}
    if _extends(path) and not asked:
        yield Tag.PDOL, "(9F38) does not ask for DF60, although DF61 announces an extended application"
    if asked and not _extends(path):
        yield Tag.PDOL, "(9F38) asks for DF60, and DF61 announces no extended application"


def files_missing(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    extends = any(_extends(path) for path in application.paths if path.way is Way.QPBOC)
    if extends and not application.plan.capp_files:
        yield Tag.EXTENDED_APPLICATION, "(DF61) announces an extended application, which has no files"
    if application.plan.capp_files and not extends:
        yield _files(application), "are there, but DF61 announces no extended application"


def file_kind(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    for number, file in enumerate(application.plan.capp_files):
        if file.cyclic_records and file.sfi != _CYCLIC_SFI:
            yield (*_files(application), number), f"is cyclic in SFI {file.sfi}; the cyclic file is SFI 30"
        if not file.cyclic_records and file.sfi not in _VARIABLE_SFIS:
            yield (
                (*_files(application), number),
                f"is variable in SFI {file.sfi}; variable files are SFI 21 to 29",
            )


def file_twice(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    seen = {sfi for path in application.paths for sfi, _ in path.records}
    for number, file in enumerate(application.plan.capp_files):
        if file.sfi in seen:
            yield (*_files(application), number), f"lies in SFI {file.sfi}, which is taken"
        seen.add(file.sfi)


def record_form(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    for number, file in enumerate(application.plan.capp_files):
        for place, record in enumerate(file.records):
            size = len(record.content)
            if size < _HEAD or record.content[2] != size - _HEAD:
                at = (*_files(application), number, "records", place)
                yield at, "is ID, length and as many bytes; its length says otherwise"


def record_too_long(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    for number, file in enumerate(application.plan.capp_files):
        for place, record in enumerate(file.records):
            if len(record.content) > file.record_length:
                at = (*_files(application), number, "records", place)
                yield at, f"has {len(record.content)} bytes, and the file's records {file.record_length}"


def file_full(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    for number, file in enumerate(application.plan.capp_files):
        used = sum(len(record.content) for record in file.records)
        at = (*_files(application), number)
        if file.size and used > file.size:
            yield at, f"has {file.size} bytes of room and {used} of records"
        if file.cyclic_records and len(file.records) > file.cyclic_records:
            yield at, f"has room for {file.cyclic_records} records, and is given {len(file.records)}"


def identifier_twice(card: CheckedCard, application: CheckedApplication) -> Faults:  # noqa: ARG001
    for number, file in enumerate(application.plan.capp_files):
        ids = [record.content[:2] for record in file.records]
        for each in sorted({each for each in ids if ids.count(each) > 1}) if not file.cyclic_records else ():
            at = (*_files(application), number, "records")
            yield at, f"give the ID {each.hex().upper()} to more than one record"


def deposit_parts(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    both = (Tag.DEDUCTION_LIMIT, Tag.DEDUCTED_AMOUNT)
    if len([tag for tag in both if tag in path.elements]) == 1:
        yield None, "has one of the deduction limit (DF62) and the deducted amount (DF63) without the other"


def deposit_overdrawn(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    limit, deducted = amount(path, Tag.DEDUCTION_LIMIT), amount(path, Tag.DEDUCTED_AMOUNT)
    if limit is not None and deducted is not None and deducted > limit:
        yield Tag.DEDUCTED_AMOUNT, f"(DF63) is {yuan(deducted)}, above the limit (DF62) of {yuan(limit)}"


def _extends(path: CheckedPath) -> bool:
    return path.elements.get(Tag.EXTENDED_APPLICATION, b"\0") != b"\0"


def _files(application: CheckedApplication) -> ItemPath:
    return ("applications", application.name, "capp_files")
