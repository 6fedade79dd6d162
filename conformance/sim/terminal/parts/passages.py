"""What a lane remembers: passages that are granted, paid ones that were withheld, and who came in before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.model.terminal import TransactionRecord

ADMITTING = ("sale", "entry")  # kinds of record whose card came in


@dataclass(frozen=True, slots=True)
class Grant:
    """So many people may still go through, the next of them until this time of the running clock."""

    left: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Passages that were paid and that the lane could not grant, and since when."""

    people: int
    since_ms: int


@dataclass(slots=True)
class Credits:
    """Withheld passages by the card's token (SC-11)."""

    by_token: dict[str, Credit] = field(default_factory=dict)

    def keep(self, token: str, people: int, now_ms: int) -> None:
        self.by_token[token] = Credit(people, now_ms)

    def take(self, token: str, kept: Callable[[int], bool], now_ms: int) -> int | None:
        """The people of a credit that is still kept at this age in milliseconds; it is used up by that."""
        credit = self.by_token.pop(token, None)
        return credit.people if credit is not None and kept(now_ms - credit.since_ms) else None


@dataclass(frozen=True, slots=True)
class Visit:
    """When and where a card came in."""

    at: datetime
    lane: str


class Visits:
    """The last time that each card came in, found again from the records after a power cut (SC-07, SC-08)."""

    def __init__(
        self, records: Iterable[TransactionRecord], token_of: Callable[[TransactionRecord], str]
    ) -> None:
        self._token_of = token_of
        self._by_token: dict[str, Visit] = {}
        for record in records:
            self.remember(record)

    def remember(self, record: TransactionRecord) -> None:
        """Take note of a record; those that admit nobody change nothing, an exit ends the visit."""
        token = self._token_of(record)
        if record.kind in ADMITTING:
            at = datetime.fromisoformat(record.date_time)
            self._by_token[token] = Visit(at, record.details.get("lane", ""))
        elif record.kind == "exit":
            self._by_token.pop(token, None)

    def of(self, token: str) -> Visit | None:
        return self._by_token.get(token)
