"""Card profiles: what is personalised alike into every card of a kind, read from YAML (docs/cards.md).

A profile names data elements as a person does; `extends` lays it over another one. Nothing here knows a
certificate or one card's own numbers: `personalisation` makes an image of a profile.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.codec import dictionary, documents
from conformance.codec.documents import Document, DocumentError, DocumentErrors
from conformance.codec.names import instead, nearest
from conformance.codec.tags import Tag
from conformance.codec.values import fen, to_bcd
from conformance.crypto.keys import CardKeys
from conformance.crypto.rsa import RsaPrivateKey
from conformance.crypto.sm2_keys import Sm2PrivateKey
from conformance.sim.card import datagroups
from conformance.sim.card.capp import CAPP_CACHE
from conformance.sim.card.plan import (
    ApplicationPlan,
    CappFile,
    CappRecord,
    Holder,
    InterfacePlan,
    Issuer,
    PathPlan,
    Profile,
    RecordPlan,
    StripePlan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from conformance.codec.documents import ItemPath

Key = TypeVar("Key")


def shipped() -> Mapping[str, Traversable]:
    """The profiles that come with the suite, by name."""
    folder = files("conformance.sim.card") / "profiles"
    named = {entry.name.removesuffix(".yaml"): entry for entry in folder.iterdir()}
    return dict(sorted(named.items()))


def load(name: str) -> Profile:
    """Read a shipped profile, or the file of that path; ValueError with the nearest name when there is none.

    A file that breaks the format raises `documents.DocumentErrors`, with the line of every problem.
    """
    return _shipped(name) if name in shipped() else _profile(_named(name, Path(), ()))


def parse(text: str, source: str) -> Profile:
    """Read a profile's YAML text; raises `documents.DocumentErrors`."""
    return _profile(_extended(documents.parse(text, source), Path(source).parent, ()))


@cache
def _shipped(name: str) -> Profile:
    return _profile(_named(name, Path(), ()))


def _named(name: str, beside: Path, seen: tuple[str, ...]) -> Document:
    """The document of a profile and of all that it extends; `seen` are the names that led here."""
    path = beside / name
    known = shipped()
    if name in known:
        text, source = known[name].read_text(encoding="utf-8"), f"profiles/{name}.yaml"
    elif path.is_file():
        text, source = path.read_text(encoding="utf-8"), str(path)
    else:
        raise ValueError(f"there is no card profile {name!r}; {instead(name, known)}")
    return _extended(documents.parse(text, source), path.parent, (*seen, name))


def _extended(document: Document, beside: Path, seen: tuple[str, ...]) -> Document:
    base = document.value.get("extends") if isinstance(document.value, dict) else None
    if not isinstance(base, str):
        return document
    if base in seen:
        raise DocumentErrors(
            [document.problem(("extends",), "circle", f"closes a circle: {' -> '.join((*seen, base))}")]
        )
    try:
        return documents.extended(_named(base, beside, seen), document)
    except DocumentErrors:
        raise
    except ValueError as error:
        raise DocumentErrors([document.problem(("extends",), "unknown", f"leads nowhere: {error}")]) from None


