"""What a tap costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FlatFare:
    """One price for every ride, in fen (TR-01)."""

    fare: int
