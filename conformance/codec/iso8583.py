"""Messages between a terminal and its acquirer: ISO 8583 in the UnionPay style (S-11.1).

S-11.1 is section 11.1 of the sector facts. A frame is a length of 2 bytes, TPDU, header, message type,
bitmap of 64 bits, fields; pyiso8583 packs what begins with the message type. The encoding of the fields was
found in no public source: it is a parameter, `AcquirerProfile`. Amounts are fen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

import iso8583

from conformance.codec import tlv
from conformance.codec.tags import Tag
from conformance.codec.values import pan_from_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FieldValue = str | bytes
Part = TypeVar("Part")

SCRIPT_RESULTS = 0xDF31
_LENGTH, _TPDU, _HEADER, _MTI, _BITMAP = 2, 5, 6, 2, 8
_OVERHEAD = _TPDU + _HEADER
_PATTERNS = {"n": r"[0-9]*", "z": r"[0-9D]*", "an": r"[0-9A-Za-z ]*", "ans": r"[^\x00-\x1F]*"}


class MessageError(ValueError):
    """A message that cannot be packed, or bytes that are none.

    `reason` is "cut", "length", "field" (its value does not fit its format), "unknown-field", "bitmap" or
    "message-type"; `number` is the field, 0 where it is none; `offset` the place in the frame, None when
    packing.
    """

    def __init__(self, reason: str, sentence: str, number: int = 0, offset: int | None = None) -> None:
        where = "" if offset is None else f" at byte {offset}"
        super().__init__(f"{sentence}{where}")
        self.reason = reason
        self.number = number
        self.offset = offset


@dataclass(frozen=True, slots=True)
class FieldFormat:
    """How one field is packed. `kind` is "n", "z" (digits and D, two to a byte), "an", "ans" or "b".

    `length` counts digits, characters or bytes: exact where `prefix` is 0, else the most; `prefix` is the
    number of BCD bytes that hold the length. An odd number of digits is filled with a 0 on the `filled` side.
    """

    number: int
    kind: str
    length: int
    prefix: int
    name_en: str
    name_zh: str
    filled: str = "right"


LL, LLL = 1, 2

FIELDS = (
    FieldFormat(2, "n", 19, LL, "primary account number", "主账号"),
    FieldFormat(3, "n", 6, 0, "processing code", "交易处理码"),
    FieldFormat(4, "n", 12, 0, "amount", "交易金额"),
    FieldFormat(11, "n", 6, 0, "trace number", "受卡方系统跟踪号"),
    FieldFormat(12, "n", 6, 0, "local time", "受卡方所在地时间"),
    FieldFormat(13, "n", 4, 0, "local date", "受卡方所在地日期"),
    FieldFormat(14, "n", 4, 0, "expiry date", "卡有效期"),
    FieldFormat(15, "n", 4, 0, "settlement date", "清算日期"),
    FieldFormat(22, "n", 3, 0, "entry mode", "服务点输入方式码"),
    FieldFormat(23, "n", 3, 0, "card sequence number", "卡序列号", filled="left"),
    FieldFormat(25, "n", 2, 0, "condition code", "服务点条件码"),
    FieldFormat(26, "n", 2, 0, "PIN capture code", "服务点PIN获取码"),
    FieldFormat(32, "n", 11, LL, "acquirer identification", "受理方标识码"),
    FieldFormat(35, "z", 37, LL, "track 2", "二磁道数据"),
    FieldFormat(36, "z", 104, LLL, "track 3", "三磁道数据"),
    FieldFormat(37, "an", 12, 0, "retrieval reference number", "检索参考号"),
    FieldFormat(38, "an", 6, 0, "authorisation code", "授权标识应答码"),
    FieldFormat(39, "an", 2, 0, "response code", "应答码"),
    FieldFormat(41, "an", 8, 0, "terminal identification", "受卡机终端标识码"),
    FieldFormat(42, "ans", 15, 0, "merchant identification", "受卡方标识码"),
    FieldFormat(48, "n", 322, LLL, "additional data", "附加数据"),
    FieldFormat(49, "an", 3, 0, "currency", "交易货币代码"),
    FieldFormat(52, "b", 8, 0, "PIN block", "个人标识码数据"),
    FieldFormat(53, "n", 16, 0, "security control", "安全控制信息"),
    FieldFormat(54, "an", 20, LLL, "balance", "余额"),
    FieldFormat(55, "b", 255, LLL, "card data", "IC卡数据域"),
    FieldFormat(60, "n", 17, LLL, "transaction and batch", "自定义域60"),
    FieldFormat(61, "n", 29, LLL, "original transaction", "原始信息域"),
    FieldFormat(62, "ans", 512, LLL, "private field 62", "自定义域62"),
    FieldFormat(63, "ans", 163, LLL, "private field 63", "自定义域63"),
    FieldFormat(64, "b", 8, 0, "message authentication code", "报文鉴别码"),
)  # [C]: encodings of S-11.1 that no public source fixes


class PanEntry(Enum):
    """How the PAN came into the terminal: the first two digits of field 22 (S-11.1)."""

    MANUAL = "01"
    STRIPE = "02"
    CODE = "03"
    CONTACT = "05"
    CONTACTLESS = "07"

    @property
    def chip(self) -> bool:
        return self in {PanEntry.CONTACT, PanEntry.CONTACTLESS}


class ConditionCode(Enum):
    """Field 25 (S-11.1)."""

    NORMAL = "00"
    PRE_AUTHORISATION = "06"
    INCREMENTAL = "60"
    INSTALMENT = "64"
    LOAD = "91"


class Network(Enum):
    """Field 60.3, as far as the messages here have one (S-11.1)."""

    NONE = "000"
    SETTLEMENT = "201"
    TC_BALANCED = "203"
    DECLINED_BALANCED = "204"
    TC_UNBALANCED = "205"
    DECLINED_UNBALANCED = "206"
    SCRIPT = "951"


class ReversalReason(Enum):
    """Field 39 of a reversal (S-11.1)."""

    NO_RESPONSE = "98"
    TERMINAL_FAULT = "96"
    MAC_FAILED = "A0"
    OTHER = "06"


@dataclass(frozen=True, slots=True)
class AcquirerProfile:
    """What one acquirer fixes, and public sources do not (S-11.1, confidence C).

    `read_capability` is 60.4 by entry: some terminals send 6 always.
    """

    name: str = "unionpay"
    tpdu: bytes = bytes.fromhex("6000030000")
    header: bytes = bytes.fromhex("603100000000")
    fields: tuple[FieldFormat, ...] = FIELDS
    text: str = "ascii"
    currency: str = "156"
    read_capability: tuple[tuple[PanEntry, str], ...] = (
        (PanEntry.MANUAL, "5"),
        (PanEntry.STRIPE, "5"),
        (PanEntry.CODE, "5"),
        (PanEntry.CONTACT, "5"),
        (PanEntry.CONTACTLESS, "6"),
    )


UNIONPAY = AcquirerProfile()


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
        if len(digits) not in (11, 12, 13, 14, 17) or not _digits(digits):
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
        if not (len(digits) == 12 or 16 <= len(digits) <= 29) or not _digits(digits):
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
        if len(digits) != 62 or not _digits(digits):
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


class Business(Enum):
    """What a message is for."""

    SALE = "sale"
    VOID = "void"
    REFUND = "refund"
    PRE_AUTHORISATION = "pre-authorisation"
    PRE_AUTHORISATION_CANCEL = "pre-authorisation cancel"
    COMPLETION = "completion"
    COMPLETION_VOID = "completion void"
    COMPLETION_ADVICE = "completion advice"
    OFFLINE_UPLOAD = "offline upload"
    OFFLINE_UPLOAD_AT_SETTLEMENT = "offline upload at settlement"
    TC_UPLOAD = "TC upload"
    SCRIPT_NOTICE = "script notice"
    SETTLEMENT = "settlement"
    REVERSAL = "reversal"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class CardData:
    """Tags of field 55: what it must hold, what it may. Whatever else is forbidden."""

    mandatory: tuple[int, ...]
    optional: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One message: its type, 60.1, 60.3 where that tells messages apart, fields 3 and 25, fields, card data.

    None means that the field is not the message's own choice. `chip` says that a chip transaction of this
    kind cannot do without field 55.
    """

    business: Business
    mti: str
    transaction: str | None
    networks: tuple[Network, ...]
    processing: str | None
    condition: ConditionCode | None
    mandatory: tuple[int, ...]
    conditional: tuple[int, ...]
    card: CardData | None
    chip: bool
    clause: str


