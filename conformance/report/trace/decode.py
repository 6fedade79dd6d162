"""One exchange as a tree: the command and its data by name, the answer's data objects, bits, status word."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.codec.apdu import ApduError, CommandApdu, ResponseApdu
from conformance.codec.dol import Dol, DolError
from conformance.codec.tlv import Tlv, TlvError, decode_one, tag_hex
from conformance.codec.tlv import decode as decode_objects
from conformance.report.trace.meanings import meaning, named, printable
from conformance.report.trace.node import NOTHING, Node, Words, same, worded

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model.run import Exchange, Redaction
    from conformance.report.trace.known import Known

_REQUESTED = {0x00: "AAC", 0x40: "TC", 0x80: "ARQC"}


def decode(exchange: Exchange, known: Known) -> tuple[Node, Node | None]:
    """The command and its answer, None where no answer exists; what privacy kept back says so."""
    sent, received = decode_bytes(exchange.command, exchange.response, known)
    if exchange.redacted:
        sent = _withheld(sent, [each for each in exchange.redacted if each.side == "command"])
        if received is not None:
            received = _withheld(received, [each for each in exchange.redacted if each.side == "response"])
    return sent, received


@lru_cache(maxsize=4096)
def decode_bytes(command: bytes, response: bytes | None, known: Known) -> tuple[Node, Node | None]:
    """Decode an exchange by its bytes alone; what is no APDU is shown as it is, with the reason."""
    try:
        sent = CommandApdu.decode(command)
    except ApduError as error:
        node = Node("C-APDU", value_hex=_hex(command), meaning=worded("trace.no-apdu", reason=error))
        return node, None if response is None else Node("R-APDU", value_hex=_hex(response))
    return _command(sent, command, known), None if response is None else _response(sent, response, known)


def name(command: bytes) -> str:
    """The command's name, "?" for bytes that are no command."""
    try:
        return CommandApdu.decode(command).name
    except ApduError:
        return "?"


def object_node(found: Tlv, parents: str = "") -> Node:
    """A data object with all that is in it."""
    path = f"{parents}/{tag_hex(found.tag)}".lstrip("/")
    if found.children:
        inside = tuple(object_node(child, path) for child in found.children)
        return Node(tag_hex(found.tag), named(found.tag), children=inside, path=path)
    return element_node(found.tag, found.value, path)


def element_node(tag: int, value: bytes, path: str = "") -> Node:
    """A data element by its tag; `path` where it is not the tag alone."""
    says, inside = meaning(tag, value)
    return Node(tag_hex(tag), named(tag), _hex(value), says, inside, path or tag_hex(tag))


def _command(sent: CommandApdu, raw: bytes, known: Known) -> Node:
    return Node("C-APDU", same(sent.name), _hex(raw), _asks(sent), _command_data(sent, known))


def _asks(sent: CommandApdu) -> Words:
    """What P1 and P2 say, for the commands where they say something."""
    p1, p2 = sent.p1, sent.p2
    match sent.name:
        case "SELECT":
            key = "p.select-next" if p2 == 0x02 else "p.select"
            return worded(key, name=_readable_name(sent.data) or _hex(sent.data))
        case "READ RECORD" | "UPDATE RECORD" if p2 & 7 == 4:
            return worded("p.record", record=p1, sfi=p2 >> 3)
        case "GET DATA" | "PUT DATA":
            tag = p1 << 8 | p2
            return same(tag_hex(tag)).and_then(" ", named(tag))
        case "GENERATE AC":
            asked = _REQUESTED.get(p1 & 0xC0, "RFU")
            return worded("p.asks-for-cda" if p1 & 0x10 else "p.asks-for", cryptogram=asked)
        case "VERIFY":
            return worded("p.enciphered-pin" if p2 == 0x88 else "p.plain-pin")
    return NOTHING


def _command_data(sent: CommandApdu, known: Known) -> tuple[Node, ...]:
    """The command's data, taken apart for the commands whose data have parts."""
    take_apart = _DATA.get(sent.name)
    nodes = take_apart(sent.data, known) if take_apart is not None and sent.data else ()
    if nodes or not sent.data:
        return nodes
    return (Node("", worded("trace.command-data"), _hex(sent.data), path="data"),)


def _selected_name(data: bytes, _: Known) -> tuple[Node, ...]:
    shown = _readable_name(data)
    says = NOTHING if shown is None else same(f"“{shown}”")
    return (Node("AID", worded("trace.aid"), _hex(data), says),)


def _readable_name(name: bytes) -> str | None:
    """1PAY.SYS.DDF01 and its like; an AID of numbers is better read as hex."""
    return printable(name) if name and name[0] < 0x80 else None


def _pdol_values(data: bytes, known: Known) -> tuple[Node, ...]:
    """Template 83 around the values that the PDOL asks for; nothing for data of another form."""
    if data[0] != 0x83:
        return ()
    inside = _by_list(data[2:], known.pdol, "PDOL")
    return (Node("83", named(0x83), children=inside, path="83"),)


