from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sim_card_reader import PAN, Reader, objects, reader, value

from conformance.codec import tlv
from conformance.codec.tags import Tag
from conformance.crypto import authority, rsa
from conformance.crypto.certificates import (
    CertificateError,
    fdda_terminal_data,
    recover_icc,
    recover_issuer,
    verify_sdad,
)
from conformance.sim.card import PROBES

if TYPE_CHECKING:
    from conformance.crypto.rsa import RsaPrivateKey, RsaPublicKey

VERSION_00 = {"t9F66": "26000000"}


@pytest.fixture(scope="module")
def long_key() -> RsaPrivateKey:
    return rsa.generate(1152)


def icc_key(found: dict[int, bytes]) -> RsaPublicKey:
    """The ICC public key, as a terminal recovers it from the records."""
    issuer = recover_issuer(
        authority.demonstration().ca.public, found[0x90], found.get(0x92, b""), found[0x9F32], PAN, None
    )
    signed = b"".join(
        tlv.encode(tag, found[tag])
        for tag in (
            0x5A,
            0x5F24,
            0x5F25,
            0x5F28,
            0x8E,
            0x9F07,
            0x9F08,
            0x9F0D,
            0x9F0E,
            0x9F0F,
            0x9F42,
            0x9F4A,
        )
    )
    static = signed + found[0x82]
    return recover_icc(
        issuer.public_key, found[0x9F46], found.get(0x9F48, b""), found[0x9F47], static, PAN, None
    ).public_key


def bound(one: Reader, found: dict[int, bytes], version: int) -> bytes:
    sent = one.terminal
    return fdda_terminal_data(version, sent[0x9F37], sent[0x9F02], sent[0x5F2A], found.get(0x9F69, b""))


def test_the_certificates_lead_from_the_demonstration_authority_to_the_icc_key() -> None:
    assert icc_key(objects(reader().pay())) == authority.demonstration().icc.public


def test_version_01_binds_amount_currency_and_9f69() -> None:
    one = reader()
    found = objects(one.pay())
    assert verify_sdad(icc_key(found), found[0x9F4B], bound(one, found, 1)) == b"\x02\x00\x02"


def test_version_00_binds_the_unpredictable_number_alone() -> None:
    one = reader()
    found = objects(one.pay(**VERSION_00))
    assert verify_sdad(icc_key(found), found[0x9F4B], one.terminal[0x9F37]) == b"\x02\x00\x02"


def test_version_00_shows_no_9f69() -> None:
    assert 0x9F69 not in objects(reader().pay(**VERSION_00))


def test_a_pboc_2_card_signs_version_00_also_for_a_reader_of_version_01() -> None:
    one = reader(elements={Tag.APPLICATION_VERSION_CARD: b"\x00\x20"})
    found = objects(one.pay())
    assert 0x9F69 not in found
    assert verify_sdad(icc_key(found), found[0x9F4B], one.terminal[0x9F37])


def test_9f69_is_01_a_random_number_the_ctq_and_df61() -> None:
    related = objects(reader().pay(t9F66="22400080"))[0x9F69]
    assert (related[:1], len(related), related[5:]) == (b"\x01", 8, bytes.fromhex("400000"))


def test_two_transactions_have_two_random_numbers_in_9f69() -> None:
    one = reader()
    assert objects(one.pay())[0x9F69] != objects(one.pay())[0x9F69]


def test_the_same_seed_gives_the_same_card() -> None:
    assert objects(reader(seed=7).pay())[0x9F69] == objects(reader(seed=7).pay())[0x9F69]


def test_another_unpredictable_number_does_not_verify() -> None:
    one = reader()
    found = objects(one.pay())
    one.terminal[0x9F37] = bytes(4)
    with pytest.raises(CertificateError):
        verify_sdad(icc_key(found), found[0x9F4B], bound(one, found, 1))


def test_a_signature_above_1024_bits_stands_in_a_record(long_key: RsaPrivateKey) -> None:
    one = reader(icc_key=long_key)
    answer = tlv.decode_one(one.begin().data)
    assert answer.find(0x9F4B) is None
    assert value(answer, Tag.AFL) == bytes.fromhex("100103011801010028010100")


@pytest.mark.parametrize(("changed", "version"), [({}, 1), (VERSION_00, 0)])
def test_a_signature_in_a_record_verifies(
    long_key: RsaPrivateKey, changed: dict[str, str], version: int
) -> None:
    one = reader(icc_key=long_key)
    found = objects(one.pay(**changed))
    assert verify_sdad(icc_key(found), found[0x9F4B], bound(one, found, version)) == b"\x02\x00\x02"


@pytest.mark.parametrize("long", [False, True])
def test_no_object_comes_twice_in_one_transaction(long_key: RsaPrivateKey, long: bool) -> None:
    tags = [each.tag for each in reader(icc_key=long_key if long else None).pay()]
    assert len(tags) == len(set(tags))


def test_the_probe_with_a_forged_signature_does_not_verify() -> None:
    one = reader(rules=PROBES["fdda-signature-forged"])
    found = objects(one.pay())
    with pytest.raises(CertificateError):
        verify_sdad(icc_key(found), found[0x9F4B], bound(one, found, 1))
