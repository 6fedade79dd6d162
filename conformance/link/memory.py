"""A card in the harness's own process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from conformance.link.outcomes import CardMute, CardWithdrawn

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu


class PoweredCard(Protocol):
    """What a simulated card shows to the outside. One that means to be silent raises CardMute."""

    def power_on(self) -> bytes:
        """Start afresh and return the ATR."""
        ...

    def power_off(self) -> None: ...

    def process(self, command: CommandApdu) -> ResponseApdu: ...


class MemoryCard:
    """A card link to an object in process. An answer that comes after `deadline_s` counts as none."""

    def __init__(self, card: PoweredCard, deadline_s: float = 5.0) -> None:
        self._card = card
        self._deadline_s = deadline_s
        self._powered = False

    def reset(self) -> bytes:
        self._card.power_off()
        self._powered = True
        return self._card.power_on()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        if not self._powered:
            raise CardWithdrawn("the card has no power: reset comes first")
        started = time.monotonic()
        response = self._card.process(command)
        if time.monotonic() - started > self._deadline_s:
            raise CardMute(f"no answer within {self._deadline_s:g} s")
        return response
