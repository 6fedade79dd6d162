"""How a transaction ends early because of what the card answered, or did not hold."""

from __future__ import annotations


class TerminatedError(Exception):
    """The terminal terminates the transaction. `reason` is a stable code, `detail` says what was seen."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