_SALE_M = (3, 4, 11, 22, 25, 41, 42, 49, 60)
_SALE_C = (2, 14, 23, 26, 35, 36, 52, 53, 55, 59, 62, 64)
_ONLINE = CardData(
    (
        Tag.AC,
        Tag.CID,
        Tag.ISSUER_APPLICATION_DATA,
        Tag.UNPREDICTABLE_NUMBER,
        Tag.ATC,
        Tag.TVR,
        Tag.TRANSACTION_DATE,
        Tag.TRANSACTION_TYPE,
        Tag.AMOUNT_AUTHORISED,
        Tag.TRANSACTION_CURRENCY,
        Tag.AIP,
        Tag.TERMINAL_COUNTRY,
        Tag.AMOUNT_OTHER,
        Tag.TERMINAL_CAPABILITIES,
    ),
    (
        Tag.CVM_RESULTS,
        Tag.TERMINAL_TYPE,
        Tag.IFD_SERIAL_NUMBER,
        Tag.DF_NAME,
        Tag.APPLICATION_VERSION_TERMINAL,
        Tag.TRANSACTION_SEQUENCE_COUNTER,
        Tag.EC_ISSUER_AUTHORISATION_CODE,
        Tag.PRODUCT_IDENTIFICATION,
    ),
)
_OFFLINE = CardData(_ONLINE.mandatory, (*_ONLINE.optional, Tag.AUTHORISATION_RESPONSE_CODE))
_REVERSED = CardData((Tag.TVR, Tag.ISSUER_APPLICATION_DATA, Tag.ATC), (Tag.IFD_SERIAL_NUMBER, SCRIPT_RESULTS))
_SCRIPT = CardData(
    (
        Tag.TERMINAL_CAPABILITIES,
        Tag.TVR,
        Tag.UNPREDICTABLE_NUMBER,
        Tag.ISSUER_APPLICATION_DATA,
        Tag.AC,
        Tag.ATC,
        Tag.AIP,
        SCRIPT_RESULTS,
        Tag.TERMINAL_COUNTRY,
        Tag.TRANSACTION_DATE,
    ),
    (Tag.IFD_SERIAL_NUMBER,),
)
_ANSWERED = CardData(
    (),
    (
        Tag.ISSUER_AUTHENTICATION_DATA,
        Tag.ISSUER_SCRIPT_TEMPLATE_1,
        Tag.ISSUER_SCRIPT_TEMPLATE_2,
        Tag.AUTHORISATION_RESPONSE_CODE,
    ),
)
_NO = (Network.NONE,)
_PRE = ConditionCode.PRE_AUTHORISATION
_NORMAL = ConditionCode.NORMAL
_TC_NETWORKS = (
    Network.TC_BALANCED,
    Network.DECLINED_BALANCED,
    Network.TC_UNBALANCED,
    Network.DECLINED_UNBALANCED,
)

