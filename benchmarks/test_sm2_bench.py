"""SM2 by plain integers beside OpenSSL's libcrypto: what a machine without SM2 in its OpenSSL loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.crypto import sm2_libcrypto
from conformance.crypto.sm2 import IntegerSm2, LibcryptoSm2
from conformance.crypto.sm_authority import demonstration

if TYPE_CHECKING:
    from conftest import Beside

LIBRARY = sm2_libcrypto.load()
MESSAGE = bytes.fromhex("1503020011" + "118A118A")  # what fDDA 00 signs

pytestmark = pytest.mark.skipif(LIBRARY is None, reason="no libcrypto with SM2 on this machine")


def test_sm2_sign_by_integers_keeps_pace_with_libcrypto(beside: Beside) -> None:
    assert LIBRARY is not None
    integers, libcrypto, key = IntegerSm2(), LibcryptoSm2(LIBRARY), demonstration().icc
    comparison = beside(
        "sm2_sign_integers",
        lambda: integers.sign(key, MESSAGE),
        "ref_sm2_sign",
        lambda: libcrypto.sign(key, MESSAGE),
        limit=2.0,
        rounds=300,
    )
    assert comparison.held


def test_sm2_verify_by_integers_stays_in_reach_of_libcrypto(beside: Beside) -> None:
    assert LIBRARY is not None
    integers, libcrypto, key = IntegerSm2(), LibcryptoSm2(LIBRARY), demonstration().icc
    signature = libcrypto.sign(key, MESSAGE)
    comparison = beside(
        "sm2_verify_ints",
        lambda: integers.verify(key.public, MESSAGE, signature),
        "ref_sm2_verify",
        lambda: libcrypto.verify(key.public, MESSAGE, signature),
        limit=12.0,
        rounds=200,
    )
    assert comparison.held
