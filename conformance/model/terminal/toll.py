"""What a toll lane is told besides what every terminal is (HW rows)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TollEntry:
    """A station that vehicles come from: four digits, metres from here, and the toll in fen by class.

    `tolls` begin with class 1; a class beyond the last pays as the last.
    """

    station: str
    distance_m: int
    tolls: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TollTerms:
    """A lane, its tariff, and what it takes for unusual.

    `station` and `network` are four digits each, as record 1 of 0019 holds them. A journey slower than
    `slowest_kmh` is over time, one faster than `fastest_kmh` is not believed. Who leaves where they entered
    within `u_turn_s` pays `u_turn_within`, later `u_turn_beyond`; both in fen. `ec_limit` is the most in fen
    that the lane takes from electronic cash. At an open station every vehicle owes `open_fee` in fen and no
    entry is asked for; None is a closed one. A lane `offline_h` hours without its line raises an alarm.
    """

    entries: tuple[TollEntry, ...] = ()
    station: str = "0102"
    network: str = "5201"
    lane: int = 51
    shift: int = 1
    slowest_kmh: int = 20
    fastest_kmh: int = 140
    u_turn_s: int = 7200
    u_turn_within: int = 0
    u_turn_beyond: int = 0
    ec_limit: int = 20_000
    open_fee: int | None = None
    offline_h: int = 24
