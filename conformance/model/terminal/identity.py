"""Who a terminal is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """Answer to identify.

    `offers` names observables ("O2"), what can be disturbed ("power", "clock"), and behind the control
    protocol how it gets a card ("apdu", "reader").
    """

    vendor: str
    model: str
    firmware: str
    device: str
    simulated: bool
    time_base: str
    offers: tuple[str, ...]
    firmware_digest: str | None = None
