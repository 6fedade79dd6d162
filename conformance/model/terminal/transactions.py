"""O2 and what belongs to it: transaction records, and torn taps that wait to become one."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  the control protocol reads these types when it runs
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """O2: one numbered, immutable line of the record store.

    `kind` is "sale", "exception" (an unresolved flash record), "blacklist-hit" or "declined"; a sector may
    add kinds, such as "entry" and "passage". `details` holds what only that sector has, by names that its
    device documents: "line", "people", "plate". `objects` are the data objects of the transaction that a
    host asks for besides those that are named here, by tag, both in hexadecimal.
    """

    number: int
    kind: str
    at_ms: int
    date_time: str
    amount: int
    pan: str = ""
    psn: str = ""
    atc: int = 0
    cryptogram: str = ""
    unpredictable_number: str = ""
    iad: str = ""
    tvr: str = ""
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlashRecord:
    """A torn tap that waits for its card (闪卡), with when it was torn."""

    pan: str
    atc: int
    amount: int
    torn_at_ms: int
