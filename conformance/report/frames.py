"""A message between a terminal and a host as a line of a report."""

from __future__ import annotations

from conformance.codec import iso8583
from conformance.codec.iso8583 import MessageError

_TELLING = (3, 4, 11, 22, 25, 37, 38, 39, 48, 60, 61)


def told(host: str, frame: str) -> str:
    """Type and telling fields of a frame to the acquirer, the text of a line to the hospital, or the hex."""
    try:
        raw = bytes.fromhex(frame)
        if host == "hospital":
            return raw.decode("utf-8")
        message = iso8583.decode(raw)
    except (MessageError, ValueError):  # what a record holds of a message that is none
        return frame
    fields = [f"F{number}={message.text(number)}" for number in _TELLING if number in message.fields]
    others = [str(number) for number in message.fields if number not in _TELLING]
    return f"{message.mti} {' '.join(fields)} (+ {', '.join(others)})"
