"""A card that leaves the field at a stated point of the dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.afl import Afl, AflError
from conformance.codec.tags import Tag
from conformance.link.outcomes import CardWithdrawn

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink

LAST_RECORD = "last record"


@dataclass(frozen=True, slots=True)
class Tear:
    """`moment` "before": the command never reaches the card; "after": the card's answer is lost.

    `command` is a command's name as `CommandApdu.name` gives it, or "last record": the last that the AFL of
    the present GET PROCESSING OPTIONS names.
    """

    moment: str
    command: str

    def __post_init__(self) -> None:
        if self.moment not in ("before", "after"):
            raise ValueError(f"a tear is before or after a command, not {self.moment}")


class AnswerLost(CardWithdrawn):
    """The card answered and was gone; `response` is what nobody received."""

    def __init__(self, response: ResponseApdu) -> None:
        super().__init__("withdrawn after its answer")
        self.response = response


class TornCard:
    """A card link with one tear: once torn it is gone until it is reset, and then stays whole."""

    def __init__(self, link: CardLink, tear: Tear) -> None:
        self._link = link
        self._tear = tear
        self._spent = False
        self._gone = False
        self._last: tuple[int, int] | None = None

    def reset(self) -> bytes:
        self._gone = False
        return self._link.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        if self._gone:
            raise CardWithdrawn("withdrawn before")
        tears = not self._spent and self._is_the_moment(command)
        if tears:
            self._spent = self._gone = True
            if self._tear.moment == "before":
                raise CardWithdrawn(f"withdrawn before {self._tear.command}")
        response = self._link.exchange(command)
        self._learn(command, response)
        if tears:
            raise AnswerLost(response)
        return response

    def _is_the_moment(self, command: CommandApdu) -> bool:
        if self._tear.command != LAST_RECORD:
            return command.name == self._tear.command
        return command.name == "READ RECORD" and (command.p2 >> 3, command.p1) == self._last

    def _learn(self, command: CommandApdu, response: ResponseApdu) -> None:
        """Take the last record's place from the AFL that passes."""
        if command.name == "GET PROCESSING OPTIONS" and response.ok:
            try:
                locator = tlv.decode_one(response.data).find(Tag.AFL)
                self._last = Afl.parse(locator.value).last if locator else None
            except (tlv.TlvError, AflError):
                self._last = None


def torn(link: CardLink, tear: Tear) -> TornCard:
    """The card behind `link`, leaving at the stated point."""
    return TornCard(link, tear)
