"""Files of toll and transport cards: every value survives, every byte has its place."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec import purse, toll, transport
from conformance.codec.layout import LayoutError

# A real record of a public code base (source "code" of HW-41), its plate and marker stations left out.
SAMPLE = bytes.fromhex("AA2900 0026 0431 33 552BE903 04 03" + "00" * 9 + "000999 02" + "00" * 16)

PLATES = st.text("贵云川渝A1B2C3D4", max_size=8).filter(lambda text: len(text.encode("gbk")) <= 12)
DATES = st.dates().map(lambda date: f"{date:%Y%m%d}".zfill(8))
TIMES = st.times().map(lambda time: f"{time:%H%M%S}")
BYTE = st.integers(0, 0xFF)


def raw(length: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=length, max_size=length)


def number(length: int) -> st.SearchStrategy[int]:
    return st.integers(0, 256**length - 1)


FILES = {
    "issue": (
        toll.IssueFile,
        43,
        st.builds(
            toll.IssueFile,
            raw(8),
            BYTE,
            BYTE,
            raw(2),
            raw(8),
            DATES,
            DATES,
            PLATES,
            BYTE,
            raw(2),
        ),
    ),
    "pass": (
        toll.PassRecord,
        43,
        st.builds(
            toll.PassRecord,
            raw(2),
            raw(2),
            BYTE,
            number(4),
            BYTE,
            BYTE,
            PLATES,
            raw(9),
            raw(3),
            BYTE,
            raw(4),
            BYTE,
        ),
    ),
    "log": (
        purse.LogRecord,
        23,
        st.builds(purse.LogRecord, number(2), number(3), number(4), BYTE, raw(6), DATES, TIMES),
    ),
    "purchase": (purse.Purchase, 11, st.builds(purse.Purchase, number(4), raw(6), BYTE)),
    "initiated": (
        purse.Initiated,
        15,
        st.builds(purse.Initiated, number(4), number(2), number(3), BYTE, BYTE, raw(4)),
    ),
    "order": (
        purse.Mac1Order,
        0x1C,
        st.builds(purse.Mac1Order, raw(4), number(2), number(4), BYTE, DATES, TIMES, BYTE, BYTE, raw(8)),
    ),
    "toll order": (
        purse.Mac1Order,
        0x24,
        st.builds(
            purse.Mac1Order, raw(4), number(2), number(4), BYTE, DATES, TIMES, BYTE, BYTE, raw(8), raw(4)
        ),
    ),
    "sealed": (purse.Sealed, 8, st.builds(purse.Sealed, number(4), raw(4))),
    "debit": (purse.Debit, 15, st.builds(purse.Debit, number(4), DATES, TIMES, raw(4))),
    "proof": (purse.Proof, 8, st.builds(purse.Proof, raw(4), raw(4))),
    "management": (
        transport.ManagementFile,
        60,
        st.builds(transport.ManagementFile, raw(2), raw(2), number(2), BYTE, raw(4), raw(49)),
    ),
    "composite": (
        transport.CompositeRecord,
        128,
        st.builds(transport.CompositeRecord, number(2), BYTE, raw(8), BYTE, BYTE, BYTE, raw(113)),
    ),
}
every_file = pytest.mark.parametrize(("kind", "length", "values"), FILES.values(), ids=FILES)


@every_file
def test_every_value_survives(kind, length, values):
    @given(values)
    def survives(value):
        encoded = value.encode()
        assert len(encoded) == length
        assert kind.parse(encoded) == value

    survives()


@every_file
def test_another_length_is_refused(kind, length, values):
    @given(st.binary(max_size=2 * length).filter(lambda raw: len(raw) not in {0x1C, 0x24, length}))
    def refused(raw_bytes):
        with pytest.raises(ValueError, match=r"bytes|begins"):
            kind.parse(raw_bytes)

    refused()


@every_file
def test_what_is_read_is_written_back_byte_for_byte(kind, length, values):
    @given(raw(length))
    def the_same(raw_bytes):
        try:
            value = kind.parse(raw_bytes)
        except ValueError:
            return
        assert value.encode() == raw_bytes

    the_same()


@given(st.binary(max_size=64))
def test_nothing_but_a_layout_error_comes_of_any_bytes(content):
    for kind in (toll.IssueFile, toll.PassRecord, transport.ManagementFile, purse.LogRecord):
        try:
            kind.parse(content)
        except LayoutError:
            continue


def test_the_sample_record_is_read_field_by_field():
    entry = toll.PassRecord.parse(SAMPLE)
    assert (entry.network.hex(), entry.station.hex(), entry.lane) == ("0026", "0431", 0x33)
    assert (entry.vehicle_class, entry.collector.hex(), entry.shift) == (4, "000999", 2)
    assert entry.status == toll.PassStatus.CLOSED_ETC_ENTRY
    assert f"{entry.at:%Y-%m-%dT%H:%M:%S}" == "2015-04-13T16:04:19"
    assert entry.encode() == SAMPLE


def test_a_plate_is_chinese():
    entry = dataclasses.replace(toll.PassRecord.parse(SAMPLE), plate="贵GA1234")
    assert entry.encode()[27:39] == "贵GA1234".encode("gbk").ljust(12, b"\0")


def test_a_plate_that_is_too_long_has_no_room():
    with pytest.raises(LayoutError, match="plate"):
        dataclasses.replace(toll.PassRecord.parse(SAMPLE), plate="贵GA1234567890").encode()


@pytest.mark.parametrize("head", ["BB29", "AA2A", "0000"])
def test_another_record_is_no_pass_record(head):
    with pytest.raises(LayoutError, match="AA29"):
        toll.PassRecord.parse(bytes.fromhex(head) + SAMPLE[2:])


def test_a_date_with_letters_is_refused_where_it_stands():
    issue = bytearray(43)
    issue[20] = 0xFF
    with pytest.raises(LayoutError, match="starts, at byte 20"):
        toll.IssueFile.parse(bytes(issue))


def test_a_composite_record_announces_its_length():
    with pytest.raises(LayoutError, match="7D"):
        transport.CompositeRecord.parse(bytes(128))


def test_an_issuer_that_does_not_stand_twice_is_no_order():
    with pytest.raises(ValueError, match="no order"):
        purse.Mac1Order.parse(bytes(0x1C) + bytes.fromhex("0102030405060708"))


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (
            purse.initialize_for_purchase(
                purse.PurseBusiness.COMPOSITE, purse.Purchase(3500, bytes.fromhex("520000000001"))
            ),
            "805003020B01 00000DAC 520000000001 0F",
        ),
        (
            purse.initialize_for_purchase(
                purse.PurseBusiness.PURCHASE, purse.Purchase(0, bytes.fromhex("520000000001"))
            ),
            "805001020B01 00000000 520000000001 0F",
        ),
        (purse.update_composite(0xAA, toll.COMPOSITE, SAMPLE), "80DCAAC82B" + SAMPLE.hex()),
        (purse.update_composite(1, transport.COMPOSITE, b"\1"), "80DC01D00101"),
        (purse.update_composite(1, transport.PROCESS_LOG, bytes(0x30)), "80DC01F030" + "00" * 48),
        (
            purse.debit_for_purchase(purse.Debit(7, "20260701", "080000", bytes(4))),
            "805401000F 00000007 20260701 080000 00000000 08",
        ),
        (purse.credit_sam_for_purchase(bytes(4)), "8072000004 00000000"),
        (purse.get_transaction_prove(purse.PurseBusiness.COMPOSITE, 3), "805A000902 0003 08"),
        (purse.get_balance(), "805C000204"),
        (purse.read_binary(0x16, 6), "00B0960006"),
        (purse.select_file(toll.DIRECTORY), "00A40000021001 00"),
    ],
)
def test_commands_are_those_of_shipped_terminals(command, wire):
    assert command.encode() == bytes.fromhex(wire)
