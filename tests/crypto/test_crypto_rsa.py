"""The plain RSA operation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.crypto.authority import demonstration
from conformance.crypto.rsa import RsaPublicKey, generate

KEY = demonstration().icc
BLOCKS = st.binary(min_size=127, max_size=127).map(lambda some: b"\x6a" + some)


@given(BLOCKS)
def test_what_is_signed_is_recovered(block: bytes) -> None:
    assert KEY.public.recover(KEY.sign(block)) == block


@given(BLOCKS)
def test_the_remainder_theorem_gives_what_one_exponentiation_gives(block: bytes) -> None:
    private = pow(KEY.exponent, -1, (KEY.p - 1) * (KEY.q - 1))
    number = int.from_bytes(block, "big")
    assert KEY.private_operation(number) == pow(number, private, KEY.public.modulus)


@pytest.mark.parametrize("block", [bytes(127), bytes(129), b"\xff" * 128])
def test_a_block_that_does_not_fit_is_not_signed(block: bytes) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        KEY.sign(block)


def test_a_signature_of_another_length_is_not_recovered() -> None:
    with pytest.raises(ValueError, match="128 bytes, not 127"):
        KEY.public.recover(bytes(127))


@pytest.mark.parametrize(("bits", "exponent"), [(1024, 3), (1152, 65537)])
def test_a_fresh_key_has_the_length_that_was_asked_for(bits: int, exponent: int) -> None:
    key = generate(bits, exponent)
    assert (key.public.modulus.bit_length(), key.public.exponent) == (bits, exponent)


def test_primes_are_not_printed() -> None:
    assert str(KEY.p) not in repr(KEY)
    assert str(KEY.q) not in repr(KEY)


def test_the_size_counts_whole_bytes() -> None:
    assert RsaPublicKey(1 << 1024, 3).size == 129
