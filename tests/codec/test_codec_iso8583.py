"""ISO 8583 in the UnionPay style: golden messages field by field, the table, and what is no message."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec import iso8583, tlv
from conformance.codec.iso8583 import (
    FIELDS,
    LAYOUTS,
    Business,
    CardRead,
    EntryMode,
    Message,
    MessageError,
    Network,
    Original,
    PanEntry,
    ReversalReason,
    Terminal,
    Totals,
    TransactionField,
    build,
    check,
    decode,
    encode,
    layout_of,
    layouts,
    reversal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

PAN = "6210948000000011"
TERMINAL = Terminal("10000001", "898520170620001", 17)
ORIGINAL = Original(17, 3, "1124")
REFERENCE = {37: "000000000003"}
ELEMENTS = {
    0x9F26: bytes.fromhex("1122334455667788"),
    0x9F27: bytes.fromhex("80"),
    0x9F10: bytes.fromhex("07010103A0B80001"),
    0x9F37: bytes.fromhex("12345678"),
    0x9F36: bytes.fromhex("0007"),
    0x95: bytes.fromhex("0080048000"),
    0x9A: bytes.fromhex("141124"),
    0x9C: bytes.fromhex("00"),
    0x9F02: bytes.fromhex("000000002000"),
    0x5F2A: bytes.fromhex("0156"),
    0x82: bytes.fromhex("7C00"),
    0x9F1A: bytes.fromhex("0156"),
    0x9F03: bytes.fromhex("000000000000"),
    0x9F33: bytes.fromhex("E0E1C8"),
    0x9F1E: b"00000001",
    0x5A: bytes.fromhex(PAN),
    0x5F24: bytes.fromhex("301231"),
    0x5F34: bytes.fromhex("01"),
    0x57: bytes.fromhex("6210948000000011D30122010000000000"),
}
CARD_OF_SALE = (
    "9F26081122334455667788" "9F270180" "9F100807010103A0B80001" "9F370412345678" "9F36020007"
    "95050080048000" "9A03141124" "9C0100" "9F0206000000002000" "5F2A020156" "82027C00" "9F1A020156"
    "9F0306000000000000" "9F3303E0E1C8" "9F1E083030303030303031"
)  # fmt: skip
CONTACT = CardRead.chip(PanEntry.CONTACT, ELEMENTS)
WITH_PIN = CardRead.chip(PanEntry.CONTACT, ELEMENTS, bytes(range(8)))
OFFLINE = CardRead.chip(PanEntry.CONTACTLESS, ELEMENTS | {0x9F27: b"\x40", 0x9F74: b"ECC001", 0x8A: b"Y1"})
STRIPE = CardRead(PanEntry.STRIPE, PAN, "3012", track2=f"{PAN}=30121010000000000")


def sale(card: CardRead = CONTACT) -> Message:
    return build(Business.SALE, TERMINAL, 3, amount=2000, card=card)


MESSAGES = {
    Business.SALE: sale(),
    Business.VOID: build(
        Business.VOID, TERMINAL, 4, amount=2000, card=CONTACT, original=Original(17, 3), extra=REFERENCE
    ),
    Business.REFUND: build(
        Business.REFUND, TERMINAL, 5, amount=500, card=CONTACT, original=ORIGINAL, extra=REFERENCE
    ),
    Business.PRE_AUTHORISATION: build(Business.PRE_AUTHORISATION, TERMINAL, 6, amount=2000, card=CONTACT),
    Business.PRE_AUTHORISATION_CANCEL: build(
        Business.PRE_AUTHORISATION_CANCEL, TERMINAL, 7, amount=2000, card=CONTACT, original=ORIGINAL
    ),
    Business.COMPLETION: build(
        Business.COMPLETION, TERMINAL, 8, amount=2300, card=CONTACT, original=ORIGINAL, extra={38: "000001"}
    ),
    Business.COMPLETION_VOID: build(
        Business.COMPLETION_VOID, TERMINAL, 9, amount=2300, card=CONTACT, original=ORIGINAL, extra=REFERENCE
    ),
    Business.COMPLETION_ADVICE: build(
        Business.COMPLETION_ADVICE,
        TERMINAL,
        8,
        amount=2300,
        card=CONTACT,
        original=ORIGINAL,
        extra={38: "000001"},
    ),
    Business.OFFLINE_UPLOAD: build(Business.OFFLINE_UPLOAD, TERMINAL, 10, amount=2000, card=OFFLINE),
    Business.OFFLINE_UPLOAD_AT_SETTLEMENT: build(
        Business.OFFLINE_UPLOAD_AT_SETTLEMENT, TERMINAL, 10, amount=2000, card=OFFLINE
    ),
    Business.TC_UPLOAD: build(
        Business.TC_UPLOAD, TERMINAL, 11, amount=2000, card=OFFLINE, extra={62: "610000002000"}
    ),
    Business.SCRIPT_NOTICE: build(
        Business.SCRIPT_NOTICE,
        TERMINAL,
        12,
        card=CardRead.chip(PanEntry.CONTACT, ELEMENTS | {0xDF31: bytes.fromhex("2000000001")}),
        original=ORIGINAL,
        extra={**REFERENCE, 25: "00", 32: "62109480", 64: bytes(8)},
    ),
    Business.SETTLEMENT: build(
        Business.SETTLEMENT, TERMINAL, 13, extra={48: Totals(2000, 1, 500, 1).encode()}
    ),
    Business.REVERSAL: reversal(sale(), ReversalReason.NO_RESPONSE),
}

VECTORS = Path(__file__).parent.parent / "vectors" / "iso8583"
GOLDEN = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(VECTORS.glob("*.yaml"))
}
REQUESTS = {business.value.lower().replace(" ", "-"): business for business in MESSAGES}


def golden_frame(golden: Mapping[str, Any]) -> bytes:
    """The bytes that a vector gives part by part."""
    parts = [golden[name] for name in ("length", "tpdu", "header", "mti", "bitmap")]
    parts += (
        field["bytes"] if "bytes" in field else field["length"] + golden_objects(field).hex()
        for field in golden["fields"].values()
    )
    return bytes.fromhex("".join(parts))


def golden_objects(field: Mapping[str, Any]) -> bytes:
    """The data objects of field 55, each of them shorter than 128 bytes."""
    rows = ((each["tag"], bytes.fromhex(each["value"])) for each in field["objects"])
    return b"".join(bytes.fromhex(tag) + bytes((len(value),)) + value for tag, value in rows)


def golden_fields(golden: Mapping[str, Any]) -> dict[int, str]:
    """The characters of each field; those of field 55 are hexadecimal."""
    return {
        number: field["value"] if "value" in field else golden_objects(field).hex().upper()
        for number, field in golden["fields"].items()
    }


GOLDEN_SALE = golden_frame(GOLDEN["sale"])


def discrepancies(message: Message) -> set[tuple[int, str, int | None]]:
    return {(one.number, one.reason, one.tag) for one in check(message)}


def without(message: Message, number: int) -> Message:
    fields = {key: value for key, value in message.fields.items() if key != number}
    return dataclasses.replace(message, fields=fields)


def having(message: Message, **fields: str | bytes) -> Message:
    added = {int(key.removeprefix("f")): value for key, value in fields.items()}
    return dataclasses.replace(message, fields={**message.fields, **added})


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_message_is_read_field_by_field(name: str) -> None:
    read = decode(golden_frame(GOLDEN[name]))
    assert read.mti == GOLDEN[name]["mti"]
    assert {number: read.text(number) for number in read.fields} == golden_fields(GOLDEN[name])


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_message_is_packed_to_its_bytes(name: str) -> None:
    frame = golden_frame(GOLDEN[name])
    assert encode(decode(frame)).hex() == frame.hex()


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_message_is_as_the_table_has_it(name: str) -> None:
    assert check(decode(golden_frame(GOLDEN[name]))) == ()


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_bitmap_announces_the_fields_that_follow(name: str) -> None:
    bits = int(GOLDEN[name]["bitmap"], 16)
    announced = [number for number in range(1, 65) if bits >> (64 - number) & 1]
    assert announced == list(GOLDEN[name]["fields"])


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_built_is_the_golden_message(name: str) -> None:
    assert encode(MESSAGES[REQUESTS[name]]).hex() == golden_frame(GOLDEN[name]).hex()


@pytest.mark.parametrize("business", MESSAGES)
def test_every_message_that_is_built_is_as_the_table_has_it(business: Business) -> None:
    assert check(MESSAGES[business]) == ()


@pytest.mark.parametrize("business", MESSAGES)
def test_a_message_is_known_for_what_it_is(business: Business) -> None:
    layout = MESSAGES[business].layout
    assert layout is not None
    assert layout.business is business


def test_there_is_a_golden_message_for_every_row_of_the_table() -> None:
    assert set(MESSAGES) == {layout.business for layout in LAYOUTS}
    assert set(GOLDEN) == {*REQUESTS, *(f"{name}-response" for name in REQUESTS)}


@pytest.mark.parametrize(
    ("business", "number"),
    [(layout.business, number) for layout in LAYOUTS for number in layout.mandatory],
)
def test_a_mandatory_field_that_is_missing_is_named(business: Business, number: int) -> None:
    assert (number, "missing", None) in discrepancies(without(MESSAGES[business], number))


@pytest.mark.parametrize("number", [35, 36, 52])
def test_a_reversal_repeats_neither_track_nor_pin(number: int) -> None:
    message = reversal(sale(WITH_PIN), ReversalReason.NO_RESPONSE)
    assert number not in message.fields


def test_a_field_that_a_message_may_not_have_is_named() -> None:
    message = having(MESSAGES[Business.REVERSAL], f35=f"{PAN}D3012")
    assert discrepancies(message) == {(35, "forbidden", None)}


def test_a_pin_block_without_the_digit_that_announces_it_is_forbidden() -> None:
    message = having(sale(WITH_PIN), f22="052")
    assert discrepancies(message) == {(number, "forbidden", None) for number in (26, 52, 53)}


def test_a_pin_that_is_announced_must_come() -> None:
    assert discrepancies(without(sale(WITH_PIN), 52)) == {(52, "missing", None)}


def test_a_stripe_carries_no_card_data() -> None:
    message = having(sale(STRIPE), f55=tlv.encode(0x9F26, bytes(8)), f23="001")
    assert {(23, "forbidden", None), (55, "forbidden", None)} <= discrepancies(message)


def test_a_stripe_sale_has_no_chip_fields() -> None:
    message = sale(STRIPE)
    assert (check(message), message.text(22), {23, 55} & message.fields.keys()) == ((), "022", set())


def test_a_chip_sale_without_card_data_is_not_complete() -> None:
    assert discrepancies(without(sale(), 55)) == {(55, "missing", None)}


def test_a_sale_without_any_pan_is_not_complete() -> None:
    assert discrepancies(without(without(sale(), 2), 35)) == {(2, "missing", None)}


@pytest.mark.parametrize("tag", layouts.ONLINE.mandatory)
def test_an_element_that_the_sale_needs_is_named_when_missing(tag: int) -> None:
    elements = {key: value for key, value in ELEMENTS.items() if key != tag}
    assert (55, "missing", tag) in discrepancies(sale(CardRead.chip(PanEntry.CONTACT, elements)))


def test_card_data_of_another_amount_differs() -> None:
    assert discrepancies(having(sale(), f4="000000002001")) == {(55, "differs", 0x9F02)}


def test_card_data_that_is_no_tlv_is_malformed() -> None:
    assert discrepancies(having(sale(), f55=b"\x9f\x26\x08")) == {(55, "malformed", None)}


def test_a_processing_code_of_another_message_differs() -> None:
    assert discrepancies(having(sale(), f3="200000")) == {(3, "differs", None)}


def test_a_message_that_is_in_no_row_is_unknown() -> None:
    assert discrepancies(dataclasses.replace(sale(), mti="0600")) == {(60, "unknown-message", None)}


def test_a_discrepancy_reads_like_a_note() -> None:
    assert str(check(without(sale(), 41))[0]) == "field 41 terminal identification: missing (AC-01)"


def test_the_card_data_of_a_sale_is_in_the_order_of_the_table() -> None:
    assert sale().text(55) == CARD_OF_SALE


def test_the_card_data_of_a_reversal_is_the_reduced_set() -> None:
    message = reversal(sale(), ReversalReason.TERMINAL_FAULT, {0xDF31: bytes.fromhex("2000000001")})
    assert list(message.card) == [0x95, 0x9F10, 0x9F36, 0x9F1E, 0xDF31]


def test_the_card_data_of_an_upload_says_that_it_was_offline() -> None:
    card = MESSAGES[Business.OFFLINE_UPLOAD].card
    assert (card[0x9F27], card[0x9F74], card[0x8A]) == (b"\x40", b"ECC001", b"Y1")


def test_a_reversal_keeps_the_trace_of_its_original() -> None:
    assert reversal(sale(), ReversalReason.MAC_FAILED).trace == 3


@pytest.mark.parametrize(
    ("entry", "pin", "digits"),
    [
        (PanEntry.MANUAL, False, "012"),
        (PanEntry.STRIPE, True, "021"),
        (PanEntry.CONTACT, True, "051"),
        (PanEntry.CONTACT, False, "052"),
        (PanEntry.CONTACTLESS, True, "071"),
        (PanEntry.CONTACTLESS, False, "072"),
    ],
)
def test_the_entry_mode_is_three_digits(entry: PanEntry, pin: bool, digits: str) -> None:
    assert EntryMode(entry, pin).encode() == digits
    assert EntryMode.parse(digits) == EntryMode(entry, pin)


@pytest.mark.parametrize("digits", ["", "05", "053", "992", "0510"])
def test_other_digits_are_no_entry_mode(digits: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        EntryMode.parse(digits)


@pytest.mark.parametrize("digits", ["22000017000", "220000170005", "2200001700050", "22000017000501000"])
def test_field_60_survives_being_read(digits: str) -> None:
    assert TransactionField.parse(digits).encode() == digits


def test_a_part_of_field_60_stands_behind_no_gap() -> None:
    with pytest.raises(ValueError, match="behind one"):
        TransactionField("22", 1, chip_condition="2").encode()


def test_a_stripe_fallback_is_marked_in_field_60() -> None:
    card = dataclasses.replace(STRIPE, stripe_fallback=True)
    part = sale(card).transaction
    assert part is not None
    assert part.chip_condition == "2"


def test_the_read_capability_is_the_profiles() -> None:
    always = dataclasses.replace(iso8583.UNIONPAY, read_capability=tuple((entry, "6") for entry in PanEntry))
    message = build(Business.SALE, TERMINAL, 3, amount=2000, card=CONTACT, profile=always)
    assert message.text(60) == "2200001700060"


def test_certificates_and_declines_go_under_their_own_codes() -> None:
    message = build(
        Business.TC_UPLOAD, TERMINAL, 11, amount=1, card=OFFLINE, network=Network.DECLINED_BALANCED
    )
    assert message.text(60)[8:11] == "204"


def test_a_reversal_is_not_built_from_nothing() -> None:
    with pytest.raises(ValueError, match="another message"):
        build(Business.REVERSAL, TERMINAL, 3)


def test_settlement_totals_survive_being_read() -> None:
    totals = Totals(123456, 12, 500, 1, 1)
    assert Totals.parse(totals.encode()) == totals


def test_an_answer_goes_back_where_the_request_came_from() -> None:
    request = dataclasses.replace(sale(), tpdu=bytes.fromhex("6012345678"))
    answer = iso8583.response(request, {39: "00"})
    assert (answer.mti, answer.tpdu.hex()) == ("0210", "6056781234")


def test_an_answer_may_carry_what_the_card_needs() -> None:
    answer = iso8583.response(sale(), {39: "00", 55: tlv.encode(0x91, bytes(10))})
    assert check(answer) == ()


def test_an_answer_carries_no_cryptogram() -> None:
    answer = iso8583.response(sale(), {39: "00", 55: tlv.encode(0x9F26, bytes(8))})
    assert discrepancies(answer) == {(55, "forbidden", 0x9F26)}


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (4, "1"),
        (4, "00000000200A"),
        (4, bytes(6)),
        (41, "short"),
        (52, bytes(7)),
        (52, "00"),
        (55, bytes(256)),
    ],
)
def test_a_value_that_its_format_cannot_hold_is_not_packed(number: int, value: str | bytes) -> None:
    with pytest.raises(MessageError) as caught:
        encode(having(sale(), **{f"f{number}": value}))
    assert caught.value.number == number


def test_a_field_that_the_profile_does_not_encode_is_named() -> None:
    with pytest.raises(MessageError) as caught:
        encode(having(sale(), f59="1"))
    assert (caught.value.reason, caught.value.number) == ("unknown-field", 59)


def test_an_odd_pan_survives_the_wire() -> None:
    message = having(sale(), f2="6210948000000000011")
    assert decode(encode(message)).pan == "6210948000000000011"


@pytest.mark.parametrize("business", MESSAGES)
def test_every_message_survives_the_wire(business: Business) -> None:
    assert decode(encode(MESSAGES[business])) == MESSAGES[business]


@pytest.mark.parametrize("kept", range(0, len(GOLDEN_SALE), 7))
def test_a_frame_cut_short_is_no_message(kept: int) -> None:
    with pytest.raises(MessageError):
        decode(GOLDEN_SALE[:kept])


@pytest.mark.parametrize("kept", range(11, len(GOLDEN_SALE) - 2, 7))
def test_a_body_cut_short_is_no_message(kept: int) -> None:
    body = GOLDEN_SALE[2 : 2 + kept]
    with pytest.raises(MessageError):
        decode(len(body).to_bytes(2, "big") + body)


def test_a_second_bitmap_is_an_unknown_field() -> None:
    frame = bytearray(encode(sale()))
    frame[15] |= 0x80
    with pytest.raises(MessageError) as caught:
        decode(bytes(frame))
    assert (caught.value.reason, caught.value.number, caught.value.offset) == ("unknown-field", 1, 15)


@given(st.binary(max_size=120))
def test_arbitrary_bytes_are_a_message_or_are_refused(body: bytes) -> None:
    frame = len(body).to_bytes(2, "big") + body
    try:
        message = decode(frame)
    except MessageError:
        return
    check(message)


@given(st.integers(0, len(GOLDEN_SALE) - 1), st.integers(1, 255))
def test_a_turned_byte_is_a_message_or_is_refused(place: int, mask: int) -> None:
    frame = bytearray(GOLDEN_SALE)
    frame[place] ^= mask
    try:
        message = decode(bytes(frame))
    except MessageError:
        return
    check(message)


def test_the_table_of_fields_is_in_order() -> None:
    numbers = [layout.number for layout in FIELDS]
    assert numbers == sorted(set(numbers))


def test_the_answer_has_a_row_too() -> None:
    assert layout_of(Business.RESPONSE) is iso8583.ANSWER
