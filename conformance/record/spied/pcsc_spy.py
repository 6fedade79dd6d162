"""What pcsc-spy of pcsc-lite prints of SCardTransmit: buffers as hex dumps, the result with how long it took.

Layout: src/spy/pcsc-spy of LudovicRousseau/PCSC; its first versions put a whole buffer on one line. The calls
of a second thread are indented by four blanks, and may come in between.
It says how long a call lasted and not when it began, so that exchanges have a duration and no time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.model.run import Exchange
from conformance.record.spied.lines import hex_bytes, text_of
from conformance.record.spied.session_error import SessionError

if TYPE_CHECKING:
    from collections.abc import Iterator

_THREADED = r"\s*(?:\(t\d+\)\s+)?"  # with --thread
_CALL = re.compile(_THREADED + r"(?P<call>SCar\w+)\s*")  # one of them is printed "SCarControl"
_FIELD = re.compile(
    _THREADED + r"[io] b(?P<name>SendBuffer|RecvBuffer|SendLength|RecvLength):?\s*(?P<rest>.*)"
)
# Sixteen bytes and the blanks between them; what they are as characters comes behind.
_DUMP = re.compile(_THREADED + r"[io] {2}[0-9A-F]{4} (?P<row>.{2,47})")
_RESULT = re.compile(
    _THREADED + r"=> .*?(?P<code>0x[0-9A-Fa-f]{8})[^\[]*(?:\[(?P<s>\d+)\.(?P<us>\d+)\]|\[\?\?\.\?\?\])"
)
_LENGTH = re.compile(r"0x(?P<length>[0-9A-Fa-f]+)")
_SUCCESS = 0
_GONE = {0x8010000C, 0x80100017, 0x80100069}  # no card, no reader, card removed
_THREAD = 4


def knows(raw: bytes) -> bool:
    text = text_of(raw)
    return text is not None and any(_is_transmit(line) for line in text.splitlines())


def _is_transmit(line: str) -> bool:
    match = _CALL.fullmatch(line)
    return match is not None and match["call"] == "SCardTransmit"


def exchanges(raw: bytes, name: str) -> Iterator[Exchange]:
    calls: dict[int, _Call] = {}
    for number, line in enumerate((text_of(raw) or "").splitlines(), 1):
        place, thread = f"{name}: line {number}", (len(line) - len(line.lstrip())) // _THREAD
        if _CALL.fullmatch(line) is not None:
            _no_result(calls.pop(thread, None))
            if _is_transmit(line):
                calls[thread] = _Call(place)
        elif thread in calls and (result := _RESULT.match(line)) is not None:
            yield calls.pop(thread).exchange(int(result["code"], 16), _microseconds(result))
        elif thread in calls:
            calls[thread].take(place, line)
    for call in calls.values():
        _no_result(call)


def _no_result(call: _Call | None) -> None:
    if call is not None:
        raise SessionError(f"{call.place}: SCardTransmit without a result")


class _Call:
    """One SCardTransmit, line by line."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._buffers: dict[str, bytes] = {}
        self._lengths: dict[str, int] = {}
        self._open: str | None = None

    def take(self, place: str, line: str) -> None:
        if (field := _FIELD.fullmatch(line)) is not None:
            side, what = field["name"][:4], field["name"][4:]
            if what == "Buffer":
                rest = field["rest"].strip()
                self._open, self._buffers[side] = side, hex_bytes(place, "" if rest == "NULL" else rest)
            elif (length := _LENGTH.match(field["rest"])) is not None:
                self._lengths[side] = int(length["length"], 16)
        elif self._open is not None and (dump := _DUMP.match(line)) is not None:
            self._buffers[self._open] += hex_bytes(place, dump["row"])

    def exchange(self, code: int, duration: int) -> Exchange:
        sent = self._whole("Send")
        if code == _SUCCESS:
            return Exchange(0, sent, self._whole("Recv"), "answered", 0, duration)
        return Exchange(0, sent, None, "reader gone" if code in _GONE else "mute", 0, duration)

    def _whole(self, side: str) -> bytes:
        found = self._buffers.get(side, b"")
        told = self._lengths.get(side, len(found))
        if not found or len(found) != told:
            raise SessionError(
                f"{self.place}: b{side}Buffer has {len(found)} bytes, b{side}Length says {told}"
            )
        return found


def _microseconds(result: re.Match[str]) -> int:
    """The digits behind the point count microseconds in every version, however many zeros lead them."""
    return 0 if result["s"] is None else int(result["s"]) * 1_000_000 + int(result["us"])
