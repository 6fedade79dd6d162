"""The card's door: one APDU in, one APDU out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu


class CardLink(Protocol):
    """Everything that passes to a card passes here. What is no answer is raised (outcomes.py)."""

    def reset(self) -> bytes:
        """Power the card (or bring it into the field) afresh and return its ATR."""
        ...

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Send one command and return the answer, before the link's deadline."""
        ...
