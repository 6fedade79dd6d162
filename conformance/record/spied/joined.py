"""What T=0 took apart is one exchange again, where nothing is in doubt (EMV Book 1 9.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model.run import Exchange

_HEADER = 5  # CLA INS P1 P2 P3
_SW = 2
_GET_RESPONSE = bytes.fromhex("C00000")
_MORE, _WRONG_LE = 0x61, 0x6C
_MOST = 256  # P3 00


def joined(exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """Numbered from 1; a joined exchange has the first command and the last answer."""
    found: list[Exchange] = []
    for each in exchanges:
        if found and (_fetches(found[-1], each) or _repeats(found[-1], each)):
            first = found.pop()
            lasted = each.at + each.duration - first.at if each.at else first.duration + each.duration
            found.append(replace(first, response=each.response, outcome=each.outcome, duration=lasted))
        else:
            found.append(each)
    return tuple(replace(each, number=number) for number, each in enumerate(found, 1))


def _fetches(first: Exchange, then: Exchange) -> bool:
    """Whether GET RESPONSE brought exactly what a lone 61xx announced, to the last byte."""
    if not _lone(first, _MORE) or then.response is None or first.response is None:
        return False
    announced, command = first.response[1], then.command
    return (
        command[1:] == _GET_RESPONSE + bytes([announced])
        and command[0] in (0, first.command[0])
        and len(then.response) == (announced or _MOST) + _SW
        and then.response[-2] != _MORE
    )


def _repeats(first: Exchange, then: Exchange) -> bool:
    """Whether a command that asked for all (Le 00) was sent again with the length of 6Cxx."""
    if not _lone(first, _WRONG_LE) or first.response is None:
        return False
    asked_for_all = len(first.command) == _HEADER and first.command[-1] == 0
    return asked_for_all and then.command == first.command[:-1] + first.response[1:]


def _lone(exchange: Exchange, sw1: int) -> bool:
    return exchange.response is not None and len(exchange.response) == _SW and exchange.response[0] == sw1
