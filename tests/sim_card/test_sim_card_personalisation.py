"""What personalisation makes of a profile: certificates of both algorithms, extended application files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.codec import tlv
from conformance.codec.afl import Afl
from conformance.codec.tags import Tag
from conformance.crypto import laboratory, sm_certificates
from conformance.crypto.keys import CardKeys
from conformance.crypto.sm4 import derive_udk
from conformance.crypto.symmetric import SM4
from conformance.sim.card import Interface
from conformance.sim.card.personalisation import Particulars, personalise
from conformance.sim.card.profile import load

if TYPE_CHECKING:
    from conformance.sim.card.image import Image
    from conformance.sim.card.paths import Path, Paths

PAN, PSN = "6210948000000011", "01"


def image(name: str, interface: Interface = Interface.CONTACTLESS) -> Image:
    plan = load(name)
    return personalise(plan.issuer, plan.applications[0], Particulars(plan.holder), interface)


def sm_paths(interface: Interface) -> Paths:
    found = image("sm-beside-rsa", interface).sm_paths
    assert found is not None
    return found


def read(side: Image, path: Path) -> tuple[dict[int, bytes], bytes]:
    """The objects of all records of a path, and its static data to be authenticated with the AIP behind."""
    found, static = {}, b""
    for sfi, number, signed in Afl.parse(path.afl).records():
        answer = side.records[sfi, number].answer
        assert answer is not None
        record = tlv.decode_one(answer.data)
        found |= {each.tag: each.value for each in record.children}
        static += record.value if signed else b""
    return found, static + path.aip


@pytest.mark.parametrize(
    ("interface", "way"), [("contactless", "qpboc"), ("contact", "debit_credit"), ("contact", "cash")]
)
def test_the_sm_certificates_of_every_path_hold(interface: str, way: str) -> None:
    side, ca = image("sm-beside-rsa", Interface(interface)), laboratory.demonstration().sm
    path = getattr(sm_paths(Interface(interface)), way)
    found, static = read(side, path)
    issuer = sm_certificates.verify_issuer(ca.ca.public, found[0x90], PAN)
    icc = sm_certificates.verify_icc(issuer.public_key, found[0x9F46], static, PAN)
    assert (found[0x8F], icc.public_key) == (b"\xf2", path.security.icc_key.public)


def test_the_sm_side_has_keys_of_sm4() -> None:
    path, imk = sm_paths(Interface.CONTACTLESS).qpboc, laboratory.demonstration().sm.imk
    assert path is not None
    assert path.security.symmetric is SM4
    assert path.security.keys == CardKeys(*(derive_udk(key, PAN, PSN) for key in (imk.ac, imk.mac, imk.enc)))


def test_a_card_without_sm_has_no_such_side() -> None:
    assert image("electronic-cash").sm_paths is None


def test_the_fci_of_an_extended_application_says_so_contactless_alone() -> None:
    shown = [
        b"\xdf\x61\x01\x02" in image("extended-application", interface).fci
        for interface in (Interface.CONTACTLESS, Interface.CONTACT)
    ]
    assert shown == [True, False]


def test_the_files_of_an_extended_application_are_those_of_the_profile() -> None:
    files = image("extended-application").capp_files
    assert [(each.sfi, each.record_length, each.size, each.cyclic_records) for each in files] == [
        (21, 128, 1024, 0),
        (22, 128, 0, 0),
        (30, 128, 0, 10),
    ]
    assert files[0].records[0].content[:3] == bytes.fromhex("057007")


def test_a_deposit_is_an_amount_of_the_card() -> None:
    deposit = image("extended-deposit")
    assert (deposit.amount(Tag.DEDUCTION_LIMIT), deposit.amount(Tag.DEDUCTED_AMOUNT)) == (40000, 0)
