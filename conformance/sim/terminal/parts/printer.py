"""The receipt printer (O7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.terminal import Receipt

if TYPE_CHECKING:
    from collections.abc import Sequence


class OutOfPaper(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The receipt ends where the paper ended."""


class Printer:
    """`paper` is the number of lines that are left, None without limit."""

    def __init__(self, paper: int | None = None) -> None:
        self._receipts: list[Receipt] = []
        self.paper = paper

    def print(self, at_ms: int, lines: Sequence[str]) -> None:
        """Print a receipt, or with OutOfPaper as much of it as there is paper for."""
        printed = tuple(lines[: self.paper])
        if printed:
            self._receipts.append(Receipt(at_ms, printed, whole=len(printed) == len(lines)))
        if self.paper is not None:
            self.paper -= len(printed)
        if len(printed) < len(lines):
            raise OutOfPaper

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """What stands on paper, oldest first."""
        return tuple(self._receipts)
