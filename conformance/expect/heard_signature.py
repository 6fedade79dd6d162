"""A card's dynamic signature in transactions that were overheard, under CA keys that are known (PB-6.1, 6.2).

The published keys of UnionPay, those of the laboratory in use, and the demonstration's. A session whose CA
key is not among them, or that does not show the whole chain, says nothing of the signature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.values import Track2, pan_from_bytes
from conformance.crypto import authority, laboratory
from conformance.crypto.certificates import (
    CertificateError,
    fdda_terminal_data,
    recover_icc,
    recover_issuer,
    verify_sdad,
)
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.crypto.rsa import RsaPublicKey
    from conformance.expect.heard import Heard, Said

_CHAIN = (
    Tag.CA_PUBLIC_KEY_INDEX,
    Tag.ISSUER_PUBLIC_KEY_CERTIFICATE,
    Tag.ISSUER_PUBLIC_KEY_EXPONENT,
    Tag.ICC_PUBLIC_KEY_CERTIFICATE,
    Tag.ICC_PUBLIC_KEY_EXPONENT,
)
_SM_ISSUER = 142  # bytes of an SM2 issuer certificate, which hides nothing (PB-6.3)
_VERSION_01 = 0x80  # TTQ byte 4, bit 8
_BARE_UP_TO_SFI = 10  # up to here a signed record counts without its template (PB-6.1)
_AIP_TOO = bytes((Tag.AIP,))


def signature_told(heard: Sequence[Heard], *, ref: str) -> None:
    """The answer to INTERNAL AUTHENTICATE, or in the field 9F4B of qPBOC, verifies under the card's chain."""
    for each in heard:
        ca_key = _ca_key(each)
        if ca_key is None or not _whole(each):
            continue
        for said, signature, signed in _signed(each):
            observed = _observed(each, ca_key, signature, signed)
            judge(
                "fdda-not-verified",
                held=observed == "verified",
                ref=ref,
                expected="verified",
                observed=observed,
                where=Where(exchange=said.number, path="9F4B"),
                arguments={"signed": signed.hex().upper()},
            )


def _observed(heard: Heard, ca_key: RsaPublicKey, signature: bytes, signed: bytes) -> str:
    try:
        verify_sdad(_icc_key(heard, ca_key), signature, signed)
    except CertificateError as error:
        return f"{error.object} {error.check}: {error.observed}"
    return "verified"


def _icc_key(heard: Heard, ca_key: RsaPublicKey) -> RsaPublicKey:
    value, pan = heard.shown.get, _pan(heard)
    issuer = recover_issuer(
        ca_key,
        heard.shown[Tag.ISSUER_PUBLIC_KEY_CERTIFICATE],
        value(Tag.ISSUER_PUBLIC_KEY_REMAINDER, b""),
        heard.shown[Tag.ISSUER_PUBLIC_KEY_EXPONENT],
        pan,
    )
    icc = recover_icc(
        issuer.public_key,
        heard.shown[Tag.ICC_PUBLIC_KEY_CERTIFICATE],
        value(Tag.ICC_PUBLIC_KEY_REMAINDER, b""),
        heard.shown[Tag.ICC_PUBLIC_KEY_EXPONENT],
        _static(heard),
        pan,
    )
    return icc.public_key


def _ca_key(heard: Heard) -> RsaPublicKey | None:
    """The RSA key that the card's certificates name; None where it is not known, or the scheme is SM2's."""
    name = heard.selected.value(Tag.DF_NAME) if heard.selected is not None else None
    if name is None or any(tag not in heard.shown for tag in _CHAIN):
        return None
    if len(heard.shown[Tag.ISSUER_PUBLIC_KEY_CERTIFICATE]) == _SM_ISSUER:
        return None
    ours = (authority.demonstration(), laboratory.in_use().rsa)
    known = {**authority.published(), **{(each.rid, each.ca_index): each.ca.public for each in ours}}
    return known.get((name[:5], int.from_bytes(heard.shown[Tag.CA_PUBLIC_KEY_INDEX])))


def _whole(heard: Heard) -> bool:
    """Every record of the AFL was read, so that what is signed with the certificate is all there."""
    listed = {(sfi, record) for sfi, record, _ in heard.afl.records()} if heard.afl is not None else set()
    return bool(listed) and {said.place for said in heard.records if said.ok} >= listed


def _static(heard: Heard) -> bytes:
    """Signed records in the AFL's order, then the AIP where 9F4A asks for it."""
    answers = {said.place: said for said in heard.records if said.ok}
    places = heard.afl.records() if heard.afl is not None else ()
    parts = [_content(answers[sfi, record]) for sfi, record, signed in places if signed]
    asks = heard.shown.get(Tag.SDA_TAG_LIST) == _AIP_TOO
    return b"".join(parts) + (heard.options.get(Tag.AIP, b"") if asks else b"")


def _content(said: Said) -> bytes:
    bare = said.place[0] <= _BARE_UP_TO_SFI and bool(said.objects)
    return said.objects[0].value if bare else (said.answer.data if said.answer is not None else b"")


def _pan(heard: Heard) -> str | None:
    try:
        if Tag.PAN in heard.shown:
            return pan_from_bytes(heard.shown[Tag.PAN])
        return Track2.parse(heard.shown[Tag.TRACK2]).pan
    except (KeyError, ValueError):
        return None


def _signed(heard: Heard) -> Iterator[tuple[Said, bytes, bytes]]:
    """Each dynamic signature, with the exchange that brought it and the terminal's data under it."""
    for said in heard.named("INTERNAL AUTHENTICATE"):
        signature = said.value(Tag.RESPONSE_TEMPLATE_1) or said.value(Tag.SIGNED_DYNAMIC_APPLICATION_DATA)
        if said.ok and signature:
            yield said, signature, said.command.data
    initiated, signature = heard.initiated, heard.shown.get(Tag.SIGNED_DYNAMIC_APPLICATION_DATA)
    told = _told(heard)
    if initiated is not None and Tag.AC in heard.options and signature and Tag.UNPREDICTABLE_NUMBER in told:
        brought = next((each for each in heard.records if each.value(_SDAD) is not None), initiated)
        yield brought, signature, _terminal_data(heard, told)


_SDAD = Tag.SIGNED_DYNAMIC_APPLICATION_DATA


def _told(heard: Heard) -> Mapping[int, bytes]:
    """What GPO told the card, by tag."""
    if heard.pdol is None or heard.initiated is None:
        return {}
    listed = heard.initiated.command.data[2:]
    return heard.pdol.split(listed) if len(listed) == heard.pdol.length else {}


def _terminal_data(heard: Heard, told: Mapping[int, bytes]) -> bytes:
    """Version 01 where the terminal's TTQ offers it and the card gives 9F69, else version 00 (PB-6.2)."""
    related = heard.shown.get(Tag.CARD_AUTHENTICATION_RELATED_DATA, b"")
    offered = told.get(Tag.TTQ, bytes(4))[3:4]
    version = int(bool(related) and bool(offered) and bool(offered[0] & _VERSION_01))
    return fdda_terminal_data(
        version,
        told[Tag.UNPREDICTABLE_NUMBER],
        told.get(Tag.AMOUNT_AUTHORISED, b""),
        told.get(Tag.TRANSACTION_CURRENCY, b""),
        related,
    )
