"""The slot of a terminal's own card, the PSAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.link.outcomes import CardMute, CardWithdrawn

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink


class PsamGone(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The PSAM did not answer. This says nothing about the passenger's card, so it is no CardWithdrawn."""


class PsamSlot:
    """Empty at first. A PSAM that was pulled out or fell silent is used again after it is inserted."""

    def __init__(self) -> None:
        self._psam: CardLink | None = None

    def insert(self, psam: CardLink) -> bytes:
        """Power the PSAM and return its ATR; PsamGone when it gives none."""
        self._psam = psam
        try:
            return psam.reset()
        except (CardMute, CardWithdrawn) as outcome:
            raise self._gone() from outcome

    def remove(self) -> None:
        self._psam = None

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """One command; PsamGone from when it did not answer until it is inserted again."""
        if self._psam is None:
            raise PsamGone
        try:
            return self._psam.exchange(command)
        except (CardMute, CardWithdrawn) as outcome:
            raise self._gone() from outcome

    def _gone(self) -> PsamGone:
        self._psam = None
        return PsamGone()
