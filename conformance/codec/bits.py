"""Bit fields of the standard, their bits by name and in its words (PB-4).

A mask is written as the standard prints the bytes: 0x80_00_00_00_00 is byte 1 bit 8 of five. Bits without a
name are kept, and labelled as reserved.
"""

from __future__ import annotations

from enum import IntFlag
from typing import ClassVar, Self


class _BitField(IntFlag):
    """What every bit field can do; a member is (mask, Chinese label, English label)."""

    SIZE: ClassVar[int]
    LONGEST: ClassVar[int]
    zh: str
    en: str

    def __init_subclass__(cls, size: int, longest: int | None = None) -> None:
        """`size` bytes have a meaning; a card may send up to `longest`."""
        super().__init_subclass__()
        cls.SIZE = size
        cls.LONGEST = longest or size

    def __new__(cls, mask: int, zh: str = "", en: str = "") -> Self:
        member = int.__new__(cls, mask)
        member._value_ = mask
        member.zh = zh
        member.en = en
        return member

    def __str__(self) -> str:
        return self.name or "0"

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:  # type: ignore[override]  # the standard has one byte order
        """Read the field; raises ValueError when it has another length."""
        if not cls.SIZE <= len(raw) <= cls.LONGEST:
            raise ValueError(f"{cls.__name__} has {cls.SIZE} bytes, not {len(raw)}")
        return cls(int.from_bytes(raw[: cls.SIZE], "big"))

    def to_bytes(self) -> bytes:  # type: ignore[override]  # the length is the field's own
        return int(self).to_bytes(self.SIZE, "big")

    def without(self, bits: Self) -> Self:
        """The field with these bits cleared. Use no `~`: what it gives differs within Python 3.11."""
        return type(self)(int(self) & ~int(bits))

    def labels(self, language: str = "en") -> tuple[str, ...]:
        """The bits that are set, from byte 1 bit 8 on, in "zh" or "en"."""
        named = {int(bit): bit.zh if language == "zh" else bit.en for bit in type(self)}
        value, masks = int(self), (1 << place for place in range(8 * self.SIZE - 1, -1, -1))
        return tuple(named.get(mask) or self._reserved(mask, language) for mask in masks if value & mask)

    def _reserved(self, mask: int, language: str) -> str:
        byte, bit = divmod(8 * self.SIZE - mask.bit_length(), 8)
        return f"{'保留位' if language == 'zh' else 'reserved'} B{byte + 1}b{8 - bit}"


class Aip(_BitField, size=2):
    """Application interchange profile, 82 (PB-4.1)."""

    SDA = 0x40_00, "支持 SDA", "SDA supported"
    DDA = 0x20_00, "支持 DDA", "DDA supported"
    CARDHOLDER_VERIFICATION = 0x10_00, "支持持卡人验证", "cardholder verification supported"
    TERMINAL_RISK_MANAGEMENT = 0x08_00, "执行终端风险管理", "terminal risk management to be performed"
    ISSUER_AUTHENTICATION = 0x04_00, "支持发卡行认证", "issuer authentication supported"
    CDA = 0x01_00, "支持 CDA", "CDA supported"
    CONTACTLESS_PATH = 0x00_80, "选择了非接触式借贷记路径", "contactless PBOC debit/credit path chosen"


