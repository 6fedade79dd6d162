"""Initiate and read an application on the contact interface (PB-2, PB-7.2, PB-7.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.afl import Afl, AflError
from conformance.codec.bits import Aip
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import pan_from_bytes
from conformance.kernel.answers import objects_of, one_of
from conformance.kernel.read import merged, read_record
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import asks_for, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.apdu import ResponseApdu
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

MANDATORY = (Tag.EXPIRATION_DATE, Tag.PAN, Tag.CDOL1, Tag.CDOL2)

_CONDITIONS_NOT_SATISFIED = 0x6985
_NO_PDOL = Dol((), 0)


def initiate_contact(card: CardLink, state: ContactTransaction) -> ContactTransaction | None:
    """GPO; None on 6985: the application leaves the candidate list and another is selected (2CA.030.05)."""
    pdol = checked(state.application.pdol or _NO_PDOL, "pdol")
    if asks_for(pdol, Tag.UNPREDICTABLE_NUMBER):
        state = state.with_fresh_number()
    sent = pdol.fill(state.values)
    response = card.exchange(apdu.get_processing_options(sent))
    if response.sw == _CONDITIONS_NOT_SATISFIED:
        return None
    return replace(state, card=read_options(response), pdol_sent=sent)


def read_application(card: CardLink, state: ContactTransaction) -> ContactTransaction:
    """Read every record of the AFL; terminates on a refusal and on an object that stands in two places."""
    places = tuple(_afl(state.card[Tag.AFL]).records())
    records = tuple(read_record(card, sfi, number) for sfi, number, _ in places)
    signed = tuple(record for record, (_, _, covered) in zip(records, places, strict=True) if covered)
    return replace(state, card=merged(state.card, records), records=records, signed=signed)


def require_mandatory(values: Mapping[int, bytes]) -> None:
    """5F24, 5A, 8C and 8D are there and 5A is a PAN; terminates otherwise (EMV Book 3 7.2)."""
    missing = next((tag for tag in MANDATORY if tag not in values), None)
    if missing is not None:
        raise TerminatedError("record-object-missing", tag_hex(missing))
    try:
        pan_from_bytes(values[Tag.PAN])
    except ValueError as error:
        raise TerminatedError("pan-malformed", str(error)) from None


def read_options(response: ResponseApdu) -> Mapping[int, bytes]:
    """AIP and AFL out of format 1 (80) or format 2 (77)."""
    answer = one_of(response, (Tag.RESPONSE_TEMPLATE_1, Tag.RESPONSE_TEMPLATE_2), "gpo")
    if answer.tag == Tag.RESPONSE_TEMPLATE_1:
        values: dict[int, bytes] = {Tag.AIP: answer.value[: Aip.SIZE], Tag.AFL: answer.value[Aip.SIZE :]}
    else:
        values = {tag: each.value for tag, each in objects_of(answer).items()}
    missing = next((tag for tag in (Tag.AIP, Tag.AFL) if tag not in values), None)
    if missing is not None:
        raise TerminatedError("gpo-object-missing", tag_hex(missing))
    if len(values[Tag.AIP]) != Aip.SIZE:
        raise TerminatedError("gpo-malformed", f"82: {values[Tag.AIP].hex().upper()}")
    return values


def _afl(value: bytes) -> Afl:
    try:
        return Afl.parse(value)
    except AflError as error:
        raise TerminatedError("afl-malformed", str(error)) from None
