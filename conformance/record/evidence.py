"""Whether photos and logs beside a record are those that it names by their digests.

Codes, worded by `conformance.text`: `photo-missing`, `photo-altered`, `log-altered`. A log may lie elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.record.chain import Line

FOLDER = "evidence"
NAME = re.compile(r"[0-9a-f]{16}\.(jpg|png)")  # nothing else is looked for beside a record,
LOG = re.compile(r"bench(-\d+)?\.log")  # but for what the programs of its bench printed


def photos(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """File, below the record's folder, and SHA-256 of each photo that the record names."""
    for line in lines:
        if line.kind == "observation" and line.members.get("kind") == "photo":
            values = line.members["values"]
            if NAME.fullmatch(str(values.get("file"))):
                yield f"{FOLDER}/{values['file']}", str(values.get("digest"))


def logs(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """File beside the record and SHA-256 of each log of the bench."""
    for line in lines:
        if line.kind == "observation" and line.members.get("kind") == "bench-log-file":
            values = line.members["values"]
            if LOG.fullmatch(str(values.get("file"))):
                yield str(values["file"]), str(values.get("sha256"))


def flaws(lines: Sequence[Line], content: Callable[[str], bytes | None]) -> Iterator[tuple[str, str]]:
    """File and code of each that is not as the record says; `content` is None for a missing file."""
    for file, digest in dict.fromkeys(photos(lines)):
        raw = content(file)
        if raw is None:
            yield file, "photo-missing"
        elif hashlib.sha256(raw).hexdigest() != digest:
            yield file, "photo-altered"
    for file, digest in logs(lines):
        raw = content(file)
        if raw is not None and hashlib.sha256(raw).hexdigest() != digest:
            yield file, "log-altered"
