"""The reversal queue (冲正): what was sent and not answered is undone before anything else is sent.

A reversal is kept before its request is sent, so that a power cut anywhere behind that finds it. It is
dropped when the transaction stands: its answer came, and its record is stored. A terminal that boots drops
first the reversals whose records are stored, then sends what is left (AC-07 to AC-11).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.sim.terminal.parts.storage import Storage

_NAME = "reversals"
NO_ANSWER = "98"
_UNDONE = frozenset(
    {"00", "25", "94"}
)  # 25: the host has no such transaction, so there is nothing to undo [C]


@dataclass(frozen=True, slots=True)
class Reversal:
    """`trace` is F11 of the request, `reason` F39 of the reversal (98 no answer, 96 terminal, A0 MAC, 06).

    `fields` are the other fields of the message by their number. `tries` counts how often it was sent.
    """

    trace: str
    reason: str = NO_ANSWER
    fields: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0


class ReversalQueue:
    """What is pending and what was given up are replaced together. `most_tries` is AC-08's 3."""

    def __init__(self, storage: Storage, *, most_tries: int = 3, accepted: frozenset[str] = _UNDONE) -> None:
        self._storage = storage
        self._most_tries = most_tries
        self._accepted = accepted
        stored = json.loads(storage.read(_NAME) or b"[[], []]")
        self._pending, self._given_up = (tuple(Reversal(**each) for each in part) for part in stored)

    @property
    def pending(self) -> tuple[Reversal, ...]:
        """Oldest first; while there are any, no other request may be sent."""
        return self._pending

    @property
    def exceptions(self) -> tuple[Reversal, ...]:
        """The exception report: reversals that were sent as often as allowed, and never accepted."""
        return self._given_up

    def keep(self, reversal: Reversal) -> None:
        """Keep the reversal of a request that is about to be sent."""
        self._write((*self._pending, reversal), self._given_up)

    def blame(self, trace: str, reason: str) -> None:
        """The answer came but cannot stand: state why its transaction is undone (AC-09, AC-10)."""
        changed = (replace(each, reason=reason) if each.trace == trace else each for each in self._pending)
        self._write(tuple(changed), self._given_up)

    def drop(self, trace: str) -> None:
        """The transaction stands, or was declined: there is nothing to undo."""
        self._write(tuple(each for each in self._pending if each.trace != trace), self._given_up)

    def settle(self, send: Callable[[Reversal], str | None]) -> bool:
        """Send what is pending, each once, and return True when nothing is left that blocks a request.

        `send` returns the response code, or None when no answer came. A try counts from before it is sent,
        so that no power cut grants another.
        """
        while self._pending:
            first, *others = self._pending
            if first.tries >= self._most_tries:
                self._write(tuple(others), (*self._given_up, first))
                continue
            tried = replace(first, tries=first.tries + 1)
            self._write((tried, *others), self._given_up)
            if send(tried) in self._accepted:
                self.drop(tried.trace)
            elif tried.tries < self._most_tries:
                return False
        return True

    def _write(self, pending: tuple[Reversal, ...], given_up: tuple[Reversal, ...]) -> None:
        content = [[asdict(each) for each in part] for part in (pending, given_up)]
        self._storage.replace(_NAME, json.dumps(content).encode("ascii"))
        self._pending, self._given_up = pending, given_up
