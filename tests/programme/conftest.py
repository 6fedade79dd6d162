from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from programme_samples import PROGRAMMES

from conformance.programme.decision import read_decision
from conformance.programme.load import load_programme

if TYPE_CHECKING:
    from conformance.model.programme import Decision, Programme


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Copy the example programme, so that a test may write to it."""
    return Path(shutil.copytree(PROGRAMMES / "example", tmp_path / "example"))


@pytest.fixture
def programme(example: Path) -> Programme:
    return load_programme(example)


@pytest.fixture
def anshun() -> Programme:
    return load_programme(PROGRAMMES / "anshun")


@pytest.fixture
def decision(example: Path) -> Decision:
    return read_decision(example / "decisions" / "2026-bus.yaml")
