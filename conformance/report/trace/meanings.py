"""What the value of a data element says: bits by name, amounts, dates, track 2, lists (PB-3, PB-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.codec import bits
from conformance.codec.afl import Afl
from conformance.codec.dictionary import element
from conformance.codec.dol import Dol
from conformance.codec.tlv import tag_hex
from conformance.codec.values import IssuerApplicationData, Track2, from_bcd, pan_from_bytes, yuan
from conformance.report.trace.node import NOTHING, Node, Words, same, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Meaning = tuple[Words, tuple[Node, ...]]


class Labelled(Protocol):
    """A bit field of the codec."""

    def labels(self, language: str = ...) -> tuple[str, ...]: ...


_BIT_FIELDS: Mapping[int, Callable[[bytes], Labelled]] = {
    0x82: bits.Aip.from_bytes,
    0x95: bits.Tvr.from_bytes,
    0x9B: bits.Tsi.from_bytes,
    0x9F52: bits.Ada.from_bytes,
    0x9F66: bits.Ttq.from_bytes,
    0x9F68: bits.CardProcessing.from_bytes,
    0x9F6C: bits.Ctq.from_bytes,
    **dict.fromkeys(
        (0x9F0D, 0x9F0E, 0x9F0F), bits.Tvr.from_bytes
    ),  # the issuer's action codes ask for TVR bits
}
_CURRENCIES = {"0156": Words("人民币", "CNY"), "0840": Words("美元", "USD"), "0344": Words("港元", "HKD")}
_COUNTRIES = {"0156": Words("中国", "China"), "0344": Words("中国香港", "Hong Kong, China")}
_CID = {0x00: "AAC", 0x40: "TC", 0x80: "ARQC"}
_CVM_METHODS = {
    0x00: "cvm.fail",
    0x01: "cvm.plain-pin",
    0x02: "cvm.online-pin",
    0x03: "cvm.plain-pin-signature",
    0x04: "cvm.enciphered-pin",
    0x05: "cvm.enciphered-pin-signature",
    0x1E: "cvm.signature",
    0x1F: "cvm.none",
    0x20: "cvm.id-document",
}
_CVM_CONDITIONS = {
    0x00: "cvm.always",
    0x01: "cvm.unattended-cash",
    0x02: "cvm.no-cash",
    0x03: "cvm.supported",
    0x04: "cvm.manual-cash",
    0x05: "cvm.cashback",
    0x06: "cvm.under-x",
    0x07: "cvm.over-x",
    0x08: "cvm.under-y",
    0x09: "cvm.over-y",
}


def named(tag: int) -> Words:
    """A data element's name in the dictionary, empty where it has none."""
    known = element(tag)
    return NOTHING if known is None else Words(known.name_zh, known.name_en)


def meaning(tag: int, value: bytes) -> Meaning:
    """What a value says, with children for lists and bits; a value in another form than its tag's says so."""
    reader = _READERS.get(tag) or _reader_by_format(tag)
    if reader is None:
        return NOTHING, ()
    try:
        return reader(value)
    except (ValueError, IndexError):
        return worded("trace.not-coded-so"), ()


def flags(field: Labelled) -> tuple[Node, ...]:
    """One node for each bit that is set, by name."""
    pairs = zip(field.labels("zh"), field.labels("en"), strict=True)
    return tuple(Node("", meaning=Words(zh, en)) for zh, en in pairs)


def dol_entries(value: bytes) -> tuple[Node, ...]:
    """What a data object list asks for."""
    return tuple(
        Node(tag_hex(entry.tag), named(entry.tag), meaning=worded("trace.bytes", count=entry.length))
        for entry in Dol.parse(value).entries
    )


def printable(value: bytes) -> str | None:
    """Characters of the wire (GB 18030, which holds ASCII), None where they are not meant to be read."""
    try:
        shown = value.rstrip(b"\x00").decode("gb18030")
    except UnicodeDecodeError:
        return None
    return shown if shown and shown.isprintable() else None


def _bit_field(read: Callable[[bytes], Labelled]) -> Callable[[bytes], Meaning]:
    return lambda value: (NOTHING, flags(read(value)))


def _text(value: bytes) -> Meaning:
    shown = printable(value)
    return (NOTHING if shown is None else same(f"“{shown.rstrip()}”")), ()


def _amount(value: bytes) -> Meaning:
    return worded("trace.yuan", amount=yuan(from_bcd(value))), ()


def _date(value: bytes) -> Meaning:
    digits = f"{from_bcd(value):06d}"
    return same(f"20{digits[:2]}-{digits[2:4]}-{digits[4:]}"), ()


def _time(value: bytes) -> Meaning:
    digits = f"{from_bcd(value):06d}"
    return same(f"{digits[:2]}:{digits[2:4]}:{digits[4:]}"), ()


def _count(value: bytes) -> Meaning:
    return same(str(int.from_bytes(value))), ()


def _code(table: Mapping[str, Words]) -> Callable[[bytes], Meaning]:
    return lambda value: (table.get(value.hex(), NOTHING), ())


def _pan(value: bytes) -> Meaning:
    return same(pan_from_bytes(value)), ()


