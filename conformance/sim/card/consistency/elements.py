"""Consistency of single elements: there, as long and of the form as they have to be; DOLs of known tags."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from conformance.codec import dictionary
from conformance.codec.dol import Dol, DolError
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import from_bcd
from conformance.sim.card.paths import Way
from conformance.sim.card.personalisation import REQUIRED
from conformance.sim.card.state import Interface

if TYPE_CHECKING:
    from conformance.sim.card.consistency.rule import Faults
    from conformance.sim.card.consistency.subject import CheckedCard, CheckedPath

DOLS = (Tag.PDOL, Tag.CDOL1, Tag.CDOL2, Tag.DDOL, Tag.LOG_FORMAT, Tag.LOAD_LOG_FORMAT)
_ASKED_FOR = (Tag.PDOL, Tag.CDOL1, Tag.CDOL2, Tag.DDOL)
_DATES = (Tag.EXPIRATION_DATE, Tag.EFFECTIVE_DATE)
_CVN_01 = (
    Tag.AMOUNT_AUTHORISED,
    Tag.AMOUNT_OTHER,
    Tag.TERMINAL_COUNTRY,
    Tag.TVR,
    Tag.TRANSACTION_CURRENCY,
    Tag.TRANSACTION_DATE,
    Tag.TRANSACTION_TYPE,
    Tag.UNPREDICTABLE_NUMBER,
)
_CVN_17 = (Tag.AMOUNT_AUTHORISED, Tag.UNPREDICTABLE_NUMBER)
_CVNS = {0x01: _CVN_01, 0x11: _CVN_17}
_ALGORITHMS = (0x01, 0x04)
_SIGNED_AS = {False: 0x01, True: 0x04}
_IDD_NEEDS = {1: Tag.EC_BALANCE, 3: Tag.EC_BALANCE, 4: Tag.CTTAL}
_LONGEST_SHORT_NAME = 26
_CENTURY_PIVOT = 50  # EMV Book 4 6.7.3


def missing(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001  rules look alike
    for tag in REQUIRED[path.interface]:
        if tag not in path.elements:
            yield None, f"lacks {named(tag)}"


def length(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag, value in path.elements.items():
        known = dictionary.element(tag)
        if known and not known.minimum <= len(value) <= known.maximum:
            wanted = (
                f"{known.minimum}"
                if known.minimum == known.maximum
                else f"{known.minimum} to {known.maximum}"
            )
            yield tag, f"({tag_hex(tag)}) has {len(value)} bytes instead of {wanted}"


def digits(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag, value in path.elements.items():
        known = dictionary.element(tag)
        text = value.hex().rstrip("f") if known and known.format == "cn" else value.hex()
        if known and known.format in ("n", "cn") and not text.isdecimal() and value:
            yield tag, f"({tag_hex(tag)}) is {value.hex().upper()}, and takes decimal digits alone"


def of_the_terminal(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in path.elements:
        known = dictionary.element(tag)
        if known and known.source != "card":
            yield tag, f"({tag_hex(tag)}) comes from the {known.source}, never from a card"


def dol_malformed(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in DOLS:
        try:
            Dol.parse(path.elements.get(tag, b""))
        except DolError as error:
            yield tag, f"({tag_hex(tag)}) is no list of tags and lengths: {error}"


def dol_unknown_tag(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in DOLS:
        for entry in dol_of(path, tag).entries:
            if dictionary.element(entry.tag) is None:
                yield tag, f"({tag_hex(tag)}) asks for {tag_hex(entry.tag)}, which is no known data element"


def dol_length(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in DOLS:
        for entry in dol_of(path, tag).entries:
            known = dictionary.element(entry.tag)
            if known and known.maximum < entry.length:
                sentence = f"asks for {entry.length} bytes of {named(entry.tag)}, which has {known.maximum}"
                yield tag, f"({tag_hex(tag)}) {sentence}"


def dol_asks_for_the_card_s_own(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in _ASKED_FOR:
        for entry in dol_of(path, tag).entries:
            known = dictionary.element(entry.tag)
            if known and known.source == "card":
                yield tag, f"({tag_hex(tag)}) asks the terminal for {named(entry.tag)}, which the card has"


def dol_twice(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in DOLS:
        asked = [entry.tag for entry in dol_of(path, tag).entries]
        for each in sorted({each for each in asked if asked.count(each) > 1}):
            yield tag, f"({tag_hex(tag)}) asks for {named(each)} twice"


def cryptogram_inputs(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    """What the cryptogram covers has to be asked for: in the PDOL of qPBOC, else in both CDOLs."""
    template = path.elements.get(Tag.ISSUER_APPLICATION_DATA, b"")
    needed = _CVNS.get(template[2] if len(template) > 2 else 0, ())
    for tag in (Tag.PDOL,) if path.way is Way.QPBOC else (Tag.CDOL1, Tag.CDOL2):
        asked = {entry.tag for entry in dol_of(path, tag).entries}
        lacking = [named(each) for each in needed if each not in asked]
        if lacking and tag in path.elements:
            yield tag, f"({tag_hex(tag)}) does not ask for {', '.join(lacking)}, which the cryptogram covers"


def response_code(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    asked = {entry.tag for entry in dol_of(path, Tag.CDOL2).entries}
    if Tag.CDOL2 in path.elements and Tag.AUTHORISATION_RESPONSE_CODE not in asked:
        yield (
            Tag.CDOL2,
            "(8D) does not ask for the authorisation response code (8A), by which the card decides",
        )


def qualifiers_in_pdol(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    asked = {entry.tag for entry in dol_of(path, Tag.PDOL).entries}
    if path.interface is Interface.CONTACTLESS and Tag.TTQ not in asked and Tag.PDOL in path.elements:
        yield Tag.PDOL, "(9F38) does not ask for the TTQ (9F66), by which a contactless card chooses its path"


def cash_in_pdol(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    asked = {entry.tag for entry in dol_of(path, Tag.PDOL).entries}
    needed = (Tag.EC_TERMINAL_SUPPORT, Tag.AMOUNT_AUTHORISED, Tag.TRANSACTION_CURRENCY)
    lacking = [named(each) for each in needed if each not in asked]
    if path.way is Way.CASH and lacking:
        yield (
            Tag.PDOL,
            f"(9F38) does not ask for {', '.join(lacking)}, without which no electronic cash is paid",
        )


def sm_in_pdol(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    asked = {entry.tag for entry in dol_of(path, Tag.PDOL).entries}
    if path.finished.sm and Tag.SM_SUPPORT not in asked:
        yield Tag.PDOL, "(9F38) does not ask for DF69, so that no terminal ever reaches the SM side"


def issuer_data_form(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    value = path.elements.get(Tag.ISSUER_APPLICATION_DATA)
    if value is None:
        return
    identified = len(value) == 10 and value[8:9] in (b"\x0a", b"\x0f") and 1 <= value[9] <= 5
    if value[0:1] != b"\x07" or value[3:4] != b"\x03" or not (len(value) == 8 or identified):
        yield (
            Tag.ISSUER_APPLICATION_DATA,
            f"(9F10) is {value.hex().upper()} instead of 07 DKI CVN 03 00 00 00 algorithm [length id]",
        )


def issuer_data_version(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    value = path.elements.get(Tag.ISSUER_APPLICATION_DATA, b"")
    if len(value) >= 8 and value[2] not in _CVNS:
        yield (
            Tag.ISSUER_APPLICATION_DATA,
            f"(9F10) names cryptogram version {value[2]:02X}; there are 01 and 11",
        )


def issuer_data_algorithm(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    value = path.elements.get(Tag.ISSUER_APPLICATION_DATA, b"")
    if len(value) >= 8 and value[7] not in _ALGORITHMS:
        yield Tag.ISSUER_APPLICATION_DATA, f"(9F10) names algorithm {value[7]:02X}; 01 is 3DES, 04 is SM4"


def issuer_data_amounts(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    value = path.elements.get(Tag.ISSUER_APPLICATION_DATA, b"")
    needed = _IDD_NEEDS.get(value[9]) if len(value) == 10 else None
    if needed is not None and needed not in path.elements:
        yield (
            Tag.ISSUER_APPLICATION_DATA,
            f"(9F10) shows {named(needed)} by IDD {value[9]:02X}, which is not there",
        )


def name_length(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if Tag.CARDHOLDER_NAME in path.elements and Tag.CARDHOLDER_NAME_EXTENDED in path.elements:
        yield Tag.CARDHOLDER_NAME, "(5F20) stands beside 9F0B; a name above 26 bytes goes into 9F0B entirely"


def dates(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag in _DATES:
        value = path.elements.get(tag)
        if value is not None and value.hex().isdecimal() and day(value) is None:
            yield tag, f"({tag_hex(tag)}) is {value.hex()}, which is no day of any year"


def effective_after_expiry(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    expires, effective = (day(path.elements.get(tag, b"")) for tag in _DATES)
    if expires and effective and effective > expires:
        yield Tag.EFFECTIVE_DATE, f"(5F25) is {effective}, after the card's expiry (5F24) of {expires}"


def day(value: bytes) -> date | None:
    """The day that YYMMDD means, None where it means none."""
    text = value.hex()
    if len(text) != 6 or not text.isdecimal():
        return None
    year, month, number = (int(text[at : at + 2]) for at in (0, 2, 4))
    try:
        return date(year + (2000 if year < _CENTURY_PIVOT else 1900), month, number)
    except ValueError:
        return None


def amount(path: CheckedPath, tag: int) -> int | None:
    """An n12 element in fen, None where there is none or it is none."""
    value = path.elements.get(tag)
    return from_bcd(value) if value is not None and value.hex().isdecimal() else None


def dol_of(path: CheckedPath, tag: int) -> Dol:
    """The list of that tag; an empty one where there is none or it is none."""
    try:
        return Dol.parse(path.elements.get(tag, b""))
    except DolError:
        return Dol((), 0)


def named(tag: int) -> str:
    """As a card person says it: "Track 2 equivalent data (57)"."""
    known = dictionary.element(tag)
    return f"{known.name_en.partition(' (')[0]} ({tag_hex(tag)})" if known else tag_hex(tag)
