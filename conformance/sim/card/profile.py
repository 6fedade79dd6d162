"""Card profiles: what is personalised alike into every card of a kind, read from YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from conformance.codec import documents

_HEX = {"type": "string", "pattern": "^([0-9A-F]{2})+$", "description": "quoted hex in capitals"}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "issuer", "elements", "records"],
    "properties": {
        "name": {"type": "string"},
        "issuer": {
            "type": "object",
            "additionalProperties": False,
            "required": ["identifier", "certificates_expire", "service_code", "track2_discretionary"],
            "properties": {
                "identifier": _HEX,
                "certificates_expire": {"type": "string", "pattern": "^[0-9]{4}$", "description": "MMYY"},
                "service_code": {"type": "string", "pattern": "^[0-9]{3}$", "description": "three digits"},
                "track2_discretionary": {"type": "string", "pattern": "^[0-9]*$", "description": "digits"},
            },
        },
        "elements": {
            "type": "object",
            "propertyNames": {"pattern": "^([0-9A-F]{2})+$"},
            "additionalProperties": _HEX,
        },
        "records": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["sfi", "record", "signed", "holds"],
                "properties": {
                    "sfi": {"type": "integer", "minimum": 1, "maximum": 30},
                    "record": {"type": "integer", "minimum": 1, "maximum": 255},
                    "signed": {"type": "boolean"},
                    "holds": {"type": "array", "minItems": 1, "items": _HEX},
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """One record: where it is, whether offline data authentication covers it, and the tags it holds."""

    sfi: int
    record: int
    signed: bool
    holds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of card. `certificates_expire` is MMYY; `records` stand in AFL order."""

    name: str
    issuer_identifier: str
    certificates_expire: str
    service_code: str
    track2_discretionary: str
    elements: tuple[tuple[int, bytes], ...]
    records: tuple[RecordPlan, ...]


@cache
def load(name: str) -> Profile:
    """Read one of the shipped profiles; ValueError with the nearest name when there is none such.

    A file that breaks the format raises `documents.DocumentErrors`, with the line of every problem.
    """
    folder = files("conformance.sim.card") / "profiles"
    known = {entry.name.removesuffix(".yaml"): entry for entry in folder.iterdir()}
    if name not in known:
        close = documents.nearest(name, known) or ", ".join(sorted(known))
        raise ValueError(f"there is no card profile {name!r}; did you mean {close}?")
    return parse(known[name].read_text(encoding="utf-8"), f"profiles/{name}.yaml")


def parse(text: str, source: str) -> Profile:
    """Read a profile's YAML text; raises `documents.DocumentErrors`."""
    document = documents.parse(text, source)
    documents.check(document, _SCHEMA)
    profile: dict[str, Any] = document.value
    issuer = profile["issuer"]
    return Profile(
        name=profile["name"],
        issuer_identifier=issuer["identifier"],
        certificates_expire=issuer["certificates_expire"],
        service_code=issuer["service_code"],
        track2_discretionary=issuer["track2_discretionary"],
        elements=tuple((int(tag, 16), bytes.fromhex(value)) for tag, value in profile["elements"].items()),
        records=tuple(_record(plan) for plan in profile["records"]),
    )


def _record(plan: dict[str, Any]) -> RecordPlan:
    holds = tuple(int(tag, 16) for tag in plan["holds"])
    return RecordPlan(plan["sfi"], plan["record"], plan["signed"], holds)
