"""Who a terminal is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """Answer to identify. `offers` names observables ("O2") and what can be disturbed ("power", "clock")."""

    vendor: str
    model: str
    firmware: str
    device: str
    simulated: bool
    time_base: str
    offers: tuple[str, ...]
    protocol: int = 1
    firmware_digest: str | None = None
