"""A laboratory's signing key: what it signs holds, and a sealed one opens for its passphrase alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.crypto import signing

if TYPE_CHECKING:
    from pathlib import Path

KEY = signing.generate("示例实验室", demonstration=False)
PASSPHRASE = "正确的口令 correct horse"


def nobody_asked() -> str:
    raise AssertionError("a passphrase was asked for")


@pytest.fixture(name="sealed")
def sealed_fixture(tmp_path: Path) -> Path:
    return signing.write_key(KEY, tmp_path, PASSPHRASE)[0]


def test_a_sealed_key_signs_as_the_key_that_it_was(sealed: Path) -> None:
    opened = signing.read_key(sealed, lambda: PASSPHRASE)
    assert KEY.signer.wrong("manifest", b"text", opened.sign("manifest", b"text")) == ()


def test_a_sealed_file_holds_neither_private_key(sealed: Path) -> None:
    text = sealed.read_text(encoding="utf-8")
    assert KEY.ed25519.hex() not in text
    assert f"{KEY.sm2:064x}" not in text


def test_another_passphrase_opens_nothing(sealed: Path) -> None:
    with pytest.raises(signing.SigningError, match="passphrase is wrong"):
        signing.read_key(sealed, lambda: PASSPHRASE + " ")


def test_a_sealed_key_is_bound_to_its_signer(sealed: Path) -> None:
    value = json.loads(sealed.read_text(encoding="utf-8"))
    value["signer"]["label"] = "another laboratory"
    sealed.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(signing.SigningError, match="or the file was altered"):
        signing.read_key(sealed, lambda: PASSPHRASE)


def test_a_sealed_file_that_makes_no_sense_is_refused(sealed: Path) -> None:
    value = json.loads(sealed.read_text(encoding="utf-8"))
    del value["sealed"]["nonce"]
    sealed.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(signing.SigningError, match="not a signing key"):
        signing.read_key(sealed, lambda: PASSPHRASE)


def test_a_key_without_a_seal_asks_nobody(tmp_path: Path) -> None:
    private, public = signing.write_key(KEY, tmp_path)
    assert signing.read_key(private, nobody_asked) == KEY
    assert signing.read_signer(public) == KEY.signer
