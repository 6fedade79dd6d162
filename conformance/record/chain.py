"""The chain of digests that holds a record together.

Every line begins with its type, its number and the SHA-256 of the line before, without its line feed:
`{"t":"case","line":2,"prev":"<64 hex>",…}`. The first line's `prev` is 64 zeros. The last member of the
footer is the digest of the footer itself without that member, and so of the whole record.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING_BEFORE = "0" * 64

_HEAD = re.compile(rb'\{"t":"([a-z-]+)","line":([1-9][0-9]*),"prev":"([0-9a-f]{64})"[,}]')
_SEAL = re.compile(rb',"digest":"([0-9a-f]{64})"\}\Z')
_SEAL_LENGTH = len(',"digest":""}') + 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its type, number, the digest of the line before it, and all its members as plain JSON."""

    kind: str
    number: int
    prev: str
    members: Mapping[str, Any]


def parse(line: bytes) -> Line | None:
    """A whole line, None when it is not a line of a record."""
    found = _HEAD.match(line)
    if found is None:
        return None
    try:
        members = json.loads(line)
    except ValueError:
        return None
    return Line(found[1].decode(), int(found[2]), found[3].decode(), members)


def digest(line: bytes) -> str:
    """Digest of one line, without its line feed."""
    return sha256(line).hexdigest()


def link(kind: str, number: int, prev: str, members: str) -> bytes:
    """One line; `members` is the inside of a JSON object, or empty."""
    comma = "," if members else ""
    text = f'{{"t":"{kind}","line":{number},"prev":"{prev}"{comma}{members}}}'
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes the JSON escape of itself


def sealed(footer: bytes) -> bytes:
    """The footer with its own digest added."""
    return footer[:-1] + b',"digest":"' + digest(footer).encode() + b'"}'


def is_sealed(line: bytes) -> bool:
    """True for a line that ends with a digest of its own, as only a footer does."""
    return _SEAL.search(line, max(0, len(line) - _SEAL_LENGTH)) is not None


def seal_holds(footer: bytes) -> bool:
    """True when a sealed footer's digest is that of its other bytes."""
    seal = _SEAL.search(footer)
    return seal is not None and digest(footer[: seal.start()] + b"}") == seal[1].decode()
