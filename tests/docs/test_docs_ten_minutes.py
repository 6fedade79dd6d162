"""The vendor's ten minutes: each command ends as the page says, and each line that it shows is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ten-minutes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
INSTALLING = """\
python3 -m venv .venv && .venv/bin/pip install -q .
export PATH="$PWD/.venv/bin:$PATH" CONFORMANCE_LANGUAGE=en
mkdir story && cd story
"""


@dataclass(frozen=True)
class Told:
    """A block of commands with the exit code that the page gives each, and the lines that it shows."""

    commands: tuple[tuple[str, int], ...]
    lines: tuple[str, ...]


def told():
    """The blocks of the page after the one that installs."""
    found = []
    for kind, block in BLOCKS[1:]:
        if kind == "sh":
            codes = [re.search(r"# exit (\d)$", line) for line in block.splitlines()]
            pairs = zip(block.splitlines(), codes, strict=True)
            found.append(Told(tuple((line, int(code[1]) if code else 0) for line, code in pairs), ()))
        else:
            found[-1] = Told(found[-1].commands, tuple(block.splitlines()))
    return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Every block as it went: what each command ended with, and all that was printed."""
    folder = tmp_path_factory.mktemp("ten-minutes")
    program = folder / "bin" / "conformance"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m conformance "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (folder / "story").mkdir()
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "CONFORMANCE_LANGUAGE": "en",
    }

    def run(command):
        return subprocess.run(
            ["bash", "-c", command], cwd=folder / "story", env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    done = [[run(command) for command, _ in block.commands] for block in told()]
    return folder / "story", done


def test_the_first_block_installs_and_no_more():
    """Installing is what `.ci/run` does with the README's own commands; here the suite stands ready."""
    assert BLOCKS[0] == ("sh", INSTALLING)


def test_every_command_ends_as_the_page_says(outcomes):
    expected = [[(command, code) for command, code in block.commands] for block in told()]
    ended = [
        [(command, done.returncode) for (command, _), done in zip(block.commands, each, strict=True)]
        for block, each in zip(told(), outcomes[1], strict=True)
    ]
    assert ended == expected, [done.stderr for each in outcomes[1] for done in each]


def test_every_line_shown_is_printed(outcomes):
    absent = [
        line
        for block, each in zip(told(), outcomes[1], strict=True)
        for line in block.lines
        if line not in "\n".join(done.stdout for done in each)
    ]
    assert absent == []
    assert sum(len(block.lines) for block in told()) > 20


def test_the_story_leaves_what_it_speaks_of(outcomes):
    left = {path.name for path in outcomes[0].iterdir()}
    named = {"plan.json", "junit.xml", "conformance.sarif", "summary.md", "trace.html", "trace.scr"}
    assert left >= named | {"release", "build", "mended"}
    assert "00A40400" in (outcomes[0] / "trace.scr").read_text(encoding="utf-8")
    assert "JR/T 0025.12-2018 Annex F" in (outcomes[0] / "trace.html").read_text(encoding="utf-8")
