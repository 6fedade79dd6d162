"""Photos beside a record: missing or altered ones are named, by the command and in a bundle."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from record_samples import HEADER

from conformance.cli import main
from conformance.model.run import Observation
from conformance.model.verdict import Verdict
from conformance.record import evidence
from conformance.record.privacy import Privacy
from conformance.record.verify import walk
from conformance.record.writer import RunWriter

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = b"\xff\xd8\xff\xda the screen of a validator"
DIGEST = hashlib.sha256(PICTURE).hexdigest()
FILE = f"{DIGEST[:16]}.jpg"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A record that names one photo, and a name that is none, with the photo beside it."""
    path = tmp_path / "run.jsonl"
    with RunWriter(path, HEADER, Privacy(trusted=True)) as writer:
        writer.case_started("TRN-BUS-050", 1, 1)
        writer.step_started("step", 0, "Tap")
        for file in (FILE, "../../etc/passwd"):
            writer.event(Observation("photo", {"file": file, "digest": DIGEST, "size": len(PICTURE)}))
        writer.step_ended()
        writer.case_ended(Verdict.INCONC, None, None, 1)
        writer.close("2026-05-04T09:40:00+08:00", {"INCONC": 1})
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / FILE).write_bytes(PICTURE)
    return path


def verified(run: Path) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["verify", str(run), "--language", "en"])
    return ran.exit_code, ran.output


def test_only_names_of_our_own_making_are_looked_for(run: Path) -> None:
    lines, _ = walk(run.read_bytes())
    assert list(evidence.photos(lines)) == [(f"evidence/{FILE}", DIGEST)]


def test_a_record_with_its_photos_is_intact(run: Path) -> None:
    assert verified(run)[0] == 0


def test_a_missing_photo_is_named(run: Path) -> None:
    (run.parent / "evidence" / FILE).unlink()
    code, said = verified(run)
    assert code == 3
    assert f"evidence/{FILE}: a photo that the record names is missing" in said


def test_an_altered_photo_is_named(run: Path) -> None:
    (run.parent / "evidence" / FILE).write_bytes(PICTURE + b"!")
    code, said = verified(run)
    assert code == 3
    assert f"evidence/{FILE}: altered" in said
