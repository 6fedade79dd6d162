"""What the counter keeps over a power cut besides its records: counters, its bill, what was printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.codec import iso8583
from conformance.codec.iso8583 import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.codec.iso8583 import Message
    from conformance.model.terminal import TransactionRecord
    from conformance.sim.terminal.chassis import Chassis

TERMINAL, MERCHANT, COUNTER = "10000001", "898520170620001", "counter-1"
_COUNTERS, _PRINTED, _HELD, _NOTICES = "counters", "printed", "held", "notices"
_TAKES_BACK = ("void", "cancel", "completion-void")


class Books:
    """Read from the storage that the chassis keeps, every time: a power cut loses what was not written."""

    def __init__(self, chassis: Chassis) -> None:
        self._chassis = chassis

    @property
    def sender(self) -> Terminal:
        """Fields 41, 42 and 60.2 of the next message."""
        return Terminal(TERMINAL, MERCHANT, self.batch)

    @property
    def batch(self) -> int:
        return self._counters[1]

    def next_trace(self) -> int:
        """A number for one message, never given again, power cut or not."""
        trace, batch = self._counters
        self._write(_COUNTERS, [trace + 1, batch])
        return trace + 1

    def next_batch(self) -> None:
        trace, batch = self._counters
        self._write(_COUNTERS, [trace, batch + 1])

    @property
    def held(self) -> str:
        """The bill that this counter has locked, empty without one."""
        return str(self._read(_HELD, ""))

    def hold(self, bill: str) -> None:
        if bill != self.held:
            self._write(_HELD, bill)

    @property
    def unprinted(self) -> Sequence[TransactionRecord]:
        return self._chassis.records.after(int(self._read(_PRINTED, 0)))

    def printed(self, record: TransactionRecord) -> None:
        """The receipts of all records up to this one are out."""
        self._write(_PRINTED, record.number)

    @property
    def notices(self) -> Sequence[Message]:
        """Script results that the issuer was not told yet, oldest first (AC-06)."""
        return [iso8583.decode(bytes.fromhex(each)) for each in self._read(_NOTICES, [])]

    def keep_notice(self, message: Message) -> None:
        self._write(_NOTICES, [*self._read(_NOTICES, []), iso8583.encode(message).hex()])

    def drop_notice(self) -> None:
        """The oldest was answered."""
        self._write(_NOTICES, self._read(_NOTICES, [])[1:])

    def of_batch(self) -> Sequence[TransactionRecord]:
        """The records of the open batch."""
        batch = f"{self.batch:06d}"
        return [each for each in self._chassis.records.all() if each.details["batch"] == batch]

    def record(self, number: str) -> TransactionRecord | None:
        records = self._chassis.records.all()
        return next((each for each in records if str(each.number) == number), None)

    def taken_back(self, record: TransactionRecord) -> bool:
        """A later record takes this one back as a whole."""
        return any(each.kind in _TAKES_BACK for each in self._about(record))

    def completed(self, record: TransactionRecord) -> bool:
        """A pre-authorisation was completed, and that was not taken back."""
        later = self._about(record)
        return any(each.kind == "completion" and not self.taken_back(each) for each in later)

    def refunded(self, record: TransactionRecord) -> int:
        """What was refunded of this record so far; fen."""
        return sum(each.amount for each in self._about(record) if each.kind == "refund")

    def _about(self, record: TransactionRecord) -> Sequence[TransactionRecord]:
        number = str(record.number)
        later = self._chassis.records.after(record.number)
        return [each for each in later if each.details.get("original") == number]

    @property
    def _counters(self) -> tuple[int, int]:
        trace, batch = self._read(_COUNTERS, [0, 1])
        return int(trace), int(batch)

    def _read(self, name: str, otherwise: Any) -> Any:
        content = self._chassis.storage.read(name)
        return json.loads(content) if content else otherwise

    def _write(self, name: str, value: object) -> None:
        self._chassis.storage.replace(name, json.dumps(value).encode("ascii"))
