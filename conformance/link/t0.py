"""A card in the manner of T=0, for a reader that hands every TPDU on (ISO/IEC 7816-3, EMV Book 1 9.3, PB-2).

With T=0 a command brings data or asks for data, never both. What a command with data leads to waits for GET
RESPONSE: 61xx says how much. A command for data with another Le than fits is answered 6Cxx and asked again;
the card acts once all the same. T=1 and contactless cards need nothing of this: they take whole APDUs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.link.card import CardLink

_GET_RESPONSE = 0xC0
_TD = 0x80  # in T0 and in every TD: another TD follows
_MORE, _WRONG_LE = 0x6100, 0x6C00
_MOST = 256  # Le 00
_NOTHING_WAITS = StatusWord(0x6985)
_WRONG_CLASS = StatusWord(0x6E00)
_WRONG_P1_P2 = StatusWord(0x6A86)
_OK = StatusWord(0x9000)


def is_t0_alone(atr: bytes) -> bool:
    """Whether an ATR offers T=0 and nothing else; without any TD it does (ISO/IEC 7816-3 8.2.3).

    One that is cut off offers nothing.
    """
    offered, at, follows = set(), 2, atr[1] if len(atr) > 1 else _TD
    while follows & _TD:
        at += (follows >> 4).bit_count()
        if at > len(atr):
            return False
        follows = atr[at - 1]
        offered.add(follows & 0x0F)
    return offered <= {0}


class T0Card:
    """Another card link's card, behind T=0 where its ATR offers nothing else; any other card is as it was."""

    def __init__(self, link: CardLink) -> None:
        self._link = link
        self._waiting = b""
        self._done: tuple[CommandApdu, ResponseApdu] | None = None
        self._takes_apdus = False

    def reset(self) -> bytes:
        self._waiting, self._done = b"", None
        atr = self._link.reset()
        self._takes_apdus = not is_t0_alone(atr)
        return atr

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        if self._takes_apdus:
            return self._link.exchange(command)
        if command.ins == _GET_RESPONSE:
            return self._rest(command)
        self._waiting = b""
        return self._with_data(command) if command.data else self._without_data(command)

    def _with_data(self, command: CommandApdu) -> ResponseApdu:
        """The answer's data wait; a warning is answered as it is, and its data wait too."""
        self._done = None
        answer = self._link.exchange(replace(command, le=_MOST))
        self._waiting = answer.data
        return self._announced() if answer.data and answer.ok else ResponseApdu(b"", answer.sw)

    def _without_data(self, command: CommandApdu) -> ResponseApdu:
        """The answer, when Le is as long as it; no Le counts as 00."""
        asked, whole = command.le or _MOST, replace(command, le=_MOST)
        done, self._done = self._done, None
        answer = done[1] if done is not None and done[0] == whole else self._link.exchange(whole)
        if not answer.data or len(answer.data) == asked:
            return answer
        self._done = whole, answer
        return ResponseApdu(b"", StatusWord(_WRONG_LE | len(answer.data) & 0xFF))

    def _rest(self, command: CommandApdu) -> ResponseApdu:
        """GET RESPONSE: all that waits, or as much as was asked for and 61xx."""
        self._done = None
        refused = self._refused(command)
        if refused is not None:
            return ResponseApdu(b"", refused)
        asked = command.le or _MOST
        if asked > len(self._waiting):
            return ResponseApdu(b"", StatusWord(_WRONG_LE | len(self._waiting) & 0xFF))
        part, self._waiting = self._waiting[:asked], self._waiting[asked:]
        return ResponseApdu(part, self._announced().sw if self._waiting else _OK)

    def _refused(self, command: CommandApdu) -> StatusWord | None:
        if command.cla:
            return _WRONG_CLASS
        if command.p1 or command.p2:
            return _WRONG_P1_P2
        return None if self._waiting else _NOTHING_WAITS

    def _announced(self) -> ResponseApdu:
        """61xx; 00 stands for 256 bytes or more."""
        return ResponseApdu(b"", StatusWord(_MORE | min(len(self._waiting), _MOST) & 0xFF))