# Fields of SALE, VOID, REFUND, the uploads, the script notice, the settlement and the reversal as S-11.1
# lists them; 38 where an authorisation code is repeated, what the other messages of a pre-authorisation have,
# the PAN of an upload, and 11 41 42 of a settlement are [C].
# A message in two lines: what it is, and what it holds.
# fmt: off
LAYOUTS = (
    Layout(Business.SALE, "0200", "22", _NO, "000000", _NORMAL,
           _SALE_M, _SALE_C, _ONLINE, True, "AC-01"),
    Layout(Business.VOID, "0200", "23", _NO, "200000", _NORMAL,
           (*_SALE_M, 37, 61), (*_SALE_C, 38), None, False, "AC-26"),
    Layout(Business.REFUND, "0220", "25", _NO, "200000", _NORMAL,
           (*_SALE_M, 37, 61, 63), (*_SALE_C, 38), None, False, "HC-08"),
    Layout(Business.PRE_AUTHORISATION, "0100", "10", _NO, "030000", _PRE,
           _SALE_M, _SALE_C, _ONLINE, True, "S-11.1"),
    Layout(Business.PRE_AUTHORISATION_CANCEL, "0100", "11", _NO, "200000", _PRE,
           (*_SALE_M, 61), (*_SALE_C, 37, 38), None, False, "S-11.1"),
    Layout(Business.COMPLETION, "0200", "20", _NO, "000000", _PRE,
           (*_SALE_M, 38, 61), (*_SALE_C, 37), None, False, "HC-10"),
    Layout(Business.COMPLETION_VOID, "0200", "21", _NO, "200000", _PRE,
           (*_SALE_M, 37, 61), (*_SALE_C, 38), None, False, "SC-24"),
    Layout(Business.COMPLETION_ADVICE, "0220", "24", _NO, "000000", _PRE,
           (*_SALE_M, 38, 61), (*_SALE_C, 37), None, False, "SC-25"),
    Layout(Business.OFFLINE_UPLOAD, "0200", "36", _NO, "000000", _NORMAL,
           (*_SALE_M, 63), (2, 14, 23, 55), _OFFLINE, True, "AC-03"),
    Layout(Business.OFFLINE_UPLOAD_AT_SETTLEMENT, "0320", "36", _NO, "000000", _NORMAL,
           (*_SALE_M, 63), (2, 14, 23, 55), _OFFLINE, True, "S-11.1"),
    Layout(Business.TC_UPLOAD, "0320", "00", _TC_NETWORKS, None, None,
           (2, 4, 11, 22, 23, 41, 42, 60, 62), (55,), _OFFLINE, True, "AC-05"),
    Layout(Business.SCRIPT_NOTICE, "0620", "00", (Network.SCRIPT,), None, None,
           (11, 22, 25, 32, 37, 41, 42, 49, 60, 61, 64), (2, 3, 4, 23, 55), _SCRIPT, True, "AC-06"),
    Layout(Business.SETTLEMENT, "0500", "00", (Network.SETTLEMENT,), None, None,
           (11, 41, 42, 48, 49, 60, 63), (64,), None, False, "AC-22"),
    Layout(Business.REVERSAL, "0400", None, _NO, None, None,
           (*_SALE_M, 39), (2, 14, 23, 38, 55, 59, 61, 62, 64), _REVERSED, False, "AC-07"),
)
# fmt: on