class Tvr(_BitField, size=5):
    """Terminal verification results, 95 (PB-4.2)."""

    ODA_NOT_PERFORMED = 0x80_00_00_00_00, "未执行脱机数据认证", "offline data authentication not performed"
    SDA_FAILED = 0x40_00_00_00_00, "SDA 失败", "SDA failed"
    ICC_DATA_MISSING = 0x20_00_00_00_00, "IC 卡数据缺失", "ICC data missing"
    EXCEPTION_FILE = 0x10_00_00_00_00, "卡片在终端异常文件中", "card in terminal exception file"
    DDA_FAILED = 0x08_00_00_00_00, "DDA 失败", "DDA failed"
    CDA_FAILED = 0x04_00_00_00_00, "CDA 失败", "CDA failed"
    VERSION_DIFFERS = 0x00_80_00_00_00, "应用版本不一致", "application versions differ"
    EXPIRED = 0x00_40_00_00_00, "应用已过期", "application expired"
    NOT_YET_EFFECTIVE = 0x00_20_00_00_00, "应用尚未生效", "application not yet effective"
    SERVICE_NOT_ALLOWED = 0x00_10_00_00_00, "卡片不允许所请求的服务", "service not allowed for card product"
    NEW_CARD = 0x00_08_00_00_00, "新卡", "new card"
    CVM_FAILED = 0x00_00_80_00_00, "持卡人验证失败", "cardholder verification failed"
    UNRECOGNISED_CVM = 0x00_00_40_00_00, "未知的 CVM", "unrecognised CVM"
    PIN_TRIES_EXCEEDED = 0x00_00_20_00_00, "PIN 尝试次数超限", "PIN try limit exceeded"
    NO_PIN_PAD = 0x00_00_10_00_00, "密码键盘不存在或故障", "PIN pad absent or broken"
    PIN_NOT_ENTERED = 0x00_00_08_00_00, "未输入 PIN", "PIN not entered"
    ONLINE_PIN_ENTERED = 0x00_00_04_00_00, "输入了联机 PIN", "online PIN entered"
    FLOOR_LIMIT = 0x00_00_00_80_00, "交易超过最低限额", "transaction exceeds floor limit"
    LOWER_OFFLINE_LIMIT = 0x00_00_00_40_00, "超过连续脱机交易下限", "lower consecutive offline limit exceeded"
    UPPER_OFFLINE_LIMIT = 0x00_00_00_20_00, "超过连续脱机交易上限", "upper consecutive offline limit exceeded"
    RANDOM_SELECTION = 0x00_00_00_10_00, "被随机选中联机", "selected randomly for online processing"
    MERCHANT_FORCED = 0x00_00_00_08_00, "商户要求联机", "merchant forced transaction online"
    DEFAULT_TDOL = 0x00_00_00_00_80, "使用了缺省 TDOL", "default TDOL used"
    ISSUER_AUTHENTICATION_FAILED = 0x00_00_00_00_40, "发卡行认证失败", "issuer authentication failed"
    SCRIPT_FAILED_BEFORE_AC = (
        0x00_00_00_00_20,
        "末次 GAC 前脚本失败",
        "script failed before final GENERATE AC",
    )
    SCRIPT_FAILED_AFTER_AC = 0x00_00_00_00_10, "末次 GAC 后脚本失败", "script failed after final GENERATE AC"


class Tsi(_BitField, size=2):
    """Transaction status information, 9B (PB-4.2)."""

    ODA = 0x80_00, "执行了脱机数据认证", "offline data authentication performed"
    CVM = 0x40_00, "执行了持卡人验证", "cardholder verification performed"
    CARD_RISK_MANAGEMENT = 0x20_00, "执行了卡片风险管理", "card risk management performed"
    ISSUER_AUTHENTICATION = 0x10_00, "执行了发卡行认证", "issuer authentication performed"
    TERMINAL_RISK_MANAGEMENT = 0x08_00, "执行了终端风险管理", "terminal risk management performed"
    SCRIPT = 0x04_00, "执行了脚本处理", "script processing performed"


