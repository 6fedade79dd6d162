"""A recorded session, played back as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome, ReaderGone
from conformance.link.tear import AnswerLost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.codec.apdu import CommandApdu
    from conformance.model.run import Exchange

_ATR = bytes.fromhex("3B80800101")  # a record keeps exchanges, not the ATR


class ReplayDiverged(LinkOutcome):
    """A command differs from the recorded one; `number` is the recorded exchange's, None past its end."""

    def __init__(self, number: int | None, expected: bytes | None, got: bytes) -> None:
        recorded = expected.hex().upper() if expected is not None else "nothing more"
        place = f"at exchange {number}" if number is not None else "past its end"
        super().__init__(f"the session diverges {place}: recorded {recorded}, got {got.hex().upper()}")
        self.number = number
        self.expected = expected
        self.got = got


class ReplayCard:
    """A card link that answers a recorded session in order, with the outcomes that it had."""

    def __init__(self, exchanges: Iterable[Exchange], atr: bytes = _ATR) -> None:
        self._exchanges = iter(exchanges)
        self._atr = atr

    def reset(self) -> bytes:
        """Return the ATR; the session goes on where it stood."""
        return self._atr

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        got = command.encode()
        recorded = next(self._exchanges, None)
        if recorded is None:
            raise ReplayDiverged(None, None, got)
        if recorded.command != got:
            raise ReplayDiverged(recorded.number, recorded.command, got)
        return _outcome(recorded)


def _outcome(recorded: Exchange) -> ResponseApdu:
    """The recorded answer, or the recorded way of having none."""
    where = f"as recorded in exchange {recorded.number}"
    match recorded.outcome:
        case "withdrawn":
            raise CardWithdrawn(where)
        case "mute":
            raise CardMute(where)
        case "reader gone":
            raise ReaderGone(where)
    if recorded.response is None:
        raise CardMute(f"exchange {recorded.number} was recorded without its answer")
    response = ResponseApdu.decode(recorded.response)
    if recorded.outcome == "answer lost":
        raise AnswerLost(response)
    return response
