"""`conformance card check`: what it prints, and with which code it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

EXTENDS = "card: mine\nextends: electronic-cash\napplications: {debit: {elements: {%s}}}\n"


def checked(profile: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["card", "check", str(profile)])
    return done.exit_code, done.output


def test_a_consistent_profile_ends_with_0() -> None:
    code, said = checked("electronic-cash")
    assert (code, said.startswith("electronic-cash: 0 findings, by ")) == (0, True)


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ('SDA tag list: "825A"', 3, "(9F4A) is 825A; the AIP (82) alone may stand there"),
        ('card processing: "5910F000"', 0, "0 findings, 1 of advice"),
        ('SDA tag lits: "82"', 2, 'did you mean "SDA tag list"?'),
    ],
)
def test_a_profile_file_is_checked_line_by_line(tmp_path: Path, written: str, code: int, words: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(EXTENDS % written)
    ended, said = checked(file)
    assert (ended, words in said) == (code, True), said
    assert code == 0 or f"{file}:3: applications.debit.elements.{written.partition(':')[0]}" in said


def test_a_profile_that_is_not_there_names_the_nearest() -> None:
    code, said = checked("electronic-cahs")
    assert (code, "did you mean electronic-cash?" in said) == (2, True)
