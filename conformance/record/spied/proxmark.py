"""Tables of the Proxmark3 (`hf 14a list`, `trace list -t 7816`): Start, End, Src, Data, CRC, Annotation.

In the field the rows are frames. The I-blocks of ISO/IEC 14443-4 carry the APDUs: chained blocks are put
together, repeated ones count once; what leads up to the protocol, R- and S-blocks are passed over. Times are
carrier periods of 13.56 MHz. Where no row ends in a CRC, they are APDUs over contacts, without times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model.run import Exchange
from conformance.record.spied.lines import text_of
from conformance.record.spied.session_error import SessionError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW = re.compile(
    r"[^|\d]*(?P<start>\d+)\s*\|\s*(?P<end>\d+)\s*\|\s*(?P<src>Rdr|Tag)\s*\|(?P<data>[^|]*)(?:\|.*)?"
)
_MORE = re.compile(r"[^|\d]*\|\s*\|\s*\|(?P<data>[^|]*)(?:\|.*)?")  # long data go on below
_BYTE = re.compile(r"(?P<byte>[0-9A-Fa-f]{2})(?:!|\(\d\))?")
_CARRIER = 13.56  # periods a microsecond

_SHORTEST = 3  # a prologue and the CRC
_CRC = 2
_I_BLOCK, _I_MASK = 0x02, 0xE2
_R_BLOCK, _R_MASK = 0xA2, 0xE6
_S_BLOCK, _S_MASK = 0xC2, 0xC7
_ATR = {0x3B, 0x3F}  # TS, where a table over contacts begins with the ATR
_CHAINED, _CID, _NAD = 0x10, 0x08, 0x04


@dataclass(frozen=True, slots=True)
class _Frame:
    place: str
    start: int
    end: int
    by_card: bool
    data: bytes

    @property
    def is_sound(self) -> bool:
        return len(self.data) >= _SHORTEST and crc_a(self.data[:-_CRC]) == self.data[-_CRC:]

    @property
    def is_information(self) -> bool:
        return self.data[0] & _I_MASK == _I_BLOCK

    @property
    def is_block(self) -> bool:
        pcb = self.data[0]
        return self.is_information or pcb & _R_MASK == _R_BLOCK or pcb & _S_MASK == _S_BLOCK

    @property
    def is_chained(self) -> bool:
        return bool(self.data[0] & _CHAINED)

    @property
    def information(self) -> bytes:
        """What stands between the prologue (PCB, CID, NAD) and the CRC."""
        pcb = self.data[0]
        return self.data[1 + bool(pcb & _CID) + bool(pcb & _NAD) : -_CRC]


def crc_a(data: bytes) -> bytes:
    """CRC_A of ISO/IEC 14443-3 6.2.4, as sent: the lower byte first."""
    crc = 0x6363
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def knows(raw: bytes) -> bool:
    text = text_of(raw)
    return text is not None and any(_ROW.fullmatch(line) for line in text.splitlines())


def exchanges(raw: bytes, name: str) -> Iterator[Exchange]:
    frames = list(_frames(raw, name))
    if any(frame.is_sound for frame in frames):
        return _pairs([each for blocks in _activations(frames) for each in _messages(blocks)], timed=True)
    return _pairs(frames, timed=False)


def _frames(raw: bytes, name: str) -> Iterator[_Frame]:
    begun: _Frame | None = None
    for number, line in enumerate((text_of(raw) or "").splitlines(), 1):
        place = f"{name}: line {number}"
        if (row := _ROW.fullmatch(line)) is not None:
            if begun is not None:
                yield begun
            start, end = int(row["start"]), int(row["end"])
            begun = _Frame(place, start, end, row["src"] == "Tag", _data(place, row["data"]))
        elif begun is not None and (more := _MORE.fullmatch(line)) is not None:
            data = begun.data + _data(place, more["data"], empty=True)
            begun = _Frame(begun.place, begun.start, begun.end, begun.by_card, data)
    if begun is not None:
        yield begun


def _data(place: str, column: str, *, empty: bool = False) -> bytes:
    """The bytes of a data column; `!` marks a parity error, `[…]` the CRC, `(7)` a short frame."""
    words = column.replace("[", " ").replace("]", " ").split()
    found = [_BYTE.fullmatch(word) for word in words]
    for word, match in zip(words, found, strict=True):
        if match is None:
            raise SessionError(f'{place}: "{word}" is no byte')
    if not found and not empty:
        raise SessionError(f"{place}: a frame without data")
    return bytes(int(match["byte"], 16) for match in found if match is not None)


def _messages(blocks: list[_Frame]) -> Iterator[_Frame]:
    """The APDUs that the blocks carry, each from the start of its first block to the end of its last."""
    last: dict[bool, bytes] = {}
    begun: dict[bool, _Frame] = {}
    for frame in blocks:
        if last.get(frame.by_card) == frame.data:
            continue
        last[frame.by_card] = frame.data
        first = begun.pop(frame.by_card, frame)
        said = frame.information if first is frame else first.data + frame.information
        whole = _Frame(first.place, first.start, frame.end, frame.by_card, said)
        if frame.is_chained:
            begun[frame.by_card] = whole
        elif said:
            yield whole
    for frame in begun.values():
        raise SessionError(f"{frame.place}: the chain of blocks has no end")


def _activations(frames: list[_Frame]) -> Iterator[list[_Frame]]:
    """The I-blocks of each activation; a card's frame is a block where the reader's before it was one."""
    blocks: list[_Frame] = []
    in_protocol = False
    for frame in frames:
        if not frame.by_card:
            in_protocol = frame.is_block and (frame.is_sound or len(frame.data) > _SHORTEST)
        if in_protocol and not frame.is_sound:
            raise SessionError(f"{frame.place}: the CRC does not fit the block")
        if not in_protocol and blocks:
            yield blocks
            blocks = []
        elif in_protocol and frame.is_information:
            blocks.append(frame)
    if blocks:
        yield blocks


def _pairs(frames: list[_Frame], *, timed: bool) -> Iterator[Exchange]:
    """Command and answer; a command that the reader's next one follows was not answered."""
    command: _Frame | None = None
    origin = next((frame.start for frame in frames), 0)
    for frame in frames:
        if frame.by_card and command is None:
            if not timed and frame.data[0] in _ATR:
                continue
            raise SessionError(f"{frame.place}: an answer without a command")
        if command is not None:
            yield _exchange(command, frame if frame.by_card else None, origin, timed=timed)
        command = None if frame.by_card else frame
    if command is not None:
        yield _exchange(command, None, origin, timed=timed)


def _exchange(command: _Frame, answer: _Frame | None, origin: int, *, timed: bool) -> Exchange:
    end = command.end if answer is None else answer.end
    at, duration = (command.start - origin, end - command.start) if timed else (0, 0)
    return Exchange(
        0,
        command.data,
        None if answer is None else answer.data,
        "mute" if answer is None else "answered",
        round(at / _CARRIER),
        round(duration / _CARRIER),
    )
