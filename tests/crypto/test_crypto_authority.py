"""The published CA keys and the demonstration authority."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from conformance.crypto.authority import demonstration, published
from conformance.crypto.certificates import (
    make_icc_certificate,
    make_issuer_certificate,
    recover_icc,
    recover_issuer,
)

RID = bytes.fromhex("A000000333")
STORED = json.loads((files("conformance.crypto") / "unionpay_capk.json").read_text(encoding="utf-8"))["keys"]
PAN = "6210948000000011"


@pytest.mark.parametrize("stored", STORED, ids=lambda key: key["index"])
def test_the_checksum_of_a_published_key_recomputes(stored: dict[str, str]) -> None:
    hashed = bytes.fromhex(stored["rid"] + stored["index"] + stored["modulus"] + stored["exponent"])
    assert hashlib.sha1(hashed, usedforsecurity=False).hexdigest().upper() == stored["sha1_published"]


@pytest.mark.parametrize("stored", STORED, ids=lambda key: key["index"])
def test_a_published_key_is_found_by_rid_and_index(stored: dict[str, Any]) -> None:
    key = published()[bytes.fromhex(stored["rid"]), int(stored["index"], 16)]
    assert 8 * key.size == stored["modulus_bits"]


def test_of_two_keys_under_one_index_the_later_counts() -> None:
    moduli = [int(stored["modulus"], 16) for stored in STORED if stored["index"] == "80"]
    assert len(moduli) == 2
    assert published()[RID, 0x80].modulus == moduli[-1]


def test_the_demonstration_authority_is_no_published_one() -> None:
    authority = demonstration()
    assert authority.rid == RID
    assert (authority.rid, authority.ca_index) not in published()
    assert authority.ca.public not in published().values()


def test_the_demonstration_keys_say_what_they_are() -> None:
    note = json.loads((files("conformance.crypto") / "demonstration.json").read_text(encoding="utf-8"))[
        "note"
    ]
    assert "SIMULATORS ONLY" in note
    assert "仅供模拟器使用" in note


def test_the_demonstration_keys_have_the_lengths_of_real_ones() -> None:
    authority = demonstration()
    assert [8 * key.public.size for key in (authority.ca, authority.issuer, authority.icc)] == [
        1408,
        1152,
        1024,
    ]


def test_the_master_keys_differ() -> None:
    imk = demonstration().imk
    assert len({imk.ac, imk.mac, imk.enc}) == 3


def test_the_demonstration_authority_certifies_a_card() -> None:
    authority = demonstration()
    issuer = make_issuer_certificate(authority.ca, authority.issuer.public, "621094FF", "1249", b"\0\0\1")
    icc = make_icc_certificate(authority.issuer, authority.icc.public, PAN, "1249", b"\0\0\2", b"static")
    issued_by = recover_issuer(
        authority.ca.public, issuer.certificate, issuer.remainder, issuer.exponent, PAN, date(2026, 1, 1)
    )
    card = recover_icc(issued_by.public_key, icc.certificate, icc.remainder, icc.exponent, b"static", PAN)
    assert (issued_by.public_key, card.public_key) == (authority.issuer.public, authority.icc.public)