def _cdol_values(data: bytes, known: Known) -> tuple[Node, ...]:
    if known.cryptograms:
        return _by_list(data, known.cdol2, "CDOL2")
    return _by_list(data, known.cdol1, "CDOL1")


def _ddol_values(data: bytes, known: Known) -> tuple[Node, ...]:
    return _by_list(data, known.ddol, "DDOL")


def _issuer_authentication(data: bytes, _: Known) -> tuple[Node, ...]:
    """ARPC of eight bytes and the authorisation response code (PB-5); nothing for another length."""
    if len(data) != 10:
        return ()
    return Node("", worded("trace.arpc"), _hex(data[:8])), element_node(0x8A, data[8:])


_DATA: dict[str, Callable[[bytes, Known], tuple[Node, ...]]] = {
    "SELECT": _selected_name,
    "GET PROCESSING OPTIONS": _pdol_values,
    "GENERATE AC": _cdol_values,
    "INTERNAL AUTHENTICATE": _ddol_values,
    "EXTERNAL AUTHENTICATE": _issuer_authentication,
}


def _by_list(values: bytes, asked: bytes, list_name: str) -> tuple[Node, ...]:
    """Values one behind the other, as a data object list asks; one node where that cannot be told."""
    if not values:
        return ()
    try:
        wanted = Dol.parse(asked)
    except DolError:
        wanted = Dol.parse(b"")
    if not asked or wanted.length != len(values):
        key = "trace.list-unknown" if not asked else "trace.list-differs"
        return (Node("", worded(key, list=list_name, count=wanted.length), _hex(values)),)
    nodes, at = [], 0
    for entry in wanted.entries:
        nodes.append(element_node(entry.tag, values[at : at + entry.length]))
        at += entry.length
    return tuple(nodes)


def _response(sent: CommandApdu, raw: bytes, known: Known) -> Node:
    if len(raw) < 2:
        return Node("R-APDU", value_hex=_hex(raw), meaning=worded("trace.no-status-word"))
    received = ResponseApdu.decode(raw)
    sw = received.sw
    says = Words(*(f"{sw} {sw.meaning(language, sent.name)}".rstrip() for language in ("zh", "en")))
    return Node("R-APDU", same(str(sw)), _hex(raw), says, _response_data(sent, received.data, known))


def _response_data(sent: CommandApdu, data: bytes, known: Known) -> tuple[Node, ...]:
    if not data:
        return ()
    if data[0] == 0x80 and sent.name in _FORMAT_1:
        return _format_1(sent.name, data)
    if sent.name == "READ RECORD" and data[0] != 0x70 and known.log_format:
        return _by_list(data, known.log_format, "9F4F")
    if sent.name == "GET CHALLENGE":
        return (Node("", worded("trace.challenge"), _hex(data)),)
    try:
        return tuple(object_node(found) for found in decode_objects(data))
    except TlvError as error:
        place = worded("trace.tlv-error", reason=worded(f"tlv.{error.reason}"), offset=error.offset)
        rest = data[_understood(error) :]
        return *(object_node(found) for found in error.partial), Node("", place, _hex(rest))


def _understood(error: TlvError) -> int:
    """How many bytes of the answer the objects read before the error take up; none inside a template."""
    if len(error.path) > 1 or not error.partial:
        return 0
    last = error.partial[-1]
    return last.offset + len(last.encode())


def _format_1(command: str, data: bytes) -> tuple[Node, ...]:
    """Template 80: values without tags, in an order that the command fixes (EMV Book 3, 6.5)."""
    try:
        value = decode_one(data).value
    except TlvError:
        return (Node("80", named(0x80), _hex(data)),)
    fixed = _FORMAT_1[command]
    inside, at = [], 0
    for tag, length in fixed:
        if at < len(value):
            end = len(value) if length is None else at + length
            inside.append(element_node(tag, value[at:end], f"80/{tag_hex(tag)}"))
            at = end
    return (Node("80", named(0x80), children=tuple(inside), path="80"),)


def _withheld(node: Node, redactions: list[Redaction]) -> Node:
    """The same tree with what privacy kept back named, instead of the zeros that stand in its place."""
    for each in redactions:
        if each.path == node.path:
            return replace(node, value_hex="", meaning=_kept_back(each), children=())
    return replace(node, children=tuple(_withheld(child, redactions) for child in node.children))


def _kept_back(redaction: Redaction) -> Words:
    says = worded("trace.withheld", kind=worded(f"kind.{redaction.kind}"))
    return says if redaction.token is None else says.and_then(" ", same(redaction.token))


def _hex(value: bytes) -> str:
    return value.hex().upper()


_FORMAT_1: dict[str, tuple[tuple[int, int | None], ...]] = {
    "GET PROCESSING OPTIONS": ((0x82, 2), (0x94, None)),
    "GENERATE AC": ((0x9F27, 1), (0x9F36, 2), (0x9F26, 8), (0x9F10, None)),
    "INTERNAL AUTHENTICATE": ((0x9F4B, None),),
}
