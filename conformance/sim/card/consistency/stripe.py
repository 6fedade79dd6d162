"""Consistency between what a card says in several places: track 2, stripe, applications beside each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.values import Track2, pan_from_bytes
from conformance.sim.card.selection import RID_LENGTH

if TYPE_CHECKING:
    from conformance.codec.documents import ItemPath
    from conformance.sim.card.consistency.rule import Faults
    from conformance.sim.card.consistency.subject import CheckedApplication, CheckedCard, CheckedPath

_TRACK1 = re.compile(r"B(\d{1,19})\^([^^]{2,26})\^(\d{4})(\d{3})([^?%]*)")
_TRACK2 = re.compile(r"(\d{1,19})=(\d{4})(\d{3})(\d*)")
_LONGEST_TRACK1 = 76  # without sentinels and LRC
_LONGEST_TRACK2 = 37
_WITH_CHIP = ("2", "6")


def track2_form(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001  rules look alike
    value = path.elements.get(Tag.TRACK2)
    if value is not None and _track2(path) is None:
        yield Tag.TRACK2, f"(57) is {value.hex().upper()}, not PAN, D, YYMM, service code, digits"


def track2_pan(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    track, pan = _track2(path), _pan(path)
    if track and pan is not None and track.pan != pan:
        yield Tag.TRACK2, "(57) has another PAN than 5A"


def track2_expiry(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    track, expires = _track2(path), path.elements.get(Tag.EXPIRATION_DATE, b"").hex()[:4]
    if track and expires and track.expiry != expires:
        yield Tag.EXPIRATION_DATE, f"(5F24) begins with {expires}, and track 2 (57) says {track.expiry}"


def track2_service_code(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    track, code = _track2(path), path.elements.get(Tag.SERVICE_CODE, b"").hex()[1:]
    if track and code and track.service_code != code:
        yield Tag.SERVICE_CODE, f"(5F30) is {code}, and track 2 (57) says {track.service_code}"


def stripe_track1_form(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    track = card.profile.stripe and card.profile.stripe.track1
    if track and (not _TRACK1.fullmatch(track) or len(track) > _LONGEST_TRACK1):
        yield (
            _AT_1,
            f"is no track 1 of at most {_LONGEST_TRACK1}: B, PAN, ^, name, ^, YYMM, service code, rest",
        )


def stripe_track2_form(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    track = card.profile.stripe and card.profile.stripe.track2
    if track and (not _TRACK2.fullmatch(track) or len(track) > _LONGEST_TRACK2):
        yield _AT_2, f"is no track 2 of at most {_LONGEST_TRACK2}: PAN, =, YYMM, service code, digits"


def stripe_and_chip(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    """PAN, expiry and service code are the same on the stripe and in the chip of the first application."""
    for at, stripe in _stripes(card):
        chip = _chip(card)
        if chip is None:
            continue
        for what, said, meant in (
            ("PAN", stripe[0], chip.pan),
            ("expiry", stripe[1], chip.expiry),
            ("service code", stripe[2], chip.service_code),
        ):
            if said != meant:
                shown = "" if what == "PAN" else f" ({said} instead of {meant})"
                yield at, f"has another {what} than the chip's track 2 (57){shown}"


def stripe_name(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    track = card.profile.stripe and card.profile.stripe.track1
    found = _TRACK1.fullmatch(track or "")
    name = card.applications[0].paths[0].elements.get(Tag.CARDHOLDER_NAME)
    if found and name and found[2].rstrip() != name.decode("ascii", "replace").rstrip():
        yield _AT_1, "has another name than the chip (5F20)"


def service_code_of_a_chip(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    chip = _chip(card)
    if chip is not None and not chip.service_code.startswith(_WITH_CHIP):
        yield ("issuer", "service_code"), f"is {chip.service_code}; with a chip it begins with 2 or 6"


def aid_twice(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    seen: dict[bytes, str] = {}
    for each in card.applications:
        aid = _aid(each)
        if aid in seen:
            yield _of(each, "aid"), f"is {aid.hex().upper()}, which {seen[aid]} has already"
        seen.setdefault(aid, each.name)


def aid_hidden(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    """A name that begins like an earlier application's whole name finds that one first (PB-1)."""
    for number, each in enumerate(card.applications):
        for before in card.applications[:number]:
            longer, shorter = _aid(before), _aid(each)
            if longer != shorter and longer.startswith(shorter):
                sentence = f"begins the AID of {before.name}, which stands before it: it is never found first"
                yield _of(each, "aid"), sentence


def aid_registered(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    for each in card.applications:
        if _aid(each)[:RID_LENGTH] != _RID:
            yield _of(each, "aid"), f"does not begin with {_RID.hex().upper()}, the RID of PBOC"


def priority_twice(card: CheckedCard, whole: CheckedCard) -> Faults:  # noqa: ARG001
    seen: dict[int, str] = {}
    for each in card.applications:
        value = each.paths[0].elements.get(Tag.APPLICATION_PRIORITY_INDICATOR, b"\0")
        priority = value[-1] & 0x0F
        if priority and priority in seen:
            yield _of(each), f"has priority {priority} (87), as {seen[priority]} has"
        seen.setdefault(priority, each.name)


def label_missing(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if Tag.APPLICATION_LABEL not in path.elements:
        yield None, "has no label (50), which the directory and the cardholder's screen show"


def preferred_name(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if Tag.APPLICATION_PREFERRED_NAME in path.elements and Tag.ISSUER_CODE_TABLE_INDEX not in path.elements:
        yield (
            Tag.APPLICATION_PREFERRED_NAME,
            "(9F12) is there without the code table (9F11) that it is written in",
        )


def keys_alike(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    keys = path.finished.security.keys
    if len({keys.ac, keys.mac, keys.enc}) < 3:
        name = "sm_keys" if path.finished.sm else "keys"
        yield ("applications", path.at[-1][1], name), "are not three different ones"


def key_halves(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    """3DES with two halves alike is single DES."""
    keys = path.finished.security.keys
    if not path.finished.sm and any(key[:8] == key[8:] for key in (keys.ac, keys.mac, keys.enc)):
        yield ("applications", path.at[-1][1], "keys"), "hold one whose halves are alike: that is single DES"


_RID = bytes.fromhex("A000000333")
_AT_1: ItemPath = ("stripe", "track1")
_AT_2: ItemPath = ("stripe", "track2")


def _stripes(card: CheckedCard) -> list[tuple[ItemPath, tuple[str, str, str]]]:
    """PAN, expiry and service code of each track that can be read."""
    stripe = card.profile.stripe
    first = _TRACK1.fullmatch((stripe and stripe.track1) or "")
    second = _TRACK2.fullmatch((stripe and stripe.track2) or "")
    found: list[tuple[ItemPath, tuple[str, str, str]]] = []
    if first:
        found.append((_AT_1, (first[1], first[3], first[4])))
    if second:
        found.append((_AT_2, (second[1], second[2], second[3])))
    return found


def _chip(card: CheckedCard) -> Track2 | None:
    return _track2(card.applications[0].paths[0])


def _track2(path: CheckedPath) -> Track2 | None:
    try:
        return Track2.parse(path.elements.get(Tag.TRACK2, b""))
    except ValueError:
        return None


def _pan(path: CheckedPath) -> str | None:
    try:
        return pan_from_bytes(path.elements.get(Tag.PAN, b""))
    except ValueError:
        return None


def _aid(application: CheckedApplication) -> bytes:
    return application.paths[0].elements[Tag.AID]


def _of(application: CheckedApplication, *more: str) -> ItemPath:
    return ("applications", application.name, *more)
