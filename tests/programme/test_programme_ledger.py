from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from programme_samples import PROGRAMMES

from conformance.programme import ledger

SHIPPED = PROGRAMMES / "example" / "ledger.jsonl"
LINES = SHIPPED.read_bytes().splitlines(keepends=True)
DAY = date(2026, 9, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(SHIPPED, tmp_path / "ledger.jsonl"))


def test_the_shipped_ledger_is_sound() -> None:
    assert [entry.number for entry in ledger.read(SHIPPED)] == list(range(1, len(LINES) + 1))


def test_no_file_is_an_empty_ledger(tmp_path: Path) -> None:
    assert ledger.read(tmp_path / "none.jsonl") == ()


def test_an_appended_line_follows_the_last(path: Path) -> None:
    last = ledger.read(path)[-1]
    entry = ledger.append(
        path, "withdrawn", when=DAY, who="某人", why="演示", about={"certificate": "DEMO-1"}
    )
    assert (entry.prev, entry.number, ledger.read(path)[-1]) == (last.digest, last.number + 1, entry)


def test_appending_leaves_every_earlier_byte(path: Path) -> None:
    before = path.read_bytes()
    ledger.append(path, "accepted", when=DAY, who="某人", why="演示", about={"deployment": "bus-fleet-2026"})
    assert path.read_bytes().startswith(before)


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("line", range(len(LINES)))
def test_a_flipped_bit_is_noticed_in_its_line(path: Path, line: int, bit: int) -> None:
    start = sum(len(each) for each in LINES[:line])
    for place in range(0, len(LINES[line]), 23):
        raw = bytearray(SHIPPED.read_bytes())
        raw[start + place] ^= 1 << bit
        path.write_bytes(raw)
        with pytest.raises(ledger.LedgerError) as caught:
            ledger.read(path)
        assert caught.value.line == line + 1


@pytest.mark.parametrize("line", range(len(LINES) - 1))
def test_a_removed_line_is_noticed(path: Path, line: int) -> None:
    path.write_bytes(b"".join(LINES[:line] + LINES[line + 1 :]))
    with pytest.raises(ledger.LedgerError, match="removed, added or moved"):
        ledger.read(path)


@pytest.mark.parametrize("line", range(len(LINES)))
def test_a_repeated_line_is_noticed(path: Path, line: int) -> None:
    path.write_bytes(b"".join(LINES[: line + 1] + LINES[line:]))
    with pytest.raises(ledger.LedgerError, match="removed, added or moved"):
        ledger.read(path)


@pytest.mark.parametrize("line", range(len(LINES) - 1))
def test_swapped_lines_are_noticed(path: Path, line: int) -> None:
    swapped = [*LINES[:line], LINES[line + 1], LINES[line], *LINES[line + 2 :]]
    path.write_bytes(b"".join(swapped))
    with pytest.raises(ledger.LedgerError) as caught:
        ledger.read(path)
    assert caught.value.line == line + 1


def test_a_line_cut_off_is_noticed(path: Path) -> None:
    path.write_bytes(SHIPPED.read_bytes()[:-1])
    with pytest.raises(ledger.LedgerError, match="cut off"):
        ledger.read(path)


def test_nothing_is_appended_to_a_broken_ledger(path: Path) -> None:
    path.write_bytes(b"".join(LINES[1:]))
    before = path.read_bytes()
    with pytest.raises(ledger.LedgerError):
        ledger.append(path, "withdrawn", when=DAY, who="某人", why="演示", about={"certificate": "DEMO-1"})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "about", "values", "missing"),
    [
        ("issued", {"certificate": "DEMO-1"}, {}, "values.certificate is missing"),
        ("withdrawn", {}, {}, "about.certificate is missing"),
        ("accepted", {"group": "g"}, {}, "about.deployment is missing"),
        ("commissioned", {"deployment": "d", "group": "g"}, {}, "values.count is missing"),
        ("commissioned", {"deployment": "d"}, {"count": 1}, "about.group is missing"),
        ("changed", {"deployment": "d"}, {}, "before must be a mapping"),
        ("forgotten", {}, {}, 'kind is "forgotten"'),
        ("accepted", {"deployment": "d", "depot": "x"}, {}, "about.depot is not known"),
    ],
)
def test_a_line_that_says_too_little_is_refused(
    tmp_path: Path, kind: str, about: dict[str, str], values: dict[str, int], missing: str
) -> None:
    with pytest.raises(ledger.LedgerError, match=missing):
        ledger.append(
            tmp_path / "new.jsonl", kind, when=DAY, who="某人", why="演示", about=about, values=values
        )


def test_a_refused_line_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    with pytest.raises(ledger.LedgerError):
        ledger.append(path, "withdrawn", when=DAY, who="", why="", about={})
    assert not path.exists()
