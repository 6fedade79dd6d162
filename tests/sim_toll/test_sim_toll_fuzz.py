"""Arbitrary and truncated answers at every exchange: the lane ends in a stated way, nobody passes unpaid."""

from __future__ import annotations

from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sim_toll_lane import cash_card, exit_with, left_on, pass_card, toll_card

from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.memory import MemoryCard
from conformance.model.terminal import Parameters
from conformance.runner.acquirer import LaboratoryAcquirer
from conformance.sim import card as sim_card
from conformance.sim.host import Acquirer, Issuer, acquirer_server

OUTCOMES = {"completed", "declined", "lost", "ignored"}
ANSWERS = st.builds(
    ResponseApdu,
    st.binary(max_size=48),
    st.sampled_from([0x9000, 0x6A82, 0x6985, 0x9302, 0x9401, 0x6283]).map(StatusWord),
)
quickly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


class Tampered:
    """A card whose answer to the exchange of this number is another one."""

    def __init__(self, card, number, change) -> None:
        self._card, self._number, self._change = card, number, change

    def reset(self):
        return self._card.reset()

    def exchange(self, command):
        response = self._card.exchange(command)
        self._number -= 1
        return self._change(response) if self._number == -1 else response


def truncated(length):
    return lambda response: ResponseApdu(response.data[:length], response.sw)


def check(lane, outcome):
    """The barrier is up for what is stored; a sale that lets nobody pass says why."""
    assert outcome in OUTCOMES
    assert lane.open is (bool(lane.records("sale")) and not lane.records("write-failed"))


@quickly
@given(number=st.integers(0, 12), answer=ANSWERS)
def test_any_answer_of_a_toll_card_ends_in_a_stated_way(number, answer):
    lane, card = exit_with(), toll_card()
    lane.arrive()
    check(lane, lane.tap(Tampered(card, number, lambda _: answer)))
    if lane.open:
        assert left_on(card) == 6_500


@quickly
@given(number=st.integers(0, 12), length=st.integers(0, 42))
def test_any_truncated_answer_of_a_toll_card_ends_in_a_stated_way(number, length):
    lane, card = exit_with(), toll_card()
    lane.arrive()
    check(lane, lane.tap(Tampered(card, number, truncated(length))))


@quickly
@given(number=st.integers(0, 12), answer=ANSWERS)
def test_any_answer_of_a_bank_card_ends_in_a_stated_way(number, answer):
    lane = exit_with()
    lane.arrive()
    lane.tap(pass_card())
    check(lane, lane.tap(Tampered(cash_card(), number, lambda _: answer)))


@quickly
@given(answers=st.lists(ANSWERS, min_size=1, max_size=12))
def test_a_card_that_makes_everything_up_opens_nothing(answers):
    class Liar:
        def power_on(self):
            return b"\x3b\x00"

        def power_off(self):
            pass

        def process(self, command):
            answers.append(answers.pop(0))
            return answers[-1]

    lane = exit_with()
    lane.arrive()
    for interface in ("contactless", "contact"):
        assert lane.tap(MemoryCard(Liar()), interface=interface) in OUTCOMES
    assert not lane.open


@pytest.mark.parametrize("number", range(9))
def test_after_a_disturbed_exchange_the_true_card_pays_once(number):
    lane, card = exit_with(), toll_card()
    lane.arrive()
    lane.tap(Tampered(card, number, lambda _: ResponseApdu(b"", StatusWord(0x6F00))))
    if not lane.open and not lane.records("observation") and not lane.records("exception"):
        lane.tap(card)
        assert lane.open or lane.records("write-failed")
    assert len(lane.amounts) <= 1


@settings(parent=quickly, max_examples=40)
@given(number=st.integers(0, 25), answer=ANSWERS, length=st.none() | st.integers(0, 60))
def test_any_answer_over_contacts_ends_in_a_stated_way(number, answer, length):
    change = truncated(length) if length is not None else lambda _: answer
    acquirer = LaboratoryAcquirer()
    try:
        acquirer.know("6210948000000011")
        lane = exit_with()
        lane.device.load(Parameters(host=acquirer.address))
        lane.arrive()
        lane.tap(pass_card())
        lane.do("pin", reference="right")
        chip = MemoryCard(sim_card.build("debit-credit", interface="contact"))
        check(lane, lane.tap(Tampered(chip, number, change), interface="contact"))
        assert acquirer.total in ({3_500} if lane.open else {0, 3_500})
    finally:
        acquirer.close()


class Garbled:
    """The acquirer's answers with some bytes changed."""

    def __init__(self, change) -> None:
        self._acquirer = Acquirer(Issuer())
        self._change = change

    def exchange(self, frame):
        return self._change(self._acquirer.exchange(frame))


@quickly
@given(offset=st.integers(0, 120), value=st.integers(0, 255))
def test_any_answer_of_the_bank_ends_in_a_stated_way(offset, value):
    def change(frame):
        return frame[:offset] + bytes((value,)) + frame[offset + 1 :] if 2 <= offset < len(frame) else frame

    lane = exit_with()
    server = acquirer_server(Garbled(change))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        host, port = server.address
        lane.device.load(Parameters(host=f"{host}:{port}"))
        lane.arrive()
        lane.tap(pass_card())
        lane.do("pin", reference="right")
        chip = MemoryCard(sim_card.build("debit-credit", interface="contact"))
        check(lane, lane.tap(chip, interface="contact"))
    finally:
        server.close()
