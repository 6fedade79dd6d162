"""A card in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu


class PoweredCard(Protocol):
    """What a simulated card offers: power, and one command at a time."""

    def power_on(self) -> bytes: ...

    def power_off(self) -> None: ...

    def process(self, command: CommandApdu) -> ResponseApdu: ...


class MemoryCard:
    """A card link over a card in this process. It answers at once, so that its deadline cannot pass."""

    def __init__(self, card: PoweredCard) -> None:
        self._card = card

    def reset(self) -> bytes:
        self._card.power_off()
        return self._card.power_on()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        return self._card.process(command)
