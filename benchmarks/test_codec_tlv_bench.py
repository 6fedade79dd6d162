"""TLV decoding of a real card's record, beside pyemv decoding the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyemv.tlv

from conformance.codec import tlv

if TYPE_CHECKING:
    from conftest import Beside

SESSION = Path(__file__).parents[1] / "tests/vectors/traces/unionpay_contact_credit.json"


def _record(command: str) -> bytes:
    """The answer to this command in the real session, template and all, without its status word."""
    exchanges = json.loads(SESSION.read_text(encoding="utf-8"))["exchanges"]
    return next(bytes.fromhex(each["r"])[:-2] for each in exchanges if each["c"] == command)


RECORD = _record("00B2011400")  # SFI 2 record 1: 136 bytes of content


def test_tlv_decode_is_not_slower_than_pyemv(beside: Beside) -> None:
    """Both build the whole tree: ours with places for errors, pyemv's a dictionary."""
    comparison = beside(
        "tlv_decode",
        lambda: tlv.decode(RECORD),
        "ref_pyemv_tlv",
        lambda: pyemv.tlv.decode(RECORD),
        limit=1.0,
        rounds=300,
        calls=50,
    )
    assert comparison.held
