"""`conformance keys`: made once, shown as check values alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def asked(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["keys", *map(str, words)])
    return done.exit_code, done.output


def test_keys_are_made_and_shown_without_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    code, said = asked("init", folder)
    stored = json.loads((folder / "keys.json").read_text())
    assert (code, "fingerprint " in said, said.count("check value of")) == (0, True, 6)
    secrets = [*stored["rsa"]["issuer_master_keys"].values(), *stored["sm"]["keys"].values()]
    assert not any(secret in said for secret in secrets)
    assert said.endswith(asked("show", folder)[1])


def test_keys_are_made_once(tmp_path: Path) -> None:
    code, said = asked("init", tmp_path)
    assert (code, "exists: keys are made once" in said) == (2, True)


def test_a_folder_without_keys_is_no_laboratory(tmp_path: Path) -> None:
    code, said = asked("show", tmp_path)
    assert (code, "has no keys.json" in said) == (2, True)
