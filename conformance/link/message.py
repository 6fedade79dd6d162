"""Lines of the control protocol: bounded JSON, and in it the values of `model.terminal`, bytes as hex."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

import cattrs
from cattrs.gen import make_dict_structure_fn

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MOST_BYTES = 1 << 23  # of a line, its end included: a blacklist of 100,000 entries has room
MOST_DEPTH = 16
MOST_VALUES = 250_000  # of a line: its commas and opening brackets are counted before it is parsed
MOST_REASON = 1000  # characters of what is said against a line, whatever stands in it
_LARGEST = 2**63 - 1
_PARSE_ERROR = -32700
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*", re.ASCII)


class MessageError(ValueError):
    """A line, or a value in it, that the protocol does not allow; `code` is JSON-RPC's."""

    def __init__(self, reason: str, code: int = _PARSE_ERROR) -> None:
        super().__init__(printable(reason))
        self.code = code


def printable(words: str) -> str:
    """What another side says, as anybody may see it: cut, and nothing in it that moves a console."""
    seen = (each if each.isprintable() else repr(each)[1:-1] for each in words[:MOST_REASON])
    return "".join(seen)[:MOST_REASON]


def line_of(message: Mapping[str, object]) -> bytes:
    """One message as one line."""
    text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def parse(line: bytes) -> Any:
    """The JSON of a line in UTF-8; MessageError for anything else, or beyond MOST_DEPTH or MOST_VALUES."""
    if sum(map(line.count, (b",", b"[", b"{"))) >= MOST_VALUES:
        raise MessageError(f"more than {MOST_VALUES} values")
    try:
        value = json.loads(line.decode(), parse_constant=_no_constant, object_pairs_hook=_unique)
        _check(value, MOST_DEPTH)
    except RecursionError:
        raise MessageError(f"more than {MOST_DEPTH} levels") from None
    except ValueError as error:
        raise MessageError(str(error)) from None
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object names a member twice")
    return members


def _check(value: Any, levels: int) -> None:
    """Raise ValueError for too many levels, or for a string that has no UTF-8 form."""
    if levels == 0:
        raise ValueError(f"more than {MOST_DEPTH} levels")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        for name, member in value.items():
            name.encode()
            _check(member, levels - 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, levels - 1)


def structured(value: Any, kind: type[T]) -> T:
    """A typed value from JSON, without conversions and without unknown members; raises MessageError."""
    try:
        return _VALUES.structure(value, kind)
    except cattrs.BaseValidationError as error:
        raise MessageError("; ".join(cattrs.transform_error(error, format_exception=_words))) from None
    except (TypeError, ValueError) as error:
        raise MessageError(str(error)) from None


def unstructured(value: object) -> Any:
    """The JSON of a typed value."""
    return _VALUES.unstructure(value)


def _words(error: BaseException, _: type | None) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


def _exactly(kind: type, *others: type) -> Callable[[Any, Any], Any]:
    """A hook that takes values of a type as they are; bool is no number."""

    def hook(value: Any, _: Any) -> Any:
        if type(value) not in (kind, *others):
            raise TypeError(f"{kind.__name__} expected, not {value!r:.40}")
        return kind(value)

    return hook


def _number(value: Any, kind: type) -> float:
    try:
        number: float = _exactly(float, int)(value, kind)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("a number without bounds")
    return number


def _is_literal(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _literal(value: Any, kind: Any) -> Any:
    if not isinstance(value, str) or value not in get_args(kind):
        raise ValueError(f"one of {', '.join(get_args(kind))} expected, not {value!r:.40}")
    return value


def _whole(value: Any, kind: type) -> int:
    number = int(_exactly(int)(value, kind))
    if not -_LARGEST <= number <= _LARGEST:
        raise ValueError("a whole number of more than 64 bits")
    return number


def _bytes(value: Any, kind: type) -> bytes:
    text = _exactly(str)(value, kind)
    if not _HEX.fullmatch(text):
        raise ValueError(f"hexadecimal bytes expected, not {text!r:.40}")
    return bytes.fromhex(text)


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _tuple(kind: Any) -> Callable[[Any, Any], Any]:
    element = get_args(kind)[0]

    def hook(value: Any, _: Any) -> Any:
        return tuple(_VALUES.structure(each, element) for each in _exactly(list)(value, kind))

    return hook


def _dataclass(kind: Any) -> Callable[[Any, Any], Any]:
    build = make_dict_structure_fn(kind, _VALUES, _cattrs_forbid_extra_keys=True)

    def hook(value: Any, _: Any) -> Any:
        return build(_exactly(dict)(value, kind), kind)

    return hook


def _is_texts(kind: Any) -> bool:
    return bool(kind == Mapping[str, str])


def _texts(value: Any, kind: Any) -> Mapping[str, str]:
    text = _exactly(str)
    return {name: text(member, str) for name, member in _exactly(dict)(value, kind).items()}


_VALUES = cattrs.Converter()
_VALUES.register_structure_hook(int, _whole)
_VALUES.register_structure_hook(str, _exactly(str))
_VALUES.register_structure_hook(bool, _exactly(bool))
_VALUES.register_structure_hook(float, _number)
_VALUES.register_structure_hook(bytes, _bytes)
_VALUES.register_unstructure_hook(bytes, lambda value: value.hex().upper())
_VALUES.register_structure_hook_factory(is_dataclass, _dataclass)
_VALUES.register_structure_hook_factory(_is_tuple, _tuple)
_VALUES.register_structure_hook_func(_is_literal, _literal)
_VALUES.register_structure_hook_func(_is_texts, _texts)
