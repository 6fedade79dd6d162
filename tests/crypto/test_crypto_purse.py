"""The purse's scheme is an own reading: what is tested is that it does what it says, and what moves it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from hypothesis import given
from hypothesis import strategies as st

from conformance.crypto import purse
from conformance.crypto.purse import PurseScheme

MASTER = bytes(range(16))
VALUES = {
    "amount": bytes.fromhex("00000DAC"),
    "type": b"\x09",
    "terminal": bytes.fromhex("520000000001"),
    "terminal_sequence": bytes.fromhex("00000007"),
    "date": bytes.fromhex("20260701"),
    "time": bytes.fromhex("080000"),
}


def des(key: bytes, block: bytes) -> bytes:
    return Cipher(TripleDES(key * 3), modes.ECB()).encryptor().update(block)  # noqa: S305  by hand


def test_a_known_block_is_enciphered_by_single_des():
    """FIPS 81's example key and block."""
    assert des(bytes.fromhex("0123456789ABCDEF"), b"Now is t").hex().upper() == "3FA40E8A984D4815"


def test_the_mac_chains_single_des_block_by_block():
    key, message = bytes.fromhex("0123456789ABCDEF"), b"Now is the time"
    first = des(key, message[:8])
    second = bytes(one ^ other for one, other in zip(first, message[8:] + b"\x80", strict=True))
    assert purse.single_des_mac(key, message) == des(key, second)


def test_a_full_block_is_padded_by_another():
    key = bytes.fromhex("0123456789ABCDEF")
    first = des(key, b"Now is t")
    second = bytes(one ^ other for one, other in zip(first, b"\x80" + bytes(7), strict=True))
    assert purse.single_des_mac(key, b"Now is t") == des(key, second)


@pytest.mark.parametrize("name", VALUES)
def test_a_tac_covers_each_of_its_values(name):
    scheme = PurseScheme()
    changed = {**VALUES, name: bytes(one ^ 1 for one in VALUES[name])}
    assert scheme.tac_of(MASTER, VALUES) != scheme.tac_of(MASTER, changed)


def test_a_tac_uses_both_halves_of_its_key():
    folded = bytes(one ^ other for one, other in zip(MASTER[:8], MASTER[8:], strict=True))
    scheme = PurseScheme()
    assert scheme.tac_of(MASTER, VALUES) == scheme.over(folded, scheme.tac, VALUES)


@given(st.binary(min_size=4, max_size=4), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF))
def test_a_session_key_is_of_both_sides(random, sequence, terminal):
    key = PurseScheme().session_key(MASTER, random, sequence.to_bytes(2, "big"), terminal.to_bytes(4, "big"))
    block = random + sequence.to_bytes(2, "big") + (terminal & 0xFFFF).to_bytes(2, "big")
    assert key == Cipher(TripleDES(MASTER + MASTER[:8]), modes.ECB()).encryptor().update(block)  # noqa: S305


def test_another_reading_is_another_table():
    values, key = VALUES, bytes(8)
    other = PurseScheme(mac2=("amount", "type"))
    assert PurseScheme().over(key, PurseScheme().mac2, values) != other.over(key, other.mac2, values)


def test_cards_of_one_issuer_have_keys_of_their_own():
    serials = [number.to_bytes(8, "big") for number in range(3)]
    keys = {purse.card_key(MASTER, serial, issuer) for serial in serials for issuer in (b"", b"\1\2\3\4")}
    assert len(keys) == 6
