"""O3 and O4: what passed between a terminal and its hosts, and what waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostMessage:
    """O3: one message as it stood on the line, `direction` being "sent" or "received".

    `host` is "acquirer" or "hospital"; a frame of the acquirer begins with its length and TPDU.
    """

    at_ms: int
    host: str
    direction: str
    frame: bytes


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """O4: something that waits. `queue` is "upload", "reversal" or "hospital" (to be told to it).

    `reference` is a record's number, or the trace of what is to be reversed. `state` is "pending", "disputed"
    (the host refused this record) or "given-up". `reason` is F39 of a reversal.
    """

    queue: str
    reference: str
    state: str
    tries: int = 0
    reason: str = ""
