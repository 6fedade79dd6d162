"""Whatever a card, a bank or a stripe says: the counter ends in a stated way, and the books agree then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from sim_counter_bench import Bench, agreed, direct

from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.memory import MemoryCard
from conformance.sim import card as sim_card

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu

RETRIEVAL, AUTHORISATION = b"000000000001", 6  # field 37, and the length of field 38 behind it
OUTCOMES = {"completed", "declined", "lost", "ignored"}


class Spoilt:
    """A card whose answer number `place` is what `spoil` makes of it."""

    def __init__(self, place: int, spoil: Callable[[ResponseApdu], ResponseApdu]) -> None:
        self._card = MemoryCard(sim_card.build("debit-credit"))
        self._left = place
        self._spoil = spoil

    def reset(self) -> bytes:
        return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        answer = self._card.exchange(command)
        self._left -= 1
        return self._spoil(answer) if self._left == -1 else answer


def in_order_afterwards(bench: Bench, outcome: str) -> None:
    bench.bank.__dict__.pop("exchange", None)
    bench.disturb("power-cycle")
    bench.operate("resolve")
    agreed(bench)
    assert outcome in OUTCOMES
    assert (outcome == "completed") == (bench.bank_holds > 0)


def served(place: int, spoil: Callable[[ResponseApdu], ResponseApdu]) -> None:
    with direct() as bench:
        bench.operate("pay", bill="B1", pins="right")
        outcome = bench.counter.present(Spoilt(place, spoil), "contact").outcome
        in_order_afterwards(bench, outcome)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 18), st.binary(max_size=60), st.sampled_from([0x9000, 0x6985, 0x6A82, 0x6283, 0x6F00]))
def test_arbitrary_answers_of_a_card(place: int, data: bytes, status: int) -> None:
    served(place, lambda _answer: ResponseApdu(data, StatusWord(status)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 18), st.integers(0, 120))
def test_truncated_answers_of_a_card(place: int, kept: int) -> None:
    served(place, lambda answer: ResponseApdu(answer.data[:kept], answer.sw))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 18), st.integers(0, 200), st.integers(1, 255))
def test_answers_of_a_card_with_a_byte_turned(place: int, at: int, mask: int) -> None:
    def turned(answer: ResponseApdu) -> ResponseApdu:
        data = bytearray(answer.data)
        if data:
            data[at % len(data)] ^= mask
        return ResponseApdu(bytes(data), answer.sw)

    served(place, turned)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.tuples(st.integers(2, 300), st.integers(1, 255))))
def test_answers_of_a_bank_that_are_none(spoilt: bytes | tuple[int, int]) -> None:
    """Only a forged response code (39) could mislead the counter; that is for a MAC to show, in field 64."""
    with direct() as bench:
        honest = bench.bank.exchange

        def exchange(frame: bytes) -> bytes:
            answer = bytearray(honest(frame))
            if isinstance(spoilt, bytes):
                return spoilt
            code = bytes(answer).index(RETRIEVAL) + len(RETRIEVAL) + AUTHORISATION
            at = spoilt[0] % len(answer)
            answer[at] ^= 0 if at in (code, code + 1) else spoilt[1]
            return bytes(answer)

        bench.operate("pay", bill="B1", pins="right")
        bench.bank.exchange = exchange
        card = MemoryCard(sim_card.build("debit-credit"))
        assert bench.counter.present(card, "contact").outcome in OUTCOMES
        del bench.bank.exchange
        bench.disturb("power-cycle")
        bench.operate("resolve")
        assert bench.bank_holds == bench.hospital.total()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789=D;?% ", max_size=45))
def test_arbitrary_tracks(track: str) -> None:
    with direct() as bench:
        bench.operate("pay", bill="B1", pins="right")
        in_order_afterwards(bench, bench.swipe(track).outcome)
