"""3DES, keys, cryptograms: a published vector, PBOC's own definitions, and pyemv."""

from __future__ import annotations

import pyemv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyemv.ac import generate_ac, generate_arpc_1
from pyemv.kd import derive_icc_mk_a
from pyemv.mac import mac_iso9797_3, pad_iso9797_2

from conformance.crypto import cryptogram, des
from conformance.crypto.keys import CardKeys, derive_udk, session_key

# pyemv still imports TripleDES from where `cryptography` had it before.
pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")

KEYS = st.binary(min_size=16, max_size=16)
KEY = bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF")


def test_the_published_r_mac_is_reproduced() -> None:
    record = bytes.fromhex("05700700000000000000")
    mac = des.retail_mac(KEY, record, bytes.fromhex("1234567812345678"))  # PB-8
    assert mac[:4].hex().upper() == "1C895F11"


@given(KEYS, st.binary(max_size=80))
def test_the_mac_is_pyemvs(key: bytes, message: bytes) -> None:
    assert des.retail_mac(key, message) == mac_iso9797_3(key[:8], key[8:], message, 2)


@given(KEYS, st.binary(max_size=6).map(lambda some: some.ljust(8, b"\0") * 2))
def test_deciphering_reverses_enciphering(key: bytes, blocks: bytes) -> None:
    assert des.tdes_decrypt(key, des.tdes_encrypt(key, blocks)) == blocks


@given(KEYS)
def test_the_check_value_is_pyemvs(key: bytes) -> None:
    assert des.kcv(key) == pyemv.tools.key_check_digits(key, 3)


def test_a_key_of_two_equal_halves_is_single_des() -> None:
    # FIPS 81's first example block: single DES of "Now is t" under 0123456789ABCDEF.
    key = bytes.fromhex("0123456789ABCDEF") * 2
    assert des.tdes_encrypt(key, b"Now is t").hex().upper() == "3FA40E8A984D4815"


@given(KEYS, st.text("0123456789", min_size=8, max_size=19), st.sampled_from(["00", "01", "99"]))
def test_a_cards_key_is_pyemvs_option_a(imk: bytes, pan: str, psn: str) -> None:
    assert _without_parity(derive_udk(imk, pan, psn)) == _without_parity(derive_icc_mk_a(imk, pan, psn))


def test_a_long_pan_gives_its_right_end_to_the_key() -> None:
    digits = bytes.fromhex("4800000000011001")
    left = des.tdes_encrypt(KEY, digits)
    right = des.tdes_encrypt(KEY, bytes(byte ^ 0xFF for byte in digits))
    assert derive_udk(KEY, "6210948000000000110", "01") == left + right


@given(KEYS, st.integers(0, 0xFFFF))
def test_a_session_key_enciphers_the_atc_and_its_complement(udk: bytes, atc: int) -> None:
    left = des.tdes_encrypt(udk, bytes(6) + atc.to_bytes(2, "big"))
    right = des.tdes_encrypt(udk, bytes(6) + (0xFFFF - atc).to_bytes(2, "big"))
    assert session_key(udk, atc) == left + right


VALUES_01 = [
    "000000000100",  # 9F02
    "000000000000",  # 9F03
    "0156",  # 9F1A
    "0000000000",  # 95
    "0156",  # 5F2A
    "150804",  # 9A
    "00",  # 9C
    "118A118A",  # 9F37
    "7C00",  # 82
    "0011",  # 9F36
    "03900000",  # CVR
]


@given(KEYS)
def test_cvn_01_covers_the_elements_in_the_standards_order(key: bytes) -> None:
    values = [bytes.fromhex(value) for value in VALUES_01]
    made = cryptogram.application_cryptogram_01(key, *values)
    assert made == generate_ac(key, b"".join(values), pyemv.ac.PaddingType.EMV, 8)


@given(KEYS)
def test_cvn_17_covers_amount_number_atc_and_one_byte_of_the_cvr(key: bytes) -> None:
    values = [bytes.fromhex(value) for value in ("000000000100", "118A118A", "0011", "90")]
    made = cryptogram.application_cryptogram_17(key, *values)
    assert made == generate_ac(key, b"".join(values), pyemv.ac.PaddingType.EMV, 8)


@given(KEYS, st.binary(min_size=8, max_size=8), st.sampled_from([b"00", b"05", b"Z3"]))
def test_the_arpc_is_pyemvs_method_1(key: bytes, arqc: bytes, response_code: bytes) -> None:
    assert cryptogram.arpc(key, arqc, response_code) == generate_arpc_1(key, arqc, response_code)


@pytest.mark.parametrize(
    ("shown", "block"), [("0000020000", "00110000020000" + "00"), ("00" * 10, "0011" + "00" * 14)]
)
def test_the_mac_of_the_discretionary_data_fills_the_block_first(shown: str, block: str) -> None:
    mac = cryptogram.idd_mac(KEY, b"\x00\x11", bytes.fromhex(shown))
    assert mac == des.retail_mac(KEY, bytes.fromhex(block))[:4]
    assert pad_iso9797_2(bytes.fromhex(block)).startswith(bytes.fromhex(block))


def test_keys_are_not_printed() -> None:
    assert KEY.hex() not in repr(CardKeys(KEY, KEY, KEY)).lower()
    assert repr(CardKeys(KEY, KEY, KEY)) == "CardKeys()"


def _without_parity(key: bytes) -> bytes:
    """Parity bits mean nothing to DES; pyemv sets them, PBOC does not say."""
    return bytes(byte & 0xFE for byte in key)
