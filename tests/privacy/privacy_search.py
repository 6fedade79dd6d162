"""Looks for what is somebody's in every file below a folder, however it is wrapped, coded or signed."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.crypto.rsa import RsaPublicKey

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_HEX = re.compile(rb"[0-9A-Fa-f]{192,}")  # no key here is shorter
_HEX_ALONE = re.compile(rb"[0-9A-Fa-f]+")
_BETWEEN_HEX = re.compile(rb"(?<=[0-9A-Fa-f])[\s:.\-]+(?=[0-9A-Fa-f])")
_ALGORITHM_AT = {0x02: 11, 0x03: 2, 0x04: 17, 0x05: 2}  # by format (EMV Book 2, tables 6, 8, 14 and 17)
_DEEPEST = 4  # a zip in a bundle, a page in it, a store in that


@dataclass(frozen=True)
class Secrets:
    """What to look for: bytes by what they are, and the keys under which a signature gives something away."""

    values: Mapping[str, bytes]
    keys: tuple[RsaPublicKey, ...]


def found(folder: Path, secrets: Secrets) -> list[tuple[str, str]]:
    """Every file that gives something away, with what."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        (path.relative_to(folder).as_posix(), what)
        for path in files
        for what in leaking(path.read_bytes(), secrets)
    ]


def leaking(content: bytes, secrets: Secrets) -> list[str]:
    """What a file's content gives away, in itself or in anything that is packed inside it."""
    return sorted({what for plain in opened(content) for what in _in_plain(plain, secrets)})


def opened(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """The content, and whatever is packed in it: zip members, gzip, Base64."""
    yield content
    if depth < _DEEPEST:
        for inside in _inside(content):
            yield from opened(inside, depth + 1)


def _inside(content: bytes) -> Iterable[bytes]:
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [archive.read(name) for name in archive.namelist()]
    if content.startswith(b"\x1f\x8b"):
        return [gzip.decompress(content)]
    packed = (_from_base64(each) for each in _BASE64.findall(content) if not _HEX_ALONE.fullmatch(each))
    return [each for each in packed if each is not None]


def _from_base64(text: bytes) -> bytes | None:
    """What Base64 holds, unpacked where it is packed; None where it only looked like Base64."""
    try:
        raw = base64.b64decode(text[: len(text) // 4 * 4])
        return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    except (ValueError, OSError, EOFError, zlib.error):
        return None


def _in_plain(plain: bytes, secrets: Secrets) -> Iterator[str]:
    """As bytes, as hex in any case, in any grouping, and inside what a signature recovers to."""
    bare = _BETWEEN_HEX.sub(b"", plain)
    capitals = bare.upper()
    for what, value in secrets.values.items():
        if value in plain or value.hex().upper().encode() in capitals:
            yield what
        if value.isascii() and value.decode().isdecimal() and value.upper() in capitals:
            yield what  # digits are BCD and characters alike
    for size, block in _recovered(plain, bare, secrets.keys):
        yield f"a certificate of {size} bytes"
        yield from (f"{what} in it" for what, value in secrets.values.items() if value in block)


def _recovered(plain: bytes, bare: bytes, keys: Sequence[RsaPublicKey]) -> Iterator[tuple[int, bytes]]:
    """What any stretch of bytes, or of hex digits, gives under one of the keys."""
    least = min(key.size for key in keys)
    for raw in (*_binary(plain), *_from_hex(bare, least)):
        for start in _dense(raw, least):
            for key in keys:
                signature = raw[start : start + key.size]
                if len(signature) == key.size and _is_signed(block := key.recover(signature)):
                    yield key.size, block


def _is_signed(block: bytes) -> bool:
    """Header, format and trailer of a certificate or signed data, and SHA-1 where that format names it."""
    algorithm_at = _ALGORITHM_AT.get(block[1])
    framed = block[0] == 0x6A and block[-1] == 0xBC
    return framed and algorithm_at is not None and block[algorithm_at] == 1


def _binary(plain: bytes) -> Iterator[bytes]:
    """The content itself unless it is text, in which no signature stands as bytes."""
    if not _is_text(plain):
        yield plain


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _from_hex(bare: bytes, least: int) -> Iterator[bytes]:
    """Runs of hex digits as bytes, from both of their first places: a word before them may end in one."""
    for digits in _HEX.findall(bare):
        for run in (digits, digits[1:]):
            if len(run) >= 2 * least:
                yield bytes.fromhex(run[: len(run) // 2 * 2].decode())


def _dense(raw: bytes, size: int) -> Iterator[int]:
    """Where a stretch begins whose bytes are nearly as different as those of a signature."""
    counts, distinct = [0] * 256, 0
    for end, byte in enumerate(raw):
        distinct += not counts[byte]
        counts[byte] += 1
        if end >= size:
            counts[raw[end - size]] -= 1
            distinct -= not counts[raw[end - size]]
        if end >= size - 1 and distinct > size // 2:
            yield end - size + 1
