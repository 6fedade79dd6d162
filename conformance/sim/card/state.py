"""What a simulated card remembers: for good, for one transaction, and while it is powered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from conformance.codec.bits import Ada, Aip, Cvr, Tvr
from conformance.codec.status import StatusWord
from conformance.codec.tags import Tag
from conformance.sim.card.capp import CappMemory
from conformance.sim.card.purse import FIRST, Purse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from conformance.codec.bits import Ctq, Ttq
    from conformance.sim.card.capp import CappUpdate
    from conformance.sim.card.extended import Indicator
    from conformance.sim.card.image import Image
    from conformance.sim.card.paths import Path
    from conformance.sim.card.rules import CardRules

OK = StatusWord(0x9000)
CACHE_FULL = StatusWord(0x6581)
WRONG_LENGTH = StatusWord(0x6700)
HOLDS_EXHAUSTED = StatusWord(0x6971)
HELD_ALREADY = StatusWord(0x6972)
COMPLETION_WITHOUT_HOLD = StatusWord(0x6973)
OTHER_RECORD_READ = StatusWord(0x6974)
SUM_ABOVE_LIMIT = StatusWord(0x6976)
APPLICATION_BLOCKED = StatusWord(0x6283)
AUTHENTICATION_FAILED = StatusWord(0x6300)
PIN_BLOCKED = StatusWord(0x6983)
PIN_BLOCKED_BEFORE = StatusWord(0x6984)
CONDITIONS_NOT_SATISFIED = StatusWord(0x6985)
NOT_READ = StatusWord(0x6986)
MAC_INCORRECT = StatusWord(0x6988)
NOT_SUPPORTED = StatusWord(0x6A81)
NO_ROOM = StatusWord(0x6A84)
WRONG_DATA = StatusWord(0x6A80)
FILE_NOT_FOUND = StatusWord(0x6A82)
RECORD_NOT_FOUND = StatusWord(0x6A83)
WRONG_P1_P2 = StatusWord(0x6A86)
DATA_NOT_FOUND = StatusWord(0x6A88)
INSTRUCTION_NOT_SUPPORTED = StatusWord(0x6D00)
CLASS_NOT_SUPPORTED = StatusWord(0x6E00)
NO_PROOF = StatusWord(0x9406)

NO_LIMIT = 0xFF  # in a one-byte limit; 00 is a real limit (PB-11.1)
ATC_LIMIT = 0xFFFF
LOG_RECORDS = 10


class Refused(Exception):  # noqa: N818  a status word other than 9000 is an answer, not an error of ours
    """The card answers with this status word and without data."""

    def __init__(self, status: StatusWord) -> None:
        super().__init__(str(status))
        self.status = status


class Interface(Enum):
    """The side from which a card is spoken to; each has its own FCI and records (PB-1)."""

    CONTACT = "contact"
    CONTACTLESS = "contactless"


class Decision(Enum):
    """What the card's risk management came to; the value is how the CVR says so (PB-4.3)."""

    TC = Cvr.SECOND_NOT_REQUESTED | Cvr.FIRST_TC
    ARQC = Cvr.SECOND_NOT_REQUESTED | Cvr.FIRST_ARQC
    AAC = Cvr.SECOND_NOT_REQUESTED


@dataclass(slots=True)
class Memory:
    """What outlives the field. Amounts are fen.

    `saved` is the last record as the newest commit gave it, `saved_at` its SFI and number.
    `pin` is None without offline PIN; `foreign_count` and `country_count` are the international counters of
    currency and country, `dual` the total in both currencies (PB-11.1). What a transaction leaves behind for
    the next one: `online_pending`, the four `…_failed` and `scripts`, the scripts after GENERATE AC 2.
    `second_balance` is that of the second currency (DF79), `mac_failures` the wrong script MACs in a row;
    `deducted` is what the deposit paid (DF63), `capp` what the extended application holds (PB-8).
    """

    atc: int
    last_online_atc: int
    balance: int
    pin_tries: int
    cumulative: int = 0
    foreign_count: int = 0
    log: list[bytes] = field(default_factory=list)
    saved: bytes | None = None
    saved_at: tuple[int, int] | None = None
    pin: str | None = None
    pin_limit: int = 0
    blocked: bool = False
    country_count: int = 0
    dual: int = 0
    online_pending: bool = False
    issuer_authentication_failed: bool = False
    sda_failed: bool = False
    dda_failed: bool = False
    script_failed: bool = False
    scripts: int = 0
    load_log: list[bytes] = field(default_factory=list)
    second_balance: int = 0
    mac_failures: int = 0
    deducted: int = 0
    capp: CappMemory = field(default_factory=CappMemory)

    def held(self, purse: Purse) -> int:
        """The balance of one electronic cash."""
        return self.balance if purse is FIRST else self.second_balance

    def hold(self, purse: Purse, amount: int) -> None:
        """Give one electronic cash a new balance."""
        if purse is FIRST:
            self.balance = amount
        else:
            self.second_balance = amount

    @property
    def pin_exhausted(self) -> bool:
        """The card has an offline PIN and no tries left."""
        return self.pin is not None and self.pin_tries == 0


_NOTHING = Cvr.from_bytes(bytes(4))