def _track2(value: bytes) -> Meaning:
    track = Track2.parse(value)
    return NOTHING, (
        Node("", worded("track.pan"), meaning=same(track.pan)),
        Node("", worded("track.expiry"), meaning=same(f"20{track.expiry[:2]}-{track.expiry[2:]}")),
        Node("", worded("track.service-code"), meaning=same(track.service_code)),
        Node("", worded("track.discretionary"), meaning=same(track.discretionary)),
    )


def _afl(value: bytes) -> Meaning:
    return NOTHING, tuple(
        Node(
            "",
            worded("afl.file", sfi=entry.sfi),
            meaning=worded("afl.records", first=entry.first, last=entry.last, signed=entry.signed),
        )
        for entry in Afl.parse(value).entries
    )


def _dol(value: bytes) -> Meaning:
    return worded("trace.asks-for", count=Dol.parse(value).length), dol_entries(value)


def _cid(value: bytes) -> Meaning:
    return same(_CID.get(value[0] & 0xC0, "RFU")), ()


def _issuer_application_data(value: bytes) -> Meaning:
    parsed = IssuerApplicationData.parse(value)
    algorithm = {1: "3DES", 4: "SM4"}.get(parsed.algorithm, "")
    nodes = [
        Node("DKI", worded("iad.dki"), f"{parsed.dki:02X}"),
        Node("CVN", worded("iad.cvn"), f"{parsed.cvn:02X}"),
        Node(
            "CVR",
            worded("iad.cvr"),
            parsed.cvr.hex().upper(),
            children=flags(bits.Cvr.from_bytes(parsed.cvr)),
        ),
        Node("", worded("iad.algorithm"), f"{parsed.algorithm:02X}", same(algorithm)),
    ]
    if parsed.idd is not None:
        nodes.append(Node("IDD", worded("iad.idd"), parsed.idd.hex().upper(), _idd(parsed.idd)))
    return NOTHING, tuple(nodes)


def _idd(value: bytes) -> Words:
    """PB-4.3: id 01 carries the balance's low-order digits, 05 the available offline amount's."""
    if len(value) >= 6 and value[0] in (0x01, 0x05):
        key = "idd.balance" if value[0] == 0x01 else "idd.available"
        return worded(key, amount=yuan(from_bcd(value[1:6])))
    return NOTHING


def _cvm_list(value: bytes) -> Meaning:
    """Amounts X and Y, then rules of two bytes (EMV Book 3, annex C3)."""
    x, y = int.from_bytes(value[:4]), int.from_bytes(value[4:8])
    rules = tuple(_cvm_rule(value[at], value[at + 1]) for at in range(8, len(value) - 1, 2))
    return same(f"X = {yuan(x)}, Y = {yuan(y)}"), rules


def _cvm_rule(method: int, condition: int) -> Node:
    known = _CVM_METHODS.get(method & 0x3F), _CVM_CONDITIONS.get(condition)
    words = [worded(key) if key else worded("cvm.unknown") for key in known]
    otherwise = worded("cvm.next" if method & 0x40 else "cvm.stop")
    return Node(
        "",
        value_hex=f"{method:02X}{condition:02X}",
        meaning=worded("cvm.rule", method=words[0], condition=words[1], otherwise=otherwise),
    )


def _log_entry(value: bytes) -> Meaning:
    return worded("trace.log-entry", sfi=value[0], count=value[1]), ()


_AMOUNT_TAGS = (
    0x9F02, 0x9F03, 0x9F54, 0x9F5C, 0x9F5D, 0x9F6B, 0x9F6D, 0x9F75, 0x9F77, 0x9F78, 0x9F79, 0x9F7B,
    0xDF62, 0xDF63, 0xDF72, 0xDF76, 0xDF77, 0xDF78, 0xDF79,
)  # fmt: skip
_DOL_TAGS = (0x9F38, 0x8C, 0x8D, 0x9F49, 0x97, 0x9F4F, 0xDF4F)
_COUNT_TAGS = (0x9F36, 0x9F13, 0x5F34, 0x9F14, 0x9F23, 0x9F17, 0x9F53, 0x9F58, 0x9F59, 0x9F72)

_READERS: Mapping[int, Callable[[bytes], Meaning]] = {
    **{tag: _bit_field(field) for tag, field in _BIT_FIELDS.items()},
    **dict.fromkeys(_AMOUNT_TAGS, _amount),
    **dict.fromkeys(_DOL_TAGS, _dol),
    **dict.fromkeys(_COUNT_TAGS, _count),
    **dict.fromkeys((0x5F24, 0x5F25, 0x9A), _date),
    **dict.fromkeys((0x5F2A, 0x9F51, 0x9F42, 0x9F76, 0xDF71), _code(_CURRENCIES)),
    **dict.fromkeys((0x9F1A, 0x5F28, 0x9F57), _code(_COUNTRIES)),
    **dict.fromkeys((0x84, 0x8A, 0x9F1F, 0x9F61), _text),
    0x57: _track2,
    0x5A: _pan,
    0x8E: _cvm_list,
    0x94: _afl,
    0x9F10: _issuer_application_data,
    0x9F21: _time,
    0x9F27: _cid,
    0x9F4D: _log_entry,
    0xDF4D: _log_entry,
}  # fmt: skip


def _reader_by_format(tag: int) -> Callable[[bytes], Meaning] | None:
    known = element(tag)
    return _text if known is not None and known.format in ("a", "an", "ans") else None
