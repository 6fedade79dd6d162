"""Card profiles: what is personalised alike into every card of a kind, read from YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from conformance.codec import documents
from conformance.crypto.rsa import RsaPrivateKey
from conformance.sim.card.state import Interface

_HEX = {"type": "string", "pattern": "^([0-9A-F]{2})+$", "description": "quoted hex in capitals"}
_ELEMENTS: dict[str, Any] = {
    "type": "object",
    "propertyNames": {"pattern": "^([0-9A-F]{2})+$"},
    "additionalProperties": _HEX,
}
_RECORDS: dict[str, Any] = {
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
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "issuer", "elements"],
    "anyOf": [{"required": ["records"]}, {"required": ["contact"]}],
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
        "icc_key": {
            "type": "object",
            "additionalProperties": False,
            "required": ["p", "q", "exponent"],
            "properties": {"p": _HEX, "q": _HEX, "exponent": _HEX},
        },
        "pin": {"type": "string", "pattern": "^[0-9]{4,12}$", "description": "4 to 12 digits"},
        "pin_change_key": {"enum": ["ac", "enc"]},
        "elements": _ELEMENTS,
        "records": _RECORDS,
        "contact": {
            "type": "object",
            "additionalProperties": False,
            "required": ["elements", "records"],
            "properties": {
                "elements": _ELEMENTS,
                "records": _RECORDS,
                "electronic_cash": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["elements", "records"],
                    "properties": {"elements": _ELEMENTS, "records": _RECORDS},
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
class PathPlan:
    """One way through a transaction: the elements of its own, and its records in AFL order."""

    elements: tuple[tuple[int, bytes], ...]
    records: tuple[RecordPlan, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of card. `certificates_expire` is MMYY.

    `records` are those of the contactless interface; `contact` is the debit and credit path over contacts,
    and `contact_cash` its electronic cash path, with what differs from `contact` (PB-7.6). `icc_key` is None
    where the demonstration authority's is used; `pin_change_key` names the key that hides a new PIN.
    """

    name: str
    issuer_identifier: str
    certificates_expire: str
    service_code: str
    track2_discretionary: str
    elements: tuple[tuple[int, bytes], ...]
    records: tuple[RecordPlan, ...]
    contact: PathPlan | None = None
    contact_cash: PathPlan | None = None
    icc_key: RsaPrivateKey | None = None
    pin: str | None = None
    pin_change_key: str = "enc"

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """The interfaces that cards of this profile have; the first is the one that they are built for."""
        contactless = (Interface.CONTACTLESS,) if self.records else ()
        return contactless + ((Interface.CONTACT,) if self.contact else ())


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
        elements=_elements(profile),
        records=_records(profile),
        contact=_path(profile.get("contact")),
        contact_cash=_path(profile.get("contact", {}).get("electronic_cash")),
        icc_key=_icc_key(profile.get("icc_key")),
        pin=profile.get("pin"),
        pin_change_key=profile.get("pin_change_key", "enc"),
    )


def _path(plan: dict[str, Any] | None) -> PathPlan | None:
    return None if plan is None else PathPlan(_elements(plan), _records(plan))


def _elements(plan: dict[str, Any]) -> tuple[tuple[int, bytes], ...]:
    return tuple((int(tag, 16), bytes.fromhex(value)) for tag, value in plan["elements"].items())


def _records(plan: dict[str, Any]) -> tuple[RecordPlan, ...]:
    return tuple(_record(record) for record in plan.get("records", ()))


def _icc_key(key: dict[str, str] | None) -> RsaPrivateKey | None:
    return None if key is None else RsaPrivateKey(*(int(key[name], 16) for name in ("p", "q", "exponent")))


def _record(plan: dict[str, Any]) -> RecordPlan:
    holds = tuple(int(tag, 16) for tag in plan["holds"])
    return RecordPlan(plan["sfi"], plan["record"], plan["signed"], holds)