@dataclass(slots=True)
class Transaction:
    """One qPBOC transaction, from GPO until the field is lost or an application is selected.

    `balance`, `cumulative`, `foreign_count` and `deducted` are the values that a commit writes (PB-7.5), as
    are the records in `cache` and the pre-authorisation at `holds_at`, SFI and ID (PB-8). `path` is what a TC
    answers. `card_authentication` is 9F69, empty for fDDA version 00; `signature` is 9F4B, once it was made.
    `proves_online` lets an ARQC be signed as a TC is.
    """

    path: Path
    values: dict[int, bytes]
    ttq: Ttq
    offline_only: bool
    amount: int
    matched: bool
    purse: Purse
    atc: bytes
    balance: int
    cumulative: int
    foreign_count: int
    deducted: int
    indicator: Indicator
    ctq: Ctq
    checks_failed: Cvr = _NOTHING
    decision: Decision = Decision.AAC
    card_authentication: bytes = b""
    signature: bytes | None = None
    committed: bool = False
    proves_online: bool = False
    holds_at: tuple[int, bytes] | None = None
    cache: list[CappUpdate] = field(default_factory=list)

    @property
    def proves_itself(self) -> bool:
        """The reader is given what offline data authentication needs."""
        return self.decision is Decision.TC or self.proves_online

    @property
    def awaits_commit(self) -> bool:
        """A TC whose last record was not read yet (PB-7.5)."""
        return self.decision is Decision.TC and not self.committed


@dataclass(slots=True)
class ContactTransaction:
    """A transaction of debit, credit or electronic cash, from GPO until power is lost or a new selection.

    Over contacts they all are; contactless the reader's TTQ asks for it (PB-7.2).

    `path` is what GPO answered, `purse` what pays on the path of electronic cash. `listed` holds the
    values of PDOL, CDOL1, CDOL2 as they came, for CDA; `values` the newest of each by tag, `asked` those of
    each CDOL. `cvr` grows; `issuer_authenticated` is None until EXTERNAL AUTHENTICATE came, and
    `response_code` the ARC in it. `pin_lost` says that the PIN tries ran out in this transaction.
    """

    path: Path
    atc: bytes
    pdol: dict[int, bytes]
    listed: bytes
    values: dict[int, bytes]
    purse: Purse = FIRST
    asked: list[dict[int, bytes]] = field(default_factory=list)
    amount: int = 0
    cvr: Cvr = _NOTHING
    first: Decision | None = None
    second: Decision | None = None
    cryptogram: bytes = b""
    challenge: bytes | None = None
    verified: bool = False
    pin_lost: bool = False
    issuer_authenticated: bool | None = None
    response_code: bytes = b""
    scripts_refused: bool = False
    closed: bool = False

    @property
    def tvr(self) -> Tvr:
        """As the terminal last told it; nothing where the CDOL does not ask for it."""
        return Tvr.from_bytes(self.values.get(Tag.TVR, bytes(5)))

    @property
    def aip(self) -> Aip:
        return Aip.from_bytes(self.path.aip)


@dataclass(slots=True, eq=False)
class Application:
    """One application of the card: its personalisation, its memory, its transaction under way.

    `image` is that of the interface in use, one of `images`. `capp_read` are SFI and place of the records
    that READ CAPP DATA gave since SELECT (PB-8).
    """

    image: Image
    memory: Memory
    images: dict[Interface, Image]
    transaction: Transaction | None = None
    contact: ContactTransaction | None = None
    capp_read: list[tuple[int, int]] = field(default_factory=list)

    @property
    def elements(self) -> Mapping[int, bytes]:
        return self.image.elements

    def limit(self, tag: int) -> int | None:
        """A one-byte limit; None where the card has none, which FF says too (PB-11.1)."""
        value = self.image.elements.get(tag, b"")
        return value[0] if value and value[0] != NO_LIMIT else None

    @property
    def actions(self) -> Ada:
        """ADA, 9F52; without it none of its actions."""
        return Ada.from_bytes(self.image.elements.get(Tag.ADA, bytes(2)))


@dataclass(slots=True)
class CardState:
    """All that a rule may look at. `awaits_gpo` holds from SELECT to the first GPO that is taken (PB-2).

    `blocked` is for good; `in_directory` holds while the PSE is selected (PB-1). `previous` is the INS of the
    command before.
    """

    applications: tuple[Application, ...]
    rules: CardRules
    random: Random
    selected: Application | None = None
    awaits_gpo: bool = False
    interface: Interface = Interface.CONTACTLESS
    in_directory: bool = False
    blocked: bool = False
    previous: int | None = None

    @property
    def application(self) -> Application:
        """The selected application; 6985 without one."""
        if self.selected is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        return self.selected

    @property
    def dialogue(self) -> tuple[Application, ContactTransaction]:
        """The selected application and its transaction of debit, credit or cash; 6985 before GPO."""
        application = self.application
        if application.contact is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        return application, application.contact

    @property
    def purse(self) -> Purse:
        """The electronic cash of the transaction under way, without one the first."""
        application = self.application
        if application.contact is not None:
            return application.contact.purse
        return application.transaction.purse if application.transaction is not None else FIRST

    def abandon_transaction(self) -> None:
        """Roll back: what a transaction did not commit never was, but for its ATC (PB-7.5)."""
        if self.selected is not None:
            self.selected.transaction = None
            self.selected.contact = None
            self.selected.capp_read.clear()


def fen(value: bytes) -> int:
    """An amount n12 in fen; one that is not digits can be no condition of use (chosen: 6985)."""
    digits = value.hex()
    if not digits.isdecimal():
        raise Refused(CONDITIONS_NOT_SATISFIED)
    return int(digits)
