"""Tears: a card that leaves the field at a stated point of a session (TR-05a, TR-05b)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from conformance.codec import tlv
from conformance.codec.afl import Afl, AflError
from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag
from conformance.link.outcomes import CardWithdrawn

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu
    from conformance.link.card import CardLink

LAST_RECORD = "last record"
_NAMES = frozenset(CommandApdu(0, ins, 0, 0).name for ins in range(256)) | {LAST_RECORD}
_GET_PROCESSING_OPTIONS = 0xA8
_READ_RECORD = 0xB2
_FORMAT_1 = 0x80


class AnswerLost(CardWithdrawn):
    """The card left after it had answered; `response` is what the terminal never saw."""

    def __init__(self, response: ResponseApdu) -> None:
        super().__init__("the card left with its answer on the way")
        self.response = response


@dataclass(frozen=True, slots=True)
class Tear:
    """Where a session is torn: "before" the card sees the command, or "after" it answered.

    `command` is a command's name, "GET PROCESSING OPTIONS", or "last record": the last that the AFL names, as
    the answer to GPO gave it. A name that no command has raises ValueError.
    """

    moment: Literal["before", "after"]
    command: str

    def __post_init__(self) -> None:
        if self.moment not in ("before", "after"):
            raise ValueError(f"a card leaves before or after a command, not {self.moment!r}")
        if self.command not in _NAMES:
            raise ValueError(f"no command is called {self.command!r}")


def torn(link: CardLink, tear: Tear) -> CardLink:
    """A card that leaves once, at `tear`, and is gone until the next reset."""
    return _TornCard(link, tear)


class _TornCard:
    def __init__(self, link: CardLink, tear: Tear) -> None:
        self._link = link
        self._tear: Tear | None = tear
        self._gone = False
        self._last_record: tuple[int, int] | None = None

    def reset(self) -> bytes:
        self._gone = False
        self._last_record = None
        return self._link.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        if self._gone:
            raise CardWithdrawn("the card is out of the field")
        if self._tear is not None and self._is_meant(command, self._tear):
            self._leave(command, self._tear)
        response = self._link.exchange(command)
        if command.ins == _GET_PROCESSING_OPTIONS:
            self._last_record = _last_record(response)
        return response

    def _leave(self, command: CommandApdu, tear: Tear) -> None:
        self._tear = None
        self._gone = True
        if tear.moment == "after":
            raise AnswerLost(self._link.exchange(command))
        raise CardWithdrawn(f"the card left before {tear.command}")

    def _is_meant(self, command: CommandApdu, tear: Tear) -> bool:
        if tear.command != LAST_RECORD:
            return command.name == tear.command
        return command.ins == _READ_RECORD and (command.p2 >> 3, command.p1) == self._last_record


def _last_record(response: ResponseApdu) -> tuple[int, int] | None:
    """SFI and number of the last record that the AFL in an answer to GPO names; None without one."""
    try:
        template = tlv.decode_one(response.data)
        found = template.find(Tag.AFL)
        raw = template.value[2:] if template.tag == _FORMAT_1 else found.value if found else b""
        return Afl.parse(raw).last if raw else None
    except (tlv.TlvError, AflError):
        return None
