"""What a simulated card remembers: for good, for one transaction, and while it is powered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from conformance.codec.bits import Cvr
from conformance.codec.status import StatusWord

if TYPE_CHECKING:
    from random import Random

    from conformance.codec.bits import Ctq, Ttq
    from conformance.sim.card.personalisation import Image
    from conformance.sim.card.rules import CardRules

OK = StatusWord(0x9000)
WRONG_LENGTH = StatusWord(0x6700)
CONDITIONS_NOT_SATISFIED = StatusWord(0x6985)
WRONG_DATA = StatusWord(0x6A80)
FILE_NOT_FOUND = StatusWord(0x6A82)
RECORD_NOT_FOUND = StatusWord(0x6A83)
WRONG_P1_P2 = StatusWord(0x6A86)
DATA_NOT_FOUND = StatusWord(0x6A88)
INSTRUCTION_NOT_SUPPORTED = StatusWord(0x6D00)
CLASS_NOT_SUPPORTED = StatusWord(0x6E00)

ATC_LIMIT = 0xFFFF
LOG_RECORDS = 10


class Refused(Exception):  # noqa: N818  a status word other than 9000 is an answer, not an error of ours
    """The card answers with this status word and without data."""

    def __init__(self, status: StatusWord) -> None:
        super().__init__(str(status))
        self.status = status


class Decision(Enum):
    """What the card's risk management came to; the value is how the CVR says so (PB-4.3)."""

    TC = Cvr.SECOND_NOT_REQUESTED | Cvr.FIRST_TC
    ARQC = Cvr.SECOND_NOT_REQUESTED | Cvr.FIRST_ARQC
    AAC = Cvr.SECOND_NOT_REQUESTED


@dataclass(slots=True)
class Memory:
    """What outlives the field. Amounts are fen; `saved` is the last record as the newest commit gave it."""

    atc: int
    last_online_atc: int
    balance: int
    pin_tries: int
    cumulative: int = 0
    foreign_count: int = 0
    log: list[bytes] = field(default_factory=list)
    saved: bytes | None = None


_NOTHING = Cvr.from_bytes(bytes(4))


@dataclass(slots=True)
class Transaction:
    """One qPBOC transaction, from GPO until the field is lost or an application is selected.

    `balance`, `cumulative` and `foreign_count` are the values that a commit writes (PB-7.5).
    `card_authentication` is 9F69, empty for fDDA version 00; `signature` is 9F4B, once it was made.
    """

    values: dict[int, bytes]
    ttq: Ttq
    offline_only: bool
    amount: int
    matched: bool
    atc: bytes
    balance: int
    cumulative: int
    foreign_count: int
    ctq: Ctq
    checks_failed: Cvr = _NOTHING
    decision: Decision = Decision.AAC
    card_authentication: bytes = b""
    signature: bytes | None = None
    committed: bool = False


@dataclass(slots=True, eq=False)
class Application:
    """One application of the card: its personalisation, its memory, its transaction under way."""

    image: Image
    memory: Memory
    transaction: Transaction | None = None


@dataclass(slots=True)
class CardState:
    """All that a rule may look at. `awaits_gpo` holds from SELECT to the first GPO that is taken (PB-2)."""

    applications: tuple[Application, ...]
    rules: CardRules
    random: Random
    selected: Application | None = None
    awaits_gpo: bool = False

    @property
    def application(self) -> Application:
        """The selected application; 6985 without one."""
        if self.selected is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        return self.selected

    def abandon_transaction(self) -> None:
        """Roll back: what a transaction did not commit never was, but for its ATC (PB-7.5)."""
        if self.selected is not None:
            self.selected.transaction = None
