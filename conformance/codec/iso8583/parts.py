"""What stands inside fields 22, 23, 48, 60 and 61, as values (S-11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from conformance.codec.iso8583.profile import Network, PanEntry


@dataclass(frozen=True, slots=True)
class EntryMode:
    """Field 22: how the PAN was read, and whether a PIN comes with it."""

    entry: PanEntry
    pin: bool

    @classmethod
    def parse(cls, digits: str) -> Self:
        """Read three digits; raises ValueError."""
        if len(digits) != 3 or digits[2] not in "12":
            raise ValueError(f"{digits!r} is no entry mode such as 051")
        return cls(PanEntry(digits[:2]), digits[2] == "1")

    def encode(self) -> str:
        return self.entry.value + ("1" if self.pin else "2")


@dataclass(frozen=True, slots=True)
class TransactionField:
    """Field 60: transaction (60.1), batch (60.2), network management (60.3), and perhaps the rest.

    Each part that is None ends the field; a part behind it is None too.
    """

    transaction: str
    batch: int
    network: str = Network.NONE.value
    read_capability: str | None = None
    chip_condition: str | None = None
    partial: str | None = None
    account: str | None = None

    @classmethod
    def parse(cls, digits: str) -> Self:
        """Read 11 digits, then parts of 1, 1, 1 and 3; raises ValueError."""
        if len(digits) not in (11, 12, 13, 14, 17) or not digits_only(digits):
            raise ValueError(f"{digits!r} is no field 60")
        rest = [part or None for part in (digits[11:12], digits[12:13], digits[13:14], digits[14:])]
        return cls(digits[:2], int(digits[2:8]), digits[8:11], *rest)

    def encode(self) -> str:
        """The digits; ValueError when a part stands behind one that is None."""
        parts = (self.read_capability, self.chip_condition, self.partial, self.account)
        present = [part for part in parts if part is not None]
        if list(parts[: len(present)]) != present:
            raise ValueError("a part of field 60 stands behind one that is not there")
        return f"{self.transaction}{self.batch:06d}{self.network}{''.join(present)}"


@dataclass(frozen=True, slots=True)
class Original:
    """Field 61: batch, trace and, for a refund or completion, date (MMDD) of the first transaction."""

    batch: int
    trace: int
    date: str = ""

    @classmethod
    def parse(cls, digits: str) -> Self:
        """Read 12 or at least 16 digits, of which what comes later is left alone; raises ValueError."""
        if not (len(digits) == 12 or 16 <= len(digits) <= 29) or not digits_only(digits):
            raise ValueError(f"{digits!r} is no field 61")
        return cls(int(digits[:6]), int(digits[6:12]), digits[12:16])

    def encode(self) -> str:
        return f"{self.batch:06d}{self.trace:06d}{self.date}"


@dataclass(frozen=True, slots=True)
class Totals:
    """Field 48 of a settlement [C]: debits and credits, amounts in fen and counts.

    `outcome` is the host's: 0 not said, 1 balanced, 2 not balanced. Cards from abroad have a second set,
    which stays zeros.
    """

    debit: int
    debit_count: int
    credit: int
    credit_count: int
    outcome: int = 0

    @classmethod
    def parse(cls, digits: str) -> Self:
        """Read 62 digits; raises ValueError."""
        if len(digits) != 62 or not digits_only(digits):
            raise ValueError(f"{digits!r} is no settlement total")
        return cls(
            int(digits[:12]), int(digits[12:15]), int(digits[15:27]), int(digits[27:30]), int(digits[30])
        )

    def encode(self) -> str:
        own = f"{self.debit:012d}{self.debit_count:03d}{self.credit:012d}{self.credit_count:03d}"
        return f"{own}{self.outcome}{'0' * 30}{self.outcome}"


def sequence_number(psn: bytes) -> str:
    """Field 23 of 5F34: 01 becomes 001 (S-11.1)."""
    return f"0{psn.hex()}"


def digits_only(text: str) -> bool:
    return text.isascii() and text.isdecimal()
