"""What is done at a terminal, and what disturbs it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  the control protocol reads these types when it runs
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Operation:
    """An act at the terminal: "idle" (abandon what is pending or disturbed, keep the records), "upload"."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A disturbance, by a name of `FAULTS`, with that fault's arguments."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A fault as it can be asked for: what a terminal must offer for it, and its arguments, all needed."""

    offer: str
    arguments: tuple[str, ...] = ()


FAULTS: Mapping[str, Disturbance] = {
    "power-cycle": Disturbance("power"),
    "power-cut": Disturbance("power", ("after",)),  # units of work that are still done; it comes back at once
    "power-cut-at": Disturbance("power-at", ("moment",)),  # of a transaction: "approved", "debited"
    "clock-step": Disturbance("clock", ("seconds",)),
    "clock-lost": Disturbance("clock"),  # the calendar's battery is empty
    "network-down": Disturbance("network"),
    "network-up": Disturbance("network"),
    "answers-lost": Disturbance("network", ("count",)),
    "store-full": Disturbance("storage", ("room",)),  # records that still have room
    "actuator-jam": Disturbance("actuator"),
    "actuator-free": Disturbance("actuator"),
    "second-card": Disturbance("field"),  # beside the next one
    "paper-left": Disturbance("printer", ("lines",)),
    "psam-removed": Disturbance("psam"),
    "psam-inserted": Disturbance("psam"),
    "pin-pad-tampered": Disturbance("pin-pad"),
    "tracks-worn": Disturbance("stripe", ("tracks",)),  # "1", "2", "1 2", or nothing
}


@dataclass(frozen=True, slots=True)
class Presentation:
    """One card in the field, from field on until the terminal was done or the card gone.

    `outcome` is "completed", "declined", "lost" (card withdrawn or mute) or "ignored".
    """

    field_on_ms: int
    ended_ms: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Stripe:
    """What a card's stripe holds, sentinels included, check characters not; None for an empty track."""

    track1: str | None
    track2: str | None
