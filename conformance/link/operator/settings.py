"""Parameters and operations in a person's words: what is to be set, and what is to be done."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from conformance.codec.values import yuan
from conformance.link.outcomes import NotOffered
from conformance.model.operator import Line
from conformance.model.terminal import Capk, SmCapk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model.terminal import Fault, Operation, Parameters

_MONEY = frozenset(
    ("fare", "transaction_limit", "floor_limit", "cvm_limit", "cash_limit", "single_limit", "threshold")
) | {"ec_limit", "u_turn_within", "u_turn_beyond", "open_fee", "price", "tolls"}
# Set again whenever it is asked for: the clock goes on, and a version that stays may hold another list.
_ALWAYS = ("date_time",)

OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "upload": (),
    "resolve": (),
    "settle": (),
    "sign-on": ("driver",),
    "sign-off": (),
    "class": ("name",),
    "group": ("people",),
    "pass": (),
    "arrive": ("plate", "class"),
    "card-state": ("state",),
    "confirm": (),
    "cash": (),
    "part": ("yuan",),
    "exempt": ("kind", "monitor"),
    "convoy": ("state",),
    "receipt": (),
    "leave": (),
}
# What a person can bring about; for anything else of FAULTS hands are too slow or too coarse.
FAULTS: Mapping[str, tuple[str, ...]] = {
    "clock-step": ("seconds",),
    "network-down": (),
    "network-up": (),
    "actuator-jam": (),
    "actuator-free": (),
    "psam-removed": (),
    "psam-inserted": (),
    "second-card": (),
}
# What a bench may say that its people can disturb. Of "power" a person has the plug and no cut in between.
DISTURBANCES = ("actuator", "clock", "field", "network", "psam")


def settings(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Name and value of everything that is to be set, in the order of the model.

    What `Parameters` leaves out stays as it is; what the terms of one kind of device leave out is none.
    """
    for each in fields(parameters):
        value = getattr(parameters, each.name)
        if is_dataclass(value) and not isinstance(value, type):
            for own in fields(value):
                yield f"{each.name}.{own.name}", _words(own.name, getattr(value, own.name))
        elif value is not None:
            yield each.name, _words(each.name, value)


def _words(name: str, value: Any) -> str:
    """One value as a person reads it: yuan, seconds, hexadecimal, yes and no, members by name."""
    if isinstance(value, Capk | SmCapk):
        return f"{value.rid.hex().upper()}/{value.index:02X}"
    if is_dataclass(value) and not isinstance(value, type):
        members = ((each.name, getattr(value, each.name)) for each in fields(value))
        return ", ".join(f"{own}: {_words(own, each)}" for own, each in members if each is not None)
    if isinstance(value, tuple):
        return "; ".join(_words(name, each) for each in value) or "none"
    return _plain(name, value)


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name in _MONEY:
        return yuan(value)
    if isinstance(value, int) and name.endswith("_ms"):
        return f"{value / 1000:g} s"
    if isinstance(value, bytes):
        return value.hex().upper() or "none"
    return "none" if value in ("", None) else str(value)


def changed(parameters: Parameters, in_force: Mapping[str, str]) -> dict[str, str]:
    """What is to be set that is not so already."""
    return {
        name: value for name, value in settings(parameters) if name in _ALWAYS or in_force.get(name) != value
    }


def to_set(name: str, value: str) -> Line:
    """The sentence for one setting."""
    return Line(f"set.{name}", {"value": value})


def to_do(operation: Operation) -> Line:
    """The sentence for an operation; one without a sentence of its own is named with its arguments."""
    known = OPERATIONS.get(operation.name)
    told = {name: value for name, value in operation.arguments.items() if name != "pins"}
    if known is not None and set(known) <= told.keys():
        return Line(f"do.{operation.name}", told)
    words = ", ".join(f"{name} {value}" for name, value in told.items())
    return Line("do.other", {"name": operation.name, "arguments": words or "none"})


def to_disturb(fault: Fault) -> Line:
    """The sentence for a disturbance; NotOffered for one that no person brings about."""
    if fault.name not in FAULTS:
        raise NotOffered(f"somebody who brings about {fault.name}")
    return Line(f"fault.{fault.name}", dict(fault.arguments))
