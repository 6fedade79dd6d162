"""What the readers of text have in common."""

from __future__ import annotations

import re

from conformance.record.spied.session_error import SessionError

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def text_of(raw: bytes) -> str | None:
    """The text without its colours; None where the bytes are not UTF-8."""
    try:
        return _COLOUR.sub("", raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None


def hex_bytes(place: str, said: str) -> bytes:
    """Bytes written in hex, with or without spaces; SessionError names the place."""
    try:
        return bytes.fromhex(said)
    except ValueError as error:
        raise SessionError(f"{place}: {error}") from None
