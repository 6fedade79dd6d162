from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from sim_terminal_bus import Passenger

from conformance.codec.apdu import ResponseApdu
from conformance.model.terminal import TransactionRecord

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.link.card import CardLink

OUTCOMES = {"completed", "declined", "lost", "ignored"}


class Garbling:
    """Turns bits, cuts or lengthens some of the card's answers."""

    def __init__(self, link: CardLink, random: Random) -> None:
        self._link = link
        self._random = random

    def reset(self) -> bytes:
        return self._link.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        response = self._link.exchange(command)
        raw = bytearray(response.data)
        if not raw or self._random.random() > 0.4:
            return response
        match self._random.randrange(3):
            case 0:
                raw[self._random.randrange(len(raw))] ^= 1 << self._random.randrange(8)
            case 1:
                del raw[self._random.randrange(len(raw)) :]
            case _:
                raw += self._random.randbytes(3)
        return ResponseApdu(bytes(raw), response.sw)


@pytest.mark.parametrize("seed", range(8))
def test_no_garbled_answer_brings_the_validator_down(bus, seed):
    random = Random(seed)
    for number in range(40):
        card = Garbling(Passenger(pan=f"62109480000009{number:02}", seed=number).link, random)
        assert bus.device.present(card).outcome in OUTCOMES
        bus.device.wait(random.randrange(4))


def test_no_garbled_answer_makes_a_sale_to_a_card_that_does_not_exist(bus):
    random = Random(1)
    pans = {f"6210948000001{number:03}" for number in range(200)}
    for number, pan in enumerate(sorted(pans)):
        bus.device.present(Garbling(Passenger(pan=pan, seed=number).link, random))
    sold = [record for record in bus.device.observe(TransactionRecord) if record.kind == "sale"]
    assert {record.pan for record in sold} < pans