ANSWER = Layout(
    Business.RESPONSE,
    "",
    None,
    (),
    None,
    None,
    (11, 39, 41, 42),
    (2, 3, 4, 12, 13, 14, 15, 23, 25, 32, 37, 38, 48, 49, 53, 54, 55, 60, 61, 62, 63, 64),
    _ANSWERED,
    False,
    "S-11.1",
)  # [C] but for field 55


@dataclass(frozen=True)
class Message:
    """One message. A field is a string of its characters, or bytes where its format is b; 35 has a D.

    Equality counts everything.
    """

    mti: str
    fields: Mapping[int, FieldValue]
    tpdu: bytes = UNIONPAY.tpdu
    header: bytes = UNIONPAY.header

    def text(self, number: int) -> str:
        """The characters of a field, "" where it is not there."""
        value = self.fields.get(number, "")
        return value if isinstance(value, str) else value.hex().upper()

    @property
    def amount(self) -> int:
        return int(self.text(4) or "0")

    @property
    def trace(self) -> int:
        return int(self.text(11) or "0")

    @property
    def pan(self) -> str:
        """Field 2, or what stands before the separator of track 2; "" where neither is there."""
        return self.text(2) or self.text(35).partition("D")[0]

    @property
    def response(self) -> str:
        return self.text(39)

    @cached_property
    def entry_mode(self) -> EntryMode | None:
        """Field 22, None where it is not there or makes no sense."""
        return _parsed(EntryMode.parse, self.text(22))

    @cached_property
    def transaction(self) -> TransactionField | None:
        """Field 60, None where it is not there or makes no sense."""
        return _parsed(TransactionField.parse, self.text(60))

    @cached_property
    def original(self) -> Original | None:
        """Field 61, None where it is not there or makes no sense."""
        return _parsed(Original.parse, self.text(61))

    @cached_property
    def card(self) -> Mapping[int, bytes]:
        """The data objects of field 55 by tag, none where it is not there; raises `tlv.TlvError`."""
        raw = self.fields.get(55, b"")
        return {found.tag: found.value for found in tlv.decode(raw if isinstance(raw, bytes) else b"")}

    @cached_property
    def layout(self) -> Layout | None:
        """The row of the table that this message is, None where there is none."""
        if self.mti[2:3] in ("1", "3"):
            return ANSWER
        own = self.transaction
        for layout in LAYOUTS:
            known = layout.transaction is None or (own is not None and layout.transaction == own.transaction)
            if layout.mti == self.mti and known and _same_network(layout, own):
                return layout
        return None


