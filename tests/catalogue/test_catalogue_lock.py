"""A case that behaves otherwise has another revision, and an id is never given twice."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from conformance.catalogue.load import load_catalogue
from conformance.catalogue.lock import LockError, check, read_lock, renewed, spelled

CASES = Path(__file__).resolve().parents[2] / "cases"
DAY, LATER = "2026-01-05", "2026-02-06"
CASE = '''"""A title."""

from conformance.api import CaseRun, case

TAPS = 20


@case(
    "TRN-BUS-990", revision=1, purpose="The device taps.", refs=[], sources=[], applies_if="TERMINAL.EC"
)
def behaviour(run: CaseRun) -> None:
    with run.step("Tap"):
        run.wait(TAPS)
'''


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A catalogue of one case."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # the case is changed within one second
    shutil.copytree(CASES / "proforma", tmp_path / "proforma")
    (tmp_path / "proforma" / "profiles.yaml").write_text("profiles: {}\n", encoding="utf-8")
    (tmp_path / "case_990.py").write_text(CASE, encoding="utf-8")
    return tmp_path


def cases(root, *changes: tuple[str, str]):
    text = CASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (root / "case_990.py").write_text(text, encoding="utf-8")
    return load_catalogue(root).cases


def locked(root):
    return renewed(cases(root), {}, day=DAY)


def test_the_shipped_lock_fits_the_shipped_catalogue():
    assert [*check(load_catalogue(CASES).cases, read_lock(CASES / "catalogue.lock"))] == []


def test_the_shipped_lock_is_spelled_as_it_is_written():
    path = CASES / "catalogue.lock"
    assert spelled(read_lock(path)) == path.read_text(encoding="utf-8")


def test_a_fresh_lock_fits(root):
    assert [*check(cases(root), locked(root))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("run.wait(TAPS)", "run.wait(TAPS + 1)"),
        ("TAPS = 20", "TAPS = 21"),
        ("TERMINAL.EC", "TERMINAL.CONTACTLESS"),
        ('applies_if="TERMINAL.EC"', 'applies_if="TERMINAL.EC", needs=("O2",)'),
        ('run.step("Tap")', 'run.preamble("Tap")'),
    ],
    ids=["body", "constant of the file", "applicability", "needs", "step made a preamble"],
)
def test_a_changed_behaviour_under_the_old_revision_is_refused(root, old, new):
    before = locked(root)
    (difference,) = check(cases(root, (old, new)), before)
    assert "case_990.py:8: TRN-BUS-990@1 behaves otherwise than it was locked" in difference


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        run.wait(TAPS)", "        # as long as that\n        run.wait( TAPS )"),
        ("-> None:\n", '-> None:\n    """Say it better."""\n'),
        ("The device taps.", "The device is tapped."),
        ('"""A title."""', '"""A better title."""'),
    ],
    ids=["comment and layout", "docstring", "purpose", "title"],
)
def test_a_change_of_words_or_layout_is_none(root, old, new):
    before = locked(root)
    assert [*check(cases(root, (old, new)), before)] == []


def test_a_raised_revision_is_locked_from_its_own_day(root):
    before = locked(root)
    raised = cases(root, ("TAPS = 20", "TAPS = 21"), ("revision=1", "revision=2"))
    assert "is locked at 1" in next(check(raised, before))
    entry = renewed(raised, before, day=LATER)["TRN-BUS-990"]
    assert (entry.revision, entry.since) == (2, LATER)


def test_a_changed_behaviour_is_not_locked_under_the_old_revision(root):
    before = locked(root)
    with pytest.raises(LockError, match="--editorial TRN-BUS-990"):
        renewed(cases(root, ("TAPS = 20", "TAPS = 21")), before, day=LATER)


def test_an_editorial_change_keeps_revision_and_day(root):
    before = locked(root)
    changed = cases(root, ("TAPS = 20", "TAPS = 10 + 10"))
    entry = renewed(changed, before, day=LATER, editorial=["TRN-BUS-990"])["TRN-BUS-990"]
    assert (entry.revision, entry.since) == (1, DAY)
    assert entry.digest != before["TRN-BUS-990"].digest


def test_a_revision_that_falls_is_refused(root):
    before = renewed(cases(root, ("revision=1", "revision=2")), {}, day=DAY)
    with pytest.raises(LockError, match="revisions only rise"):
        renewed(cases(root), before, day=LATER)


def test_a_case_taken_out_stays_as_a_tombstone(root):
    buried = renewed({}, locked(root), day=LATER)
    assert spelled(buried).splitlines()[1:] == [f"TRN-BUS-990@1 {DAY} retired {LATER}"]


def test_a_retired_id_is_never_given_again(root):
    buried = renewed({}, locked(root), day=LATER)
    with pytest.raises(LockError, match=f"was retired on {LATER}"):
        renewed(cases(root, ("revision=1", "revision=3")), buried, day=LATER)


def test_a_tombstone_keeps_its_day(root):
    buried = renewed({}, locked(root), day=LATER)
    assert renewed({}, buried, day="2026-03-07") == buried


def test_a_line_that_is_none_is_refused_with_its_place(tmp_path):
    path = tmp_path / "catalogue.lock"
    path.write_text("# a lock\nTRN-BUS-010 1\n", encoding="utf-8")
    with pytest.raises(LockError, match=r"catalogue\.lock:2: not a line"):
        read_lock(path)


def test_a_lock_reads_back_as_it_was_written(root):
    path = root / "catalogue.lock"
    path.write_text(spelled(locked(root)), encoding="utf-8")
    assert read_lock(path) == locked(root)
