"""Plain hex dialogues: `> 00A4…` and `< 6F…9000`, as people write and scriptor of pcsc-tools prints them.

A line of hex digits alone continues the line before it. Behind `#`, and behind ` : ` as scriptor explains a
status, stands text for people. An answer with no bytes is that of a mute card, as is no answer at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.model.run import Exchange
from conformance.record.spied.lines import hex_bytes, text_of
from conformance.record.spied.session_error import SessionError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"(?P<side>->|=>|>|C:|<-|<=|<|R:)\s*(?P<said>.*)", re.IGNORECASE)
_COMMANDS = {"->", "=>", ">", "C:"}
_KNOWN = re.compile(r"^\s*(?:->|=>|>|C:)\s*[0-9A-F]{2}\s*[0-9A-F]{2}", re.IGNORECASE | re.MULTILINE)
_BESIDES = re.compile(  # what scriptor says besides, and its reset
    r"(?:Using |No reader given|Reading commands|reset$|> ?RESET$|< ?OK\b)", re.IGNORECASE
)
_HEX = re.compile(r"[0-9A-F\s]+", re.IGNORECASE)


def knows(raw: bytes) -> bool:
    text = text_of(raw)
    return text is not None and not text.lstrip().startswith(("{", "[")) and bool(_KNOWN.search(text))


def exchanges(raw: bytes, name: str) -> Iterator[Exchange]:
    command: bytes | None = None
    for place, is_command, said in _said(raw, name):
        if is_command:
            if command is not None:
                yield _exchange(command, b"")
            if not said:
                raise SessionError(f"{place}: a command without bytes")
            command = said
        elif command is None:
            raise SessionError(f"{place}: an answer without a command")
        elif len(said) == 1:
            raise SessionError(f"{place}: an answer of one byte has no status word")
        else:
            yield _exchange(command, said)
            command = None
    if command is not None:
        yield _exchange(command, b"")


def _said(raw: bytes, name: str) -> Iterator[tuple[str, bool, bytes]]:
    """Place, whether it is a command, and the bytes, continued lines put together."""
    begun: tuple[str, bool, bytes] | None = None
    for number, whole in enumerate((text_of(raw) or "").splitlines(), 1):
        place, line = f"{name}: line {number}", whole.partition("#")[0].strip()
        if not line or _BESIDES.match(line):
            continue
        if (match := _LINE.fullmatch(line)) is not None:
            if begun is not None:
                yield begun
            said = hex_bytes(place, match["said"].partition(" : ")[0])
            begun = place, match["side"].upper() in _COMMANDS, said
        elif begun is not None and _HEX.fullmatch(line.partition(" : ")[0]):
            begun = begun[0], begun[1], begun[2] + hex_bytes(place, line.partition(" : ")[0])
        else:
            raise SessionError(f'{place}: neither a command ("> 00A4…") nor an answer ("< …9000")')
    if begun is not None:
        yield begun


def _exchange(command: bytes, response: bytes) -> Exchange:
    return Exchange(0, command, response or None, "answered" if response else "mute", 0, 0)
