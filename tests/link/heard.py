"""Listens to the control protocol on every connection of this process; what it heard must keep the schema."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from conformance.link.control.schema import protocol
from conformance.link.control.wire import Wire
from conformance.link.message import MessageError, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pytest

_SCHEMA = protocol()
_VALIDATORS = {
    name: Draft202012Validator({**_SCHEMA, "anyOf": [{"$ref": f"#/$defs/{name}"}]})
    for name in _SCHEMA["$defs"]
}


class Heard:
    """Requests and answers as they passed, in both directions; connections are kept apart."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._messages: dict[Wire, list[Mapping[str, Any]]] = {}
        send, receive = Wire.send, Wire.receive

        def sending(wire: Wire, message: Mapping[str, object], *within: float) -> None:
            self._messages.setdefault(wire, []).append(message)
            send(wire, message, *within)

        def receiving(wire: Wire, until: float) -> bytes:
            line = receive(wire, until)
            with suppress(MessageError):  # what is no message has no schema
                self._messages.setdefault(wire, []).append(parse(line))
            return line

        monkeypatch.setattr(Wire, "send", sending)
        monkeypatch.setattr(Wire, "receive", receiving)

    @property
    def methods(self) -> set[str]:
        """Every method that was asked for."""
        return {each["method"] for heard in self._messages.values() for each in heard if "method" in each}

    def check(self) -> None:
        """Hold every message to its schema."""
        for heard in self._messages.values():
            check(heard)


def check(messages: Iterable[Mapping[str, Any]]) -> None:
    """Hold the messages of one connection to the schema, each answer to that of its request's method."""
    asked: dict[Any, str] = {}
    for message in messages:
        name = _name(message, asked)
        problems = [error.message for error in _VALIDATORS[name].iter_errors(message)]
        assert not problems, (name, message, problems)


def _name(message: Mapping[str, Any], asked: dict[Any, str]) -> str:
    if "method" in message:
        asked[message["id"]] = message["method"]
        return f"{message['method']}.request"
    return "error" if "error" in message else f"{asked[message['id']]}.result"
