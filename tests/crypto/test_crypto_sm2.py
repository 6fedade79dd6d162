"""SM2 and SM3: the standards' vectors, and two back ends that agree."""

from __future__ import annotations

import hashlib
import json
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.crypto import sm2, sm2_integers, sm2_libcrypto, sm3
from conformance.crypto.sm2 import IntegerSm2, LibcryptoSm2, Sm2Provider
from conformance.crypto.sm2_integers import SM2P256V1, Curve
from conformance.crypto.sm2_keys import Sm2PrivateKey, Sm2PublicKey, generate

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors/sm_standard_vectors.json").read_text(encoding="utf-8")
)
STANDARD, OTHER_CURVE = VECTORS["SM2_sign"]
LIBRARY = sm2_libcrypto.load()
BACK_ENDS = [
    pytest.param(IntegerSm2(), id="integers"),
    pytest.param(
        LIBRARY and LibcryptoSm2(LIBRARY),
        id="libcrypto",
        marks=pytest.mark.skipif(LIBRARY is None, reason="no libcrypto with SM2 on this machine"),
    ),
]
each_back_end = pytest.mark.parametrize("back_end", BACK_ENDS)
both_ways = pytest.mark.skipif(LIBRARY is None, reason="no libcrypto with SM2 on this machine")
KEYS = st.integers(1, SM2P256V1.n - 2).map(Sm2PrivateKey)
KEY = Sm2PrivateKey(int(STANDARD["d"], 16))
MESSAGE = bytes.fromhex(STANDARD["msg"])
SIGNATURE = bytes.fromhex(STANDARD["r"] + STANDARD["s"])


# The standards' examples


@pytest.mark.parametrize("vector", VECTORS["SM3"], ids=lambda vector: vector["ref"])
def test_sm3_gives_the_printed_digest(vector: dict[str, str]) -> None:
    assert sm3.sm3(bytes.fromhex(vector["msg"])).hex().upper() == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS["SM3"], ids=lambda vector: vector["ref"])
def test_sm3_is_the_same_where_hashlib_lacks_it(
    vector: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, *_: object) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", refuse)
    sm3._hashlib_has_it.cache_clear()
    try:
        assert sm3.sm3(bytes.fromhex(vector["msg"])).hex().upper() == vector["digest"]
    finally:
        sm3._hashlib_has_it.cache_clear()


def _curve(vector: dict[str, Any]) -> Curve:
    if "curve_parameters" not in vector:
        return SM2P256V1
    values = {name: int(number, 16) for name, number in vector["curve_parameters"].items()}
    base = values.pop("Gx"), values.pop("Gy")
    return Curve(**values, base=base)


@pytest.mark.parametrize("vector", [STANDARD, OTHER_CURVE], ids=lambda vector: vector["ref"])
def test_the_printed_signature_is_reproduced_with_its_k(vector: dict[str, Any]) -> None:
    curve, d, k = _curve(vector), int(vector["d"], 16), int(vector["k"], 16)
    public = int(vector["px"], 16), int(vector["py"], 16)
    identity, message = vector["id"].encode(), bytes.fromhex(vector["msg"])
    r, s = sm2_integers.sign(curve, d, public, identity, message, k)
    assert (f"{r:064X}", f"{s:064X}") == (vector["r"], vector["s"])


@pytest.mark.parametrize("vector", [STANDARD, OTHER_CURVE], ids=lambda vector: vector["ref"])
def test_the_printed_public_key_follows_from_the_private(vector: dict[str, str]) -> None:
    public = sm2_integers.public_point(_curve(vector), int(vector["d"], 16))
    assert public == (int(vector["px"], 16), int(vector["py"], 16))


@pytest.mark.parametrize("vector", [STANDARD, OTHER_CURVE], ids=lambda vector: vector["ref"])
def test_the_printed_signature_verifies_on_its_curve(vector: dict[str, str]) -> None:
    public = int(vector["px"], 16), int(vector["py"], 16)
    identity, message = vector["id"].encode(), bytes.fromhex(vector["msg"])
    r, s = int(vector["r"], 16), int(vector["s"], 16)
    assert sm2_integers.verify(_curve(vector), public, identity, message, r, s)
    assert not sm2_integers.verify(_curve(vector), public, b"BILL456@YAHOO.COM", message, r, s)


@each_back_end
def test_a_back_end_verifies_the_printed_signature(back_end: Sm2Provider) -> None:
    assert back_end.verify(KEY.public, MESSAGE, SIGNATURE)


@each_back_end
def test_a_back_end_refuses_another_message(back_end: Sm2Provider) -> None:
    assert not back_end.verify(KEY.public, MESSAGE + b".", SIGNATURE)


@each_back_end
def test_a_back_end_refuses_another_key(back_end: Sm2Provider) -> None:
    assert not back_end.verify(generate().public, MESSAGE, SIGNATURE)


N = SM2P256V1.n.to_bytes(32, "big")
R, S = SIGNATURE[:32], SIGNATURE[32:]
NO_SIGNATURES = {
    "empty": b"",
    "a byte short": SIGNATURE[:-1],
    "a byte too many": SIGNATURE + b"\0",
    "zeros": bytes(64),
    "ones": b"\xff" * 64,
    "r zero": bytes(32) + S,
    "s zero": R + bytes(32),
    "r is n": N + S,
    "s is n": R + N,
    "r and s add up to n": R + (SM2P256V1.n - int.from_bytes(R, "big")).to_bytes(32, "big"),
}


