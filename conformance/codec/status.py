"""Status words SW1 SW2 and what they mean, where it matters for one command (ISO/IEC 7816-4, PB-2)."""

from __future__ import annotations

_Meaning = tuple[str, str]


class StatusWord(int):
    """Two bytes behind every answer; prints as four hex digits."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{int(self):04X}"

    def __repr__(self) -> str:
        return f"StatusWord({self})"

    @property
    def sw1(self) -> int:
        return self >> 8

    @property
    def sw2(self) -> int:
        return self & 0xFF

    @property
    def ok(self) -> bool:
        """True for 9000 alone; 61xx and 62xx are for the caller to judge."""
        return self == 0x9000

    def meaning(self, language: str = "en", command: str | None = None) -> str:
        """What it says in "zh" or "en", to the command of this name where it says something of its own."""
        found = _BY_COMMAND.get((command or "", int(self))) or _GENERAL.get(int(self)) or self._by_sw1()
        return found[language != "zh"].format(sw2=self.sw2, tries=self & 0x0F)

    def _by_sw1(self) -> _Meaning:
        return _TRIES_LEFT if self & 0xFFF0 == 0x63C0 else _BY_SW1.get(self.sw1, _UNKNOWN)


_UNKNOWN = ("未定义的状态字", "status word without a defined meaning")
_TRIES_LEFT = ("验证失败，剩余 {tries} 次", "verification failed, tries left: {tries}")

_GENERAL: dict[int, _Meaning] = {
    0x9000: ("成功", "success"),
    0x6281: ("返回数据可能有误", "returned data may be corrupted"),
    0x6282: ("数据不足 Le 字节", "end of file before Le bytes"),
    0x6283: ("选择的文件无效", "selected file invalidated"),
    0x6300: ("认证失败", "authentication failed"),
    0x6581: ("内存失败", "memory failure"),
    0x6700: ("长度错误", "wrong length"),
    0x6881: ("不支持逻辑通道", "logical channel not supported"),
    0x6882: ("不支持安全报文", "secure messaging not supported"),
    0x6971: ("已有三笔未完成的预授权", "three pre-authorisations are open already"),
    0x6972: ("该 SFI 和 ID 已有未完成的预授权", "a pre-authorisation is open for this SFI and ID"),
    0x6973: ("没有可完成的预授权", "completion without a pre-authorisation"),
    0x6974: ("更新的记录不是最后读取的记录", "the record updated is not the record last read"),
    0x6976: ("总额超过余额上限", "the sum breaks the balance limit"),
    0x6981: ("命令与文件结构不符", "command incompatible with file structure"),
    0x6982: ("安全状态不满足", "security status not satisfied"),
    0x6983: ("认证方法锁定", "authentication method blocked"),
    0x6984: ("引用的数据无效", "referenced data invalidated"),
    0x6985: ("使用条件不满足", "conditions of use not satisfied"),
    0x6986: ("命令不允许（无当前文件）", "command not allowed, no current file"),
    0x6987: ("缺少安全报文数据项", "secure messaging data objects missing"),
    0x6988: ("安全报文 MAC 不正确", "secure messaging MAC incorrect"),
    0x6A80: ("数据域参数不正确", "incorrect parameters in the data field"),
    0x6A81: ("不支持此功能", "function not supported"),
    0x6A82: ("文件未找到", "file not found"),
    0x6A83: ("记录未找到", "record not found"),
    0x6A84: ("存储空间不足", "not enough memory space"),
    0x6A86: ("P1 P2 参数不正确", "incorrect parameters P1 P2"),
    0x6A88: ("引用的数据未找到", "referenced data not found"),
    0x6B00: ("P1 P2 参数错误", "wrong parameters P1 P2"),
    0x6D00: ("不支持此 INS", "instruction not supported"),
    0x6E00: ("不支持此 CLA", "class not supported"),
    0x6F00: ("无准确诊断", "no precise diagnosis"),
    0x9302: ("MAC 不正确", "MAC incorrect"),
    0x9401: ("余额不足", "balance too low"),
    0x9403: ("不支持此密钥", "key not supported"),
    0x9406: ("所需的交易证明不可用", "the transaction proof asked for is not available"),
}

_BY_SW1: dict[int, _Meaning] = {
    0x61: ("还有 {sw2} 字节可取", "bytes still to be fetched: {sw2}"),
    0x62: ("警告，状态未变", "warning, state unchanged"),
    0x63: ("警告，状态已变", "warning, state changed"),
    0x64: ("执行错误，状态未变", "execution error, state unchanged"),
    0x65: ("执行错误，状态已变", "execution error, state changed"),
    0x68: ("CLA 中的功能不支持", "function in CLA not supported"),
    0x69: ("命令不允许", "command not allowed"),
    0x6A: ("参数不正确", "wrong parameters"),
    0x6C: ("Le 错误，应为 {sw2}", "wrong Le, right would be {sw2}"),
}

_BY_COMMAND: dict[tuple[str, int], _Meaning] = {
    ("SELECT", 0x6283): ("应用已锁定", "application blocked"),
    ("SELECT", 0x6A81): ("卡片已锁定", "card blocked"),
    ("SELECT", 0x6A82): ("没有此应用，或没有下一个应用", "no such application, or no more of them"),
    ("GET PROCESSING OPTIONS", 0x6700): ("数据长度与 PDOL 不符", "length differs from the PDOL's"),
    ("GET PROCESSING OPTIONS", 0x6A80): ("命令模板不是 83", "command template is not 83"),
    ("READ RECORD", 0x6A82): ("没有此短文件标识符的文件", "no file of this SFI"),
    ("GET DATA", 0x6A88): ("卡片不提供此标签", "the card does not offer this tag"),
    ("VERIFY", 0x6983): ("PIN 尝试次数在本次交易中用尽", "PIN tries ran out in this transaction"),
    ("VERIFY", 0x6984): ("PIN 尝试次数此前已用尽", "PIN tries had run out in an earlier transaction"),
    ("VERIFY", 0x6A81): ("不支持脱机 PIN", "offline PIN not supported"),
    ("GENERATE AC", 0x6700): ("数据长度与 CDOL 不符", "length differs from the CDOL's"),
    ("INTERNAL AUTHENTICATE", 0x6700): ("数据长度与 DDOL 不符", "length differs from the DDOL's"),
    ("EXTERNAL AUTHENTICATE", 0x6300): ("发卡行认证失败", "issuer authentication failed"),
    ("EXTERNAL AUTHENTICATE", 0x6985): ("本次交易已做过发卡行认证", "issuer authentication was done already"),
    ("PUT DATA", 0x6A80): ("没有此标签，或数值不允许", "no such tag, or the value is not allowed"),
    ("READ CAPP DATA", 0x6A82): ("没有此扩展应用文件", "no extended application file of this SFI"),
    ("READ CAPP DATA", 0x6A83): ("没有此记录 ID", "no record of this ID"),
    ("UPDATE CAPP DATA CACHE", 0x6581): ("更新缓存已满", "update cache full"),
    ("UPDATE CAPP DATA CACHE", 0x6A82): ("没有此扩展应用文件", "no extended application file of this SFI"),
    ("UPDATE CAPP DATA CACHE", 0x6A83): ("没有此记录 ID", "no record of this ID"),
    ("UPDATE CAPP DATA CACHE", 0x6986): ("记录未经 READ CAPP DATA 读取", "not read by READ CAPP DATA before"),
}
