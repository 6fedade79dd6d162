"""The published SM2 CA keys and the demonstration authority of SM2."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

from conformance.crypto import authority, sm_authority
from conformance.crypto.sm2 import provider
from conformance.crypto.sm_authority import demonstration, published
from conformance.crypto.sm_certificates import (
    make_icc_certificate,
    make_issuer_certificate,
    verify_icc,
    verify_issuer,
)

RID = bytes.fromhex("A000000333")
STORED = {key["index"]: key for key in sm_authority._read("unionpay_sm2_capk.json")["keys"]}
PAN = "6210948000000011"


def test_the_published_keys_are_found_by_rid_and_index() -> None:
    assert set(published()) == {(RID, 0x18), (RID, 0x57), (RID, 0x58)}
    assert published()[RID, 0x58].encode().hex().upper() == STORED["58"]["public_key"]


def test_published_key_18_signs_itself() -> None:
    signed, signature = (bytes.fromhex(STORED["18"][name]) for name in ("signed_message", "self_signature"))
    assert signed.endswith(published()[RID, 0x18].encode())
    assert provider().verify(published()[RID, 0x18], signed, signature)


def test_the_demonstration_authority_is_no_published_one() -> None:
    own = demonstration()
    assert own.rid == RID
    assert (own.rid, own.ca_index) not in published()
    assert own.ca.public not in published().values()


def test_no_two_authorities_share_an_index() -> None:
    assert demonstration().ca_index != authority.demonstration().ca_index
    assert (RID, demonstration().ca_index) not in authority.published()
    assert not published().keys() & authority.published().keys()


def test_the_demonstration_keys_say_what_they_are() -> None:
    path = files("conformance.crypto") / "sm_demonstration.json"
    note = json.loads(path.read_text(encoding="utf-8"))["note"]
    assert "SIMULATORS ONLY" in note
    assert "仅供模拟器使用" in note


def test_the_master_keys_are_nobody_elses() -> None:
    masters = (demonstration().imk, authority.demonstration().imk)
    assert len({key for imk in masters for key in (imk.ac, imk.mac, imk.enc)}) == 6


def test_the_demonstration_authority_certifies_a_card() -> None:
    own = demonstration()
    issuer = make_issuer_certificate(own.ca, own.issuer.public, "621094FF", "1249", b"\0\0\1")
    icc = make_icc_certificate(own.issuer, own.icc.public, PAN, "1249", b"\0\0\2", b"static")
    issued_by = verify_issuer(own.ca.public, issuer, PAN, date(2026, 1, 1))
    card = verify_icc(issued_by.public_key, icc, b"static", PAN)
    assert (issued_by.public_key, card.public_key) == (own.issuer.public, own.icc.public)