def _same_network(layout: Layout, own: TransactionField | None) -> bool:
    """A layout that others share their type and 60.1 with is told by 60.3."""
    return layout.networks == _NO or (own is not None and own.network in [it.value for it in layout.networks])


def layout_of(business: Business) -> Layout:
    """The row of the table for what a message is for."""
    return next(layout for layout in (*LAYOUTS, ANSWER) if layout.business is business)


def kind_of(message: Message) -> str:
    """What a message is for, in a word of `Business`; "unknown" for one that is no row of the table."""
    return message.layout.business.value if message.layout else "unknown"


def encode(message: Message, profile: AcquirerProfile = UNIONPAY) -> bytes:
    """The frame, its length included; raises MessageError for a value that its format cannot hold."""
    _whole_part("TPDU", message.tpdu, _TPDU)
    _whole_part("header", message.header, _HEADER)
    formats = _formats(profile)
    unpacked = {"t": message.mti}
    for number, value in message.fields.items():
        if number not in formats:
            raise MessageError("unknown-field", f"profile {profile.name} has no field {number}", number)
        unpacked[str(number)] = _characters(formats[number], value)
    try:
        body, _ = iso8583.encode(unpacked, _specification(profile))
    except iso8583.EncodeError as error:
        raise _told(error.field, error.msg, None) from None
    frame = message.tpdu + message.header + bytes(body)
    return len(frame).to_bytes(_LENGTH, "big") + frame


