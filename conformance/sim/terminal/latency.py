"""Modelled time of a tap on a virtual clock, in microseconds.

A modelled time says nothing about any device; it lets cases about time be written and their defects be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.link.outcomes import CardMute, CardWithdrawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink
    from conformance.sim.terminal.parts.clock import Clock

ACTIVATION_US = 5_000  # field on to the card's first answer; own assumption
AUTHENTICATION_US = 30_000  # the terminal's own RSA operations; own assumption
STORAGE_US = 2_000  # writing a record; own assumption
SILENCE_US = 20_000  # until a card that left is given up; own assumption

_BYTE_US = 85  # ISO/IEC 14443-3 at 106 kbit/s: nine bit times of 9.44 µs
_BLOCK_BYTES = 6  # ISO/IEC 14443-4: a byte of prologue and two of CRC, both ways
_SHORT_US = 10_000  # own assumption: a command that looks something up

# PPSE 20 ms, SELECT 30 ms, GPO 50 ms in a recorded qPBOC session (source Q1 in the facts of TR-02).
_PPSE_US, _SELECT_US, _GPO_US = 20_000, 30_000, 50_000
_PPSE = b"2PAY.SYS.DDF01"


def exchange_latency(command: CommandApdu, response: ResponseApdu) -> int:
    """Transfer of both sides at 106 kbit/s, and the card's own time by command."""
    transferred = len(command.data) + len(response.data) + 5 + 2 + _BLOCK_BYTES
    return _own_time(command) + transferred * _BYTE_US


def _own_time(command: CommandApdu) -> int:
    match command.ins:
        case 0xA4:
            return _PPSE_US if command.data == _PPSE else _SELECT_US
        case 0xA8:
            return _GPO_US
        case _:
            return _SHORT_US


class TimedCard:
    """A card link that lets the terminal's clock advance by what each exchange would take."""

    def __init__(
        self, card: CardLink, clock: Clock, latency: Callable[[CommandApdu, ResponseApdu], int]
    ) -> None:
        self._card = card
        self._clock = clock
        self._latency = latency

    def reset(self) -> bytes:
        self._clock.advance(ACTIVATION_US)
        return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        try:
            response = self._card.exchange(command)
        except (CardMute, CardWithdrawn):
            self._clock.advance(SILENCE_US)
            raise
        self._clock.advance(self._latency(command, response))
        return response