class Cvr(_BitField, size=4):
    """Card verification results, the four bytes 03 … within 9F10 (PB-4.3).

    The two cryptogram results are two-bit fields: no bit is AAC. Byte 1 is a length and has no meaning.
    """

    SECOND_NOT_REQUESTED = 0x80_00_00, "未请求第二次 GENERATE AC", "second GENERATE AC not requested"
    SECOND_TC = 0x40_00_00, "第二次 GENERATE AC 返回 TC", "TC in second GENERATE AC"
    FIRST_ARQC = 0x20_00_00, "第一次 GENERATE AC 返回 ARQC", "ARQC in first GENERATE AC"
    FIRST_TC = 0x10_00_00, "第一次 GENERATE AC 返回 TC", "TC in first GENERATE AC"
    ISSUER_AUTHENTICATION_FAILED = 0x08_00_00, "执行了发卡行认证但失败", "issuer authentication failed"
    OFFLINE_PIN_PERFORMED = 0x04_00_00, "执行了脱机 PIN 验证", "offline PIN verification performed"
    OFFLINE_PIN_FAILED = 0x02_00_00, "脱机 PIN 验证失败", "offline PIN verification failed"
    UNABLE_ONLINE = 0x01_00_00, "不能联机", "unable to go online"
    LAST_ONLINE_NOT_COMPLETED = 0x80_00, "上次联机交易未完成", "last online transaction not completed"
    PIN_TRIES_EXCEEDED = 0x40_00, "PIN 尝试次数超限", "PIN try limit exceeded"
    VELOCITY_EXCEEDED = 0x20_00, "超过频度检查计数器", "velocity counter exceeded"
    NEW_CARD = 0x10_00, "新卡", "new card"
    LAST_ISSUER_AUTHENTICATION_FAILED = (
        0x08_00,
        "上次联机交易发卡行认证失败",
        "issuer authentication failed in last online transaction",
    )
    ISSUER_AUTHENTICATION_NOT_PERFORMED = (
        0x04_00,
        "联机授权后未执行发卡行认证",
        "issuer authentication not performed after online authorisation",
    )
    BLOCKED_PIN_TRIES = 0x02_00, "因 PIN 尝试次数超限锁定应用", "application blocked, PIN tries exceeded"
    LAST_SDA_FAILED = 0x01_00, "上次脱机 SDA 失败且交易拒绝", "last offline SDA failed and declined"
    LAST_SCRIPT_FAILED = 0x08, "上次交易脚本处理失败", "last script processing failed"
    LAST_DDA_FAILED = 0x04, "上次脱机 DDA 失败且交易拒绝", "last offline DDA failed and declined"
    DDA_PERFORMED = 0x02, "执行了脱机 DDA", "offline DDA performed"

    @property
    def first(self) -> str:
        """Cryptogram of the first GENERATE AC, or of GPO in qPBOC: "TC", "ARQC", "AAC"; 11 is "RFU"."""
        return ("AAC", "TC", "ARQC", "RFU")[self >> 20 & 3]

    @property
    def second(self) -> str:
        """Cryptogram of the second GENERATE AC: "TC", "AAC", "not requested"; 11 is "RFU"."""
        return ("AAC", "TC", "not requested", "RFU")[self >> 22 & 3]

    @property
    def scripts(self) -> int:
        """Script commands that the card processed after the last transaction."""
        return self >> 4 & 0x0F

    def labels(self, language: str = "en") -> tuple[str, ...]:
        """As any bit field, with AAC, which has no bit, and the number of scripts put into words."""
        chinese = language == "zh"
        words = []
        if self.second == "AAC":
            words.append("第二次 GENERATE AC 返回 AAC" if chinese else "AAC in second GENERATE AC")
        if self.first == "AAC":
            words.append("第一次 GENERATE AC 返回 AAC" if chinese else "AAC in first GENERATE AC")
        words += super(Cvr, self & 0x00_FF_FF_0F).labels(language)
        if self.scripts:
            count = self.scripts
            words.append(f"上次交易处理了 {count} 条脚本" if chinese else f"scripts processed: {count}")
        return tuple(words)


class Ttq(_BitField, size=4):
    """Terminal transaction qualifiers, 9F66 (PB-4.5)."""

    CONTACTLESS_PBOC = 0x40_00_00_00, "支持非接触式借贷记", "contactless PBOC debit/credit supported"
    QPBOC = 0x20_00_00_00, "支持 qPBOC", "qPBOC supported"
    CONTACT_PBOC = 0x10_00_00_00, "支持接触式借贷记", "contact PBOC debit/credit supported"
    OFFLINE_ONLY = 0x08_00_00_00, "终端仅支持脱机", "offline-only reader"
    ONLINE_PIN = 0x04_00_00_00, "支持联机 PIN", "online PIN supported"
    SIGNATURE = 0x02_00_00_00, "支持签名", "signature supported"
    ODA_FOR_ONLINE = 0x01_00_00_00, "支持联机交易的脱机数据认证", "ODA for online authorisations supported"
    ONLINE_CRYPTOGRAM_REQUIRED = 0x80_00_00, "要求联机密文", "online cryptogram required"
    CVM_REQUIRED = 0x40_00_00, "要求 CVM", "CVM required"
    ISSUER_UPDATE = 0x80_00, "支持发卡行更新", "issuer update supported"
    CONSUMER_DEVICE_CVM = 0x40_00, "支持持卡人设备 CVM", "consumer device CVM supported"
    FDDA_VERSION_01 = 0x80, "支持 fDDA 版本 01", "fDDA version 01 supported"


class Ctq(_BitField, size=2):
    """Card transaction qualifiers, 9F6C (PB-4.6)."""

    ONLINE_PIN_REQUIRED = 0x80_00, "要求联机 PIN", "online PIN required"
    SIGNATURE_REQUIRED = 0x40_00, "要求签名", "signature required"
    ONLINE_IF_ODA_FAILS = 0x20_00, "脱机数据认证失败时联机", "go online if ODA fails"
    SWITCH_IF_ODA_FAILS = 0x10_00, "脱机数据认证失败时换用其他界面", "use another interface if ODA fails"
    ONLINE_IF_EXPIRED = 0x08_00, "应用过期时联机", "go online if application expired"
    CONSUMER_DEVICE_CVM = 0x00_80, "已执行持卡人设备 CVM", "consumer device CVM performed"