def decode(frame: bytes, profile: AcquirerProfile = UNIONPAY) -> Message:
    """The message of a whole frame; raises MessageError with the place in it."""
    if len(frame) < _LENGTH + _OVERHEAD + _MTI + _BITMAP:
        raise MessageError("cut", f"a frame has more than {len(frame)} bytes", offset=len(frame))
    announced = int.from_bytes(frame[:_LENGTH], "big")
    if announced != len(frame) - _LENGTH:
        raise MessageError(
            "length", f"the frame announces {announced} bytes, here are {len(frame) - _LENGTH}", offset=0
        )
    start = _LENGTH + _OVERHEAD
    body = frame[start:]
    formats = _formats(profile)
    _known_bitmap(body[_MTI : _MTI + _BITMAP], formats, start + _MTI)
    try:
        unpacked, _ = iso8583.decode(body, _specification(profile))
    except iso8583.DecodeError as error:
        raise _told(error.field, error.msg, start + error.pos) from None
    mti = unpacked["t"]
    if not _digits(mti):
        raise MessageError("message-type", f"{mti} is no message type", offset=start)
    fields = {
        int(number): _value(formats[int(number)], text)
        for number, text in unpacked.items()
        if number.isdecimal()
    }
    return Message(mti, fields, frame[_LENGTH : _LENGTH + _TPDU], frame[_LENGTH + _TPDU : start])


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What is wrong with a message. `tag` is set for a data object of field 55.

    `reason` is "missing", "forbidden", "differs" (from what the kind of message fixes), "malformed" or
    "unknown-message".
    """

    number: int
    reason: str
    clause: str
    tag: int | None = None

    def __str__(self) -> str:
        name = next((f" {one.name_en}" for one in FIELDS if one.number == self.number), "")
        within = "" if self.tag is None else f", tag {tlv.tag_hex(self.tag)}"
        return f"field {self.number}{name}{within}: {self.reason} ({self.clause})"


def check(message: Message) -> tuple[Discrepancy, ...]:
    """Hold a message against the table: fields and data objects that are missing, forbidden or different.

    In order of the fields; none means that the message is as S-11.1 has it.
    """
    layout = message.layout
    if layout is None:
        return (Discrepancy(60, "unknown-message" if 60 in message.fields else "missing", "S-11.1"),)
    present = set(message.fields)
    found = [Discrepancy(number, "missing", layout.clause) for number in set(layout.mandatory) - present]
    allowed = {*layout.mandatory, *layout.conditional}
    found += [Discrepancy(number, "forbidden", layout.clause) for number in present - allowed]
    if layout is not ANSWER:
        found += _conditions(message, layout)
        found += _choices(message, layout)
    if 55 in present & allowed and layout.card is not None:
        found += _card_data(message, layout.card, layout.clause)
    return tuple(sorted(set(found), key=lambda one: (one.number, one.tag or 0, one.reason)))


@dataclass(frozen=True, slots=True)
class Condition:
    """When a conditional field must be there (True), must not (False), or may (None)."""

    number: int
    wanted: Callable[[Message, Layout, EntryMode], bool | None]
    clause: str


def _needs_pan(message: Message, _layout: Layout, _mode: EntryMode) -> bool | None:
    return None if 35 in message.fields or 36 in message.fields else True


def _with_chip(_message: Message, _layout: Layout, mode: EntryMode) -> bool | None:
    return None if mode.entry.chip else False


def _with_pin(_message: Message, _layout: Layout, mode: EntryMode) -> bool | None:
    return mode.pin


def _with_track(_message: Message, _layout: Layout, mode: EntryMode) -> bool | None:
    return False if mode.entry is PanEntry.MANUAL else None


def _with_card_data(_message: Message, layout: Layout, mode: EntryMode) -> bool | None:
    return (True if layout.chip else None) if mode.entry.chip else False


CONDITIONS = (
    Condition(2, _needs_pan, "S-11.1"),
    Condition(23, _with_chip, "S-11.1"),
    Condition(26, _with_pin, "AC-13"),
    Condition(35, _with_track, "S-11.1"),
    Condition(36, _with_track, "S-11.1"),
    Condition(52, _with_pin, "AC-13"),
    Condition(53, _with_pin, "AC-13"),
    Condition(55, _with_card_data, "MG-02"),
)


def _conditions(message: Message, layout: Layout) -> list[Discrepancy]:
    mode = message.entry_mode
    if mode is None:
        return [Discrepancy(22, "malformed", "S-11.1")] if 22 in message.fields else []
    found = []
    for condition in CONDITIONS:
        number = condition.number
        if number not in layout.conditional:
            continue
        wanted = condition.wanted(message, layout, mode)
        if wanted is not None and wanted != (number in message.fields):
            found.append(Discrepancy(number, "missing" if wanted else "forbidden", condition.clause))
    return found


def _choices(message: Message, layout: Layout) -> list[Discrepancy]:
    """Fields whose value the kind of message fixes: 3, 25, 60; and 61, which must be readable."""
    fixed = (
        (3, layout.processing),
        (25, layout.condition.value if layout.condition else None),
    )
    found = [
        Discrepancy(number, "differs", layout.clause)
        for number, value in fixed
        if value is not None and number in message.fields and message.text(number) != value
    ]
    if 60 in message.fields and message.transaction is None:
        found.append(Discrepancy(60, "malformed", "S-11.1"))
    if 61 in message.fields and message.original is None:
        found.append(Discrepancy(61, "malformed", "S-11.1"))
    return found


def _card_data(message: Message, wanted: CardData, clause: str) -> list[Discrepancy]:
    try:
        present = message.card
    except tlv.TlvError:
        return [Discrepancy(55, "malformed", clause)]
    found = [Discrepancy(55, "missing", clause, tag) for tag in wanted.mandatory if tag not in present]
    allowed = {*wanted.mandatory, *wanted.optional}
    found += [Discrepancy(55, "forbidden", clause, tag) for tag in present if tag not in allowed]
    amount = present.get(Tag.AMOUNT_AUTHORISED)
    if amount is not None and 4 in message.fields and amount.hex() != message.text(4):
        found.append(Discrepancy(55, "differs", "AC-12", Tag.AMOUNT_AUTHORISED))
    return found


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who sends: fields 41 and 42, and the batch that is open (60.2)."""

    terminal: str
    merchant: str
    batch: int
    operator: str = "01"


