from __future__ import annotations

import pytest

from conformance.codec import apdu
from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.sim.terminal.parts.psam_slot import PsamGone, PsamSlot

CHALLENGE = apdu.get_challenge()


class Psam:
    """Answers every command, until it is told what comes of them instead."""

    def __init__(self) -> None:
        self.outcome: Exception | None = None

    def reset(self) -> bytes:
        if self.outcome:
            raise self.outcome
        return b"\x3b\x00"

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        if self.outcome:
            raise self.outcome
        return ResponseApdu(command.encode(), StatusWord(0x9000))


def test_a_psam_answers_through_its_slot():
    slot = PsamSlot()
    assert slot.insert(Psam()) == b"\x3b\x00"
    assert slot.exchange(CHALLENGE).data == CHALLENGE.encode()


def test_an_empty_slot_answers_nothing():
    with pytest.raises(PsamGone):
        PsamSlot().exchange(CHALLENGE)


def test_a_psam_that_was_pulled_out_answers_nothing():
    slot = PsamSlot()
    slot.insert(Psam())
    slot.remove()
    with pytest.raises(PsamGone):
        slot.exchange(CHALLENGE)


@pytest.mark.parametrize("outcome", [CardMute, CardWithdrawn])
def test_a_psam_that_fails_is_not_mistaken_for_the_passengers_card(outcome):
    slot, psam = PsamSlot(), Psam()
    slot.insert(psam)
    psam.outcome = outcome("gone")
    with pytest.raises(PsamGone):
        slot.exchange(CHALLENGE)


def test_a_psam_that_gives_no_atr_is_gone():
    psam = Psam()
    psam.outcome = CardMute("dead")
    with pytest.raises(PsamGone):
        PsamSlot().insert(psam)


def test_a_psam_that_fell_silent_is_used_again_only_after_it_is_inserted():
    slot, psam = PsamSlot(), Psam()
    slot.insert(psam)
    psam.outcome = CardMute("silent")
    with pytest.raises(PsamGone):
        slot.exchange(CHALLENGE)
    psam.outcome = None
    with pytest.raises(PsamGone):
        slot.exchange(CHALLENGE)
    slot.insert(psam)
    assert slot.exchange(CHALLENGE).ok
