"""The extended application: MACs of the vector, and a card that keeps one record (PB-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from contact_cards import ok, sw, terminal, unreachable

from conformance.codec import apdu
from conformance.codec.bits import Ttq
from conformance.codec.tlv import decode_one, encode
from conformance.crypto.des import retail_mac, tdes_decrypt, tdes_encrypt
from conformance.kernel import capp
from conformance.kernel.capp import Extension, Indicator, Plan, with_key
from conformance.kernel.cvm import Cardholder
from conformance.kernel.preprocess import OFFLINE_QPBOC, Limits
from conformance.kernel.qpboc import ContactlessTerminal
from conformance.kernel.select import Application
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transact import contactless
from conformance.kernel.transaction import Outcome, Terms
from conformance.link.memory import MemoryCard
from conformance.sim import card as sim_card

KEY = bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF")
OPEN_KEY = bytes.fromhex("11" * 8 + "22" * 8)
CHALLENGE = bytes.fromhex("1234567812345678")
RECORD = bytes.fromhex("05700700000000000000")
METRO, IDENTIFIER = 0x15, bytes.fromhex("0570")
ATC = bytes.fromhex("0007")
TERMS = Terms(0, datetime(2026, 5, 4, 8, 30))  # noqa: DTZ001
PDOL = bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F3704DF6001")


def application(extended: int) -> Application:
    return Application(bytes.fromhex("A000000333010101"), None, extended)


def extension(plan=None, **changed):
    whole = Extension(
        METRO,
        IDENTIFIER,
        plan or (lambda _record: Plan(0, Indicator.SEGMENT)),
        lambda _sfi: with_key(KEY),
        lambda: CHALLENGE,
    )
    return replace(whole, **changed)


class Records:
    """A card's side of the extended application for one record; the rest goes to a simulated card."""

    def __init__(self, card=None, *, extended=0x01, record=RECORD) -> None:
        self.card = card
        self.extended = extended
        self.record = record
        self.cached = None
        self.sent = []

    def exchange(self, command):
        self.sent.append(command)
        answers = {0xB4: self._read, 0xDE: self._update, 0xE2: self._append, 0x5A: lambda _: sw(0x9406)}
        answer = answers.get(command.ins)
        return answer(command) if answer else self._card(command)

    def _card(self, command):
        if command.name == "GET PROCESSING OPTIONS":
            listed = command.data[2:]
            self.indicator = listed[-1]
            response = self.card.exchange(apdu.get_processing_options(listed[:-1]))
            self.atc = decode_one(response.data).find(0x9F36).value if response.ok else b""
            return response
        response = self.card.exchange(command)
        if command.name == "SELECT" and not command.data.startswith(b"2PAY"):
            inside = encode(0x9F38, PDOL) + encode(0xBF0C, encode(0xDF61, bytes((self.extended,))))
            return ok(encode(0x6F, encode(0x84, command.data) + encode(0xA5, inside)))
        return response

    def _read(self, command):
        if command.data[:2] != self.record[:2]:
            return sw(0x6A83)
        mac = retail_mac(KEY, self.record, command.data[2:])[:4] if self.extended & 0x80 else b""
        return ok(self.record + mac)

    def _update(self, command):
        head = bytes((0x84, 0xDE, 0, METRO << 3, len(command.data)))
        assert command.data[-4:] == retail_mac(KEY, head + command.data[:-4], bytes(6) + self.atc)[:4]
        self.cached = command.data[:-4]
        return ok(tdes_encrypt(KEY, bytes.fromhex("90008000") + command.data[-4:])[:4])

    atc = ATC
    indicator = None

    def _append(self, command):
        assert tdes_decrypt(OPEN_KEY, command.data[:16]) == KEY
        self.record = command.data[16:-4]
        return sw(0x9000)


def test_the_mac_of_a_reading_is_that_of_the_vector():
    assert with_key(KEY).mac(CHALLENGE, RECORD)[:4].hex().upper() == "1C895F11"


