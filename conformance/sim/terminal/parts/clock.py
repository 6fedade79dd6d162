"""A virtual clock: running time that only advances when it is told to, and a calendar beside it."""

from __future__ import annotations

from datetime import datetime, timedelta

_AFTER_LOSS = datetime(2000, 1, 1)  # noqa: DTZ001  local time has no zone; own assumption


class Clock:
    """Running time starts at 0 and never steps; the calendar, local time without zone, can be stepped."""

    def __init__(self, date_time: datetime) -> None:
        self._elapsed_us = 0
        self._origin = date_time
        self._valid = True

    @property
    def valid(self) -> bool:
        """False from when the calendar was lost until it is set."""
        return self._valid

    @property
    def now_ms(self) -> int:
        """Milliseconds since the start."""
        return self._elapsed_us // 1000

    @property
    def local(self) -> datetime:
        """The calendar's reading, to the second."""
        return (self._origin + timedelta(microseconds=self._elapsed_us)).replace(microsecond=0)

    def advance(self, microseconds: int) -> None:
        """Let time pass."""
        self._elapsed_us += microseconds

    def set(self, date_time: datetime) -> None:
        """Set the calendar; running time goes on."""
        self._origin = date_time - timedelta(microseconds=self._elapsed_us)
        self._valid = True

    def lose(self) -> None:
        """The calendar's battery is empty: it starts again in the past."""
        self.set(_AFTER_LOSS)
        self._valid = False

    def step(self, seconds: float) -> None:
        """Step the calendar, back with a negative number; running time goes on."""
        self._origin += timedelta(seconds=seconds)
