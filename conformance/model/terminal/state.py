"""O8 and O10: what a terminal works with now, its clock, and when its power failed."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  the control protocol reads these types when it runs
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ParametersInForce:
    """O8: versions and values in force now; `others` by names that the device documents."""

    blacklist_version: int
    blacklist_entries: int
    fare: int
    capk_indices: tuple[str, ...]
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """O10: the terminal's clock; not `valid` from when the calendar was lost until it is set."""

    at_ms: int
    date_time: str
    valid: bool = True


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """O10: something that befell the terminal itself.

    `event` is "power-lost", "started", "clock-stepped", "clock-lost" or what a device adds, such as "jammed".
    """

    at_ms: int
    event: str
    detail: str = ""
