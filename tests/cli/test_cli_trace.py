"""`conformance trace`: page, script and replay from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.cli.replaying import replay
from conformance.codec.apdu import CommandApdu
from conformance.link.memory import MemoryCard
from conformance.model.run import Exchange
from conformance.sim import card as simulated

if TYPE_CHECKING:
    from click.testing import Result

SESSION = Path(__file__).parents[1] / "vectors" / "traces" / "unionpay_contact_credit.json"
COMMANDS = (
    "00A404000E325041592E5359532E444446303100",
    "00A4040007A000000333010100",
    "80CA9F7900",
    "00B2019400",
)


def trace(*words: object) -> Result:
    return CliRunner().invoke(main, ["trace", *map(str, words), "--language", "en"])


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A session of the electronic cash card itself."""
    card = MemoryCard(simulated.build("electronic-cash"))
    card.reset()
    pairs = [
        (each, card.exchange(CommandApdu.decode(bytes.fromhex(each))).encode().hex()) for each in COMMANDS
    ]
    path = tmp_path / "session.json"
    path.write_text(json.dumps({"exchanges": [{"c": c, "r": r} for c, r in pairs]}), encoding="utf-8")
    return path


def test_a_page_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    done = trace(SESSION, "--html", tmp_path / "trace.html")
    assert (done.exit_code, (tmp_path / "trace.html").read_text(encoding="utf-8")[:15]) == (
        0,
        "<!DOCTYPE html>",
    )


def test_a_script_is_printed() -> None:
    done = trace(SESSION, "--script")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "reset")


def test_a_card_replays_its_own_session(recorded: Path) -> None:
    done = trace(recorded, "--replay", "electronic-cash")
    assert (done.exit_code, "≠" in done.stdout) == (0, False)


def test_another_card_differs_and_says_both_answers(recorded: Path) -> None:
    done = trace(recorded, "--replay", "several-applications")
    assert done.exit_code == 1
    assert "simulated card" in done.stdout


def test_an_unknown_profile_is_refused_with_the_nearest_name(recorded: Path) -> None:
    done = trace(recorded, "--replay", "electronic-cahs")
    assert (done.exit_code, "did you mean electronic-cash?" in done.stderr) == (2, True)


def test_a_directory_selection_is_a_new_tap() -> None:
    listed = [
        Exchange(number, bytes.fromhex(command), b"\x90\x00", "answered", 0, 0)
        for number, command in enumerate((*COMMANDS[:2], "80CA9F7900", COMMANDS[0], "80CA9F7900"), 1)
    ]
    answers = [pair.simulated[-2:].hex() for pair in replay(listed, "electronic-cash") if pair.simulated]
    assert answers == ["9000", "9000", "9000", "9000", "6985"]
