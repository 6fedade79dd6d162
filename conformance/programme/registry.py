"""Reads units.yaml, sites.yaml and deployments.yaml: who is there, where, and what is installed (design 8).

Every row carries its certainty and its source, and names only what the other files hold. A synthetic row is
refused in a real programme, and only synthetic rows stand in a synthetic one, so that the two never mix.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.codec.names import nearest
from conformance.model.programme import Certainty, Deployment, DeviceGroup, Firmware, Site, Unit, Validity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from conformance.codec.documents import Document, DocumentError


def units(document: Document) -> tuple[Unit, ...]:
    """Build the units from a document that has been let pass."""
    return tuple(
        Unit(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            validity=_validity(row),
            successor=row.get("successor"),
            certainty=Certainty(row["certainty"]),
            source=row["source"],
        )
        for row in document.value["units"]
    )


def sites(document: Document) -> tuple[Site, ...]:
    """Build the sites from a document that has been let pass."""
    return tuple(
        Site(
            id=row["id"],
            name=row["name"],
            sector=row["sector"],
            kind=row["kind"],
            milestone=row["milestone"],
            division=row["division"],
            managed_by=row.get("managed_by"),
            validity=_validity(row),
            certainty=Certainty(row["certainty"]),
            source=row["source"],
        )
        for row in document.value["sites"]
    )


def deployments(document: Document) -> tuple[Deployment, ...]:
    """Build the deployments from a document that has been let pass."""
    return tuple(
        Deployment(
            id=row["id"],
            site=row["site"],
            unit=row["unit"],
            groups=tuple(_group(group) for group in row["groups"]),
            certainty=Certainty(row["certainty"]),
            source=row["source"],
        )
        for row in document.value["deployments"]
    )


def unit_problems(document: Document, *, synthetic: bool) -> Iterator[DocumentError]:
    """Find units named twice, successors that are not there, codes given to what has none."""
    names = [row["id"] for row in document.value["units"]]
    yield from _rows(document, "units", synthetic=synthetic)
    for index, row in enumerate(document.value["units"]):
        path = ("units", index)
        yield from _known(document, (*path, "successor"), row.get("successor"), names)
        if (row["kind"] == "division") != ("-" not in row["id"]):
            sentence = f'is "{row["id"]}": a division has a bare code, anything else a local suffix'
            yield document.problem((*path, "id"), "code", sentence)


def site_problems(
    document: Document, unit_names: Collection[str], milestone_names: Collection[str], *, synthetic: bool
) -> Iterator[DocumentError]:
    """Find sites that name a unit or a milestone that is not there."""
    yield from _rows(document, "sites", synthetic=synthetic)
    for index, row in enumerate(document.value["sites"]):
        path = ("sites", index)
        yield from _known(document, (*path, "milestone"), row["milestone"], milestone_names)
        yield from _known(document, (*path, "division"), row["division"], unit_names)
        yield from _known(document, (*path, "managed_by"), row.get("managed_by"), unit_names)


def deployment_problems(
    document: Document, unit_names: Collection[str], site_names: Collection[str], *, synthetic: bool
) -> Iterator[DocumentError]:
    """Find deployments at no known site, groups named twice, firmware days out of order."""
    yield from _rows(document, "deployments", synthetic=synthetic)
    for index, row in enumerate(document.value["deployments"]):
        path = ("deployments", index)
        yield from _known(document, (*path, "site"), row["site"], site_names)
        yield from _known(document, (*path, "unit"), row["unit"], unit_names)
        yield from _repeated(document, (*path, "groups"), row["groups"])
        for place, group in enumerate(row["groups"]):
            days = [each["since"] for each in group["firmware"]]
            if days != sorted(set(days)):
                sentence = "is not in the order of its days, or has two versions since one day"
                yield document.problem((*path, "groups", place, "firmware"), "order", sentence)


def _rows(document: Document, key: str, *, synthetic: bool) -> Iterator[DocumentError]:
    yield from _repeated(document, (key,), document.value[key])
    for index, row in enumerate(document.value[key]):
        if (row["certainty"] == "SYNTHETIC") != synthetic:
            kind = "synthetic" if synthetic else "real"
            sentence = f"is {row['certainty']}, which a {kind} programme does not take"
            yield document.problem((key, index, "certainty"), "certainty", sentence)


def _repeated(
    document: Document, path: tuple[str | int, ...], rows: list[Mapping[str, Any]]
) -> Iterator[DocumentError]:
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row["id"] in seen:
            sentence = f'is "{row["id"]}", as an earlier one is'
            yield document.problem((*path, index, "id"), "duplicate", sentence)
        seen.add(row["id"])


def _known(
    document: Document, path: tuple[str | int, ...], name: str | None, names: Collection[str]
) -> Iterator[DocumentError]:
    if name is not None and name not in names:
        yield document.problem(path, "unknown-name", f'is "{name}", which is not there', nearest(name, names))


def _validity(row: Mapping[str, Any]) -> Validity:
    given = row.get("validity", {})
    return Validity(**{**given, "certainty": Certainty(given["certainty"])}) if given else Validity()


def _group(row: Mapping[str, Any]) -> DeviceGroup:
    return DeviceGroup(
        id=row["id"],
        product=row["product"],
        count=row["count"],
        firmware=tuple(
            Firmware(each["version"], date.fromisoformat(each["since"]), each.get("digest"))
            for each in row["firmware"]
        ),
        withdrawn=date.fromisoformat(row["withdrawn"]) if "withdrawn" in row else None,
    )
