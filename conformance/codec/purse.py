"""The electronic purse of toll and transport cards, and its PSAM: commands and answers (HW-42).

Amounts are fen. `terminal` is the terminal number that the PSAM holds, six bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from conformance.codec.apdu import CommandApdu
from conformance.codec.layout import DIGITS, NUMBER, RAW, Field, length_of, read, write


class PurseBusiness(IntEnum):
    """The type byte of a purse transaction."""

    PURCHASE = 0x06
    COMPOSITE = 0x09

    @property
    def p1(self) -> int:
        """P1 of INITIALIZE FOR PURCHASE."""
        return 0x03 if self is PurseBusiness.COMPOSITE else 0x01


_LOG = (
    Field("sequence", 2, NUMBER),
    Field("overdraft", 3, NUMBER),
    Field("amount", 4, NUMBER),
    Field("type", 1, NUMBER),
    Field("terminal", 6, RAW),
    Field("date", 4, DIGITS),
    Field("time", 3, DIGITS),
)
LOG_LENGTH: Final = length_of(_LOG)


@dataclass(frozen=True, slots=True)
class LogRecord:
    """0018, or EF 18: one transaction of the purse. `date` is YYYYMMDD, `time` HHMMSS."""

    sequence: int
    overdraft: int
    amount: int
    type: int
    terminal: bytes
    date: str
    time: str

    @classmethod
    def parse(cls, raw: bytes) -> LogRecord:
        return cls(**read(_LOG, raw))

    def encode(self) -> bytes:
        return write(_LOG, self)


_PURCHASE = (Field("key", 1, NUMBER), Field("amount", 4, NUMBER), Field("terminal", 6, RAW))


@dataclass(frozen=True, slots=True)
class Purchase:
    """The data of INITIALIZE FOR PURCHASE."""

    amount: int
    terminal: bytes
    key: int = 1

    @classmethod
    def parse(cls, raw: bytes) -> Purchase:
        return cls(**read(_PURCHASE, raw))

    def encode(self) -> bytes:
        return write(_PURCHASE, self)


_INITIATED = (
    Field("balance", 4, NUMBER),
    Field("sequence", 2, NUMBER),
    Field("overdraft", 3, NUMBER),
    Field("key_version", 1, NUMBER),
    Field("algorithm", 1, NUMBER),
    Field("random", 4, RAW),
)


@dataclass(frozen=True, slots=True)
class Initiated:
    """The card's answer: what it holds, which transaction this would be, and its random number."""

    balance: int
    sequence: int
    overdraft: int
    key_version: int
    algorithm: int
    random: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Initiated:
        return cls(**read(_INITIATED, raw))

    def encode(self) -> bytes:
        return write(_INITIATED, self)


_MAC1_ORDER = (
    Field("random", 4, RAW),
    Field("sequence", 2, NUMBER),
    Field("amount", 4, NUMBER),
    Field("type", 1, NUMBER),
    Field("date", 4, DIGITS),
    Field("time", 3, DIGITS),
    Field("key_version", 1, NUMBER),
    Field("algorithm", 1, NUMBER),
    Field("serial", 8, RAW),
)
_ISSUER: Final = 4


@dataclass(frozen=True, slots=True)
class Mac1Order:
    """What the PSAM is told to make MAC1 from.

    The toll application adds `issuer`, the first four bytes of the issuer's identity, twice over (which four
    is an own reading); without it the command has 1C bytes, with it 24.
    """

    random: bytes
    sequence: int
    amount: int
    type: int
    date: str
    time: str
    key_version: int
    algorithm: int
    serial: bytes
    issuer: bytes = b""

    @classmethod
    def parse(cls, raw: bytes) -> Mac1Order:
        """Read 1C or 24 bytes; the issuer must stand there twice."""
        size = length_of(_MAC1_ORDER)
        head, issuer = raw[:size], raw[size:]
        once = issuer[:_ISSUER]
        if issuer not in {b"", once * 2} or len(once) not in {0, _ISSUER}:
            raise ValueError(f"{len(raw)} bytes are no order for MAC1")
        return cls(issuer=once, **read(_MAC1_ORDER, head))

    def encode(self) -> bytes:
        return write(_MAC1_ORDER, self) + self.issuer * 2


