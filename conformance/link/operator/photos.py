"""Photos as evidence: bounded, without what a camera says about place and time, named by their content."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conformance.model.operator import Photo

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 4 << 20
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_METADATA = (*range(0xE1, 0xEE), 0xEF, 0xFE)  # APP1 to APP13, APP15, comments; APP0 and Adobe's APP14 stay
_SCAN = 0xDA
_PNG_KEPT = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs")


class PhotoRefusedError(ValueError):
    """What came is no JPEG or PNG, or too large."""


def kept(raw: bytes, folder: Path) -> Photo:
    """Keep a photo in the folder under a name made from its digest."""
    if len(raw) > MOST_BYTES:
        raise PhotoRefusedError(f"more than {MOST_BYTES} bytes")
    bare, ending = _bare(raw)
    digest = hashlib.sha256(bare).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{digest[:16]}.{ending}"
    (folder / name).write_bytes(bare)
    return Photo(name, digest, len(bare))


def _bare(raw: bytes) -> tuple[bytes, str]:
    """The picture without its metadata, and the ending of its file's name."""
    try:
        if raw.startswith(_JPEG):
            return _bare_jpeg(raw), "jpg"
        if raw.startswith(_PNG):
            return _bare_png(raw), "png"
    except (IndexError, ValueError) as error:
        raise PhotoRefusedError(f"a picture that is cut off: {error}") from None
    raise PhotoRefusedError("neither JPEG nor PNG")


def _bare_jpeg(raw: bytes) -> bytes:
    """Segments up to the scan (ITU-T T.81 Annex B), without those that hold metadata."""
    parts, place = [raw[:2]], 2
    while True:
        if raw[place] != 0xFF:
            raise ValueError(f"no marker at {place}")
        marker = raw[place + 1]
        if marker == _SCAN:
            return b"".join((*parts, raw[place:]))
        size = int.from_bytes(raw[place + 2 : place + 4])
        if size < 2:
            raise ValueError(f"an empty segment at {place}")
        if marker not in _METADATA:
            parts.append(raw[place : place + 2 + size])
        place += 2 + size


def _bare_png(raw: bytes) -> bytes:
    """The chunks that make the picture, up to its end (ISO/IEC 15948 clause 5)."""
    parts, place = [_PNG], len(_PNG)
    while True:
        size, name = int.from_bytes(raw[place : place + 4]), raw[place + 4 : place + 8]
        chunk = raw[place : place + 12 + size]
        if len(chunk) != 12 + size:
            raise ValueError(f"a chunk at {place}")
        if name in _PNG_KEPT:
            parts.append(chunk)
        if name == b"IEND":
            return b"".join(parts)
        place += len(chunk)
