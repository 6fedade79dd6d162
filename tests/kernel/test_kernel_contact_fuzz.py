"""Whatever a card answers, at whichever exchange: a stated end, and no approval without a cryptogram."""

from __future__ import annotations

import pytest
from contact_cards import (
    ONLINE_APPROVED,
    SESSION_TERMS,
    ContactCard,
    issued,
    paid,
    session,
    session_terminal,
    terminal,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.codec.apdu import ResponseApdu
from conformance.codec.tlv import encode
from conformance.kernel.cvm import Cardholder
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import Cryptogram, Outcome

EXCHANGES = session()
PERSON = Cardholder(lambda _tries: "123456", lambda _pan: bytes(8), lambda _number, _kind: True)
SCRIPTS = tuple(encode(tag, encode(0x86, bytes.fromhex("841E000004AABBCCDD"))) for tag in (0x71, 0x72))
STATUS = st.sampled_from([b"\x90\x00", b"\x62\x83", b"\x63\xc1", b"\x69\x85", b"\x6a\x83", b"\x61\x10"])


class DisturbedCard:
    """The test card, or the session's answers, with one answer replaced."""

    def __init__(self, card, number, answer) -> None:
        self.card = card
        self.number = number
        self.answer = answer
        self.count = 0

    def reset(self):
        return b"\x3b\x00"

    def exchange(self, command):
        response = self.card.exchange(command)
        self.count += 1
        if self.count != self.number:
            return response
        return ResponseApdu.decode(self.answer(response))


class SessionCard:
    """Answers each command as the session did, in its turn; what the session did not hold it refuses."""

    def __init__(self) -> None:
        self.left = list(EXCHANGES)

    def exchange(self, command):
        raw = command.encode()
        found = next((each for each in self.left if each.command == raw), None)
        if found is None:
            return ResponseApdu.decode(b"\x6a\x82")
        self.left.remove(found)
        return ResponseApdu.decode(found.response)


def holds(card, **circumstances):
    """The end is a stated one, and an approval rests on a TC with its cryptogram."""
    try:
        ended = paid(card, holder=PERSON, **circumstances)
    except TerminatedError:
        return
    assert ended.outcome is not None
    if ended.outcome.approved:
        assert ended.cryptograms[-1] is Cryptogram.TC
        assert len(ended.answer[0x9F26]) == 8


def online(aip):
    records = {**issued(aip=aip), 0x8E: bytes.fromhex("0000000000000000" + "44001F00")}
    card = ContactCard(aip=aip, records={**records, 0x9F14: b"\1", 0x9F23: b"\2"}, grants=(0x80, None))
    return card, {"device": terminal(type=0x21), "host": lambda _: OnlineAnswer(b"00", bytes(10), SCRIPTS)}


@pytest.mark.parametrize("aip", [0x7D00, 0x7C00, 0x5C00])
def test_the_card_that_is_disturbed_is_approved_when_it_is_not(aip):
    card, circumstances = online(aip)
    assert paid(card, holder=PERSON, **circumstances).outcome is Outcome.ONLINE_APPROVED


def test_the_session_that_is_disturbed_is_approved_when_it_is_not():
    ended = paid(SessionCard(), session_terminal(), SESSION_TERMS, lambda _: ONLINE_APPROVED)
    assert ended.outcome is Outcome.ONLINE_APPROVED


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 45), st.binary(max_size=60), STATUS, st.sampled_from([0x7D00, 0x7C00, 0x5C00]))
def test_an_arbitrary_answer_at_any_exchange(number, content, status, aip):
    card, circumstances = online(aip)
    holds(DisturbedCard(card, number, lambda _: content + status), **circumstances)


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 45), st.integers(0, 260), st.sampled_from([0x7D00, 0x7C00, 0x5C00]))
def test_a_truncated_answer_at_any_exchange(number, size, aip):
    card, circumstances = online(aip)
    holds(DisturbedCard(card, number, lambda response: response.data[:size] + b"\x90\x00"), **circumstances)


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 45), st.data(), st.sampled_from([0x7D00, 0x7C00, 0x5C00]))
def test_a_changed_byte_at_any_exchange(number, drawn, aip):
    def change(response):
        raw = bytearray(response.encode())
        raw[drawn.draw(st.integers(0, len(raw) - 1))] = drawn.draw(st.integers(0, 255))
        return bytes(raw)

    card, circumstances = online(aip)
    holds(DisturbedCard(card, number, change), **circumstances)


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 22), st.data())
def test_a_changed_answer_of_the_real_session(number, drawn):
    def change(response):
        raw = bytearray(response.encode())
        raw[drawn.draw(st.integers(0, len(raw) - 1))] = drawn.draw(st.integers(0, 255))
        return bytes(raw)

    card = DisturbedCard(SessionCard(), number, change)
    holds(card, device=session_terminal(), terms=SESSION_TERMS, host=lambda _: ONLINE_APPROVED)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(
        [0x5A, 0x5F24, 0x5F25, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x9F07, 0x9F0E, 0x9F32, 0x9F47, 0x9F49]
    ),
    st.binary(max_size=40),
    st.sampled_from([0x7D00, 0x7C00, 0x5C00]),
)
def test_an_arbitrary_value_of_any_object(tag, value, aip):
    card, circumstances = online(aip)
    card.records = {**card.records, tag: value}
    if tag in {0x8C, 0x8D}:
        card.forged = {"GENERATE AC": lambda _: ResponseApdu.decode(bytes.fromhex("9000"))}
    holds(card, **circumstances)