@dataclass(frozen=True, slots=True)
class CardRead:
    """What a terminal has of a card, however it read it; bytes as the card gives them.

    `elements` are the data objects of the transaction by tag, from which field 55 takes what it needs.
    `stripe_fallback` marks a chip card read by its stripe (60.5 is 2).
    """

    entry: PanEntry
    pan: str = ""
    expiry: str = ""
    psn: bytes = b""
    track2: str = ""
    pin_block: bytes = b""
    elements: Mapping[int, bytes] = field(default_factory=dict)
    stripe_fallback: bool = False

    @classmethod
    def chip(cls, entry: PanEntry, elements: Mapping[int, bytes], pin_block: bytes = b"") -> Self:
        """A card read through its chip; PAN, expiry, 5F34 and track 2 are among its elements."""
        track2 = elements.get(Tag.TRACK2, b"").hex().upper().rstrip("F")
        pan = pan_from_bytes(elements[Tag.PAN]) if Tag.PAN in elements else track2.partition("D")[0]
        expiry = elements.get(Tag.EXPIRATION_DATE, b"").hex()[:4]
        psn = elements.get(Tag.PAN_SEQUENCE_NUMBER, b"")
        return cls(entry, pan, expiry, psn, track2, pin_block, elements)


def build(  # noqa: PLR0913  one keyword for each thing that makes a message this message
    business: Business,
    terminal: Terminal,
    trace: int,
    *,
    amount: int | None = None,
    card: CardRead | None = None,
    original: Original | None = None,
    network: Network | None = None,
    extra: Mapping[int, FieldValue] | None = None,
    profile: AcquirerProfile = UNIONPAY,
) -> Message:
    """A message of values. Fields that this kind of message does not have are left out; `extra` adds any.

    A reversal is made of the message that it reverses, by `reversal`. What is missing is told by `check`,
    not here, so that a terminal's mistake can be sent.
    """
    layout = layout_of(business)
    if layout.transaction is None:
        raise ValueError(f"a {business.value} is made of another message")
    part = TransactionField(layout.transaction, terminal.batch, (network or layout.networks[0]).value)
    fields: dict[int, FieldValue] = {
        11: f"{trace:06d}",
        41: terminal.terminal,
        42: terminal.merchant,
        49: profile.currency,
        63: terminal.operator,
    }
    if layout.processing is not None:
        fields[3] = layout.processing
    if layout.condition is not None:
        fields[25] = layout.condition.value
    if amount is not None:
        fields[4] = f"{amount:012d}"
    if original is not None:
        fields[61] = original.encode()
    if card is not None:
        fields |= _of_card(card, layout)
        capability = dict(profile.read_capability)[card.entry]
        part = TransactionField(
            part.transaction, part.batch, part.network, capability, "2" if card.stripe_fallback else "0"
        )
    fields[60] = part.encode()
    allowed = {*layout.mandatory, *layout.conditional}
    kept = {number: value for number, value in fields.items() if number in allowed}
    return Message(layout.mti, _in_order(kept | dict(extra or {})), profile.tpdu, profile.header)


def reversal(
    message: Message, reason: ReversalReason, elements: Mapping[int, bytes] | None = None
) -> Message:
    """The reversal of a message that was sent: its fields but 35, 36 and 52, the reason in 39 (AC-07).

    `elements` are what the card has said since, script results (DF31) included.
    """
    layout = layout_of(Business.REVERSAL)
    allowed = {*layout.mandatory, *layout.conditional} - {55}
    fields = {number: value for number, value in message.fields.items() if number in allowed}
    if 2 not in fields and message.pan:
        fields[2] = message.pan
    if 55 in message.fields:
        card = card_data(_REVERSED, {**message.card, **(elements or {})})
        if card:
            fields[55] = card
    fields[39] = reason.value
    return Message(layout.mti, _in_order(fields), message.tpdu, message.header)


def response(message: Message, fields: Mapping[int, FieldValue]) -> Message:
    """An answer to a request: type plus 10, addresses of the TPDU exchanged, and what is repeated from it."""
    repeated = {
        number: message.fields[number]
        for number in (2, 3, 4, 11, 25, 41, 42, 49, 60)
        if number in message.fields
    }
    mti = f"{int(message.mti) + 10:04d}"
    tpdu = message.tpdu[:1] + message.tpdu[3:] + message.tpdu[1:3]
    return Message(mti, _in_order(repeated | dict(fields)), tpdu, message.header)


