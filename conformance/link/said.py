"""What a program prints, kept within bounds: the beginning and the end, whatever it prints between."""

from __future__ import annotations

from threading import Lock

_BEGINNING = 1 << 19  # bytes
_END = 1 << 19


class Said:
    """The bytes that a program has printed so far. Threads may write and read it."""

    def __init__(self, beginning: int = _BEGINNING, end: int = _END) -> None:
        self._lock = Lock()
        self._most = beginning, end
        self._beginning = bytearray()
        self._end = bytearray()
        self._count = 0

    @property
    def count(self) -> int:
        """How many bytes it printed, kept or not."""
        return self._count

    def add(self, part: bytes) -> None:
        beginning, end = self._most
        with self._lock:
            self._count += len(part)
            room = beginning - len(self._beginning)
            self._beginning += part[:room]
            self._end += part[room:]
            del self._end[:-end]

    def whole(self) -> str:
        """All of it as text, with a line where bytes were left out."""
        with self._lock:
            left_out = self._count - len(self._beginning) - len(self._end)
            gap = f"\n[... {left_out} bytes left out ...]\n".encode() if left_out else b""
            return bytes(self._beginning + gap + self._end).decode(errors="replace")

    def since(self, count: int) -> str:
        """What was printed after the first `count` bytes, as far as it is kept."""
        with self._lock:
            from_beginning = self._beginning[count:]
            end_at = self._count - len(self._end)
            from_end = self._end[max(0, count - end_at) :]
            return bytes(from_beginning + from_end).decode(errors="replace")

    def last_line(self) -> str:
        """The last line that is not empty, "" when nothing was printed."""
        lines = [line.strip() for line in self.whole().splitlines() if line.strip()]
        return lines[-1] if lines else ""
