"""What the records of a contact application must hold, and how lists are filled."""

from __future__ import annotations

import pytest
from contact_cards import ContactCard, issued, ok, paid, terminal, without

from conformance.codec.tlv import encode
from conformance.kernel.termination import TerminatedError


@pytest.mark.parametrize("tag", [0x5A, 0x5F24, 0x8C, 0x8D])
def test_a_missing_mandatory_object_ends_the_transaction(tag):
    with pytest.raises(TerminatedError, match=f"record-object-missing: {tag:02X}"):
        paid(ContactCard(records=without(tag)))


def test_an_object_in_two_records_ends_the_transaction():
    card = ContactCard(forged={"READ RECORD": lambda _: ok(encode(0x70, encode(0x5A, b"\x62\x10")))})
    with pytest.raises(TerminatedError, match="object-twice: 5A"):
        paid(card)


@pytest.mark.parametrize(
    ("tag", "value", "reason"),
    [
        (0x5A, b"\xab", "pan-malformed"),
        (0x5F24, b"\x49\x13\x01", "date-malformed"),
        (0x5F25, b"\x00", "date-malformed"),
        (0x9F07, b"", "usage-control-malformed"),
        (0x9F0E, b"\0", "action-code-malformed"),
        (0x8E, bytes(7), "cvm-list-malformed"),
        (0x8E, bytes(9), "cvm-list-malformed"),
        (0x8C, b"\x9f", "cdol-malformed"),
        (0x8C, b"\x99\xff", "cdol-malformed"),
        (0x9F49, b"\x9f", "ddol-malformed"),
    ],
)
def test_a_malformed_object_ends_the_transaction(tag, value, reason):
    with pytest.raises(TerminatedError, match=reason):
        paid(ContactCard(records={**issued(), tag: value}))


def test_a_pdol_that_no_command_holds_ends_the_transaction():
    with pytest.raises(TerminatedError, match="pdol-malformed"):
        paid(ContactCard(fci={0x9F38: b"\x9f\x02\xff"}))


def test_a_list_is_filled_with_unknown_tags_and_other_lengths():
    card = ContactCard(records={**issued(), 0x8C: bytes.fromhex("9F0208DF2202950282035F2A019F3704")})
    paid(card, terminal())
    sent = next(each.data for each in card.asked if each.name == "GENERATE AC")
    assert sent.hex().upper() == "0000000000001000" + "0000" + "0000" + "7C0000" + "56" + "3510540E"


def test_a_card_does_not_speak_for_the_terminal():
    card = ContactCard(records={**issued(), 0x9F02: bytes(6), 0x8C: bytes.fromhex("9F02069F3704")})
    paid(card)
    assert card.asked[-1].data.startswith(bytes.fromhex("000000001000"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("80024000", "gac-malformed"),
        ("77039F2701", "gac-malformed"),
        ("77049F270140", "gac-object-missing: 9F36"),
        ("77099F2701409F36020006", "gac-object-missing: 9F26"),
        ("77079F270100" + "9F3600", "gac-malformed"),
        ("770A9F2701409F3602000650", "gac-malformed"),
        ("8013C000060000000000000000" + "07010103A0000001", "gac-cid"),
    ],
)
def test_a_malformed_cryptogram_ends_the_transaction(answer, reason):
    with pytest.raises(TerminatedError, match=reason):
        paid(ContactCard(forged={"GENERATE AC": lambda _: ok(bytes.fromhex(answer))}))


def test_a_card_that_gives_more_than_was_asked_for_ends_the_transaction():
    with pytest.raises(TerminatedError, match="gac-cid"):
        paid(ContactCard(grants=(0x40, None)), terminal(type=0x21))


def test_an_arqc_to_the_second_request_ends_the_transaction():
    with pytest.raises(TerminatedError, match="gac-cid"):
        paid(ContactCard(grants=(None, 0x80)), terminal(type=0x21))
