"""Purse debits that may have taken place and are in no record yet, kept over a power cut (TR-30)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.terminal.parts.storage import Storage

_NAME = "pending-debits"


@dataclass(frozen=True, slots=True)
class PendingDebit:
    """What was about to be debited when the command was sent: amounts in fen, bytes in hexadecimal.

    `card` is the card's serial, `sequence` its own number of the transaction; `psam` and `psam_sequence` are
    the PSAM's. `left` is what the card then holds. `details` are the sector's part of the record.
    """

    card: str
    sequence: int
    psam: str
    psam_sequence: int
    amount: int
    left: int
    sent_at_ms: int
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbers(self) -> Mapping[str, str]:
        """What tells this transaction from every other, as a record has it."""
        return {
            "card": self.card,
            "card_sequence": str(self.sequence),
            "psam": self.psam,
            "psam_sequence": str(self.psam_sequence),
        }


class PendingDebits:
    """One is kept before its debit is sent, and dropped when it is stored or shown not to have happened."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @property
    def all(self) -> tuple[PendingDebit, ...]:
        """Oldest first."""
        return tuple(PendingDebit(**each) for each in json.loads(self._storage.read(_NAME) or b"[]"))

    def keep(self, debit: PendingDebit) -> None:
        self._write((*self.all, debit))

    def drop(self, debit: PendingDebit) -> None:
        self._write(tuple(each for each in self.all if each != debit))

    def clear(self) -> None:
        self._write(())

    def _write(self, debits: tuple[PendingDebit, ...]) -> None:
        if debits != self.all:
            content = json.dumps([asdict(each) for each in debits])
            self._storage.replace(_NAME, content.encode("ascii"))
