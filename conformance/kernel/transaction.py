"""The state of a contact transaction: a frozen value that each stage takes and hands on changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, IntFlag
from typing import TYPE_CHECKING

from conformance.codec.bits import Aip, Tsi, Tvr
from conformance.codec.dol import Dol, DolError
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.kernel.initiate import CHINA, YUAN
from conformance.kernel.marks import MarkRules
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Self

    from conformance.kernel.authentication import CardKey
    from conformance.kernel.cash import Cash
    from conformance.kernel.issuer import OnlineAnswer
    from conformance.kernel.oda import CaKeys
    from conformance.kernel.read import Record
    from conformance.kernel.select import Application
    from conformance.kernel.sm import SmCaKeys

PURCHASE = 0x00
CASH = 0x01
CASHBACK = 0x09

_OFFLINE_ONLY_TYPES = frozenset((0x13, 0x16, 0x23, 0x26, 0x36))
_ATM_TYPES = frozenset((0x14, 0x15, 0x16))
_UNATTENDED_TYPES = frozenset((0x14, 0x15, 0x16, 0x24, 0x25, 0x26, 0x34, 0x35, 0x36))
_OF_AN_AID = ("action_codes", "floor_limit", "random", "default_ddol", "cash_limit")
_NO_TVR = Tvr(0)
_NO_TSI = Tsi(0)
_LONGEST_LIST = 252  # of filled objects: what a short command holds besides the template 83 around a PDOL's


class Capability(IntFlag):
    """Terminal capabilities, 9F33; a mask is written as the standard prints the three bytes.

    The bit of the ID document stands in no source at hand (own inference, low confidence): a terminal whose
    specification says otherwise sets `ContactTerminal.capabilities` accordingly.
    """

    PLAINTEXT_PIN = 0x00_80_00
    ONLINE_PIN = 0x00_40_00
    SIGNATURE = 0x00_20_00
    ENCIPHERED_PIN = 0x00_10_00
    NO_CVM = 0x00_08_00
    ID_DOCUMENT = 0x00_01_00
    SDA = 0x00_00_80
    DDA = 0x00_00_40
    CDA = 0x00_00_08


EVERYTHING = Capability(0x60_00_00) | Capability(sum(Capability))


@dataclass(frozen=True, slots=True)
class ActionCodes:
    """Terminal or issuer action codes: TVR bits that decline, go online, or decline when that fails."""

    denial: Tvr = _NO_TVR
    online: Tvr = _NO_TVR
    default: Tvr = _NO_TVR


@dataclass(frozen=True, slots=True)
class RandomSelection:
    """Random selection below the floor limit: percentages, and the threshold in fen (EMV Book 3 10.6.2)."""

    threshold: int = 0
    target: int = 0
    maximum: int = 0


@dataclass(frozen=True, slots=True)
class SupportedAid:
    """An AID of the terminal's list, and whether a longer DF name may begin with it (PB-1).

    What was downloaded for this AID alone goes before what the terminal has in general; amounts in fen.
    """

    aid: bytes
    partial: bool = True
    action_codes: ActionCodes | None = None
    floor_limit: int | None = None
    random: RandomSelection | None = None
    default_ddol: bytes | None = None
    cash_limit: int | None = None

    def matches(self, name: bytes) -> bool:
        """A DF name is this AID, or where that is allowed begins with it."""
        return name == self.aid or (self.partial and name.startswith(self.aid))


def _refuse_referral(_code: bytes) -> bool:
    return False


def _in_no_file(_pan: str, _psn: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ContactTerminal:
    """What a terminal is and was loaded with. Amounts in fen.

    `unpredictable` gives 4 fresh bytes, `draw` a number from 1 to 99 for random selection, `listed` tells
    whether the exception file holds a PAN and PSN, `spent` what the log shows for the PAN already (EMV Book 3
    `values` are further terminal data by tag. `script_limit` is 128 bytes by EMV practice, of medium
    confidence (PB-7.7); None lifts it.
    """

    aids: tuple[SupportedAid, ...]
    ca_keys: CaKeys
    unpredictable: Callable[[], bytes]
    draw: Callable[[], int] = lambda: 99
    listed: Callable[[str, str], bool] = _in_no_file
    spent: Callable[[str], int] = lambda _pan: 0
    type: int = 0x22
    capabilities: Capability = EVERYTHING
    country: bytes = CHINA
    currency: bytes = YUAN
    version: bytes = bytes.fromhex("0030")
    action_codes: ActionCodes = field(default_factory=ActionCodes)
    floor_limit: int = 0
    random: RandomSelection = field(default_factory=RandomSelection)
    default_ddol: bytes | None = None
    default_tdol: bytes = b""
    script_limit: int | None = 128
    approving: frozenset[bytes] = frozenset((b"00", b"10", b"11"))
    referring: frozenset[bytes] = frozenset((b"01", b"02"))
    referral: Callable[[bytes], bool] = _refuse_referral
    electronic_cash: bool = False
    cash_limit: int | None = None
    sm_ca_keys: SmCaKeys = field(default_factory=dict)
    values: Mapping[int, bytes] = field(default_factory=dict)

    def settled_for(self, name: bytes) -> Self:
        """The same with what was downloaded for the AID that a DF name goes by, the longest that matches."""
        matching = sorted((each for each in self.aids if each.matches(name)), key=lambda each: len(each.aid))
        own = matching[-1] if matching else None
        given = {each: getattr(own, each) for each in _OF_AN_AID} if own is not None else {}
        return replace(self, **{each: value for each, value in given.items() if value is not None})

    @property
    def offline_only(self) -> bool:
        return self.type in _OFFLINE_ONLY_TYPES

    @property
    def atm(self) -> bool:
        """An unattended terminal of a bank that pays out cash (EMV Book 4 A1)."""
        return self.type in _ATM_TYPES

    @property
    def unattended(self) -> bool:
        return self.type in _UNATTENDED_TYPES


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be paid: amounts in fen, of which `other` is cashback; `when` is local, `type` 9C.

    `online_only` marks a transaction that only the issuer can grant, as a load (圈存) is.
    """

    amount: int
    when: datetime
    other: int = 0
    type: int = PURCHASE
    forced_online: bool = False
    online_only: bool = False


class Cryptogram(Enum):
    """Kinds of application cryptogram; the value is bits 8 and 7 of P1 and of the CID (PB-4.3)."""

    AAC = 0x00
    TC = 0x40
    ARQC = 0x80


class Outcome(Enum):
    """How a transaction ends. `OTHER_INTERFACE`: the card shall be put in; `LOST`: it left in between."""

    OFFLINE_APPROVED = "offline approved"
    OFFLINE_DECLINED = "offline declined"
    ONLINE_APPROVED = "online approved"
    ONLINE_DECLINED = "online declined"
    UNABLE_APPROVED = "unable to go online, approved"
    UNABLE_DECLINED = "unable to go online, declined"
    OTHER_INTERFACE = "use another interface"
    TERMINATED = "terminated"
    LOST = "card lost"

    @property
    def approved(self) -> bool:
        return self in {Outcome.OFFLINE_APPROVED, Outcome.ONLINE_APPROVED, Outcome.UNABLE_APPROVED}


class CdaState(Enum):
    """Whether GENERATE AC is to be signed, or came back without a signature that holds."""

    NOT_ASKED = "not asked"
    TO_DO = "to do"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ContactTransaction:
    """A contact transaction between two stages.

    `card` holds the objects of GPO and the records by tag, `own` what the terminal made in the course of it.
    `signed` are the records that ODA covers. `pdol_sent` and `cdol_sent` are the lists as they were sent, for
    CDA. `card_key` is there once its certificates held. `answer` holds what the last GENERATE AC gave, and
    `online` what the issuer answered; `cash` is there where the card pays from its electronic cash. `path`
    tells what was done and decided, in words.
    """

    terminal: ContactTerminal
    terms: Terms
    application: Application
    card: Mapping[int, bytes] = field(default_factory=dict)
    own: Mapping[int, bytes] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    signed: tuple[Record, ...] = ()
    tvr: Tvr = _NO_TVR
    tsi: Tsi = _NO_TSI
    pdol_sent: bytes = b""
    cdol_sent: tuple[bytes, ...] = ()
    card_key: CardKey | None = None
    cda: CdaState = CdaState.NOT_ASKED
    cash: Cash | None = None
    answer: Mapping[int, bytes] = field(default_factory=dict)
    cryptograms: tuple[Cryptogram, ...] = ()
    script_results: bytes = b""
    online: OnlineAnswer | None = None
    outcome: Outcome | None = None
    path: tuple[str, ...] = ()
    marks: MarkRules = field(default_factory=MarkRules)

    @property
    def aip(self) -> Aip:
        return Aip.from_bytes(self.card[Tag.AIP])

    @property
    def pan(self) -> str:
        return self.card[Tag.PAN].hex().rstrip("f")

    @property
    def psn(self) -> str:
        return self.card.get(Tag.PAN_SEQUENCE_NUMBER, b"").hex()

    @property
    def values(self) -> Mapping[int, bytes]:
        """Everything known by tag. The terminal's own data prevail over what a card says under their tags."""
        return {**self.card, **self.answer, **_terminal_values(self), **self.own}

    def found(self, *bits: Tvr) -> Self:
        """The same with bits of the TVR set."""
        tvr = int(self.tvr)
        for bit in bits:
            tvr = self.marks.of(bit).apply(tvr)
        return replace(self, tvr=Tvr(tvr))

    def performed(self, bit: Tsi) -> Self:
        """The same with a bit of the TSI set."""
        return replace(self, tsi=Tsi(self.marks.of(bit).apply(int(self.tsi))))

    def did(self, step: str) -> Self:
        """The same with one more step on its path."""
        return replace(self, path=(*self.path, step))

    def knowing(self, values: Mapping[int, bytes]) -> Self:
        """The same with more data of the terminal's own."""
        return replace(self, own={**self.own, **values})

    def with_fresh_number(self) -> Self:
        """The same with a new unpredictable number, 9F37."""
        return self.knowing({Tag.UNPREDICTABLE_NUMBER: self.terminal.unpredictable()})


def dol_of(raw: bytes, reason: str) -> Dol:
    """Parse a card's DOL; terminates with `<reason>-malformed`, also when it asks for too much."""
    try:
        dol = Dol.parse(raw)
    except DolError as error:
        raise TerminatedError(f"{reason}-malformed", str(error)) from None
    return checked(dol, reason)


def checked(dol: Dol, reason: str) -> Dol:
    """The DOL, when a short command holds what it asks for."""
    if dol.length > _LONGEST_LIST:
        raise TerminatedError(f"{reason}-malformed", f"asks for {dol.length} bytes")
    return dol


def asks_for(dol: Dol, tag: int) -> bool:
    return any(entry.tag == tag for entry in dol.entries)


def _terminal_values(state: ContactTransaction) -> Mapping[int, bytes]:
    terminal, terms = state.terminal, state.terms
    return {
        **terminal.values,
        Tag.AMOUNT_AUTHORISED: to_bcd(terms.amount, 6),
        Tag.AMOUNT_OTHER: to_bcd(terms.other, 6),
        Tag.AMOUNT_AUTHORISED_BINARY: min(terms.amount, 0xFFFFFFFF).to_bytes(4, "big"),
        Tag.TERMINAL_COUNTRY: terminal.country,
        Tag.TRANSACTION_CURRENCY: terminal.currency,
        Tag.TRANSACTION_DATE: bytes.fromhex(f"{terms.when:%y%m%d}"),
        Tag.TRANSACTION_TIME: bytes.fromhex(f"{terms.when:%H%M%S}"),
        Tag.TRANSACTION_TYPE: bytes((terms.type,)),
        Tag.TERMINAL_TYPE: bytes((terminal.type,)),
        Tag.TERMINAL_CAPABILITIES: terminal.capabilities.to_bytes(3, "big"),
        Tag.APPLICATION_VERSION_TERMINAL: terminal.version,
        Tag.FLOOR_LIMIT: terminal.floor_limit.to_bytes(4, "big"),
        Tag.AID_TERMINAL: state.application.df_name,
        Tag.DF_NAME: state.application.df_name,
        Tag.SM_SUPPORT: b"\x01" if terminal.sm_ca_keys else b"\x00",
        Tag.TVR: state.tvr.to_bytes(),
        Tag.TSI: state.tsi.to_bytes(),
    }
