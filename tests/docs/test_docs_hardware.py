"""The page about hardware, which nobody could try here: at least our own commands in it are commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from conformance.cli import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "hardware.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4,}(conformance .+)$", PAGE, re.MULTILINE)
FILES = ("session.pcap", "my-terminal.yaml")


def test_there_is_a_command_for_each_way_that_takes_our_card() -> None:
    assert len([each for each in COMMANDS if each.startswith("conformance card serve")]) == 3


@pytest.mark.parametrize("line", COMMANDS)
def test_our_commands_are_taken(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        (tmp_path / name).touch()
    command: click.Command = main
    words = shlex.split(line)[1:]
    context = click.Context(main)
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, line
        command, words = found, words[1:]
    command.make_context(command.name, words)


def test_every_place_that_the_page_names_is_there() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings
    pages = re.findall(r"\]\(([a-z-]+\.md)\)", PAGE)
    assert all((Path(__file__).resolve().parents[2] / "docs" / page).is_file() for page in pages)


def test_it_says_plainly_that_it_was_not_tried() -> None:
    assert "was **not tried**" in PAGE
