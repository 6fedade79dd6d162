"""The wrapper that hands every exchange to a sink, also those that end without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome
from conformance.link.tear import AnswerLost
from conformance.model.run import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink


class TracedCard:
    """A card link whose exchanges all reach `sink`.

    `clock` gives microseconds since the run began, `number` the next exchange's number.
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
        number, start = self._number(), self._clock()
        try:
            response = self._link.exchange(command)
        except LinkOutcome as outcome:
            lost = outcome.response.encode() if isinstance(outcome, AnswerLost) else None
            duration = self._clock() - start
            self._sink(Exchange(number, command.encode(), lost, _name(outcome), start, duration))
            raise
        duration = self._clock() - start
        self._sink(Exchange(number, command.encode(), response.encode(), "answered", start, duration))
        return response


def _name(outcome: LinkOutcome) -> str:
    if isinstance(outcome, AnswerLost):
        return "answer lost"
    if isinstance(outcome, CardWithdrawn):
        return "withdrawn"
    return "mute" if isinstance(outcome, CardMute) else "reader gone"
