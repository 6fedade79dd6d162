"""Certificates and signatures with SM2: the published issuer certificate, and round trips."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.crypto import sm_certificates
from conformance.crypto.certificates import CertificateError, fdda_terminal_data
from conformance.crypto.sm3 import sm3
from conformance.crypto.sm_authority import demonstration, published
from conformance.crypto.sm_certificates import CombinedData

if TYPE_CHECKING:
    from collections.abc import Callable

PAN = "6210948000000011"
AUTHORITY = demonstration()
CA, ISSUER, ICC = AUTHORITY.ca.public, AUTHORITY.issuer.public, AUTHORITY.icc.public
SERIAL = bytes.fromhex("001156")
STATIC = bytes.fromhex("5A086210948000000011" + "5F340101")
few = settings(max_examples=15, deadline=None)

# The published issuer certificate under CA key 57 (PB-6.3)
PUBLISHED_CA = published()[bytes.fromhex("A000000333"), 0x57]
PUBLISHED = bytes.fromhex(
    "12" + "62280001" + "1220" + "000001" + "04001140"
    "9F483BF2CC71C5093728318061E3F768EA7C170F82DD8C4B979FBD8C76A129F9"
    "3FB5746E96F5E49B987FFB521E473B25E1B017C30BE3FC638BA14D5FA4AADC16"
    "B1E1A02ED62D811268C4A2123CD8B26690BCE14BB7A01713C01C2D2FF2892D15"
    "96A7D9D131C73813C3A3D6F851DCDA917E986923F98DD2444ADC8EF0D0CE1E2A"
)


def test_the_published_issuer_certificate_verifies_under_ca_key_57() -> None:
    issuer = sm_certificates.verify_issuer(PUBLISHED_CA, PUBLISHED, "6228000112345678", date(2020, 12, 31))
    assert (issuer.issuer_id, issuer.expiry, issuer.serial.hex()) == ("62280001", "1220", "000001")
    assert issuer.public_key.encode() == PUBLISHED[14:78]


@few
@given(st.integers(0, 141), st.integers(1, 255))
def test_no_byte_of_the_published_certificate_can_change_unseen(place: int, mask: int) -> None:
    altered = bytearray(PUBLISHED)
    altered[place] ^= mask
    with pytest.raises(CertificateError) as refused:
        sm_certificates.verify_issuer(PUBLISHED_CA, bytes(altered))
    assert (refused.value.object, refused.value.check) == ("90", "signature" if place else "format")


def test_the_published_certificate_does_not_verify_under_another_ca() -> None:
    with pytest.raises(CertificateError, match="90: signature over 90"):
        sm_certificates.verify_issuer(CA, PUBLISHED)


# Our own


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (sm_certificates.make_issuer_certificate(AUTHORITY.ca, ISSUER, "621094", "1249", SERIAL), 142),
        (sm_certificates.make_icc_certificate(AUTHORITY.issuer, ICC, PAN, "1249", SERIAL, STATIC), 148),
        (sm_certificates.make_ssad(AUTHORITY.issuer, b"\xda\xc0", STATIC), 67),
        (sm_certificates.make_sdad(AUTHORITY.icc, b"\x02\x00\x11", b""), 69),
    ],
    ids=["90", "9F46", "93", "9F4B"],
)
def test_an_object_is_as_long_as_its_layout_says(made: bytes, size: int) -> None:
    assert len(made) == size


@few
@given(st.text("0123456789", min_size=3, max_size=8), st.binary(min_size=3, max_size=3))
def test_an_issuer_certificate_survives(issuer_id: str, serial: bytes) -> None:
    made = sm_certificates.make_issuer_certificate(AUTHORITY.ca, ISSUER, issuer_id, "1249", serial)
    issuer = sm_certificates.verify_issuer(CA, made)
    assert (issuer.issuer_id, issuer.serial, issuer.public_key) == (issuer_id, serial, ISSUER)


@few
@given(
    st.text("0123456789", min_size=12, max_size=19),
    st.sampled_from(["0126", "1249", "0699"]),
    st.binary(min_size=3, max_size=3),
    st.binary(max_size=200),
)
def test_an_icc_certificate_survives(pan: str, expiry: str, serial: bytes, static: bytes) -> None:
    made = sm_certificates.make_icc_certificate(AUTHORITY.issuer, ICC, pan, expiry, serial, static)
    icc = sm_certificates.verify_icc(ISSUER, made, static, pan)
    assert (icc.pan, icc.expiry, icc.serial, icc.public_key) == (pan, expiry, serial, ICC)


def test_an_icc_certificate_is_laid_out_as_pboc_prints_it() -> None:
    made = sm_certificates.make_icc_certificate(AUTHORITY.issuer, ICC, PAN, "1249", SERIAL, STATIC)
    assert made[:84].hex().upper() == (
        "14" + "6210948000000011FFFF" + "1249" + "001156" + "04001140" + ICC.encode().hex().upper()
    )


@few
@given(st.binary(min_size=2, max_size=2), st.binary(max_size=100))
def test_signed_static_data_show_their_code(dac: bytes, static: bytes) -> None:
    ssad = sm_certificates.make_ssad(AUTHORITY.issuer, dac, static)
    assert ssad[:3] == b"\x13" + dac
    assert sm_certificates.verify_ssad(ISSUER, ssad, static) == dac


@few
@given(st.binary(max_size=255), st.binary(max_size=40))
def test_signed_dynamic_data_show_what_the_card_put_in(dynamic: bytes, terminal: bytes) -> None:
    sdad = sm_certificates.make_sdad(AUTHORITY.icc, dynamic, terminal)
    assert sdad[: 2 + len(dynamic)] == bytes((0x15, len(dynamic))) + dynamic
    assert sm_certificates.verify_sdad(ICC, sdad, terminal) == dynamic


@few
@given(st.sampled_from(["9F46", "93", "9F4B"]), st.integers(0, 2**16), st.integers(1, 255))
def test_no_byte_of_our_own_can_change_unseen(tag: str, place: int, mask: int) -> None:
    made, verify = OWN[tag]
    altered = bytearray(made)
    altered[place % len(made)] ^= mask
    with pytest.raises(CertificateError) as refused:
        verify(bytes(altered), STATIC)
    assert refused.value.object == tag


OWN: dict[str, tuple[bytes, Callable[[bytes, bytes], object]]] = {
    "9F46": (
        sm_certificates.make_icc_certificate(AUTHORITY.issuer, ICC, PAN, "1249", SERIAL, STATIC),
        lambda made, static: sm_certificates.verify_icc(ISSUER, made, static),
    ),
    "93": (
        sm_certificates.make_ssad(AUTHORITY.issuer, b"\xda\xc0", STATIC),
        lambda made, static: sm_certificates.verify_ssad(ISSUER, made, static),
    ),
    "9F4B": (
        sm_certificates.make_sdad(AUTHORITY.icc, b"\x02\x00\x11", STATIC),
        lambda made, terminal: sm_certificates.verify_sdad(ICC, made, terminal),
    ),
}


@pytest.mark.parametrize(("tag", "made", "verify"), [(tag, *own) for tag, own in OWN.items()], ids=OWN)
def test_what_is_signed_but_not_sent_is_bound(
    tag: str, made: bytes, verify: Callable[[bytes, bytes], object]
) -> None:
    with pytest.raises(CertificateError) as refused:
        verify(made, STATIC + b"\0")
    assert (refused.value.object, refused.value.check) == (tag, "signature")
    assert refused.value.covers.startswith(f"{tag} and the ")


UN, AMOUNT, CURRENCY = bytes.fromhex("118A118A"), bytes.fromhex("000000000100"), bytes.fromhex("0156")
RELATED = bytes.fromhex("01AABBCCDD000000")


@pytest.mark.parametrize("version", [0, 1])
def test_an_fdda_signature_verifies_under_its_version_alone(version: int) -> None:
    bound = [fdda_terminal_data(each, UN, AMOUNT, CURRENCY, RELATED) for each in (0, 1)]
    sdad = sm_certificates.make_sdad(AUTHORITY.icc, b"\x02\x00\x11", bound[version])
    assert sm_certificates.verify_sdad(ICC, sdad, bound[version]) == b"\x02\x00\x11"
    with pytest.raises(CertificateError, match="9F4B: signature"):
        sm_certificates.verify_sdad(ICC, sdad, bound[1 - version])


# CDA

ATC, CRYPTOGRAM = b"\x00\x11", bytes.fromhex("D5F1FE4A7F8C20FD")
TRANSACTION = bytes.fromhex("000000000100" + "9F270180" + "9F36020011")
COMBINED = sm_certificates.combined_dynamic_data(ATC, 0x80, CRYPTOGRAM, TRANSACTION)


def test_the_dynamic_data_of_cda_have_44_bytes() -> None:
    assert len(COMBINED) == 0x2C
    assert COMBINED.hex() == "02" + "0011" + "80" + CRYPTOGRAM.hex() + sm3(TRANSACTION).hex()


def test_cda_shows_number_information_and_cryptogram() -> None:
    sdad = sm_certificates.make_sdad(AUTHORITY.icc, COMBINED, UN)
    assert sdad[:2].hex() == "152c"
    assert sm_certificates.verify_cda(ICC, sdad, UN, TRANSACTION) == CombinedData(ATC, 0x80, CRYPTOGRAM)


def test_cda_binds_the_unpredictable_number() -> None:
    sdad = sm_certificates.make_sdad(AUTHORITY.icc, COMBINED, UN)
    with pytest.raises(CertificateError, match="9F4B: signature"):
        sm_certificates.verify_cda(ICC, sdad, bytes(4), TRANSACTION)


def test_cda_binds_the_transaction_data() -> None:
    sdad = sm_certificates.make_sdad(AUTHORITY.icc, COMBINED, UN)
    with pytest.raises(CertificateError, match="9F4B: hash over the transaction data"):
        sm_certificates.verify_cda(ICC, sdad, UN, TRANSACTION + b"\0")


@pytest.mark.parametrize("dynamic", [b"", b"\x02", COMBINED[:-1], b"\x03" + COMBINED[1:]])
def test_dynamic_data_of_another_length_are_no_cda(dynamic: bytes) -> None:
    sdad = sm_certificates.make_sdad(AUTHORITY.icc, dynamic, UN)
    with pytest.raises(CertificateError, match="9F4B: length"):
        sm_certificates.verify_cda(ICC, sdad, UN, TRANSACTION)


# What is refused, and why


def _verify_issuer(pan: str | None = PAN, on: date | None = None) -> object:
    made = sm_certificates.make_issuer_certificate(AUTHORITY.ca, ISSUER, "621094", "0226", SERIAL)
    return sm_certificates.verify_issuer(CA, made, pan, on)


def _verify_signed(start: str, key: bytes = ISSUER.encode()) -> object:
    """An issuer certificate that begins with this and is signed as it should be."""
    return sm_certificates.verify_issuer(
        CA, sm_certificates._sign(AUTHORITY.ca, bytes.fromhex(start) + key, b"")
    )


HEAD = "12621094FF1249001156"
REFUSED: dict[str, tuple[str, str, Callable[[], object]]] = {
    "short certificate": ("90", "length", lambda: sm_certificates.verify_issuer(CA, PUBLISHED[:-1])),
    "no certificate": ("90", "length", lambda: sm_certificates.verify_issuer(CA, b"")),
    "an RSA certificate": ("90", "length", lambda: sm_certificates.verify_issuer(CA, bytes(176))),
    "noise": ("90", "format", lambda: sm_certificates.verify_issuer(CA, bytes(142))),
    "another kind of certificate": ("90", "format", lambda: _verify_signed("14" + HEAD[2:] + "04001140")),
    "another signature algorithm": ("90", "algorithm", lambda: _verify_signed(HEAD + "01001140")),
    "another encipherment algorithm": ("90", "algorithm", lambda: _verify_signed(HEAD + "04011140")),
    "other algorithm parameters": ("90", "algorithm", lambda: _verify_signed(HEAD + "04001240")),
    "another key length": ("90", "key length", lambda: _verify_signed(HEAD + "04001120")),
    "a key beside the curve": ("90", "key", lambda: _verify_signed(HEAD + "04001140", bytes(64))),
    "another issuer": ("90", "issuer", lambda: _verify_issuer(pan="6210958000000011")),
    "an issuer without digits": ("90", "issuer", lambda: _verify_signed("12FFFFFFFF124900115604001140")),
    "an expired issuer": ("90", "expiry", lambda: _verify_issuer(on=date(2026, 3, 1))),
    "a month 13": ("90", "expiry", lambda: _verify_signed("12621094FF134900115604001140")),
    "another card's certificate": (
        "9F46",
        "pan",
        lambda: sm_certificates.verify_icc(ISSUER, OWN["9F46"][0], STATIC, "6210948000000029"),
    ),
    "short static signature": ("93", "length", lambda: sm_certificates.verify_ssad(ISSUER, bytes(66), b"")),
    "no signature": ("9F4B", "length", lambda: sm_certificates.verify_sdad(ICC, b"", b"")),
    "more dynamic data than stand there": (
        "9F4B",
        "length",
        lambda: sm_certificates.verify_sdad(ICC, bytes.fromhex("1503") + bytes(66), b""),
    ),
}


@pytest.mark.parametrize(("named", "check", "attempt"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_names_object_and_check(named: str, check: str, attempt: Callable[[], object]) -> None:
    with pytest.raises(CertificateError) as refused:
        attempt()
    assert (refused.value.object, refused.value.check) == (named, check)


def test_a_certificate_holds_to_the_last_day_of_its_month() -> None:
    assert _verify_issuer(on=date(2026, 2, 28))