class CardProcessing(_BitField, size=4):
    """Card additional processing, 9F68 (PB-4.7)."""

    LOW_VALUE = 0x80_00_00_00, "支持小额检查", "low-value check"
    LOW_VALUE_AND_CTTA = 0x40_00_00_00, "支持小额和 CTTA 检查", "low-value and CTTA check"
    LOW_VALUE_OR_CTTA = 0x20_00_00_00, "支持小额或 CTTA 检查", "low-value or CTTA check"
    NEW_CARD_CHECK = 0x10_00_00_00, "支持新卡检查", "new-card check"
    PIN_TRY_CHECK = 0x08_00_00_00, "支持 PIN 尝试次数检查", "PIN-try check"
    OFFLINE_MISMATCHED_CURRENCY = 0x04_00_00_00, "允许货币不匹配时脱机", "offline in another currency allowed"
    PREFERS_CONTACT_ONLINE = 0x02_00_00_00, "联机时优先接触式借贷记", "prefers contact for online"
    OFFLINE_SPENDING_IN_GPO = 0x01_00_00_00, "GPO 返回可用脱机消费金额", "9F5D returned in GPO"
    PREPAID = 0x80_00_00, "支持预付", "prepaid"
    MISMATCHED_CURRENCY_NOT_ALLOWED = 0x40_00_00, "不允许货币不匹配的交易", "another currency not allowed"
    NEW_CARD_OFFLINE_DECLINED = (
        0x20_00_00,
        "新卡且终端仅支持脱机时拒绝",
        "new card at an offline-only reader declined",
    )
    LOG_OFFLINE_APPROVED = 0x10_00_00, "记录脱机批准的 qPBOC 交易", "offline-approved qPBOC logged"
    ONLINE_PIN_MATCHED = 0x80_00, "货币匹配时支持联机 PIN", "online PIN supported, matched currency"
    ONLINE_PIN_MISMATCHED = 0x40_00, "货币不匹配时支持联机 PIN", "online PIN supported, another currency"
    CVM_REQUIRED_MISMATCHED = 0x20_00, "货币不匹配时要求 CVM", "CVM required in another currency"
    SIGNATURE = 0x10_00, "支持签名", "signature supported"


class Ada(_BitField, size=2, longest=4):
    """Application default action, 9F52 (PB-4.4); bytes 3 and 4, where a card has them, mean nothing."""

    ONLINE_AFTER_FAILED_AUTHENTICATION = (
        0x80_00,
        "发卡行认证失败，下次交易联机",
        "issuer authentication failed: next transaction online",
    )
    DECLINE_FAILED_AUTHENTICATION = (
        0x40_00,
        "执行了发卡行认证但失败，拒绝",
        "issuer authentication performed and failed: decline",
    )
    DECLINE_MISSING_ARPC = (
        0x20_00,
        "要求发卡行认证但无 ARPC，拒绝",
        "issuer authentication mandatory, no ARPC: decline",
    )
    ADVICE_DECLINED = 0x10_00, "交易拒绝，生成通知", "declined: advice"
    ADVICE_PIN_TRIES = (
        0x08_00,
        "本次交易 PIN 尝试次数超限且拒绝，生成通知",
        "PIN tries exceeded in this transaction and declined: advice",
    )
    ADVICE_AUTHENTICATION = (
        0x04_00,
        "因发卡行认证失败或未执行而拒绝，生成通知",
        "declined for failed or missing issuer authentication: advice",
    )
    NEW_CARD_ONLINE = 0x02_00, "新卡，联机", "new card: go online"
    NEW_CARD_OFFLINE_DECLINE = 0x01_00, "新卡且不能联机，拒绝", "new card, unable to go online: decline"
    PIN_TRIES_BLOCK = (
        0x80,
        "本次交易 PIN 尝试次数超限，锁定应用",
        "PIN tries exceeded in this transaction: block application",
    )
    PIN_TRIES_EARLIER_DECLINE = 0x40, "此前 PIN 尝试次数超限，拒绝", "PIN tries exceeded earlier: decline"
    PIN_TRIES_EARLIER_ONLINE = 0x20, "此前 PIN 尝试次数超限，联机", "PIN tries exceeded earlier: go online"
    PIN_TRIES_EARLIER_OFFLINE_DECLINE = (
        0x10,
        "此前 PIN 尝试次数超限且不能联机，拒绝",
        "PIN tries exceeded earlier, unable to go online: decline",
    )
    SCRIPT_FAILED_ONLINE = 0x08, "此前脚本处理失败，联机", "script failed earlier: go online"
    PIN_TRIES_EARLIER_BLOCK = (
        0x04,
        "此前 PIN 尝试次数超限，拒绝并锁定应用",
        "PIN tries exceeded earlier: decline and block application",
    )