def card_data(wanted: CardData, elements: Mapping[int, bytes]) -> bytes:
    """Field 55: those of the elements that belong there, in the order of the table."""
    tags = (*wanted.mandatory, *wanted.optional)
    return b"".join(tlv.encode(tag, elements[tag]) for tag in tags if tag in elements)


def _of_card(card: CardRead, layout: Layout) -> dict[int, FieldValue]:
    track2 = card.track2.replace("=", "D")
    fields: dict[int, FieldValue] = {
        2: card.pan,
        14: card.expiry,
        22: EntryMode(card.entry, bool(card.pin_block)).encode(),
        23: sequence_number(card.psn) if card.psn and card.entry.chip else "",
        35: track2,
        52: card.pin_block,
    }
    if card.pin_block:
        fields |= {26: "06", 53: "2600000000000000"}  # six digits of PIN at most, 3DES by the PAN [C]
    if card.entry.chip and layout.card is not None:
        fields[55] = card_data(layout.card, card.elements)
    return {number: value for number, value in fields.items() if value}


def _in_order(fields: Mapping[int, FieldValue]) -> dict[int, FieldValue]:
    return dict(sorted(fields.items()))


@cache
def _formats(profile: AcquirerProfile) -> Mapping[int, FieldFormat]:
    return {layout.number: layout for layout in profile.fields}


@cache
def _specification(profile: AcquirerProfile) -> dict[str, dict[str, Any]]:
    """The profile in pyiso8583's words."""
    fixed: dict[str, Any] = {"data_enc": "b", "len_enc": "b", "len_type": 0}
    specification: dict[str, dict[str, Any]] = {
        "h": {**fixed, "max_len": 0, "desc": "none: TPDU and header stand before"},
        "t": {**fixed, "max_len": _MTI, "desc": "message type"},
        "p": {**fixed, "max_len": _BITMAP, "desc": "bitmap"},
        "1": {**fixed, "max_len": _BITMAP, "desc": "second bitmap, never there"},
    }
    for layout in profile.fields:
        packed = layout.kind in ("n", "z")
        specification[str(layout.number)] = {
            "data_enc": "b" if packed or layout.kind == "b" else profile.text,
            "len_enc": "bcd",
            "len_type": layout.prefix,
            "max_len": layout.length,
            "len_count": "nibbles" if packed else "bytes",
            f"{layout.filled}_pad": "0",
            "desc": layout.name_en,
        }
    return specification


def _characters(layout: FieldFormat, value: FieldValue) -> str:
    """A field's value as pyiso8583 takes it."""
    if layout.kind == "b":
        if isinstance(value, bytes):
            return value.hex().upper()
    elif isinstance(value, str) and re.fullmatch(_PATTERNS[layout.kind], value):
        return value
    raise MessageError("field", f"field {layout.number} is of format {layout.kind}", layout.number)


def _value(layout: FieldFormat, text: str) -> FieldValue:
    """A field's value from what pyiso8583 gives."""
    if layout.kind == "b":
        return bytes.fromhex(text)
    if not re.fullmatch(_PATTERNS[layout.kind], text):
        raise MessageError("field", f"field {layout.number} is not of format {layout.kind}", layout.number)
    return text


def _known_bitmap(bitmap: bytes, formats: Mapping[int, FieldFormat], offset: int) -> None:
    bits = int.from_bytes(bitmap, "big")
    for number in range(1, 65):
        if bits >> (64 - number) & 1 and number not in formats:
            raise MessageError(
                "unknown-field", f"the bitmap announces field {number}", number, offset + (number - 1) // 8
            )


def _told(number: str, sentence: str, offset: int | None) -> MessageError:
    """Word what pyiso8583 says."""
    if number.isdecimal():
        return MessageError("field", f"field {number}: {sentence}", int(number), offset)
    return MessageError({"t": "message-type", "p": "bitmap"}.get(number, "field"), sentence, 0, offset)


def _whole_part(name: str, value: bytes, length: int) -> None:
    if len(value) != length:
        raise MessageError("length", f"the {name} has {length} bytes, not {len(value)}")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _parsed(parse: Callable[[str], Part], text: str) -> Part | None:
    """What `parse` reads, None where it refuses."""
    try:
        return parse(text)
    except ValueError:
        return None
