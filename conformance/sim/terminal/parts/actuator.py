"""A gate or a barrier, with when it moved (O6)."""

from __future__ import annotations

from conformance.model.terminal import Movement


class Actuator:
    """Closed at first. `jammed` keeps it where it is; `occupied` keeps it from closing on what is in it."""

    def __init__(self) -> None:
        self._movements: list[Movement] = []
        self.jammed = False
        self.occupied = False

    @property
    def position(self) -> str:
        return self._movements[-1].position if self._movements else "closed"

    @property
    def movements(self) -> tuple[Movement, ...]:
        """Oldest first; a command that moved nothing is not among them."""
        return tuple(self._movements)

    def open(self, at_ms: int) -> bool:
        """True when it stands open now."""
        return self._move(at_ms, "open")

    def close(self, at_ms: int) -> bool:
        """True when it stands closed now."""
        return self._move(at_ms, "closed")

    def _move(self, at_ms: int, position: str) -> bool:
        held = self.jammed or (position == "closed" and self.occupied)
        if not held and position != self.position:
            self._movements.append(Movement(at_ms, position))
        return self.position == position
