"""Certificates and signatures: a real card's session, and round trips."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.codec import tlv
from conformance.crypto import certificates
from conformance.crypto.authority import demonstration, published
from conformance.crypto.certificates import CertificateError
from conformance.crypto.rsa import RsaPrivateKey, RsaPublicKey, generate

if TYPE_CHECKING:
    from collections.abc import Callable

PAN = "6210948000000011"
AUTHORITY = demonstration()
SERIAL = bytes.fromhex("001156")


# A real card's session (PB-6.1)


def _real_card() -> dict[int, bytes]:
    """Every element of the session by tag, with the unpredictable number under 9F37 and AIP under 82."""
    path = Path(__file__).parents[1] / "vectors/traces/unionpay_contact_credit.json"
    elements: dict[int, bytes] = {}
    for exchange in json.loads(path.read_text(encoding="utf-8"))["exchanges"]:
        answer = bytes.fromhex(exchange["r"])[:-2]
        if answer and exchange["c"].startswith("00B2"):
            elements |= {each.tag: each.value for each in tlv.decode_one(answer).children}
        if exchange["c"] == "00B2011400":
            elements[0x70] = tlv.decode_one(answer).value
        if exchange["c"].startswith("80A8"):
            elements[0x82] = answer[2:4]
        if exchange["c"].startswith("0088"):
            elements[0x9F37] = bytes.fromhex(exchange["c"])[5:9]
            elements[0x9F4B] = tlv.decode_one(answer).value
    return elements


REAL = _real_card()


def _authenticate(card: dict[int, bytes]) -> tuple[bytes, bytes]:
    """What a terminal does with it: issuer key, SDA, ICC key, DDA. DAC and ICC dynamic data."""
    ca = published()[bytes.fromhex("A000000333"), card[0x8F][0]]
    static = card[0x70] + card[0x82]
    today = date(2015, 3, 16)
    issuer = certificates.recover_issuer(ca, card[0x90], card[0x92], card[0x9F32], PAN, today).public_key
    dac = certificates.verify_ssad(issuer, card[0x93], static)
    icc = certificates.recover_icc(
        issuer, card[0x9F46], card[0x9F48], card[0x9F47], static, PAN, today
    ).public_key
    return dac, certificates.verify_sdad(icc, card[0x9F4B], card[0x9F37])


def test_the_real_issuer_certificate_recovers_under_ca_key_09() -> None:
    ca = published()[bytes.fromhex("A000000333"), 0x09]
    issuer = certificates.recover_issuer(ca, REAL[0x90], REAL[0x92], REAL[0x9F32], PAN)
    assert issuer.block.hex().upper().startswith("6A02" + "621094FF" + "1230" + "001156" + "0101B001")
    assert (issuer.issuer_id, issuer.expiry, issuer.serial.hex(), issuer.public_key.size) == (
        "621094",
        "1230",
        "001156",
        176,
    )


def test_the_real_icc_certificate_recovers_with_the_static_data() -> None:
    ca = published()[bytes.fromhex("A000000333"), 0x09]
    issuer = certificates.recover_issuer(ca, REAL[0x90], REAL[0x92], REAL[0x9F32]).public_key
    static = REAL[0x70] + REAL[0x82]
    icc = certificates.recover_icc(issuer, REAL[0x9F46], REAL[0x9F48], REAL[0x9F47], static, PAN)
    assert (
        icc.block.hex().upper().startswith("6A04" + "6210948000000011FFFF" + "1230" + "000001" + "0101B003")
    )
    assert (icc.pan, icc.public_key.exponent, icc.public_key.size) == (PAN, 65537, 176)


def test_the_real_card_passes_sda_and_dda() -> None:
    dac, dynamic = _authenticate(REAL)
    assert len(dac) == 2
    assert dynamic.hex().upper() == "07" + "0006" + "59A2F145F4"


@pytest.mark.parametrize(
    ("altered", "named", "check"),
    [
        (0x90, "90", "trailer"),
        (0x92, "90", "hash"),
        (0x93, "93", "trailer"),
        (0x9F46, "9F46", "trailer"),
        (0x9F48, "9F46", "hash"),
        (0x9F4B, "9F4B", "trailer"),
        (0x9F37, "9F4B", "hash"),
        (0x9F32, "90", "hash"),
        (0x9F47, "9F46", "hash"),
        (0x70, "93", "hash"),
        (0x82, "93", "hash"),
    ],
)
def test_the_real_card_altered_is_refused_by_name(altered: int, named: str, check: str) -> None:
    value = REAL[altered]
    changed = value[:-1] + bytes((value[-1] ^ 1,))
    with pytest.raises(CertificateError) as refused:
        _authenticate({**REAL, altered: changed})
    assert (refused.value.object, refused.value.check) == (named, check)


@settings(max_examples=60)
@given(
    st.sampled_from([0x90, 0x92, 0x93, 0x9F46, 0x9F48, 0x9F4B, 0x9F37]),
    st.integers(0, 2**16),
    st.integers(1, 255),
)
def test_no_byte_of_the_real_card_can_change_unseen(tag: int, place: int, mask: int) -> None:
    value = bytearray(REAL[tag])
    value[place % len(value)] ^= mask
    with pytest.raises(CertificateError) as refused:
        _authenticate({**REAL, tag: bytes(value)})
    carried_by = {0x92: "90", 0x9F48: "9F46", 0x9F37: "9F4B"}
    assert refused.value.object == carried_by.get(tag, f"{tag:02X}")


def test_a_hash_names_everything_that_it_covers() -> None:
    with pytest.raises(CertificateError, match="90: hash over 90, 92, 9F32: expected") as refused:
        _authenticate({**REAL, 0x92: bytes(len(REAL[0x92]))})
    assert refused.value.covers == "90, 92, 9F32"


# Our own


@given(
    st.text("0123456789", min_size=12, max_size=19),
    st.sampled_from(["0126", "1249", "0699"]),
    st.binary(min_size=3, max_size=3),
    st.binary(max_size=200),
)
def test_an_icc_certificate_survives(pan: str, expiry: str, serial: bytes, static: bytes) -> None:
    made = certificates.make_icc_certificate(
        AUTHORITY.issuer, AUTHORITY.icc.public, pan, expiry, serial, static
    )
    issuer = AUTHORITY.issuer.public
    icc = certificates.recover_icc(issuer, made.certificate, made.remainder, made.exponent, static, pan)
    assert (icc.pan, icc.expiry, icc.serial, icc.public_key) == (pan, expiry, serial, AUTHORITY.icc.public)


@given(st.text("0123456789", min_size=3, max_size=8), st.binary(min_size=3, max_size=3))
def test_an_issuer_certificate_survives(issuer_id: str, serial: bytes) -> None:
    made = certificates.make_issuer_certificate(
        AUTHORITY.ca, AUTHORITY.issuer.public, issuer_id, "1249", serial
    )
    issuer = certificates.recover_issuer(AUTHORITY.ca.public, made.certificate, made.remainder, made.exponent)
    assert (issuer.issuer_id, issuer.serial, issuer.public_key) == (
        issuer_id,
        serial,
        AUTHORITY.issuer.public,
    )


@pytest.mark.parametrize(("bits", "remainder"), [(1024, 0), (1408, 36), (1120, 0), (1128, 1)])
def test_what_does_not_fit_into_the_certificate_is_the_remainder(bits: int, remainder: int) -> None:
    key = generate(bits).public
    made = certificates.make_issuer_certificate(AUTHORITY.ca, key, "621094", "1249", SERIAL)
    ca = AUTHORITY.ca.public
    assert len(made.remainder) == remainder
    assert certificates.recover_issuer(ca, made.certificate, made.remainder, made.exponent).public_key == key


@given(st.binary(min_size=2, max_size=2), st.binary(max_size=100))
def test_signed_static_data_show_their_code(dac: bytes, static: bytes) -> None:
    ssad = certificates.make_ssad(AUTHORITY.issuer, dac, static)
    assert certificates.verify_ssad(AUTHORITY.issuer.public, ssad, static) == dac


@given(st.binary(max_size=103), st.binary(max_size=40))
def test_signed_dynamic_data_show_what_the_card_put_in(dynamic: bytes, terminal: bytes) -> None:
    sdad = certificates.make_sdad(AUTHORITY.icc, dynamic, terminal)
    assert certificates.verify_sdad(AUTHORITY.icc.public, sdad, terminal) == dynamic


def test_dynamic_data_that_do_not_fit_are_not_signed() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        certificates.make_sdad(AUTHORITY.icc, bytes(104), b"")


UN, AMOUNT, CURRENCY = bytes.fromhex("118A118A"), bytes.fromhex("000000000100"), bytes.fromhex("0156")
RELATED = bytes.fromhex("01AABBCCDD000000")


@pytest.mark.parametrize(
    ("version", "expected"), [(0, "118A118A"), (1, "118A118A" + "000000000100" + "0156" + "01AABBCCDD000000")]
)
def test_fdda_binds_what_its_version_says(version: int, expected: str) -> None:
    bound = certificates.fdda_terminal_data(version, UN, AMOUNT, CURRENCY, RELATED)
    assert bound.hex().upper() == expected


@pytest.mark.parametrize("version", [0, 1])
def test_an_fdda_signature_verifies_under_its_version_alone(version: int) -> None:
    bound = [certificates.fdda_terminal_data(each, UN, AMOUNT, CURRENCY, RELATED) for each in (0, 1)]
    sdad = certificates.make_sdad(AUTHORITY.icc, b"\x02\x00\x11", bound[version])
    assert certificates.verify_sdad(AUTHORITY.icc.public, sdad, bound[version]) == b"\x02\x00\x11"
    with pytest.raises(CertificateError):
        certificates.verify_sdad(AUTHORITY.icc.public, sdad, bound[1 - version])


# What is refused, and why


def _recover_issuer(pan: str | None = PAN, on: date | None = None, **other: bytes) -> object:
    made = certificates.make_issuer_certificate(
        AUTHORITY.ca, AUTHORITY.issuer.public, "621094", "0226", SERIAL
    )
    return certificates.recover_issuer(
        AUTHORITY.ca.public,
        other.get("certificate", made.certificate),
        other.get("remainder", made.remainder),
        other.get("exponent", made.exponent),
        pan,
        on,
    )


def _recover_icc(pan: str) -> object:
    made = certificates.make_icc_certificate(AUTHORITY.issuer, AUTHORITY.icc.public, PAN, "1249", SERIAL, b"")
    return certificates.recover_icc(
        AUTHORITY.issuer.public, made.certificate, made.remainder, made.exponent, b"", pan
    )


def _signed(signer: RsaPrivateKey, start: str, hashed: bytes = b"") -> bytes:
    """A block that begins with this and is hashed as it should be."""
    return certificates._sign(signer, bytes.fromhex(start)[1:], hashed)


HEAD = "6A02621094FF1249001156"
KEY_OF_CA = AUTHORITY.ca.public
REFUSED: dict[str, tuple[str, str, Callable[[], object]]] = {
    "short certificate": ("90", "length", lambda: _recover_issuer(certificate=bytes(175))),
    "noise": ("90", "trailer", lambda: _recover_issuer(certificate=bytes(176))),
    "another kind of certificate": (
        "90",
        "format",
        lambda: certificates.recover_issuer(KEY_OF_CA, _signed(AUTHORITY.ca, "6A04"), b"", b"\3"),
    ),
    "another hash algorithm": (
        "90",
        "algorithm",
        lambda: certificates.recover_issuer(KEY_OF_CA, _signed(AUTHORITY.ca, HEAD + "0201"), b"", b"\3"),
    ),
    "another key algorithm": (
        "90",
        "algorithm",
        lambda: certificates.recover_issuer(KEY_OF_CA, _signed(AUTHORITY.ca, HEAD + "0102"), b"", b"\3"),
    ),
    "another exponent length": (
        "90",
        "key length",
        lambda: certificates.recover_issuer(
            KEY_OF_CA, _signed(AUTHORITY.ca, HEAD + "01018003", b"\3"), b"", b"\3"
        ),
    ),
    "a remainder too many": (
        "90",
        "remainder",
        lambda: certificates.recover_issuer(
            KEY_OF_CA, _signed(AUTHORITY.ca, HEAD + "01018001", b"\xaa\3"), b"\xaa", b"\3"
        ),
    ),
    "another issuer": ("90", "issuer", lambda: _recover_issuer(pan="6210958000000011")),
    "an issuer without digits": (
        "90",
        "issuer",
        lambda: certificates.recover_issuer(
            KEY_OF_CA, _signed(AUTHORITY.ca, "6A02FFFFFFFF124900115601018001", b"\3"), b"", b"\3"
        ),
    ),
    "an expired issuer": ("90", "expiry", lambda: _recover_issuer(on=date(2026, 3, 1))),
    "a month 13": (
        "90",
        "expiry",
        lambda: certificates.recover_issuer(
            KEY_OF_CA, _signed(AUTHORITY.ca, "6A02621094FF134900115601018001", b"\3"), b"", b"\3"
        ),
    ),
    "another card's certificate": ("9F46", "pan", lambda: _recover_icc("6210948000000029")),
    "more dynamic data than fit": (
        "9F4B",
        "length",
        lambda: certificates.verify_sdad(AUTHORITY.icc.public, _signed(AUTHORITY.icc, "6A050168"), b""),
    ),
    "no signature": ("9F4B", "length", lambda: certificates.verify_sdad(AUTHORITY.icc.public, b"", b"")),
    "a certified key of one byte": (
        "93",
        "length",
        lambda: certificates.verify_ssad(_tiny_key(), b"\1", b""),
    ),
}


def _tiny_key() -> RsaPublicKey:
    start = HEAD + "01010101" + "C7"
    signed = _signed(AUTHORITY.ca, start, b"\3")
    return certificates.recover_issuer(KEY_OF_CA, signed, b"", b"\3").public_key


@pytest.mark.parametrize(("named", "check", "attempt"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_names_object_and_check(named: str, check: str, attempt: Callable[[], object]) -> None:
    with pytest.raises(CertificateError) as refused:
        attempt()
    assert (refused.value.object, refused.value.check) == (named, check)


def test_a_certificate_holds_to_the_last_day_of_its_month() -> None:
    assert _recover_issuer(on=date(2026, 2, 28))


def test_the_length_of_dynamic_data_may_reach_the_end_of_the_block() -> None:
    sdad = certificates.make_sdad(AUTHORITY.icc, bytes(128 - 25), b"")
    assert len(certificates.verify_sdad(AUTHORITY.icc.public, sdad, b"")) == 103
