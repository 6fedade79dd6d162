"""What the rules of consistency look at: a profile with every path of its applications as personalised."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.codec import dictionary, tlv
from conformance.codec.afl import Afl, AflError
from conformance.codec.tags import Tag
from conformance.sim.card.certification import held
from conformance.sim.card.paths import Way
from conformance.sim.card.personalisation import Particulars, finished_paths
from conformance.sim.card.state import Interface

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.codec.documents import ItemPath
    from conformance.crypto.laboratory import Laboratory
    from conformance.sim.card.image import Record
    from conformance.sim.card.personalisation import FinishedPath
    from conformance.sim.card.plan import ApplicationPlan, Holder, Profile

_WHOLE_RECORD_SIGNED_FROM_SFI = 11  # PB-6.1
_WAYS = {Way.QPBOC: "qPBOC", Way.DEBIT_CREDIT: "debit and credit", Way.CASH: "electronic cash"}
_KEYS = {Way.DEBIT_CREDIT: "debit_credit", Way.CASH: "electronic_cash"}


@dataclass(frozen=True)
class CheckedPath:
    """One path of one interface; `at` are the places of the file that speak of it, the closest first."""

    interface: Interface
    finished: FinishedPath
    at: tuple[ItemPath, ...]

    @property
    def name(self) -> str:
        with_sm = " with SM" if self.finished.sm else ""
        return f"{self.interface.value} {_WAYS[self.finished.way]}{with_sm}"

    @property
    def way(self) -> Way:
        return self.finished.way

    @property
    def elements(self) -> Mapping[int, bytes]:
        return self.finished.elements

    @property
    def records(self) -> Mapping[tuple[int, int], Record]:
        return self.finished.records

    @cached_property
    def afl(self) -> Afl | None:
        """The AFL, None where it is none."""
        try:
            return Afl.parse(self.elements[Tag.AFL])
        except (AflError, KeyError):
            return None

    @cached_property
    def listed(self) -> tuple[tuple[tuple[int, int], Record, bool], ...]:
        """Place, record and whether it is signed, of every record that the AFL names and the card has."""
        named = self.afl.records() if self.afl else ()
        return tuple(
            ((sfi, number), self.records[sfi, number], signed)
            for sfi, number, signed in named
            if (sfi, number) in self.records
        )

    @cached_property
    def static_data(self) -> bytes:
        """What a terminal collects for offline data authentication, by AFL and 9F4A (PB-6.1)."""
        signed = b""
        for (sfi, _), record, is_signed in self.listed:
            content = b"".join(encoded for _, encoded in record.objects)
            whole = tlv.encode(Tag.READ_RECORD_TEMPLATE, content)
            signed += (whole if sfi >= _WHOLE_RECORD_SIGNED_FROM_SFI else content) if is_signed else b""
        listed = self.elements.get(Tag.SDA_TAG_LIST, b"")
        return signed + b"".join(self.elements.get(tag, b"") for tag in listed)

    def read(self, tag: int) -> tuple[int, int] | None:
        """Where the AFL leads a terminal to an element, None where it leads to none."""
        return next(
            (place for place, record, _ in self.listed if tag in (each for each, _ in record.objects)), None
        )


@dataclass(frozen=True)
class CheckedApplication:
    """One application with its holder and all of its paths."""

    plan: ApplicationPlan
    holder: Holder
    paths: tuple[CheckedPath, ...]

    @property
    def name(self) -> str:
        return self.plan.name

    def of(self, interface: Interface) -> tuple[CheckedPath, ...]:
        return tuple(path for path in self.paths if path.interface is interface)


@dataclass(frozen=True)
class CheckedCard:
    """The whole card, and what certifies it."""

    profile: Profile
    applications: tuple[CheckedApplication, ...]
    authorities: Laboratory

    def place(self, application: str, at: tuple[ItemPath, ...], tag: int | None) -> ItemPath:
        """Where the file speaks of an element: the element itself, a record that holds it, or the path."""
        owner: ItemPath = ("applications", application)
        levels = (*at, owner)
        plan = next(each for each in self.profile.applications if each.name == application)
        if plan.is_image:
            holding = (dgi for dgi, tags in plan.holding if tag in tags)
            return next(((*owner, "data_groups", f"{dgi:04X}") for dgi in holding), (*owner, "data_groups"))
        if tag is None:
            return levels[0]
        for level in levels:
            if (found := self._element(level, tag)) is not None:
                return found
        for level in levels:
            if (found := self._holding(level, tag)) is not None:
                return found
        return levels[0]

    def _element(self, level: ItemPath, tag: int) -> ItemPath | None:
        plan = _item(self.profile.document.value, level)
        for name in reversed(plan.get("elements", {})):  # one's own stands behind what it inherits
            if _means(name, tag):
                return (*level, "elements", name)
        return None

    def _holding(self, level: ItemPath, tag: int) -> ItemPath | None:
        plan = _item(self.profile.document.value, level)
        for number, record in enumerate(plan.get("records", ())):
            names = record["holds"] if isinstance(record, dict) else ()
            for place, name in enumerate(names):
                if _means(name, tag):
                    return (*level, "records", number, "holds", place)
        return None


def checked_card(profile: Profile, authorities: Laboratory) -> CheckedCard:
    """Personalise every path of a profile, for looking at; ValueError where not even that can be done."""
    applications = []
    for plan in profile.applications:
        holder = profile.holder_of(plan)
        own = Particulars(holder)
        paths = tuple(
            CheckedPath(side, path, _at(plan.name, side, path))
            for side in plan.interfaces
            for path in finished_paths(profile.issuer, plan, own, side, authorities)
        )
        applications.append(CheckedApplication(plan, holder, paths))
    return CheckedCard(profile, tuple(applications), authorities)


def objects_of(record: Record) -> Iterator[int]:
    """The tags of a record, in its order."""
    return (tag for tag, _ in record.objects)


def size_of(elements: Mapping[int, bytes], record: Record) -> int:
    """Bytes of a record's content, with 9F4B and 9F5D as long as they get."""
    return sum(len(encoded) or len(held(elements, (tag,))) for tag, encoded in record.objects)


def _at(application: str, interface: Interface, path: FinishedPath) -> tuple[ItemPath, ...]:
    side: ItemPath = ("applications", application, interface.value)
    inner = _KEYS.get(path.way) if not _is_ordinary(interface, path.way) else None
    levels: list[ItemPath] = [side]
    if inner is not None:
        levels.insert(0, (*side, inner))
    if path.sm:
        levels.insert(0, (*side, "sm"))
        if inner is not None:
            levels.insert(0, (*side, "sm", inner))
    return tuple(levels)


def _is_ordinary(interface: Interface, way: Way) -> bool:
    return way is (Way.QPBOC if interface is Interface.CONTACTLESS else Way.DEBIT_CREDIT)


def _item(value: Any, path: ItemPath) -> dict[str, Any]:
    for part in path:
        value = value.get(part, {}) if isinstance(value, dict) else {}
    return value if isinstance(value, dict) else {}


def _means(name: str, tag: int) -> bool:
    found = dictionary.named(name)
    return name == f"{tag:02X}" if not found else tag in {each.tag for each in found}