@each_back_end
@pytest.mark.parametrize("signature", NO_SIGNATURES.values(), ids=NO_SIGNATURES)
def test_what_is_no_signature_does_not_verify(back_end: Sm2Provider, signature: bytes) -> None:
    assert not back_end.verify(KEY.public, MESSAGE, signature)


# The two agree


@both_ways
@settings(max_examples=15, deadline=None)
@given(KEYS, st.binary(max_size=300))
def test_each_verifies_what_the_other_signs(key: Sm2PrivateKey, message: bytes) -> None:
    assert LIBRARY is not None
    integers, libcrypto = IntegerSm2(), LibcryptoSm2(LIBRARY)
    assert libcrypto.verify(key.public, message, integers.sign(key, message))
    assert integers.verify(key.public, message, libcrypto.sign(key, message))


@both_ways
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 63), st.integers(1, 255), st.booleans())
def test_both_judge_an_altered_signature_alike(place: int, mask: int, altered: bool) -> None:
    assert LIBRARY is not None
    signature = bytearray(SIGNATURE)
    signature[place] ^= mask if altered else 0
    judged = {
        each.verify(KEY.public, MESSAGE, bytes(signature)) for each in (IntegerSm2(), LibcryptoSm2(LIBRARY))
    }
    assert judged == {not altered}


@both_ways
@pytest.mark.parametrize("d", [1, 2, SM2P256V1.n - 2], ids=["1", "2", "n - 2"])
def test_both_sign_with_the_keys_at_the_ends(d: int) -> None:
    assert LIBRARY is not None
    key, libcrypto = Sm2PrivateKey(d), LibcryptoSm2(LIBRARY)
    assert libcrypto.verify(key.public, MESSAGE, IntegerSm2().sign(key, MESSAGE))
    assert IntegerSm2().verify(key.public, MESSAGE, libcrypto.sign(key, MESSAGE))


@each_back_end
def test_no_two_signatures_are_alike(back_end: Sm2Provider) -> None:
    assert len({back_end.sign(KEY, MESSAGE) for _ in range(5)}) == 5


@each_back_end
def test_a_back_end_serves_several_threads(back_end: Sm2Provider) -> None:
    with ThreadPoolExecutor(4) as pool:
        signatures = [*pool.map(back_end.sign, [KEY] * 40, [MESSAGE] * 40)]
    assert all(back_end.verify(KEY.public, MESSAGE, signature) for signature in signatures)


# Which one serves


@both_ways
def test_libcrypto_serves_where_the_machine_has_it() -> None:
    assert isinstance(sm2.provider(), LibcryptoSm2)


def test_integers_serve_where_the_machine_has_no_libcrypto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm2_libcrypto, "_NAMES", ("libcrypto-of-nobody.so",))
    sm2_libcrypto.load.cache_clear()
    sm2.provider.cache_clear()
    try:
        assert isinstance(sm2.provider(), IntegerSm2)
    finally:
        sm2_libcrypto.load.cache_clear()
        sm2.provider.cache_clear()


@both_ways
def test_what_libcrypto_refuses_names_its_function() -> None:
    assert LIBRARY is not None
    off_the_curve = bytes(63) + b"\1"
    with pytest.raises(sm2_libcrypto.LibcryptoError, match="EVP_PKEY_fromdata answered"):
        LIBRARY.verify(off_the_curve, sm2.IDENTITY, MESSAGE, SIGNATURE)


@both_ways
def test_a_key_that_is_no_longer_kept_is_let_go() -> None:
    assert LIBRARY is not None
    loaded = weakref.ref(LIBRARY._key(KEY.public.encode(), None))
    assert loaded() is not None
    LIBRARY._key.cache_clear()
    assert loaded() is None


# Keys


@settings(max_examples=20, deadline=None)
@given(KEYS)
def test_a_public_key_survives_its_64_bytes(key: Sm2PrivateKey) -> None:
    assert Sm2PublicKey.decode(key.public.encode()) == key.public


@pytest.mark.parametrize("raw", [b"", bytes(63), bytes(65)], ids=["none", "63", "65"])
def test_a_public_key_has_64_bytes(raw: bytes) -> None:
    with pytest.raises(ValueError, match="has 64 bytes"):
        Sm2PublicKey.decode(raw)


@pytest.mark.parametrize(
    ("x", "y"),
    [(0, 0), (KEY.public.x, KEY.public.y + 1), (KEY.public.x + SM2P256V1.p, KEY.public.y)],
    ids=["origin", "beside it", "beyond p"],
)
def test_a_public_key_lies_on_the_curve(x: int, y: int) -> None:
    with pytest.raises(ValueError, match="not a point"):
        Sm2PublicKey(x, y)


@pytest.mark.parametrize("d", [0, SM2P256V1.n - 1, SM2P256V1.n], ids=["0", "n - 1", "n"])
def test_a_private_key_lies_between_1_and_n_minus_2(d: int) -> None:
    with pytest.raises(ValueError, match="between 1 and n - 2"):
        Sm2PrivateKey(d)


def test_a_private_key_does_not_print_its_number() -> None:
    assert str(KEY.d) not in repr(KEY)
    assert f"{KEY.d:x}" not in repr(KEY)
