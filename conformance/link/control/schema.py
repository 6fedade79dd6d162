"""The protocol as a JSON schema, made from what the code itself reads and writes.

protocol.schema.json beside this module is its text, for those who write a terminal; a test holds both equal.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from conformance.link.control.bounds import MOST_ID, MOST_VERSIONS, PAGE
from conformance.link.control.methods import ERRORS, TO_CARD, TO_TERMINAL, Page
from conformance.model.terminal import OBSERVABLES

if TYPE_CHECKING:
    from conformance.link.control.methods import Method, Param

    Schema = dict[str, Any]

_PLAIN: Final[Mapping[Any, Schema]] = {
    int: {"type": "integer", "minimum": -(2**63 - 1), "maximum": 2**63 - 1},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    bytes: {"type": "string", "pattern": "^([0-9A-Fa-f]{2})*$"},
    NoneType: {"type": "null"},
    None: {"type": "null"},
    Any: {},
    Mapping[str, str]: {"type": "object", "additionalProperties": {"type": "string"}},
}
_ID: Final[Schema] = {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": MOST_ID}]}


def protocol() -> Schema:
    """A schema of all messages; each has a definition: hello.request, hello.result, …, error."""
    values: Schema = {}
    messages: Schema = {"error": _error()}
    for name, method in {**TO_TERMINAL, **TO_CARD}.items():
        messages[f"{name}.request"] = _request(name, method, values)
        messages[f"{name}.result"] = _result(method, values)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Terminal control protocol, version 1: docs/terminal-control-protocol.md",
        "anyOf": [_reference(name) for name in messages],
        "$defs": {**messages, **dict(sorted(values.items()))},
    }


def _request(name: str, method: Method, values: Schema) -> Schema:
    params = _object({each: _param(param, values) for each, param in method.params.items()})
    members = {"jsonrpc": {"const": "2.0"}, "id": _ID, "method": {"const": name}, "params": params}
    required = list(members) if method.params else ["jsonrpc", "id", "method"]
    return {**_object(members), "required": required}


def _result(method: Method, values: Schema) -> Schema:
    result = _page(values) if method.result is Page else _of(method.result, values)
    return _object({"jsonrpc": {"const": "2.0"}, "id": _ID, "result": result})


def _error() -> Schema:
    codes = "; ".join(f"{code} {meaning}" for code, meaning in ERRORS.items())
    versions = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": MOST_VERSIONS}
    error = _object({"code": {"enum": list(ERRORS), "description": codes}, "message": {"type": "string"}})
    error["properties"]["data"] = _object({"versions": versions})
    return _object({"jsonrpc": {"const": "2.0"}, "id": {"anyOf": [_ID, {"type": "null"}]}, "error": error})


def _page(values: Schema) -> Schema:
    kinds = [_of(each.kind, values) for each in OBSERVABLES.values()]
    shown = {"type": "array", "maxItems": PAGE, "items": {"anyOf": kinds}}
    return _object({"total": {"type": "integer", "minimum": 0}, "values": shown})


def _param(param: Param, values: Schema) -> Schema:
    """A param's type with its bounds; of bytes each is two digits."""
    schema, each = dict(_of(param.kind, values)), 2 if param.kind is bytes else 1
    branches = [dict(branch) for branch in schema["anyOf"]] if "anyOf" in schema else [schema]
    for branch in branches:
        for bound, limit in zip(_LIMITS.get(branch.get("type"), ()), (param.least, param.most), strict=False):
            if limit is not None:
                branch[bound] = limit * each
    return {"anyOf": branches} if "anyOf" in schema else schema


_LIMITS: Final[Mapping[Any, tuple[str, str]]] = {
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
}


def _of(kind: Any, values: Schema) -> Schema:
    """The schema of a type; that of a dataclass goes to `values`, and a reference stands for it."""
    of = partial(_of, values=values)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) in (Union, UnionType):
        return {"anyOf": [of(each) for each in get_args(kind)]}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": of(get_args(kind)[0])}
    if kind.__name__ not in values:
        values[kind.__name__] = _value(kind, values)
    return _reference(kind.__name__)


def _value(kind: Any, values: Schema) -> Schema:
    hints = get_type_hints(kind)
    fields = dataclasses.fields(kind)
    schema = _object({each.name: _of(hints[each.name], values) for each in fields})
    schema["description"] = " ".join(kind.__doc__.split())
    schema["required"] = [each.name for each in fields if _must_be_there(each)]
    return schema


def _must_be_there(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
