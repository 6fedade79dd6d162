from __future__ import annotations

import pytest

from conformance.sim.terminal.parts.network import AnswerLost, Network, NotConnected


def test_an_answer_comes_back():
    assert Network(bytes.upper).exchange(b"sale") == b"SALE"


def test_a_request_does_not_leave_while_the_line_is_down():
    heard: list[bytes] = []
    network = Network(lambda request: heard.append(request) or b"")
    network.up = False
    with pytest.raises(NotConnected):
        network.exchange(b"sale")
    assert heard == []


def test_the_host_hears_a_request_whose_answer_is_lost():
    heard: list[bytes] = []
    network = Network(lambda request: heard.append(request) or b"")
    network.lose_answers()
    with pytest.raises(AnswerLost):
        network.exchange(b"sale")
    assert heard == [b"sale"]


def test_as_many_answers_are_lost_as_were_to_be():
    network = Network(bytes.upper)
    network.lose_answers(2)
    for _ in range(2):
        with pytest.raises(AnswerLost):
            network.exchange(b"sale")
    assert network.exchange(b"sale") == b"SALE"
