"""GENERATE AC, first and second: request, answer in either format, CDA (PB-2, PB-6.1, PB-11.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.bits import Tsi, Tvr
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.kernel.answers import objects_of, one_of
from conformance.kernel.authentication import OdaFailedError, cda_failed, verify_combined
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import CdaState, Cryptogram, asks_for, dol_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.apdu import ResponseApdu
    from conformance.codec.tlv import Tlv
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

_COMBINED = 0x10
_KIND = 0xC0
_FORMAT_1_SHORTEST = 11  # CID, ATC, AC
_SIZES = {Tag.CID: 1, Tag.ATC: 2, Tag.AC: 8}
_RANKS = {Cryptogram.AAC: 0, Cryptogram.ARQC: 1, Cryptogram.TC: 2}


@dataclass(frozen=True, slots=True)
class _Answer:
    """Objects of the answer by tag, and their bytes as sent but for 9F4B."""

    values: Mapping[int, bytes]
    unsigned: bytes


def first_cryptogram(card: CardLink, state: ContactTransaction, request: Cryptogram) -> ContactTransaction:
    """First GENERATE AC with CDOL1 and a fresh number, after which TSI B1b6 is set (EMV Book 3 10.8)."""
    state = state.with_fresh_number()
    return _generate(card, state, request, Tag.CDOL1).performed(Tsi.CARD_RISK_MANAGEMENT)


def second_cryptogram(card: CardLink, state: ContactTransaction, request: Cryptogram) -> ContactTransaction:
    """Second GENERATE AC with CDOL2; terminates on another ARQC (PB-2)."""
    state = _generate(card, state, request, Tag.CDOL2)
    if state.cryptograms[-1] is Cryptogram.ARQC:
        raise TerminatedError("gac-cid", "ARQC in second GENERATE AC")
    return state


def with_tc_hash(state: ContactTransaction) -> ContactTransaction:
    """98 over the card's TDOL, else over the default one: TVR B5b8 (EMV Book 3 5.4, 9.2.2)."""
    raw = state.card.get(Tag.TDOL)
    if raw is None:
        state = state.found(Tvr.DEFAULT_TDOL)
        raw = state.terminal.default_tdol
    filled = dol_of(raw, "tdol").fill(state.values)
    return state.knowing({Tag.TC_HASH: hashlib.sha1(filled, usedforsecurity=False).digest()})


def _generate(
    card: CardLink, state: ContactTransaction, request: Cryptogram, list_tag: int
) -> ContactTransaction:
    dol = dol_of(state.card[list_tag], "cdol")
    if asks_for(dol, Tag.TC_HASH):
        state = with_tc_hash(state)
    combined = state.cda is CdaState.TO_DO and request is not Cryptogram.AAC
    sent = dol.fill(state.values)
    state = replace(state, cdol_sent=(*state.cdol_sent, sent))
    response = card.exchange(apdu.generate_ac(request.value | _COMBINED * combined, sent))
    answer = _read(response)
    granted = _granted(answer.values, request)
    state = replace(state, answer=answer.values, cryptograms=(*state.cryptograms, granted))
    state = state.did(f"GENERATE AC {len(state.cryptograms)}: {request.name} asked, {granted.name} given")
    return _checked(state, answer, combined=combined)


def _read(response: ResponseApdu) -> _Answer:
    """CID, ATC, AC and IAD in a row (80), or by tag (77)."""
    template = one_of(response, (Tag.RESPONSE_TEMPLATE_1, Tag.RESPONSE_TEMPLATE_2), "gac")
    if template.tag == Tag.RESPONSE_TEMPLATE_2:
        values = {tag: each.value for tag, each in objects_of(template).items()}
        return _sized(_Answer(values, _without_signature(response.data, template)))
    row = template.value
    if len(row) < _FORMAT_1_SHORTEST:
        raise TerminatedError("gac-malformed", f"80 of {len(row)} bytes")
    values = {Tag.CID: row[:1], Tag.ATC: row[1:3], Tag.AC: row[3:11], Tag.ISSUER_APPLICATION_DATA: row[11:]}
    return _sized(_Answer(values, b""))


def _sized(answer: _Answer) -> _Answer:
    """CID and ATC must be there, and they and the cryptogram must have their lengths."""
    for tag, size in _SIZES.items():
        value = answer.values.get(tag)
        if value is None and tag != Tag.AC:
            raise TerminatedError("gac-object-missing", tag_hex(tag))
        if value is not None and len(value) != size:
            raise TerminatedError("gac-malformed", f"{tag_hex(tag)}: {value.hex().upper()}")
    return answer


def _without_signature(raw: bytes, template: Tlv) -> bytes:
    """The bytes of the template's objects but 9F4B, as they came: the hash is over these (PB-11.2)."""
    ends = [*(child.offset for child in template.children[1:]), len(raw)]
    pairs = zip(template.children, ends, strict=True)
    return b"".join(
        raw[child.offset : end] for child, end in pairs if child.tag != Tag.SIGNED_DYNAMIC_APPLICATION_DATA
    )


def _granted(values: Mapping[int, bytes], request: Cryptogram) -> Cryptogram:
    """The kind in the CID; a card may give less than was asked for, never more (PB-11.1)."""
    kind = values[Tag.CID][0] & _KIND
    granted = next((each for each in Cryptogram if each.value == kind), None)
    if granted is None or _RANKS[granted] > _RANKS[request]:
        raise TerminatedError("gac-cid", f"{values[Tag.CID].hex().upper()} for {request.name}")
    return granted


def _checked(state: ContactTransaction, answer: _Answer, *, combined: bool) -> ContactTransaction:
    """Verify CDA where it was asked for; an AAC to such a request fails it too (2CC.122.00)."""
    if combined and state.cryptograms[-1] is not Cryptogram.AAC:
        try:
            cryptogram = verify_combined(state, answer.values, answer.unsigned)
        except OdaFailedError:
            return cda_failed(state)
        return replace(state, answer={**answer.values, Tag.AC: cryptogram}).performed(Tsi.ODA)
    if Tag.AC not in answer.values:
        raise TerminatedError("gac-object-missing", tag_hex(Tag.AC))
    return cda_failed(state) if combined else state
