"""What one acquirer fixes: the format of each field, codes of fields 22, 25, 39 and 60.3 (S-11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

FieldValue = str | bytes


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
