"""Status words and what they mean, in general and for the command that they answer (PB-2)."""

from __future__ import annotations

_GENERAL: dict[int, tuple[str, str]] = {
    0x9000: ("normal end", "正常结束"),
    0x6283: ("selected file or application blocked", "所选文件或应用被锁定"),
    0x6300: ("authentication failed", "认证失败"),
    0x6581: ("memory failure", "存储器故障"),
    0x6700: ("wrong length", "长度错误"),
    0x6882: ("secure messaging not supported", "不支持安全报文"),
    0x6900: ("command not allowed", "命令不允许"),
    0x6971: ("fourth open pre-authorisation", "预授权数已满"),
    0x6972: ("pre-authorisation already open", "预授权已存在"),
    0x6973: ("completion without pre-authorisation", "无对应预授权"),
    0x6974: ("record updated is not the record last read", "更新记录与最后读取记录不符"),
    0x6976: ("sum with open pre-authorisations breaks the limit", "与预授权之和超限"),
    0x6982: ("security status not satisfied", "安全状态不满足"),
    0x6983: ("authentication method blocked", "认证方法锁定"),
    0x6984: ("reference data not usable", "引用数据无效"),
    0x6985: ("conditions of use not satisfied", "使用条件不满足"),
    0x6986: ("command not allowed, no current file", "无当前文件，命令不允许"),
    0x6988: ("secure messaging data incorrect", "安全报文数据不正确"),
    0x6A80: ("incorrect data field", "数据域不正确"),
    0x6A81: ("function not supported, or card blocked", "功能不支持或卡片锁定"),
    0x6A82: ("file or application not found", "文件或应用未找到"),
    0x6A83: ("record not found", "记录未找到"),
    0x6A84: ("not enough memory in the file", "文件空间不足"),
    0x6A86: ("incorrect P1 or P2", "P1 或 P2 不正确"),
    0x6A88: ("referenced data not found", "引用数据未找到"),
    0x6B00: ("wrong P1 or P2", "P1 或 P2 错误"),
    0x6D00: ("instruction not supported", "INS 不支持"),
    0x6E00: ("class not supported", "CLA 不支持"),
    0x6F00: ("no precise diagnosis", "无精确诊断"),
    0x9406: ("no transaction proof", "无交易证明"),
}

_FOR_COMMAND: dict[tuple[str, int], tuple[str, str]] = {
    ("SELECT", 0x6A81): ("card blocked", "卡片锁定"),
    ("SELECT", 0x6A82): ("no such application", "无此应用"),
    ("GET PROCESSING OPTIONS", 0x6700): ("data as long as the PDOL asks were expected", "数据长度与 PDOL 不符"),
    ("READ RECORD", 0x6A83): ("no such record", "无此记录"),
    ("GET DATA", 0x6A88): ("no such data object", "无此数据对象"),
    ("VERIFY", 0x6A81): ("offline PIN not supported", "不支持脱机密码"),
    ("VERIFY", 0x6983): ("PIN tries used up in this transaction", "本次交易密码次数用尽"),
    ("VERIFY", 0x6984): ("PIN tries used up before", "此前密码次数已用尽"),
}


class StatusWord(int):
    """SW1 and SW2 as one number; prints as four hex digits."""

    __slots__ = ()

    @property
    def sw1(self) -> int:
        return self >> 8

    @property
    def sw2(self) -> int:
        return self & 0xFF

    @property
    def ok(self) -> bool:
        return self == 0x9000

    def meaning(self, language: str = "en", command: str | None = None) -> str:
        """What the status word says, in "en" or "zh", where it can for the named command; else ""."""
        column = 1 if language == "zh" else 0
        special = _FOR_COMMAND.get((command, int(self))) if command else None
        row = special or _GENERAL.get(int(self)) or self._family()
        return row[column] if row else ""

    def _family(self) -> tuple[str, str] | None:
        if self & 0xFFF0 == 0x63C0:
            return f"verification failed, {self & 0xF} tries left", f"验证失败，剩余 {self & 0xF} 次"
        if self.sw1 == 0x61:
            return f"{self.sw2} bytes waiting", f"尚有 {self.sw2} 字节待取"
        if self.sw1 == 0x6C:
            return f"wrong Le, {self.sw2} would be right", f"Le 错误，应为 {self.sw2}"
        return None

    def __str__(self) -> str:
        return f"{int(self):04X}"

    def __repr__(self) -> str:
        return f"StatusWord(0x{int(self):04X})"
