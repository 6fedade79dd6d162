"""The wrapper that hands every exchange with a card to a sink, also those that end without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome
from conformance.link.tear import AnswerLost
from conformance.model.run import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink

_OUTCOMES: Mapping[type[LinkOutcome], str] = {
    CardMute: "mute",
    CardWithdrawn: "withdrawn",
    AnswerLost: "answer lost",
}


class TracedCard:
    """A card link whose exchanges reach `sink` once each, in the order in which they end.

    `clock` gives microseconds since the start of the run, `number` the next exchange's number. Wrap it around
    a torn link: a lost answer then arrives with its response.
    """

    def __init__(
        self,
        link: CardLink,
        sink: Callable[[Exchange], None],
        clock: Callable[[], int],
        number: Callable[[], int],
    ) -> None:
        self._link = link
        self._sink = sink
        self._clock = clock
        self._number = number

    def reset(self) -> bytes:
        return self._link.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        raw, clock = command.encode(), self._clock
        number, at = self._number(), clock()
        try:
            response = self._link.exchange(command)
        except LinkOutcome as outcome:
            lost = outcome.response.encode() if isinstance(outcome, AnswerLost) else None
            name = _OUTCOMES.get(type(outcome), "reader gone")
            self._sink(Exchange(number, raw, lost, name, at, clock() - at))
            raise
        duration = clock() - at
        self._sink(Exchange(number, raw, response.encode(), "answered", at, duration))
        return response