_SEALED = (Field("sequence", 4, NUMBER), Field("mac1", 4, RAW))


@dataclass(frozen=True, slots=True)
class Sealed:
    """The PSAM's answer: its own transaction number and MAC1."""

    sequence: int
    mac1: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Sealed:
        return cls(**read(_SEALED, raw))

    def encode(self) -> bytes:
        return write(_SEALED, self)


_DEBIT = (
    Field("terminal_sequence", 4, NUMBER),
    Field("date", 4, DIGITS),
    Field("time", 3, DIGITS),
    Field("mac1", 4, RAW),
)


@dataclass(frozen=True, slots=True)
class Debit:
    """The data of DEBIT FOR PURCHASE."""

    terminal_sequence: int
    date: str
    time: str
    mac1: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Debit:
        return cls(**read(_DEBIT, raw))

    def encode(self) -> bytes:
        return write(_DEBIT, self)


_PROOF = (Field("tac", 4, RAW), Field("mac2", 4, RAW))


@dataclass(frozen=True, slots=True)
class Proof:
    """What the card gives for money: TAC for the clearing centre, MAC2 for the PSAM.

    That GET TRANSACTION PROVE answers in the same order is an own reading, as the order stands in no source.
    """

    tac: bytes
    mac2: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Proof:
        return cls(**read(_PROOF, raw))

    def encode(self) -> bytes:
        return write(_PROOF, self)


def select_file(identifier: int) -> CommandApdu:
    """SELECT a directory or file by its identifier."""
    return CommandApdu(0x00, 0xA4, 0x00, 0x00, identifier.to_bytes(2, "big"), 256)


def read_binary(sfi: int, length: int, offset: int = 0) -> CommandApdu:
    """READ BINARY of so many bytes in the file of this SFI."""
    return CommandApdu(0x00, 0xB0, 0x80 | sfi, offset, b"", length)


def get_balance() -> CommandApdu:
    """GET BALANCE of the purse."""
    return CommandApdu(0x80, 0x5C, 0x00, 0x02, b"", 4)


def initialize_for_purchase(business: PurseBusiness, purchase: Purchase) -> CommandApdu:
    """INITIALIZE FOR PURCHASE, simple (P1 01) or composite (P1 03)."""
    return CommandApdu(0x80, 0x50, business.p1, 0x02, purchase.encode(), 15)


def update_composite(record: int, sfi: int, content: bytes) -> CommandApdu:
    """Write a composite record; it takes effect with the debit, or not at all."""
    return CommandApdu(0x80, 0xDC, record, sfi << 3, content)


def init_sam_for_purchase(order: Mac1Order) -> CommandApdu:
    """INIT SAM FOR PURCHASE: let the PSAM make MAC1."""
    return CommandApdu(0x80, 0x70, 0x00, 0x00, order.encode(), 8)


def debit_for_purchase(debit: Debit) -> CommandApdu:
    """DEBIT FOR PURCHASE: the card pays and gives its proof."""
    return CommandApdu(0x80, 0x54, 0x01, 0x00, debit.encode(), 8)


def credit_sam_for_purchase(mac2: bytes) -> CommandApdu:
    """CREDIT SAM FOR PURCHASE: let the PSAM verify MAC2."""
    return CommandApdu(0x80, 0x72, 0x00, 0x00, mac2)


def get_transaction_prove(business: PurseBusiness, sequence: int) -> CommandApdu:
    """GET TRANS PROVE: the proof of a transaction whose answer was lost."""
    return CommandApdu(0x80, 0x5A, 0x00, business, sequence.to_bytes(2, "big"), 8)
