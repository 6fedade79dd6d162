"""Non-volatile memory: named contents that are appended to or replaced as a whole.

A power cut leaves of an append a prefix, and of a replacement the old content or the new, never a mixture.
"""

from __future__ import annotations

from conformance.sim.terminal.parts.power import Power, PowerLost


class StorageDamaged(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """What is stored is not what was written."""


class Storage:
    """Writing raises PowerLost where the power fails; whether the last byte arrived is then unknown."""

    def __init__(self, power: Power | None = None) -> None:
        self._power = Power() if power is None else power
        self._contents: dict[str, bytearray] = {}

    def read(self, name: str, start: int = 0) -> bytes:
        """All from an offset on; nothing when the name was never written."""
        return bytes(self._contents.get(name, b"")[start:])

    def append(self, name: str, content: bytes) -> None:
        """One unit of power a byte, and one to return."""
        work = len(content) + 1
        granted = self._power.draw(work)
        self._contents.setdefault(name, bytearray()).extend(content[:granted])
        if granted < work:
            raise PowerLost

    def replace(self, name: str, content: bytes) -> None:
        """One unit of power a byte of the copy beside the old, one to switch over, one to return."""
        work = len(content) + 2
        granted = self._power.draw(work)
        if granted > len(content):
            self._contents[name] = bytearray(content)
        if granted < work:
            raise PowerLost

    def age(self, name: str, offset: int) -> None:
        """Turn one bit over, as worn memory does."""
        self._contents[name][offset] ^= 1
