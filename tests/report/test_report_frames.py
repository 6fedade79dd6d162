"""Messages to hosts, as a reader of the report sees them."""

from __future__ import annotations

import pytest

from conformance.codec import iso8583
from conformance.codec.iso8583 import Message
from conformance.report.frames import told

SALE = Message("0200", {2: "6210948000000011", 4: "000000012050", 11: "000001", 22: "051", 60: "22000001000"})


def test_a_message_is_told_by_its_type_and_fields() -> None:
    frame = iso8583.encode(SALE).hex()
    assert told("acquirer", frame) == "0200 F4=000000012050 F11=000001 F22=051 F60=22000001000 (+ 2)"


def test_a_line_to_the_hospital_is_shown_as_it_stands() -> None:
    assert told("hospital", b'{"lock": ["B1"]}'.hex()) == '{"lock": ["B1"]}'


@pytest.mark.parametrize("frame", ["0003AABBCC", "none", ""])
def test_what_is_no_message_stays_as_the_record_has_it(frame: str) -> None:
    assert told("acquirer", frame) == frame
