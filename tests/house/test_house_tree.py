"""The tree names no machine that it was made on, and no host that it is fetched from."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|root|Users|work)/[\w.-]+")
REGISTRY_HOST = re.compile(
    r"registry\.\w+js\.org|\bpypi\.\w+|python" + r"hosted\.org|deb\.debian\.\w+", re.IGNORECASE
)


def kept() -> list[Path]:
    """What belongs to the repository; outside a clone there is nothing to say."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git clone")
    names = filter(None, listed.stdout.decode().split("\0"))
    return [path for name in names if (path := ROOT / name).is_file()]


def naming(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in kept():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(text)]
    return found


def test_no_file_names_a_path_of_a_machine() -> None:
    assert naming(MACHINE_PATH) == []


def test_no_file_names_a_registry_host() -> None:
    assert naming(REGISTRY_HOST) == []


def test_the_lock_of_node_packages_says_no_place() -> None:
    assert '"resolved"' not in (ROOT / "conformance/report/allure/package-lock.json").read_text(
        encoding="utf-8"
    )
