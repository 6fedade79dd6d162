"""The upload queue: every record goes to the host once, in order (TR-18, TR-20, TR-21).

A record is marked when the host has answered for it. One that was sent and not marked is sent again, and
the host's 94, "already accepted", marks it then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model.terminal import TransactionRecord
    from conformance.sim.terminal.parts.record_store import RecordStore
    from conformance.sim.terminal.parts.storage import Storage

_NAME = "uploaded"


@dataclass(frozen=True, slots=True)
class UploadCodes:
    """Response codes (F39) that settle a record; any other leaves it first in the queue.

    `disputed` refuse this record alone, and the next one goes on (OF-05); which codes do is a parameter.
    """

    accepted: frozenset[str] = frozenset({"00", "94"})
    disputed: frozenset[str] = frozenset({"14", "51"})


def as_marked(settled: int, _stored: int) -> int:
    """What was marked before a start is settled, and nothing else (TR-18)."""
    return settled


class UploadQueue:
    """What is settled is one number, with the disputed ones, replaced together.

    `settled_at_start` makes of the marked number, and of how many records there are, what counts as settled.
    """

    def __init__(
        self,
        storage: Storage,
        records: RecordStore,
        codes: UploadCodes | None = None,
        settled_at_start: Callable[[int, int], int] = as_marked,
    ) -> None:
        self._storage = storage
        self._records = records
        self._codes = codes or UploadCodes()
        stored = json.loads(storage.read(_NAME) or b"[0, []]")
        self._settled = settled_at_start(stored[0], len(records))
        self._disputed: tuple[int, ...] = tuple(stored[1])

    @property
    def pending(self) -> tuple[TransactionRecord, ...]:
        return self._records.after(self._settled)

    @property
    def disputed(self) -> tuple[int, ...]:
        """Numbers of the records that the host refused."""
        return self._disputed

    def upload(self, send: Callable[[TransactionRecord], str | None]) -> bool:
        """Send what is pending, oldest first, and return True when nothing is left.

        `send` returns the response code, or None when no answer came; then the rest waits as well.
        """
        for record in self.pending:
            code = send(record)
            if code in self._codes.accepted:
                self._settle(record.number, self._disputed)
            elif code in self._codes.disputed:
                self._settle(record.number, (*self._disputed, record.number))
            else:
                return False
        return True

    def _settle(self, number: int, disputed: tuple[int, ...]) -> None:
        self._storage.replace(_NAME, json.dumps([number, disputed]).encode("ascii"))
        self._settled, self._disputed = number, disputed