@pytest.mark.parametrize(("extended", "asked"), [(0x01, b""), (0x82, CHALLENGE)])
def test_a_record_is_read_with_a_challenge_where_the_card_signs_it(extended, asked):
    card = Records(extended=extended)
    assert capp.read(card, application(extended), extension()) == RECORD
    assert card.sent[0].encode()[:5].hex().upper() == f"80B400A8{2 + len(asked):02X}"
    assert card.sent[0].data == IDENTIFIER + asked


def test_a_forged_record_terminates():
    forged = extension(keys=lambda _sfi: with_key(OPEN_KEY))
    with pytest.raises(TerminatedError, match="capp-mac: READ CAPP DATA"):
        capp.read(Records(extended=0x81), application(0x81), forged)


def test_a_record_that_is_not_there_is_none():
    assert capp.read(Records(), application(1), extension(identifier=b"\1\2")) is None


def test_an_update_is_proved_by_the_card():
    card = Records()
    capp.update(card, METRO, RECORD, ATC, with_key(KEY))
    assert card.cached == RECORD


def test_an_update_that_the_card_does_not_prove_terminates():
    class Lying(Records):
        def _update(self, command):
            return ok(bytes(4))

    with pytest.raises(TerminatedError, match="capp-mac: UPDATE"):
        capp.update(Lying(), METRO, RECORD, ATC, with_key(KEY))


def test_a_record_is_appended_with_its_key():
    card = Records(record=bytes(3))
    capp.append(card, METRO, RECORD, KEY, ATC, with_key(OPEN_KEY))
    assert card.record == RECORD


def test_without_a_committed_transaction_there_is_no_proof():
    assert capp.prove(Records(), ATC) is None


@pytest.mark.parametrize(
    ("extended", "whether"), [(0, False), (1, True), (2, True), (0x82, True), (3, False)]
)
def test_df61_says_what_an_application_has(extended, whether):
    assert capp.supported(application(extended)) is whether


def tapped(card, plan, **changed):
    reader = ContactlessTerminal(terminal(), OFFLINE_QPBOC, extended_application=True, **changed)
    return contactless(card, reader, TERMS, unreachable, Cardholder(), extension=extension(plan))


def extended_card(extended=0x01):
    link = MemoryCard(sim_card.build(balance=5000, interface="contactless"))
    link.reset()
    return Records(link, extended=extended)


def test_the_fare_comes_from_the_record_and_the_record_is_written_before_the_last():
    left = RECORD[:-1] + b"\x09"
    seen = []

    def leave(record):
        seen.append(record)
        return Plan(300, Indicator.SEGMENT, ((METRO, left),))

    card = extended_card()
    result = tapped(card, leave)
    assert (seen, result.outcome) == ([RECORD], Outcome.OFFLINE_APPROVED)
    assert (card.cached, card.indicator) == (left, Indicator.SEGMENT)
    assert result.values[0x9F02].hex() == "000000000300"
    names = [each.name for each in card.sent]
    assert names.index("READ CAPP DATA") < names.index("GET PROCESSING OPTIONS")
    assert names.index("UPDATE CAPP DATA CACHE") < names.index("READ RECORD")


def test_a_card_that_declines_is_not_written():
    card = extended_card()
    result = tapped(card, lambda _: Plan(9000, Indicator.SEGMENT, ((METRO, RECORD),)))
    assert (result.outcome, card.cached) == (Outcome.OFFLINE_DECLINED, None)


def test_the_amount_of_the_plan_is_held_against_the_limits():
    result = tapped(extended_card(), lambda _: Plan(2000, Indicator.SEGMENT), limits=Limits(transaction=2000))
    assert result.outcome is Outcome.OTHER_INTERFACE


def test_an_application_that_is_not_extended_is_planned_without_a_record():
    seen = []
    tapped(extended_card(0), lambda record: seen.append(record) or Plan(100, Indicator.NONE))
    assert seen == [None]


def test_an_amount_of_zero_is_allowed_offline_only_with_the_extended_application():
    reader = ContactlessTerminal(terminal(), OFFLINE_QPBOC | Ttq.OFFLINE_ONLY)
    assert (
        contactless(extended_card(), reader, TERMS, unreachable, Cardholder()).outcome
        is Outcome.OTHER_INTERFACE
    )
