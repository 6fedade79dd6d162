"""SM4 in the places of 3DES: the standard's vectors and PBOC's own definitions, block by block."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from hypothesis import given
from hypothesis import strategies as st

from conformance.crypto import sm4

BLOCK_VECTOR, REPEATED_VECTOR = json.loads(
    (Path(__file__).parents[1] / "vectors/sm_standard_vectors.json").read_text(encoding="utf-8")
)["SM4"]
KEYS = st.binary(min_size=16, max_size=16)
KEY = bytes.fromhex(BLOCK_VECTOR["key"])
ARQC = bytes.fromhex("F5A03B0648D2C463")


def test_sm4_gives_the_printed_block() -> None:
    enciphered = sm4.sm4_encrypt(KEY, bytes.fromhex(BLOCK_VECTOR["pt"]))
    assert enciphered.hex().upper() == BLOCK_VECTOR["ct"]


def test_the_cipher_beneath_gives_the_printed_block_after_a_million_rounds() -> None:
    encipher = Cipher(SM4(KEY), modes.ECB()).encryptor().update  # noqa: S305  the standard's own example
    block = bytes.fromhex(REPEATED_VECTOR["pt"])
    for _ in range(REPEATED_VECTOR["iterations"]):
        block = encipher(block)
    assert block.hex().upper() == REPEATED_VECTOR["ct"]


@given(KEYS, st.integers(0, 3).flatmap(lambda count: st.binary(min_size=16 * count, max_size=16 * count)))
def test_deciphering_reverses_enciphering(key: bytes, blocks: bytes) -> None:
    assert sm4.sm4_decrypt(key, sm4.sm4_encrypt(key, blocks)) == blocks


def _chained(key: bytes, padded: bytes, block: bytes = bytes(16)) -> bytes:
    for at in range(0, len(padded), 16):
        mixed = bytes(left ^ right for left, right in zip(block, padded[at : at + 16], strict=True))
        block = sm4.sm4_encrypt(key, mixed)
    return block


@pytest.mark.parametrize(
    ("message", "padded"),
    [
        ("", "80" + "00" * 15),
        ("AA" * 15, "AA" * 15 + "80"),
        ("AA" * 16, "AA" * 16 + "80" + "00" * 15),
        ("AA" * 37, "AA" * 37 + "80" + "00" * 10),
    ],
    ids=["0", "15", "16", "37"],
)
def test_the_mac_is_the_left_half_of_the_last_block(message: str, padded: str) -> None:
    assert sm4.sm4_mac(KEY, bytes.fromhex(message)) == _chained(KEY, bytes.fromhex(padded))[:8]


def test_the_mac_starts_at_its_initial_value() -> None:
    start = bytes(range(16))
    assert sm4.sm4_mac(KEY, b"", start) == _chained(KEY, b"\x80" + bytes(15), start)[:8]


def test_a_cards_key_is_one_block_of_pan_and_number_and_their_complement() -> None:
    block = "1094800000001101" + "EF6B7FFFFFFFEEFE"
    assert sm4.derive_udk(KEY, "6210948000000011", "01") == sm4.sm4_encrypt(KEY, bytes.fromhex(block))


@pytest.mark.parametrize("atc", [0, 1, 0x0123, 0xFFFF])
def test_a_session_key_is_one_block_of_the_atc_and_its_complement(atc: int) -> None:
    block = "000000000000" + f"{atc:04X}" + "000000000000" + f"{0xFFFF - atc:04X}"
    assert sm4.session_key(KEY, atc) == sm4.sm4_encrypt(KEY, bytes.fromhex(block))


def test_the_arpc_mixes_the_response_code_into_the_arqc() -> None:
    block = bytes.fromhex("C5903B0648D2C463" + "0000000000000000")  # F5A0 xor 3030
    assert sm4.arpc(KEY, ARQC, b"00") == sm4.sm4_encrypt(KEY, block)[:8]
