"""What is installed beside the suite, so that a run can be made again with the same."""

from __future__ import annotations

import hashlib
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, distributions, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "dependencies.txt"
_NAMED = ("cryptography", "pytest", "pyscard")


def environment() -> Mapping[str, str]:
    """Versions of what a run rests on, and the digest of `locked`; no host name, no path."""
    found = {"python": platform.python_version(), "system": platform.system()}
    for name in _NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return {**found, "dependencies": hashlib.sha256(locked().encode()).hexdigest()}


def keep(folder: Path) -> None:
    """Leave what is installed beside the record, which holds the file's digest."""
    (folder / FILE).write_text(locked(), encoding="utf-8", newline="\n")


@cache
def locked() -> str:
    """Every package that is installed, as a lock file would name it: `name==version`, a line each, sorted."""
    names = {(_normal(each.name), each.version) for each in distributions() if each.name}
    return "".join(f"{name}=={number}\n" for name, number in sorted(names))


def _normal(name: str) -> str:
    """A name as PyPA's core metadata has it: small letters, one hyphen between words."""
    return re.sub(r"[-_.]+", "-", name).lower()
