"""What a hospital counter is told besides what every terminal is (HC and MG rows)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CounterTerms:
    """How a counter works.

    `hospital` is the address of the hospital system, "127.0.0.1:6000". A PIN may be tried `pin_tries` times,
    a chip that cannot be read `chip_attempts` times. A pre-authorisation is completed up to so many percent.
    `fallback` lets a chip card pay by its stripe once its chip has failed, as terminals did before 2014-11.
    """

    hospital: str
    pin_tries: int = 3
    chip_attempts: int = 3
    completion_percent: int = 115
    fallback: bool = False
