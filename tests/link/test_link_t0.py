"""A card behind T=0: who brings data gets none back at once, and a wrong Le is put right (PB-2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec import apdu
from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.t0 import T0Card, is_t0_alone

AID = bytes.fromhex("A000000333010101")


@dataclass
class Answers:
    """A card that answers everything alike and counts."""

    data: bytes
    sw: int = 0x9000
    atr: str = "3B600000"
    asked: list[CommandApdu] = field(default_factory=list)

    def reset(self) -> bytes:
        return bytes.fromhex(self.atr)

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        self.asked.append(command)
        return ResponseApdu(self.data, StatusWord(self.sw))


def get_response(le: int, cla: int = 0, p1: int = 0) -> CommandApdu:
    return CommandApdu(cla, 0xC0, p1, 0, b"", le)


@pytest.mark.parametrize(("size", "announced"), [(5, 0x6105), (255, 0x61FF), (256, 0x6100), (300, 0x6100)])
def test_the_answer_to_a_command_with_data_waits(size: int, announced: int) -> None:
    card = T0Card(Answers(bytes(size)))
    answer = card.exchange(apdu.select(AID))
    assert (answer.data, answer.sw) == (b"", announced)


def test_get_response_takes_it_whole_or_in_parts() -> None:
    card = T0Card(Answers(bytes(range(5))))
    card.exchange(apdu.select(AID))
    assert card.exchange(get_response(256)).sw == 0x6C05
    assert card.exchange(get_response(2)).encode().hex() == "00016103"
    assert card.exchange(get_response(3)).encode().hex() == "0203049000"
    assert card.exchange(get_response(3)).sw == 0x6985


def test_a_warning_comes_first_and_its_data_wait() -> None:
    card = T0Card(Answers(b"\x6f\x00", 0x6283))
    assert card.exchange(apdu.select(AID)).encode().hex() == "6283"
    assert card.exchange(get_response(256)).sw == 0x6C02
    assert card.exchange(get_response(2)).encode().hex() == "6f009000"


def test_another_command_forgets_what_waited() -> None:
    inner = Answers(b"\x01\x02")
    card = T0Card(inner)
    card.exchange(apdu.select(AID))
    card.exchange(apdu.get_data(0x9F36))
    assert card.exchange(get_response(2)).sw == 0x6985


@pytest.mark.parametrize("asked", [1, 3, 256])
def test_a_wrong_le_is_put_right_and_the_card_acts_once(asked: int) -> None:
    inner = Answers(b"\x01\x02")
    card = T0Card(inner)
    assert card.exchange(CommandApdu(0x80, 0xCA, 0x9F, 0x36, b"", asked)).encode().hex() == "6c02"
    assert card.exchange(CommandApdu(0x80, 0xCA, 0x9F, 0x36, b"", 2)).encode().hex() == "01029000"
    assert len(inner.asked) == 1
    card.exchange(CommandApdu(0x80, 0xCA, 0x9F, 0x36, b"", 2))
    assert len(inner.asked) == 2


def test_an_answer_without_data_is_as_it_is() -> None:
    card = T0Card(Answers(b"", 0x6A83))
    assert card.exchange(apdu.read_record(1, 1)).encode().hex() == "6a83"
    assert card.exchange(apdu.select(AID)).encode().hex() == "6a83"


@pytest.mark.parametrize(
    ("command", "status"),
    [(get_response(1, cla=0x80), 0x6E00), (get_response(1, p1=1), 0x6A86), (get_response(1), 0x6985)],
)
def test_a_get_response_out_of_place_is_refused(command: CommandApdu, status: int) -> None:
    card = T0Card(Answers(b"\x01"))
    card.reset()
    assert card.exchange(command).sw == status


def test_a_reset_forgets_everything() -> None:
    card = T0Card(Answers(b"\x01"))
    card.exchange(apdu.select(AID))
    card.reset()
    assert card.exchange(get_response(1)).sw == 0x6985


def chained(card: T0Card, command: CommandApdu) -> ResponseApdu:
    """What a terminal makes of 61xx, 6Cxx and a warning (ISO/IEC 7816-3, EMV Book 1 9.3)."""
    answer = card.exchange(replace(command, le=None) if command.data else command)
    if answer.sw.sw1 == 0x6C:
        answer = card.exchange(replace(command, le=answer.sw.sw2 or 256))
    first = answer.sw
    collected = answer.data
    while answer.sw.sw1 == 0x61:
        answer = card.exchange(get_response(answer.sw.sw2 or 256))
        collected += answer.data
    return ResponseApdu(collected, first if first.sw1 in {0x62, 0x63} else answer.sw)


@given(st.binary(max_size=600), st.booleans(), st.sampled_from([0x9000, 0x6985, 0x6A83]))
def test_chaining_brings_what_the_card_said(data: bytes, with_data: bool, sw: int) -> None:
    answered = ResponseApdu(data if sw == 0x9000 else b"", StatusWord(sw))
    inner = Answers(answered.data[:256] if not with_data else answered.data, sw)
    command = apdu.select(AID) if with_data else apdu.read_record(1, 1)
    assert chained(T0Card(inner), command) == ResponseApdu(inner.data, answered.sw)
    assert len(inner.asked) == 1


@pytest.mark.parametrize(
    ("atr", "alone"),
    [
        ("3B600000", True),
        ("3B80800101", False),
        ("3BE000008131204535", False),
        ("3B6000008000", True),
        ("3BF01100FF008000", True),
        ("3BF01100FF8131FE65", False),
        ("3B", False),
        ("3BF0", False),
    ],
)
def test_an_atr_says_whether_t0_is_all_there_is(atr: str, alone: bool) -> None:
    assert is_t0_alone(bytes.fromhex(atr)) is alone


def test_a_card_of_another_protocol_takes_whole_commands() -> None:
    inner = Answers(b"\x01", atr="3BE000008131204535")
    card = T0Card(inner)
    card.reset()
    assert card.exchange(apdu.select(AID)).encode().hex() == "019000"
