"""O5 to O7: what stands before the cardholder's eyes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indication:
    """O5: what the cardholder saw or heard.

    `signal` is "accepted", "declined", "present-again", "do-not-repeat", "one-card" or "idle"; a counter
    also shows "bill", "insert-card", "enter-pin", "wrong-pin" and "out-of-paper".
    """

    at_ms: int
    signal: str
    text: str
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """O6: a gate or a barrier reached a `position`, "open" or "closed"."""

    at_ms: int
    position: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """O7: what stands on paper, line by line; `whole` is false where the paper ended before it."""

    at_ms: int
    lines: tuple[str, ...]
    whole: bool = True
