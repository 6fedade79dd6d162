# ruff: noqa: E501  a table has one row a line
"""The data elements that the suite knows: name, format, length, source (EMV Book 3 Annex A, PB-3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Element:
    """A data element.

    `format` is "a", "an", "ans", "b", "cn", "n", "dol", "afl" or "template"; lengths are bytes; `source` is who
    supplies the value: "card", "terminal" or "issuer"; `reference` is where the row was taken from.
    """

    tag: int
    name_zh: str
    name_en: str
    format: str
    minimum: int
    maximum: int
    source: str
    reference: str

    def name(self, language: str = "en") -> str:
        return self.name_zh if language == "zh" else self.name_en


def element(tag: int) -> Element | None:
    """The element of this tag, None where the dictionary has none."""
    return ELEMENTS.get(tag)


def named(name: str) -> tuple[Element, ...]:
    """The elements that a person may mean: by tag, by name in either language, in full or by abbreviation.

    "9F38", "PDOL", "处理选项数据对象列表", "Processing options data object list" are the same element; capitals,
    blanks and punctuation do not matter. Empty where the name is unknown, several where it is ambiguous.
    """
    return tuple(ELEMENTS[tag] for tag in _names().get(_plain(name), ()))


def names() -> tuple[str, ...]:
    """The short name of every element, as a profile writes it: "PDOL", "track 2", "EC balance"."""
    return tuple(_written(tag) for tag in ELEMENTS)


@cache
def _names() -> Mapping[str, tuple[int, ...]]:
    known: dict[str, tuple[int, ...]] = {}
    for each in ELEMENTS.values():
        before, abbreviated = each.name_en.partition(" (")[0], _ABBREVIATION.findall(each.name_en)
        given = (f"{each.tag:02X}", _short(each.tag), each.name_en, before, each.name_zh, *abbreviated)
        for name in {_plain(one) for one in given}:
            known[name] = (*known.get(name, ()), each.tag)
    # A tag's own short name means that tag alone, whatever the long names of others begin with.
    return known | {_plain(_short(tag)): (tag,) for tag in ELEMENTS}


def _short(tag: int) -> str:
    return Tag(tag).name.replace("_", " ")


def _written(tag: int) -> str:
    """The short name in small letters, but for abbreviations."""
    return " ".join(word if word in _ABBREVIATIONS else word.lower() for word in _short(tag).split())


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


# fmt: off
_ABBREVIATIONS = frozenset({
    "AC", "ADA", "AFL", "AID", "AIP", "ATC", "CA", "CAPP", "CDOL1", "CDOL2", "CID", "CPLC", "CTQ", "CTTAL",
    "CTTAUL", "CVM", "DDF", "DDOL", "DF", "EC", "FCI", "IAC", "ICC", "ID", "IFD", "PAN", "PDOL", "PIN", "POS",
    "SDA", "SFI", "SM", "TC", "TDOL", "TSI", "TTQ", "TVR", "URL",
})
# fmt: on
_ABBREVIATION = re.compile(r"\(([A-Z0-9]+)\)")
_EMV = "EMV Book 3 A"
_FACTS = "PB-3"
_CAPP = "PB-8"
_LIMIT = 252

# fmt: off
_ROWS: tuple[tuple[Tag, str, str, str, int, int, str, str], ...] = (
    (Tag.ISSUER_IDENTIFICATION_NUMBER, "发卡行识别码", "Issuer identification number", "n", 3, 3, "card", _EMV),
    (Tag.AID, "应用标识符（卡片）", "Application identifier (AID), card", "b", 5, 16, "card", _EMV),
    (Tag.APPLICATION_LABEL, "应用标签", "Application label", "ans", 1, 16, "card", _EMV),
    (Tag.TRACK2, "磁条 2 等效数据", "Track 2 equivalent data", "b", 0, 19, "card", _EMV),
    (Tag.PAN, "应用主账号", "Application primary account number (PAN)", "cn", 1, 10, "card", _EMV),
    (Tag.APPLICATION_TEMPLATE, "应用模板", "Application template", "template", 0, _LIMIT, "card", _EMV),
    (Tag.FCI_TEMPLATE, "文件控制信息模板", "File control information (FCI) template", "template", 0, _LIMIT, "card", _EMV),
    (Tag.READ_RECORD_TEMPLATE, "记录模板", "Record response template", "template", 0, _LIMIT, "card", _EMV),
    (Tag.ISSUER_SCRIPT_TEMPLATE_1, "发卡行脚本模板 1", "Issuer script template 1", "template", 0, 128, "issuer", _EMV),
    (Tag.ISSUER_SCRIPT_TEMPLATE_2, "发卡行脚本模板 2", "Issuer script template 2", "template", 0, 128, "issuer", _EMV),
    (Tag.DIRECTORY_DISCRETIONARY_TEMPLATE, "目录自定义模板", "Directory discretionary template", "template", 0, _LIMIT, "card", _EMV),
    (Tag.RESPONSE_TEMPLATE_2, "响应报文模板格式 2", "Response message template format 2", "template", 0, _LIMIT, "card", _EMV),
    (Tag.RESPONSE_TEMPLATE_1, "响应报文模板格式 1", "Response message template format 1", "b", 0, _LIMIT, "card", _EMV),
    (Tag.AMOUNT_AUTHORISED_BINARY, "授权金额（二进制）", "Amount, authorised (binary)", "b", 4, 4, "terminal", _EMV),
    (Tag.AIP, "应用交互特征", "Application interchange profile (AIP)", "b", 2, 2, "card", _EMV),
    (Tag.COMMAND_TEMPLATE, "命令模板", "Command template", "b", 0, _LIMIT, "terminal", _EMV),
    (Tag.DF_NAME, "专用文件名称", "Dedicated file (DF) name", "b", 5, 16, "card", _EMV),
    (Tag.ISSUER_SCRIPT_COMMAND, "发卡行脚本命令", "Issuer script command", "b", 0, 261, "issuer", _EMV),
    (Tag.APPLICATION_PRIORITY_INDICATOR, "应用优先指示符", "Application priority indicator", "b", 1, 1, "card", _EMV),
    (Tag.SFI, "短文件标识符", "Short file identifier (SFI)", "b", 1, 1, "card", _EMV),
    (Tag.AUTHORISATION_CODE, "授权码", "Authorisation code", "an", 6, 6, "issuer", _EMV),
    (Tag.AUTHORISATION_RESPONSE_CODE, "授权响应码", "Authorisation response code", "an", 2, 2, "issuer", _EMV),
    (Tag.CDOL1, "卡片风险管理数据对象列表 1", "Card risk management data object list 1 (CDOL1)", "dol", 0, _LIMIT, "card", _EMV),
    (Tag.CDOL2, "卡片风险管理数据对象列表 2", "Card risk management data object list 2 (CDOL2)", "dol", 0, _LIMIT, "card", _EMV),
    (Tag.CVM_LIST, "持卡人验证方法列表", "Cardholder verification method (CVM) list", "b", 10, _LIMIT, "card", _EMV),
    (Tag.CA_PUBLIC_KEY_INDEX, "认证中心公钥索引（卡片）", "Certification authority public key index, card", "b", 1, 1, "card", _EMV),
    (Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, "发卡行公钥证书", "Issuer public key certificate", "b", 64, 248, "card", _EMV),
    (Tag.ISSUER_AUTHENTICATION_DATA, "发卡行认证数据", "Issuer authentication data", "b", 8, 16, "issuer", _EMV),
    (Tag.ISSUER_PUBLIC_KEY_REMAINDER, "发卡行公钥余项", "Issuer public key remainder", "b", 1, 248, "card", _EMV),
    (Tag.SIGNED_STATIC_APPLICATION_DATA, "签名的静态应用数据", "Signed static application data", "b", 64, 248, "card", _EMV),
    (Tag.AFL, "应用文件定位器", "Application file locator (AFL)", "afl", 4, _LIMIT, "card", _EMV),
    (Tag.TVR, "终端验证结果", "Terminal verification results (TVR)", "b", 5, 5, "terminal", _EMV),
    (Tag.TDOL, "交易证书数据对象列表", "Transaction certificate data object list (TDOL)", "dol", 0, _LIMIT, "card", _EMV),
    (Tag.TC_HASH, "交易证书哈希值", "Transaction certificate (TC) hash value", "b", 20, 20, "terminal", _EMV),
    (Tag.PIN_DATA, "交易 PIN 数据", "Transaction personal identification number (PIN) data", "b", 8, 8, "terminal", _EMV),
    (Tag.TRANSACTION_DATE, "交易日期", "Transaction date", "n", 3, 3, "terminal", _EMV),
    (Tag.TSI, "交易状态信息", "Transaction status information (TSI)", "b", 2, 2, "terminal", _EMV),
    (Tag.TRANSACTION_TYPE, "交易类型", "Transaction type", "n", 1, 1, "terminal", _EMV),
    (Tag.DDF_NAME, "目录数据文件名称", "Directory definition file (DDF) name", "b", 5, 16, "card", _EMV),
    (Tag.FCI_PROPRIETARY_TEMPLATE, "文件控制信息专用模板", "FCI proprietary template", "template", 0, _LIMIT, "card", _EMV),
    (Tag.CARDHOLDER_NAME, "持卡人姓名", "Cardholder name", "ans", 2, 26, "card", _EMV),
    (Tag.EXPIRATION_DATE, "应用失效日期", "Application expiration date", "n", 3, 3, "card", _EMV),
    (Tag.EFFECTIVE_DATE, "应用生效日期", "Application effective date", "n", 3, 3, "card", _EMV),
    (Tag.ISSUER_COUNTRY, "发卡行国家代码", "Issuer country code", "n", 2, 2, "card", _EMV),
    (Tag.TRANSACTION_CURRENCY, "交易货币代码", "Transaction currency code", "n", 2, 2, "terminal", _EMV),
    (Tag.LANGUAGE_PREFERENCE, "首选语言", "Language preference", "an", 2, 8, "card", _EMV),
    (Tag.SERVICE_CODE, "服务码", "Service code", "n", 2, 2, "card", _EMV),
    (Tag.PAN_SEQUENCE_NUMBER, "应用主账号序列号", "PAN sequence number", "n", 1, 1, "card", _EMV),
    (Tag.TRANSACTION_CURRENCY_EXPONENT, "交易货币指数", "Transaction currency exponent", "n", 1, 1, "terminal", _EMV),
    (Tag.ISSUER_URL, "发卡行网址", "Issuer URL", "ans", 0, _LIMIT, "card", _EMV),
    (Tag.ACQUIRER_IDENTIFIER, "收单行标识", "Acquirer identifier", "n", 6, 6, "terminal", _EMV),
    (Tag.AMOUNT_AUTHORISED, "授权金额", "Amount, authorised (numeric)", "n", 6, 6, "terminal", _EMV),
    (Tag.AMOUNT_OTHER, "其他金额", "Amount, other (numeric)", "n", 6, 6, "terminal", _EMV),
    (Tag.AMOUNT_OTHER_BINARY, "其他金额（二进制）", "Amount, other (binary)", "b", 4, 4, "terminal", _EMV),
    (Tag.APPLICATION_DISCRETIONARY_DATA, "应用自定义数据", "Application discretionary data", "b", 1, 32, "card", _EMV),
    (Tag.AID_TERMINAL, "应用标识符（终端）", "Application identifier (AID), terminal", "b", 5, 16, "terminal", _EMV),
    (Tag.APPLICATION_USAGE_CONTROL, "应用用途控制", "Application usage control", "b", 2, 2, "card", _EMV),
    (Tag.APPLICATION_VERSION_CARD, "应用版本号（卡片）", "Application version number, card", "b", 2, 2, "card", _EMV),
    (Tag.APPLICATION_VERSION_TERMINAL, "应用版本号（终端）", "Application version number, terminal", "b", 2, 2, "terminal", _EMV),
    (Tag.CARDHOLDER_NAME_EXTENDED, "持卡人姓名扩展", "Cardholder name extended", "ans", 27, 45, "card", _EMV),
    (Tag.IAC_DEFAULT, "发卡行行为代码（缺省）", "Issuer action code, default", "b", 5, 5, "card", _EMV),
    (Tag.IAC_DENIAL, "发卡行行为代码（拒绝）", "Issuer action code, denial", "b", 5, 5, "card", _EMV),
    (Tag.IAC_ONLINE, "发卡行行为代码（联机）", "Issuer action code, online", "b", 5, 5, "card", _EMV),
    (Tag.ISSUER_APPLICATION_DATA, "发卡行应用数据", "Issuer application data", "b", 0, 32, "card", _EMV),
    (Tag.ISSUER_CODE_TABLE_INDEX, "发卡行代码表索引", "Issuer code table index", "n", 1, 1, "card", _EMV),
    (Tag.APPLICATION_PREFERRED_NAME, "应用首选名称", "Application preferred name", "ans", 1, 16, "card", _EMV),
    (Tag.LAST_ONLINE_ATC, "上次联机 ATC 寄存器", "Last online application transaction counter (ATC) register", "b", 2, 2, "card", _EMV),
    (Tag.LOWER_OFFLINE_LIMIT, "连续脱机交易下限", "Lower consecutive offline limit", "b", 1, 1, "card", _FACTS),
    (Tag.MERCHANT_CATEGORY_CODE, "商户类别码", "Merchant category code", "n", 2, 2, "terminal", _EMV),
    (Tag.MERCHANT_IDENTIFIER, "商户标识", "Merchant identifier", "ans", 15, 15, "terminal", _EMV),
    (Tag.PIN_TRY_COUNTER, "PIN 尝试计数器", "PIN try counter", "b", 1, 1, "card", _EMV),
    (Tag.ISSUER_SCRIPT_IDENTIFIER, "发卡行脚本标识", "Issuer script identifier", "b", 4, 4, "issuer", _EMV),
    (Tag.TERMINAL_COUNTRY, "终端国家代码", "Terminal country code", "n", 2, 2, "terminal", _EMV),
    (Tag.FLOOR_LIMIT, "终端最低限额", "Terminal floor limit", "b", 4, 4, "terminal", _EMV),
    (Tag.TERMINAL_IDENTIFICATION, "终端标识", "Terminal identification", "an", 8, 8, "terminal", _EMV),
    (Tag.TERMINAL_RISK_MANAGEMENT_DATA, "终端风险管理数据", "Terminal risk management data", "b", 1, 8, "terminal", _EMV),
    (Tag.IFD_SERIAL_NUMBER, "接口设备序列号", "Interface device (IFD) serial number", "an", 8, 8, "terminal", _EMV),
    (Tag.TRACK1_DISCRETIONARY_DATA, "磁条 1 自定义数据", "Track 1 discretionary data", "ans", 0, 54, "card", _EMV),
    (Tag.TRACK2_DISCRETIONARY_DATA, "磁条 2 自定义数据", "Track 2 discretionary data", "cn", 0, 16, "card", _EMV),
    (Tag.TRANSACTION_TIME, "交易时间", "Transaction time", "n", 3, 3, "terminal", _EMV),
    (Tag.CA_PUBLIC_KEY_INDEX_TERMINAL, "认证中心公钥索引（终端）", "Certification authority public key index, terminal", "b", 1, 1, "terminal", _EMV),
    (Tag.UPPER_OFFLINE_LIMIT, "连续脱机交易上限", "Upper consecutive offline limit", "b", 1, 1, "card", _FACTS),
    (Tag.AC, "应用密文", "Application cryptogram (AC)", "b", 8, 8, "card", _EMV),
    (Tag.CID, "密文信息数据", "Cryptogram information data (CID)", "b", 1, 1, "card", _EMV),
    (Tag.PIN_PUBLIC_KEY_CERTIFICATE, "IC 卡 PIN 加密公钥证书", "ICC PIN encipherment public key certificate", "b", 64, 248, "card", _EMV),
    (Tag.PIN_PUBLIC_KEY_EXPONENT, "IC 卡 PIN 加密公钥指数", "ICC PIN encipherment public key exponent", "b", 1, 3, "card", _EMV),
    (Tag.PIN_PUBLIC_KEY_REMAINDER, "IC 卡 PIN 加密公钥余项", "ICC PIN encipherment public key remainder", "b", 1, 248, "card", _EMV),
    (Tag.ISSUER_PUBLIC_KEY_EXPONENT, "发卡行公钥指数", "Issuer public key exponent", "b", 1, 3, "card", _EMV),
    (Tag.TERMINAL_CAPABILITIES, "终端性能", "Terminal capabilities", "b", 3, 3, "terminal", _EMV),
    (Tag.CVM_RESULTS, "持卡人验证方法结果", "Cardholder verification method (CVM) results", "b", 3, 3, "terminal", _EMV),
    (Tag.TERMINAL_TYPE, "终端类型", "Terminal type", "n", 1, 1, "terminal", _EMV),
    (Tag.ATC, "应用交易计数器", "Application transaction counter (ATC)", "b", 2, 2, "card", _EMV),
    (Tag.UNPREDICTABLE_NUMBER, "不可预知数", "Unpredictable number", "b", 4, 4, "terminal", _EMV),
    (Tag.PDOL, "处理选项数据对象列表", "Processing options data object list (PDOL)", "dol", 0, _LIMIT, "card", _EMV),
    (Tag.POS_ENTRY_MODE, "销售点输入方式", "Point-of-service (POS) entry mode", "n", 1, 1, "terminal", _EMV),
    (Tag.ADDITIONAL_TERMINAL_CAPABILITIES, "附加终端性能", "Additional terminal capabilities", "b", 5, 5, "terminal", _EMV),
    (Tag.TRANSACTION_SEQUENCE_COUNTER, "交易序列计数器", "Transaction sequence counter", "n", 2, 4, "terminal", _EMV),
    (Tag.CURRENCY_CODE, "应用货币代码", "Application currency code", "n", 2, 2, "card", _EMV),
    (Tag.CURRENCY_EXPONENT, "应用货币指数", "Application currency exponent", "n", 1, 1, "card", _EMV),
    (Tag.DATA_AUTHENTICATION_CODE, "数据认证码", "Data authentication code", "b", 2, 2, "card", _EMV),
    (Tag.ICC_PUBLIC_KEY_CERTIFICATE, "IC 卡公钥证书", "ICC public key certificate", "b", 64, 248, "card", _EMV),
    (Tag.ICC_PUBLIC_KEY_EXPONENT, "IC 卡公钥指数", "ICC public key exponent", "b", 1, 3, "card", _EMV),
    (Tag.ICC_PUBLIC_KEY_REMAINDER, "IC 卡公钥余项", "ICC public key remainder", "b", 1, 248, "card", _EMV),
    (Tag.DDOL, "动态数据认证数据对象列表", "Dynamic data authentication data object list (DDOL)", "dol", 0, _LIMIT, "card", _EMV),
    (Tag.SDA_TAG_LIST, "静态数据认证标签列表", "Static data authentication tag list", "b", 0, _LIMIT, "card", _EMV),
    (Tag.SIGNED_DYNAMIC_APPLICATION_DATA, "签名的动态应用数据", "Signed dynamic application data", "b", 64, 248, "card", _EMV),
    (Tag.ICC_DYNAMIC_NUMBER, "IC 卡动态数", "ICC dynamic number", "b", 2, 8, "card", _EMV),
    (Tag.LOG_ENTRY, "交易日志入口", "Log entry", "b", 2, 2, "card", _FACTS),
    (Tag.MERCHANT_NAME, "商户名称", "Merchant name and location", "ans", 20, 20, "terminal", _FACTS),
    (Tag.LOG_FORMAT, "交易日志格式", "Log format", "dol", 0, _LIMIT, "card", _FACTS),
    (Tag.APPLICATION_CURRENCY, "应用货币代码（PBOC）", "Application currency code (PBOC)", "n", 2, 2, "card", _FACTS),
    (Tag.ADA, "应用缺省行为", "Application default action (ADA)", "b", 2, 4, "card", _FACTS),
    (Tag.CONSECUTIVE_LIMIT_CURRENCY, "连续脱机交易限制数（国际－货币）", "Consecutive offline limit, international currency", "b", 1, 1, "card", _FACTS),
    (Tag.CTTAL, "累计脱机交易金额限制数", "Cumulative total transaction amount limit (CTTAL)", "n", 6, 6, "card", _FACTS),
    (Tag.ISSUER_AUTHENTICATION_INDICATOR, "发卡行认证指示位", "Issuer authentication indicator", "b", 1, 1, "card", _FACTS),
    (Tag.ISSUER_COUNTRY_CARD, "发卡行国家代码（PBOC）", "Issuer country code (PBOC)", "n", 2, 2, "card", _FACTS),
    (Tag.CARD_LOWER_OFFLINE_LIMIT, "连续脱机交易下限（卡片）", "Lower consecutive offline limit, card", "b", 1, 1, "card", _FACTS),
    (Tag.CARD_UPPER_OFFLINE_LIMIT, "连续脱机交易上限（卡片）", "Upper consecutive offline limit, card", "b", 1, 1, "card", _FACTS),
    (Tag.CTTAUL, "累计脱机交易金额上限", "Cumulative total transaction amount upper limit (CTTAUL)", "n", 6, 6, "card", _FACTS),
    (Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT, "可用脱机消费金额", "Available offline spending amount", "n", 6, 6, "card", _FACTS),
    (Tag.CARDHOLDER_ID_NUMBER, "持卡人证件号", "Cardholder ID number", "an", 1, 40, "card", _FACTS),
    (Tag.CARDHOLDER_ID_TYPE, "持卡人证件类型", "Cardholder ID type", "n", 1, 1, "card", _FACTS),
    (Tag.PRODUCT_IDENTIFICATION, "产品标识信息", "Product identification", "b", 16, 16, "card", _FACTS),
    (Tag.TTQ, "终端交易属性", "Terminal transaction qualifiers (TTQ)", "b", 4, 4, "terminal", _FACTS),
    (Tag.CARD_PROCESSING, "卡片附加处理", "Card additional processing", "b", 4, 4, "card", _FACTS),
    (Tag.CARD_AUTHENTICATION_RELATED_DATA, "卡片认证相关数据", "Card authentication related data", "b", 8, 8, "card", _FACTS),
    (Tag.CARD_CVM_LIMIT, "卡片 CVM 限额", "Card CVM limit", "n", 6, 6, "card", _FACTS),
    (Tag.CTQ, "卡片交易属性", "Card transaction qualifiers (CTQ)", "b", 2, 2, "card", _FACTS),
    (Tag.EC_RESET_THRESHOLD, "电子现金重置阈值", "Electronic cash reset threshold", "n", 6, 6, "card", _FACTS),
    (Tag.CONSECUTIVE_LIMIT_COUNTRY, "连续脱机交易限制数（国际－国家）", "Consecutive offline limit, international country", "b", 1, 1, "card", _FACTS),
    (Tag.CURRENCY_CONVERSION_FACTOR, "货币转换因子", "Currency conversion factor", "n", 4, 4, "card", _FACTS),
    (Tag.EC_ISSUER_AUTHORISATION_CODE, "电子现金发卡行授权码", "Electronic cash issuer authorisation code", "an", 6, 6, "card", _FACTS),
    (Tag.CTTAL_DUAL_CURRENCY, "累计脱机交易金额限制数（双货币）", "Cumulative total transaction amount limit, dual currency", "n", 6, 6, "card", _FACTS),
    (Tag.SECOND_CURRENCY, "第二应用货币代码", "Second application currency code", "n", 2, 2, "card", _FACTS),
    (Tag.EC_BALANCE_LIMIT, "电子现金余额上限", "Electronic cash balance limit", "n", 6, 6, "card", _FACTS),
    (Tag.EC_SINGLE_LIMIT, "电子现金单笔交易限额", "Electronic cash single transaction limit", "n", 6, 6, "card", _FACTS),
    (Tag.EC_BALANCE, "电子现金余额", "Electronic cash balance", "n", 6, 6, "card", _FACTS),
    (Tag.EC_TERMINAL_SUPPORT, "电子现金终端支持指示器", "Electronic cash terminal support indicator", "b", 1, 1, "terminal", _FACTS),
    (Tag.EC_TERMINAL_LIMIT, "电子现金终端交易限额", "Electronic cash terminal transaction limit", "n", 6, 6, "terminal", _FACTS),
    (Tag.EXCLUSIVE_DATA, "商户或客户专有数据", "Merchant or customer exclusive data", "b", 0, 32, "card", _FACTS),
    (Tag.CPLC, "卡片生产周期数据", "Card production life cycle (CPLC)", "b", 42, 42, "card", "PB-2"),
    (Tag.FCI_ISSUER_DISCRETIONARY_DATA, "文件控制信息发卡行自定义数据", "FCI issuer discretionary data", "template", 0, 222, "card", _EMV),
    (Tag.LOAD_LOG_ENTRY, "圈存日志入口", "Load log entry", "b", 2, 2, "card", _FACTS),
    (Tag.LOAD_LOG_FORMAT, "圈存日志格式", "Load log format", "dol", 0, _LIMIT, "card", _FACTS),
    (Tag.CAPP_TRANSACTION_INDICATOR, "扩展应用交易指示位", "Extended application transaction indicator", "b", 1, 1, "terminal", _CAPP),
    (Tag.EXTENDED_APPLICATION, "扩展应用标识", "Extended application identifier", "b", 1, 1, "card", _CAPP),
    (Tag.DEDUCTION_LIMIT, "电子现金分段扣费抵扣限额", "Deduction (deposit) limit", "n", 6, 6, "card", _CAPP),
    (Tag.DEDUCTED_AMOUNT, "电子现金分段扣费已抵扣额", "Amount already deducted", "n", 6, 6, "card", _CAPP),
    (Tag.SM_SUPPORT, "SM 算法支持指示器", "SM algorithm support indicator", "b", 1, 1, "terminal", _FACTS),
    (Tag.EC_SECOND_CURRENCY, "电子现金第二币种货币代码", "Electronic cash second currency code", "n", 2, 2, "card", _FACTS),
    (Tag.SECOND_CARD_CVM_LIMIT, "第二币种卡片 CVM 限额", "Card CVM limit, second currency", "n", 6, 6, "card", _FACTS),
    (Tag.SECOND_EC_RESET_THRESHOLD, "第二币种电子现金重置阈值", "Electronic cash reset threshold, second currency", "n", 6, 6, "card", _FACTS),
    (Tag.SECOND_EC_BALANCE_LIMIT, "第二币种电子现金余额上限", "Electronic cash balance limit, second currency", "n", 6, 6, "card", _FACTS),
    (Tag.SECOND_EC_SINGLE_LIMIT, "第二币种电子现金单笔交易限额", "Electronic cash single transaction limit, second currency", "n", 6, 6, "card", _FACTS),
    (Tag.SECOND_EC_BALANCE, "第二币种电子现金余额", "Electronic cash balance, second currency", "n", 6, 6, "card", _FACTS),
)
# fmt: on

ELEMENTS: Mapping[int, Element] = {int(row[0]): Element(int(row[0]), *row[1:]) for row in _ROWS}
