"""Files of fixed layout: fields one after the other, each of so many bytes, as a table beside its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class LayoutError(ValueError):
    """Bytes that are not this file, or a value that has no room in it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a field is coded: bytes to value, and value to so many bytes. Both raise ValueError."""

    read: Callable[[bytes], Any]
    write: Callable[[Any, int], bytes]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a file: the attribute that holds it, and its bytes."""

    name: str
    length: int
    kind: Kind


def _digits(raw: bytes) -> str:
    digits = raw.hex()
    if not digits.isdecimal():
        raise ValueError(f"{digits.upper()} is not digits")
    return digits


def _from_digits(digits: str, length: int) -> bytes:
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 2 * length):
        raise ValueError(f"{digits!r} is not {2 * length} digits")
    return bytes.fromhex(digits)


def _exactly(raw: bytes, length: int) -> bytes:
    if len(raw) != length:
        raise ValueError(f"{len(raw)} bytes stand for {length}")
    return raw


def _from_number(number: int, length: int) -> bytes:
    if not 0 <= number < 1 << 8 * length:
        raise ValueError(f"{number} has no room in {length} bytes")
    return number.to_bytes(length, "big")


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("gbk")


def _from_text(text: str, length: int) -> bytes:
    raw = text.encode("gbk")
    if len(raw) > length:
        raise ValueError(f"{text!r} has no room in {length} bytes")
    return raw.ljust(length, b"\0")


RAW = Kind(bytes, _exactly)
NUMBER = Kind(lambda raw: int.from_bytes(raw, "big"), _from_number)
DIGITS = Kind(_digits, _from_digits)
TEXT = Kind(_text, _from_text)  # GBK, zeros behind it


def length_of(layout: Sequence[Field]) -> int:
    """The bytes of the whole file."""
    return sum(field.length for field in layout)


def read(layout: Sequence[Field], raw: bytes) -> dict[str, Any]:
    """The fields by name; LayoutError for another length, or where a field is not coded as it should be."""
    if len(raw) != length_of(layout):
        raise LayoutError(f"{length_of(layout)} bytes expected, here are {len(raw)}")
    values, offset = {}, 0
    for field in layout:
        try:
            values[field.name] = field.kind.read(raw[offset : offset + field.length])
        except ValueError as error:
            raise LayoutError(f"{field.name}, at byte {offset}: {error}") from None
        offset += field.length
    return values


def write(layout: Sequence[Field], values: object) -> bytes:
    """The bytes of an object that has the fields as attributes; LayoutError where one has no room."""
    parts = []
    for field in layout:
        try:
            parts.append(field.kind.write(getattr(values, field.name), field.length))
        except ValueError as error:
            raise LayoutError(f"{field.name}: {error}") from None
    return b"".join(parts)
