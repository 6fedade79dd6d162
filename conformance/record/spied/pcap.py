"""Captures of SIMtrace: GSMTAP over UDP 4729 in a classic pcap file, one T=0 exchange a packet.

SIMtrace2 sends header, data and status word of a TPDU together and leaves the procedure bytes out
(firmware/libcommon/source/sniffer.c); where a capture holds them, they are left out here. Which way the
data went is not told: INS decides (ISO/IEC 7816-4). A packet is sent when its exchange has ended; `at` is
that time, counted from the first one.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from conformance.model.run import Exchange
from conformance.record.spied.session_error import SessionError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORDERS = {  # byte order, and how many of a fraction's units are a microsecond
    bytes.fromhex("D4C3B2A1"): ("<", 1),
    bytes.fromhex("A1B2C3D4"): (">", 1),
    bytes.fromhex("4D3CB2A1"): ("<", 1000),
    bytes.fromhex("A1B23C4D"): (">", 1000),
}
_PCAPNG = bytes.fromhex("0A0D0D0A")
_FILE_HEADER, _PACKET_HEADER = 24, 16
_LINKS = {
    1: (12, 14),
    113: (14, 16),
    276: (0, 20),
}  # Ethernet, Linux cooked and its second version: type, end
_IPV4, _VLAN = 0x0800, 0x8100
_UDP, _UDP_HEADER, _IP_HEADER = 17, 8, 20
_FRAGMENT = 0x3FFF  # more fragments, and the offset
_GSMTAP_PORT, _GSMTAP_HEADER, _VERSION, _SIM = 4729, 16, 2, 4
_APDU = 0
_PARTS = {4, 5, 6, 7}  # header, command, response, status word, each in a packet of its own

_HEADER, _SW = 5, 2
_NULL = 0x60
_MOST = 256  # P3 00
_FROM_CARD = {0x12, 0x5C, 0x84, 0xB0, 0xB2, 0xC0, 0xCA, 0xF2}  # FETCH … GET CHALLENGE, READ, GET DATA, STATUS
_TO_CARD = {
    0x04, 0x0E, 0x10, 0x14, 0x16, 0x18, 0x1A, 0x1C, 0x1E, 0x20, 0x22, 0x24, 0x26, 0x28, 0x2A, 0x2C, 0x32,
    0x44, 0x50, 0x52, 0x54, 0x82, 0x86, 0x87, 0x88, 0xA2, 0xA4, 0xA8, 0xAE, 0xC2, 0xD0, 0xD2, 0xD4, 0xD6,
    0xDA, 0xDC, 0xDE, 0xE0, 0xE2, 0xE4,
}  # fmt: skip


def knows(raw: bytes) -> bool:
    return raw[:4] in _ORDERS or raw[:4] == _PCAPNG


def exchanges(raw: bytes, name: str) -> Iterator[Exchange]:
    if raw[:4] == _PCAPNG:
        raise SessionError(f"{name}: pcapng; save it as pcap")
    began: int | None = None
    for place, time, frame in _packets(raw, name):
        said = _sim(place, frame)
        if said is None:
            continue
        began = time if began is None else began
        command, response = _apdu(place, said)
        yield Exchange(0, command, response, "answered", max(0, time - began), 0)
    if began is None:
        raise SessionError(f"{name}: no SIM exchange in GSMTAP on UDP port {_GSMTAP_PORT}")


def _packets(raw: bytes, name: str) -> Iterator[tuple[str, int, bytes]]:
    """Place, time in microseconds, and what lies behind the link's header where that is IPv4."""
    order, units = _ORDERS[raw[:4]]
    if len(raw) < _FILE_HEADER:
        raise SessionError(f"{name}: byte {len(raw)}: the file's header is cut off")
    (link,) = struct.unpack_from(order + "I", raw, 20)
    if link & 0xFFFF not in _LINKS:
        raise SessionError(f"{name}: byte 20: link type {link} is neither Ethernet nor Linux cooked")
    at, number = _FILE_HEADER, 0
    while at < len(raw):
        number += 1
        place = f"{name}: packet {number}, byte {at}"
        if at + _PACKET_HEADER > len(raw):
            raise SessionError(f"{place}: the packet's header is cut off")
        seconds, fraction, kept, length = struct.unpack_from(order + "4I", raw, at)
        at += _PACKET_HEADER + kept
        if at > len(raw) or kept < length:
            raise SessionError(f"{place}: the packet is cut off")
        packet = _behind_link(raw[at - kept : at], *_LINKS[link & 0xFFFF])
        if packet is not None:
            yield place, seconds * 1_000_000 + fraction // units, packet


def _behind_link(frame: bytes, typed: int, end: int) -> bytes | None:
    if frame[typed : typed + 2] == _VLAN.to_bytes(2):
        typed, end = typed + 4, end + 4
    return frame[end:] if frame[typed : typed + 2] == _IPV4.to_bytes(2) else None


def _sim(place: str, packet: bytes) -> bytes | None:
    """The TPDU in a packet; None for one that carries something else, an ATR or a PPS."""
    if len(packet) < _IP_HEADER or packet[9] != _UDP:
        return None
    udp = (packet[0] & 0x0F) * 4
    if len(packet) < udp + _UDP_HEADER:
        return None
    source, target, length = struct.unpack_from(">3H", packet, udp)
    if _GSMTAP_PORT not in (source, target):
        return None
    if int.from_bytes(packet[6:8]) & _FRAGMENT:
        raise SessionError(f"{place}: a fragment of a GSMTAP packet")
    tap = packet[udp + _UDP_HEADER : udp + length]
    if len(tap) < _GSMTAP_HEADER or tap[0] != _VERSION:
        raise SessionError(f"{place}: no GSMTAP header of version {_VERSION}")
    if tap[2] == _SIM and tap[12] in _PARTS:
        raise SessionError(f"{place}: GSMTAP sub-type {tap[12]}, a TPDU in parts, is not read")
    return tap[tap[1] * 4 :] if tap[2] == _SIM and tap[12] == _APDU else None


def _apdu(place: str, tpdu: bytes) -> tuple[bytes, bytes]:
    """Command and response; the body belongs to one of them, whole or not at all."""
    if len(tpdu) < _HEADER + _SW:
        raise SessionError(f"{place}: a TPDU of {len(tpdu)} bytes has no header and status word")
    header, body, status = tpdu[:_HEADER], tpdu[_HEADER:-_SW], tpdu[-_SW:]
    ins, p3 = header[1], header[4]
    if ins not in _FROM_CARD | _TO_CARD and body:
        raise SessionError(f"{place}: which way the data of INS {ins:02X} go is not known")
    wanted = _MOST if p3 == 0 and ins in _FROM_CARD else p3
    if len(body) > wanted:
        body = _without_procedure(body, ins, wanted)
    if body and len(body) != wanted:
        raise SessionError(f"{place}: {len(body)} bytes of data where P3 says {wanted}")
    return (header, body + status) if ins in _FROM_CARD else (header + body, status)


def _without_procedure(body: bytes, ins: int, wanted: int) -> bytes:
    """The data without NULL, and without INS (all that remain follow) or its complement (one follows)."""
    data, at = b"", 0
    while at < len(body):
        if body[at] == ins and len(data) < wanted:
            data, at = data + body[at + 1 : at + 1 + wanted - len(data)], at + 1 + wanted - len(data)
        elif body[at] == ins ^ 0xFF and len(data) < wanted:
            data, at = data + body[at + 1 : at + 2], at + 2
        elif body[at] == _NULL:
            at += 1
        else:
            return body
    return data