@cache
def _schema() -> dict[str, Any]:
    text = (files("conformance.sim.card") / "profile.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _profile(document: Document) -> Profile:
    whole = _alike(document)
    documents.check(whole, _schema())
    return _Reading(whole).profile()


def _alike(document: Document) -> Document:
    """The document with every application that is `like` another one laid over that other one."""
    listed = document.value.get("applications") if isinstance(document.value, dict) else None
    names: dict[str, Any] = listed if isinstance(listed, dict) else {}
    for name, own in names.items():
        other = own.get("like") if isinstance(own, dict) else None
        if other is None:
            continue
        path: ItemPath = ("applications", name)
        if other not in names or other == name or "like" in names[other]:
            sentence = f"is {other}, which is no application here that stands for itself"
            raise DocumentErrors([document.problem((*path, "like"), "unknown", sentence)])
        document = documents.extended(documents.rooted(document, ("applications", other), path), document)
    if names:
        in_order = {name: document.value["applications"][name] for name in names}
        document = replace(document, value={**document.value, "applications": in_order})
    return document


class _Reading:
    """One pass over a checked document, noting every name and value that cannot be."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[DocumentError] = []
        self._shared: dict[ItemPath, tuple[RecordPlan, ...]] = {}

    def profile(self) -> Profile:
        content: dict[str, Any] = self.document.value
        stripe = content.get("stripe")
        read = Profile(
            name=content["card"],
            title=tuple(content.get("title", {}).items()),
            issuer=self.issuer(),
            holder=Holder(**content.get("holder", {})),
            stripe=None if stripe is None else StripePlan(**stripe),
            applications=tuple(self.application(name) for name in content["applications"]),
            document=self.document,
        )
        if self.problems:
            raise DocumentErrors(sorted(self.problems, key=lambda problem: (problem.source, problem.line)))
        return read

    def issuer(self) -> Issuer:
        """The issuer, whom a card needs not that is given as finished images alone."""
        content: dict[str, Any] = self.document.value
        if "issuer" in content:
            return Issuer(**content["issuer"])
        if not all("data_groups" in plan for plan in content["applications"].values()):
            self.note(("issuer",), "missing", "is missing, who certifies the applications that are no images")
        return Issuer("", "", "", "")

    def application(self, name: str) -> ApplicationPlan:
        path: ItemPath = ("applications", name)
        plan: dict[str, Any] = self.document.value["applications"][name]
        if "data_groups" in plan:
            return self.finished(name, plan, (*path, "data_groups"))
        common = {int(Tag.AID): bytes.fromhex(plan["aid"])} | self.elements(plan, path)
        return ApplicationPlan(
            name=name,
            contactless=self.interface(plan, path, "contactless", common),
            contact=self.interface(plan, path, "contact", common),
            holder=tuple(plan.get("holder", {}).items()),
            icc_key=self.key(_rsa_key, plan, (*path, "icc_key")),
            sm_icc_key=self.key(_sm2_key, plan, (*path, "sm_icc_key")),
            keys=_keys(plan.get("keys")),
            sm_keys=_keys(plan.get("sm_keys")),
            pin=plan.get("pin"),
            pin_change_key=plan.get("pin_change_key", "enc"),
            capp_files=tuple(map(_capp_file, plan.get("capp_files", ()))),
            capp_cache=plan.get("capp_cache", CAPP_CACHE),
            script_mac_limit=plan.get("script_mac_limit"),
        )

    def finished(self, name: str, plan: dict[str, Any], path: ItemPath) -> ApplicationPlan:
        """An application that is given as finished data groups."""
        groups = {int(dgi, 16): bytes.fromhex(content) for dgi, content in plan["data_groups"].items()}

        def note(dgi: int | None, sentence: str) -> None:
            self.note(path if dgi is None else (*path, f"{dgi:04X}"), "image", sentence)

        image = datagroups.read(bytes.fromhex(plan["aid"]), groups, note)
        return ApplicationPlan(name, **{each.name: getattr(image, each.name) for each in fields(image)})

    def interface(
        self, plan: dict[str, Any], path: ItemPath, name: str, common: Mapping[int, bytes]
    ) -> InterfacePlan | None:
        """An interface's paths, each with the elements of what it stands in and its own over them."""
        if name not in plan:
            return None
        own, at = plan[name], (*path, name)
        elements = {**common, **self.elements(own, at)}
        paths = self.paths(own, at, elements)
        if "sm" in own:
            sm_elements = {**elements, **self.elements(own["sm"], (*at, "sm"))}
            paths = replace(paths, sm=self.paths(own["sm"], (*at, "sm"), sm_elements))
        return paths

    def paths(self, plan: dict[str, Any], at: ItemPath, elements: Mapping[int, bytes]) -> InterfacePlan:
        """The ordinary path of an interface, which is qPBOC in the field, and those that stand in it."""
        ordinary = PathPlan(tuple(elements.items()), self.records(plan, at))
        cash = self.path(plan, at, "electronic_cash", elements)
        if "contactless" in at:
            return InterfacePlan(ordinary, self.path(plan, at, "debit_credit", elements), cash)
        return InterfacePlan(None, ordinary, cash)

    def path(
        self, plan: dict[str, Any], at: ItemPath, name: str, elements: Mapping[int, bytes]
    ) -> PathPlan | None:
        """The path of that name with its own elements over these; None where there is none such."""
        if name not in plan:
            return None
        together = {**elements, **self.elements(plan[name], (*at, name))}
        return PathPlan(tuple(together.items()), self.records(plan[name], (*at, name)))

    def elements(self, plan: Mapping[str, Any], path: ItemPath) -> dict[int, bytes]:
        """The elements by tag; one of the file's own counts before one that it inherits by another name."""
        found: dict[int, bytes] = {}
        places: dict[int, ItemPath] = {}
        for name, value in plan.get("elements", {}).items():
            at: ItemPath = (*path, "elements", name)
            for tag in self.tag(name, at):
                if tag == Tag.AID:
                    self.note(at, "duplicate", "is the AID, which stands under aid")
                elif tag in places and self.inherited(at) == self.inherited(places[tag]):
                    self.note(at, "duplicate", "stands twice, by two names")
                if tag not in places or self.inherited(places[tag]):
                    found[tag], places[tag] = self.value(value, tag, at), at
        return found

    def inherited(self, at: ItemPath) -> bool:
        return at in self.document.inherited

    def note(self, at: ItemPath, code: str, sentence: str, nearest: str | None = None) -> None:
        self.problems.append(self.document.problem(at, code, sentence, nearest))

    def value(self, value: str | dict[str, str], tag: int, at: ItemPath) -> bytes:
        if isinstance(value, str):
            return bytes.fromhex(value)
        known = dictionary.element(tag)
        form, length = (known.format, known.maximum) if known else ("b", 0)
        if "text" in value and form in ("a", "an", "ans"):
            return value["text"].encode("ascii")
        if "yuan" in value and (form, length) == ("n", 6):
            return to_bcd(fen(value["yuan"]), length)
        self.note(at, "form", f"has format {form}, and takes quoted hex instead of {next(iter(value))}")
        return b""

    def key(self, make: Callable[[Any], Key], plan: dict[str, Any], at: ItemPath) -> Key | None:
        """The key of that name, None where there is none or it cannot be one."""
        if at[-1] not in plan:
            return None
        try:
            return make(plan[at[-1]])
        except ValueError as error:
            self.note(at, "key", f"is no key: {error}")
            return None

    def records(self, plan: Mapping[str, Any], path: ItemPath) -> tuple[RecordPlan, ...]:
        """A path's records in AFL order; a place alone stands for the application's record there."""
        shared = {each.place: each for each in self.shared(path[:2])}
        found = []
        for number, each in enumerate(plan["records"]):
            at: ItemPath = (*path, "records", number)
            if not isinstance(each, str):
                found.append(self.record(each, at))
            elif each in shared:
                found.append(shared[each])
            else:
                known = ", ".join(shared) or "none"
                self.note(at, "unknown", f"is {each}, which is no record of the application's own ({known})")
            if self._signed_late(found):
                self.note(
                    at, "order", "is signed, and follows one of its file that is not: an AFL cannot say so"
                )
        return tuple(found)

    @staticmethod
    def _signed_late(records: list[RecordPlan]) -> bool:
        """The last record is signed, and the one before it in the same run of its file is not."""
        if len(records) < 2:
            return False
        before, last = records[-2:]
        follows = (before.sfi, before.record + 1) == (last.sfi, last.record)
        return follows and last.signed and not before.signed

    def shared(self, path: ItemPath) -> tuple[RecordPlan, ...]:
        """The records that an application gives for all of its paths; their problems are noted once."""
        if path not in self._shared:
            listed = self.document.value["applications"][path[1]].get("records", ())
            self._shared[path] = tuple(
                self.record(each, (*path, "records", number)) for number, each in enumerate(listed)
            )
        return self._shared[path]

    def record(self, plan: dict[str, Any], path: ItemPath) -> RecordPlan:
        holds = tuple(
            tag for place, name in enumerate(plan["holds"]) for tag in self.tag(name, (*path, "holds", place))
        )
        return RecordPlan(plan["sfi"], plan["record"], plan.get("signed", False), holds)

    def tag(self, name: str, at: ItemPath) -> Iterator[int]:
        """The tag that a name stands for, or none and a problem."""
        found = dictionary.named(name)
        if len(found) == 1:
            yield found[0].tag
        elif found:
            several = " or ".join(f"{each.tag:02X} {each.name_en}" for each in found)
            self.note(at, "ambiguous", f"may be {several}; write the tag")
        elif _is_own_tag(name):
            yield int(name, 16)
        else:
            close = nearest(name, dictionary.names())
            self.note(at, "unknown", f"is no data element that the suite knows: {name}", close)


def _is_own_tag(name: str) -> bool:
    """A tag of the issuer's own that the dictionary lacks: 9F50 to 9F7F, or DF and one byte."""
    try:
        raw = bytes.fromhex(name)
    except ValueError:
        return False
    return len(raw) == 2 and (raw[0] == 0xDF or (raw[0] == 0x9F and 0x50 <= raw[1] <= 0x7F))


def _keys(keys: dict[str, str] | None) -> CardKeys | None:
    return None if keys is None else CardKeys(*(bytes.fromhex(keys[use]) for use in ("ac", "mac", "enc")))


def _rsa_key(key: dict[str, str]) -> RsaPrivateKey:
    return RsaPrivateKey(*(int(key[name], 16) for name in ("p", "q", "exponent")))


def _sm2_key(number: str) -> Sm2PrivateKey:
    return Sm2PrivateKey(int(number, 16))


def _capp_file(plan: dict[str, Any]) -> CappFile:
    records = tuple(
        CappRecord(bytes.fromhex(each["management_key"]), bytes.fromhex(each["content"]))
        for each in plan.get("records", ())
    )
    return CappFile(
        sfi=plan["sfi"],
        record_length=plan["record_length"],
        open_key=bytes.fromhex(plan["open_key"]),
        size=plan.get("size", 0),
        cyclic_records=plan.get("cyclic_records", 0),
        records=records,
    )
