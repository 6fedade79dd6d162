"""What a purse card remembers: for good, and for the transaction that it is in (HW-42)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from conformance.codec.purse import Initiated, LogRecord, Proof, Purchase, PurseBusiness
    from conformance.crypto.purse import PurseScheme
    from conformance.sim.sector_card.files import Directory
    from conformance.sim.sector_card.rules import PurseCardRules


@dataclass(frozen=True, slots=True)
class PurseKeys:
    """16-byte keys of a card, by key index: the purchase keys, and the one of the TAC. Test keys only."""

    purchase: dict[int, bytes] = field(repr=False)
    tac: bytes = field(repr=False)
    version: int = 1
    algorithm: int = 0


@dataclass(slots=True)
class Purse:
    """The purse: fen, the number of the next transaction, and what proves the last one."""

    balance: int
    overdraft: int = 0
    sequence: int = 1
    last: LogRecord | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A record to be written with the debit: file, place in it (0 in front of a cyclic one), content."""

    sfi: int
    number: int
    content: bytes


@dataclass(slots=True)
class Pending:
    """A transaction between INITIALIZE and DEBIT; it goes with the power."""

    business: PurseBusiness
    purchase: Purchase
    initiated: Initiated
    updates: list[Update] = field(default_factory=list)


@dataclass(slots=True)
class PurseCardState:
    """`root` is the MF, `application` the DF that holds the purse; `log` is that one's cyclic file."""

    root: Directory
    application: Directory
    log: int
    keys: PurseKeys
    purse: Purse
    scheme: PurseScheme
    rules: PurseCardRules
    random: Random
    selected: Directory | None = None
    pending: Pending | None = None
