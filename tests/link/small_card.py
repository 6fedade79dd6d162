"""A small card, the commands of its sessions, and a trace of them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.link.traced import TracedCard

if TYPE_CHECKING:
    from conformance.link.card import CardLink
    from conformance.model.run import Exchange

ATR = bytes.fromhex("3B80800101")
OK = StatusWord(0x9000)
ECHO = CommandApdu(0x80, 0x10, 0, 0, b"\xca\xfe", 256)
FALL_SILENT = CommandApdu(0x80, 0x12, 0, 0)
LEAVE = CommandApdu(0x80, 0x14, 0, 0)
GPO = CommandApdu(0x80, 0xA8, 0, 0, bytes.fromhex("8300"), 256)
FIRST_RECORD = CommandApdu(0x00, 0xB2, 1, 2 << 3 | 4, le=256)
LAST_RECORD = CommandApdu(0x00, 0xB2, 2, 2 << 3 | 4, le=256)
GPO_ANSWER = bytes.fromhex("7708 9404 10010200 8200".replace(" ", ""))


class SmallCard:
    """Echoes, falls silent or leaves as it is told; keeps what it saw."""

    def __init__(self) -> None:
        self.seen: list[CommandApdu] = []
        self.powered = 0

    def power_on(self) -> bytes:
        self.powered += 1
        return ATR

    def power_off(self) -> None: ...

    def process(self, command: CommandApdu) -> ResponseApdu:
        self.seen.append(command)
        if command == FALL_SILENT:
            raise CardMute("told to be silent")
        if command == LEAVE:
            raise CardWithdrawn("told to leave")
        return ResponseApdu(GPO_ANSWER if command == GPO else command.data, OK)


def trace(link: CardLink) -> tuple[TracedCard, list[Exchange]]:
    """The link with a trace of it."""
    exchanges: list[Exchange] = []
    numbers = count(1)
    times = count(0, 10)
    return TracedCard(link, exchanges.append, lambda: next(times), lambda: next(numbers)), exchanges
