"""SM2 signatures by OpenSSL's libcrypto, version 3 or later, through ctypes."""

from __future__ import annotations

import ctypes
import sys
import weakref
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p
from functools import cache, lru_cache

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from conformance.crypto.sm2_integers import SM2P256V1, public_point

_NAMES = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.3.dylib", "libcrypto-3-x64.dll")
_KEYS_KEPT = 64
_LONGEST_DER = 80  # two integers of at most 33 bytes, their heads, and the sequence's

# include/openssl/core.h and evp.h
_UNSIGNED_INTEGER, _UTF8_STRING, _OCTET_STRING = 2, 4, 5
_UNMODIFIED = c_size_t(-1).value
_PUBLIC_KEY, _KEY_PAIR = 0x86, 0x87


class _Parameter(ctypes.Structure):
    """OSSL_PARAM; an array of them ends with one without a key."""

    _fields_ = (
        ("key", c_char_p),
        ("type", c_uint),
        ("content", c_char_p),
        ("size", c_size_t),
        ("returned", c_size_t),
    )


_FUNCTIONS = {
    "ERR_clear_error": (None,),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, c_void_p, c_char_p, c_char_p),
    "EVP_PKEY_CTX_free": (None, c_void_p),
    "EVP_PKEY_fromdata_init": (c_int, c_void_p),
    "EVP_PKEY_fromdata": (c_int, c_void_p, POINTER(c_void_p), c_int, POINTER(_Parameter)),
    "EVP_PKEY_free": (None, c_void_p),
    "EVP_MD_CTX_new": (c_void_p,),
    "EVP_MD_CTX_free": (None, c_void_p),
    **dict.fromkeys(
        ("EVP_DigestSignInit_ex", "EVP_DigestVerifyInit_ex"),
        (c_int, c_void_p, POINTER(c_void_p), c_char_p, c_void_p, c_char_p, c_void_p, c_void_p),
    ),
    "EVP_PKEY_CTX_set1_id": (c_int, c_void_p, c_char_p, c_int),
    "EVP_DigestSign": (c_int, c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    "EVP_DigestVerify": (c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
}


class LibcryptoError(Exception):
    """libcrypto refused what it should do; the message names the function."""


class _Key:
    """An EVP_PKEY, freed with this object."""

    def __init__(self, library: ctypes.CDLL, pointer: c_void_p) -> None:
        self.pointer = pointer
        weakref.finalize(self, library.EVP_PKEY_free, pointer)


class Library:
    """libcrypto with SM2. Keys are X and Y of 32 bytes each, signatures R and S.

    The keys that were used last stay loaded, for a card signs with one key all its life.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        """AttributeError when the library lacks a function."""
        self._library = library
        for name, (result, *arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        self._key = lru_cache(_KEYS_KEPT)(self._load_key)

    def sign(self, public: bytes, d: int, identity: bytes, message: bytes) -> bytes:
        library, key = self._library, self._key(public, d)
        context = library.EVP_MD_CTX_new()
        der, size = ctypes.create_string_buffer(_LONGEST_DER), c_size_t(_LONGEST_DER)
        try:
            self._begin("EVP_DigestSignInit_ex", context, key, identity)
            done = library.EVP_DigestSign(context, der, byref(size), message, len(message))
            self._require("EVP_DigestSign", done)
        finally:
            library.EVP_MD_CTX_free(context)
        r, s = decode_dss_signature(der.raw[: size.value])
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def verify(self, public: bytes, identity: bytes, message: bytes, signature: bytes) -> bool:
        library, key = self._library, self._key(public, None)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        der = encode_dss_signature(r, s)
        context = library.EVP_MD_CTX_new()
        try:
            self._begin("EVP_DigestVerifyInit_ex", context, key, identity)
            holds: int = library.EVP_DigestVerify(context, der, len(der), message, len(message))
        finally:
            library.EVP_MD_CTX_free(context)
        if holds != 1:
            library.ERR_clear_error()
        return holds == 1

    def _begin(self, function: str, context: int, key: _Key, identity: bytes) -> None:
        """The identity is given after the start: OpenSSL 3.0 refuses it among the start's parameters."""
        library, inner = self._library, c_void_p()
        begun = getattr(library, function)(context, byref(inner), b"SM3", None, None, key.pointer, None)
        self._require(function, begun)
        given = library.EVP_PKEY_CTX_set1_id(inner, identity, len(identity))
        self._require("EVP_PKEY_CTX_set1_id", given)

    def _load_key(self, public: bytes, d: int | None) -> _Key:
        library, pointer = self._library, c_void_p()
        rows = [(b"group", _UTF8_STRING, b"SM2"), (b"pub", _OCTET_STRING, b"\x04" + public)]
        if d is not None:
            rows.append((b"priv", _UNSIGNED_INTEGER, d.to_bytes(32, sys.byteorder)))
        context = library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        try:
            self._require("EVP_PKEY_fromdata_init", library.EVP_PKEY_fromdata_init(context))
            selection = _PUBLIC_KEY if d is None else _KEY_PAIR
            loaded = library.EVP_PKEY_fromdata(context, byref(pointer), selection, _parameters(*rows))
            self._require("EVP_PKEY_fromdata", loaded)
        finally:
            library.EVP_PKEY_CTX_free(context)
        return _Key(library, pointer)

    def _require(self, function: str, result: int) -> None:
        """What is left in the thread's queue of errors would be taken for one of Python's own TLS."""
        if result != 1:
            self._library.ERR_clear_error()
            raise LibcryptoError(f"{function} answered {result}")


@cache
def load() -> Library | None:
    """The first libcrypto on this machine that signs by SM2; many builds leave it out."""
    for name in _NAMES:
        try:
            library = Library(ctypes.CDLL(name))
            if _signs(library):
                return library
        except (OSError, AttributeError, LibcryptoError):
            continue
    return None


def _signs(library: Library) -> bool:
    x, y = public_point(SM2P256V1, 2)
    public = x.to_bytes(32, "big") + y.to_bytes(32, "big")
    return library.verify(public, b"probe", b"probe", library.sign(public, 2, b"probe", b"probe"))


def _parameters(*rows: tuple[bytes, int, bytes]) -> ctypes.Array[_Parameter]:
    filled = [_Parameter(key, type_, content, len(content), _UNMODIFIED) for key, type_, content in rows]
    return (_Parameter * (len(rows) + 1))(*filled)
