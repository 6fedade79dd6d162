"""The power supply, which can be made to fail after any amount of work."""

from __future__ import annotations


class PowerLost(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The terminal stopped here; nothing after this point took place."""


class Power:
    """Work is counted in units: a byte written, or a step between two writes."""

    def __init__(self) -> None:
        self._left: int | None = None

    @property
    def on(self) -> bool:
        return self._left != 0

    def fail_after(self, units: int) -> None:
        """Let the power fail when so many more units of work are done; 0 fails it now."""
        self._left = units

    def restore(self) -> None:
        self._left = None

    def draw(self, units: int) -> int:
        """The units for which the power lasts, all of those asked for or fewer."""
        if self._left is None:
            return units
        granted = min(units, self._left)
        self._left -= granted
        return granted

    def require(self) -> None:
        """One unit of work. PowerLost when the power does not last for it."""
        if not self.draw(1):
            raise PowerLost
