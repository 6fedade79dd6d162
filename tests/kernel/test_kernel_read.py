from __future__ import annotations

import pytest

from conformance.kernel.read import Record, merged, read_record, static_data
from conformance.kernel.termination import TerminatedError

AIP = {0x82: b"\x7c\x00"}


def record(sfi: int, content: bytes, **values: bytes) -> Record:
    raw = bytes((0x70, len(content))) + content
    return Record(sfi, 1, raw, content, {int(tag[1:], 16): value for tag, value in values.items()})


def test_a_records_objects_are_known_by_tag(scripted):
    assert read_record(scripted("70079F74045A5A5A5A9000"), 5, 1).values == {0x9F74: b"ZZZZ"}


def test_the_record_is_asked_for_by_number_and_sfi(scripted):
    card = scripted("70009000")
    read_record(card, 5, 2)
    assert card.asked[0].encode().hex() == "00b2022c00"


def test_a_record_that_is_not_there_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="record-refused: 6A83"):
        read_record(scripted("6A83"), 5, 1)


def test_a_record_without_template_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="record-malformed: 5A, not 70"):
        read_record(scripted("5A0862109480000000119000"), 2, 1)


def test_a_record_with_a_double_object_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="object-twice: 5F34"):
        read_record(scripted("70085F3401015F3401019000"), 2, 1)


def test_an_object_in_two_places_ends_the_transaction():
    with pytest.raises(TerminatedError, match="object-twice: 5A"):
        merged(AIP, [record(2, b"", t5A=b"\x62"), record(3, b"", t5A=b"\x62")])


def test_an_object_of_the_gpo_answer_that_stands_in_a_record_again_ends_the_transaction():
    with pytest.raises(TerminatedError, match="object-twice: 82"):
        merged(AIP, [record(2, b"", t82=b"\x7c\x00")])


def test_up_to_sfi_10_the_content_alone_is_signed():
    assert static_data([record(10, b"\x5a\x01\x62")], AIP) == b"\x5a\x01\x62"


def test_from_sfi_11_the_template_is_signed_too():
    assert static_data([record(11, b"\x5a\x01\x62")], AIP) == b"\x70\x03\x5a\x01\x62"


def test_the_aip_is_signed_where_9f4a_asks_for_it():
    assert static_data([record(2, b"\x5a\x01\x62")], AIP | {0x9F4A: b"\x82"}) == b"\x5a\x01\x62\x7c\x00"


def test_a_9f4a_that_asks_for_anything_else_ends_the_transaction():
    with pytest.raises(TerminatedError, match="static-data-list: 5A"):
        static_data([], AIP | {0x9F4A: b"\x5a"})
