"""Each method of offline data authentication, with RSA and with SM2, failing in each way (PB-6.1, PB-6.3).

Whatever the way, the method's own bit of the TVR is set, B1b6 beside it where an object is missing, and no
other; TSI B1b8 says that it was performed; and an action code that names the bit alone decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pytest
from contact_cards import KEYS, PAN, ContactCard, answering, issued, ok, paid, sha1, terminal

from conformance.codec import tlv
from conformance.codec.bits import Tsi, Tvr
from conformance.crypto import certificates, sm_authority, sm_certificates
from conformance.crypto.sm3 import sm3
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.transaction import Cryptogram, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import ResponseApdu
    from conformance.kernel.transaction import ContactTransaction

SM = sm_authority.demonstration()
OTHER_PAN, PAST = "6210948000000029", "0426"  # the day of payment is in May 2026
IAC_DENIAL = 0x9F0E
NO_BIT = Tvr(0)


@dataclass(frozen=True)
class Issuing:
    """What goes into the certificates of a card."""

    aip: int
    identifier: str = "62109480"
    pan: str = PAN
    issuer_expires: str = "1249"
    icc_expires: str = "1249"
    static: bytes | None = None

    @property
    def covered(self) -> bytes:
        return self.aip.to_bytes(2, "big") if self.static is None else self.static


def rsa(card: Issuing) -> dict[int, bytes]:
    serial = b"\0\0\1"
    issuer = certificates.make_issuer_certificate(
        KEYS.ca, KEYS.issuer.public, card.identifier, card.issuer_expires, serial
    )
    icc = certificates.make_icc_certificate(
        KEYS.issuer, KEYS.icc.public, card.pan, card.icc_expires, serial, card.covered
    )
    own = {0x90: issuer.certificate, 0x92: issuer.remainder, 0x9F32: issuer.exponent, 0x9F46: icc.certificate}
    ssad = certificates.make_ssad(KEYS.issuer, b"\xda\xc0", card.covered)
    return {**issued(aip=card.aip), **own, 0x9F47: icc.exponent, 0x9F48: icc.remainder, 0x93: ssad}


def sm2(card: Issuing) -> dict[int, bytes]:
    serial = b"\0\0\1"
    own = {
        0x8F: bytes((SM.ca_index,)),
        0x90: sm_certificates.make_issuer_certificate(
            SM.ca, SM.issuer.public, card.identifier, card.issuer_expires, serial
        ),
        0x93: sm_certificates.make_ssad(SM.issuer, b"\xda\xc0", card.covered),
        0x9F46: sm_certificates.make_icc_certificate(
            SM.issuer, SM.icc.public, card.pan, card.icc_expires, serial, card.covered
        ),
    }
    rest = issued(aip=card.aip).items()
    return {tag: value for tag, value in rest if tag not in {0x92, 0x9F32, 0x9F47, 0x9F48}} | own


@dataclass(frozen=True)
class Scheme:
    """A family of algorithms: how a card is issued, signs and digests, and what a terminal has of it."""

    issue: Callable[[Issuing], dict[int, bytes]]
    sign: Callable[[bytes, bytes], bytes]
    digest: Callable[[bytes], bytes]
    keys: Mapping[str, object]
    objects: tuple[int, ...]


SCHEMES = {
    "RSA": Scheme(rsa, partial(certificates.make_sdad, KEYS.icc), sha1, {}, (0x8F, 0x90, 0x9F32)),
    "SM2": Scheme(
        sm2,
        partial(sm_certificates.make_sdad, SM.icc),
        sm3,
        {"sm_ca_keys": {(SM.rid, SM.ca_index): SM.ca.public}},
        (0x8F, 0x90),
    ),
}


@dataclass(frozen=True)
class Way:
    """How it fails: what is issued otherwise, lost or altered on the card, wrong at the terminal, forged."""

    issued: Mapping[str, object] = field(default_factory=dict)
    lost: int | None = None
    altered: int | None = None
    device: Mapping[str, object] = field(default_factory=dict)
    forged: Mapping[str, Callable[[ResponseApdu], ResponseApdu]] = field(default_factory=dict)

    def records(self, scheme: Scheme, aip: int) -> dict[int, bytes]:
        objects = scheme.issue(Issuing(aip, **self.issued))
        if self.altered is not None:
            objects[self.altered] = turned(objects[self.altered])
        return {tag: value for tag, value in objects.items() if tag != self.lost}


def turned(value: bytes) -> bytes:
    """With one bit turned, in the middle."""
    at = len(value) // 2
    return value[:at] + bytes((value[at] ^ 1,)) + value[at + 1 :]


def turned_80(response: ResponseApdu) -> ResponseApdu:
    return ok(tlv.encode(0x80, turned(tlv.decode_one(response.data).value)))


def without(tag: int, response: ResponseApdu) -> ResponseApdu:
    outer = tlv.decode_one(response.data)
    return ok(tlv.encode(outer.tag, b"".join(each.encode() for each in outer.children if each.tag != tag)))


def altering(tag: int, response: ResponseApdu) -> ResponseApdu:
    outer = tlv.decode_one(response.data)
    inside = b"".join(
        tlv.encode(each.tag, turned(each.value) if each.tag == tag else each.value) for each in outer.children
    )
    return ok(tlv.encode(outer.tag, inside))


def cut(tag: int, response: ResponseApdu) -> ResponseApdu:
    """The object of this tag loses its last byte, wherever it stands."""
    outer = tlv.decode_one(response.data) if response.ok else None
    if outer is None or (outer.tag != tag and outer.find(tag) is None):
        return response
    if outer.tag == tag:
        return ok(tlv.encode(tag, outer.value[:-1]))
    return ok(tlv.encode(outer.tag, tlv.encode(tag, outer.children[0].value[:-1])))


ISSUER = {
    "unknown CA key": Way(device={"ca_keys": {}, "sm_ca_keys": {(SM.rid, 0): SM.ca.public}}),
    "issuer certificate altered": Way(altered=0x90),
    "issuer certificate cut off": Way(forged={"READ RECORD": partial(cut, 0x90)}),
    "issuer certificate expired": Way(issued={"issuer_expires": PAST}),
    "issuer certificate of another issuer": Way(issued={"identifier": "62100000"}),
}
STATIC = {
    "signed static data altered": Way(altered=0x93),
    "signed static data of other data": Way(issued={"static": b"\0\0"}),
    "no signed static data": Way(lost=0x93),
}
ICC = {
    "ICC certificate altered": Way(altered=0x9F46),
    "ICC certificate cut off": Way(forged={"READ RECORD": partial(cut, 0x9F46)}),
    "ICC certificate expired": Way(issued={"icc_expires": PAST}),
    "ICC certificate of another card": Way(issued={"pan": OTHER_PAN}),
    "ICC certificate over other static data": Way(issued={"static": b"\0\0"}),
    "no ICC certificate": Way(lost=0x9F46),
}
DYNAMIC = {
    "INTERNAL AUTHENTICATE refused": Way(forged={"INTERNAL AUTHENTICATE": answering(0x6985)}),
    "signature altered": Way(forged={"INTERNAL AUTHENTICATE": turned_80}),
    "signature cut off": Way(forged={"INTERNAL AUTHENTICATE": partial(cut, 0x80)}),
    "no signature in format 2": Way(
        forged={"INTERNAL AUTHENTICATE": lambda _: ok(tlv.encode(0x77, tlv.encode(0x9F36, b"\0\6")))}
    ),
    "no DDOL": Way(lost=0x9F49),
}
COMBINED = {
    "signature altered": Way(forged={"GENERATE AC": partial(altering, 0x9F4B)}),
    "no signature": Way(forged={"GENERATE AC": partial(without, 0x9F4B)}),
    "another ATC than hashed": Way(forged={"GENERATE AC": partial(altering, 0x9F36)}),
    "other issuer data than hashed": Way(forged={"GENERATE AC": partial(altering, 0x9F10)}),
    "signature over another number": Way(device={"unpredictable": lambda: bytes(4)}),
}
MISSING = {"no signed static data", "no ICC certificate", "no signature in format 2"}
TAKEN_FOR_RSA = {("SM2", "issuer certificate cut off")}  # whose exponent, 9F32, an SM card has not


def named(ways: Mapping[str, Way]) -> list[object]:
    """Each way with each scheme, and each object that the scheme needs of the issuer lost."""
    return [
        pytest.param(
            scheme,
            way,
            name in MISSING or way.lost in scheme.objects or (kind, name) in TAKEN_FOR_RSA,
            id=f"{kind}: {name}",
        )
        for kind, scheme in SCHEMES.items()
        for name, way in (*ways.items(), *((f"no {tag:02X}", Way(lost=tag)) for tag in scheme.objects))
    ]


def paying(
    scheme: Scheme, way: Way, aip: int, denial: Tvr = NO_BIT
) -> tuple[ContactCard, ContactTransaction]:
    records = {**way.records(scheme, aip), IAC_DENIAL: denial.to_bytes()}
    card = ContactCard(aip=aip, records=records, forged=way.forged, sign=scheme.sign, digest=scheme.digest)
    return card, paid(card, terminal(**{**scheme.keys, **way.device}))


def asked(card: ContactCard) -> list[int]:
    return [each.p1 for each in card.asked if each.name == "GENERATE AC"]


def fails(scheme: Scheme, way: Way, aip: int, bit: Tvr, missing: bool) -> None:
    """Bit for bit; a card whose codes let it go on is approved, one whose denial names the bit is not."""
    expected = bit | (Tvr.ICC_DATA_MISSING if missing else Tvr(0))
    card, ended = paying(scheme, way, aip)
    assert (ended.tvr, ended.tsi & Tsi.ODA) == (expected, Tsi.ODA)
    assert (asked(card), ended.outcome) == ([0x40], Outcome.OFFLINE_APPROVED)
    card, ended = paying(scheme, way, aip, bit)
    assert (asked(card), ended.outcome, ended.tvr) == ([0x00], Outcome.OFFLINE_DECLINED, expected)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("aip", [0x5C00, 0x7C00, 0x7D00])
def test_nothing_wrong_sets_no_bit(scheme: Scheme, aip: int) -> None:
    card, ended = paying(scheme, Way(), aip)
    assert (ended.tvr, ended.tsi & Tsi.ODA, ended.outcome) == (Tvr(0), Tsi.ODA, Outcome.OFFLINE_APPROVED)
    assert asked(card) == [0x50 if aip & 0x100 else 0x40]


@pytest.mark.parametrize(("scheme", "way", "missing"), named({**ISSUER, **STATIC}))
def test_sda_fails(scheme: Scheme, way: Way, missing: bool) -> None:
    fails(scheme, way, 0x5C00, Tvr.SDA_FAILED, missing)


@pytest.mark.parametrize(("scheme", "way", "missing"), named({**ISSUER, **ICC, **DYNAMIC}))
def test_dda_fails(scheme: Scheme, way: Way, missing: bool) -> None:
    fails(scheme, way, 0x7C00, Tvr.DDA_FAILED, missing)


@pytest.mark.parametrize(("scheme", "way", "missing"), named({**ISSUER, **ICC}))
def test_cda_fails_before_a_signature_is_asked_for(scheme: Scheme, way: Way, missing: bool) -> None:
    fails(scheme, way, 0x7D00, Tvr.CDA_FAILED, missing)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("way", COMBINED.values(), ids=COMBINED)
@pytest.mark.parametrize(("granted", "then"), [(Cryptogram.TC, []), (Cryptogram.ARQC, [0x00])])
def test_cda_fails_with_the_cryptogram(
    scheme: Scheme, way: Way, granted: Cryptogram, then: list[int]
) -> None:
    """A TC is declined as it stands; an ARQC gets a second request, for an AAC, and no issuer is asked."""
    records = way.records(scheme, 0x7D00)
    card = ContactCard(
        aip=0x7D00,
        records=records,
        forged={**way.forged, **first_only(way)},
        grants=(granted.value, None),
        sign=scheme.sign,
        digest=scheme.digest,
    )
    ended = paid(card, terminal(**{**scheme.keys, **way.device}), host=unasked)
    assert (ended.tvr, ended.tsi & Tsi.ODA) == (Tvr.CDA_FAILED, Tsi.ODA)
    assert ended.outcome is Outcome.OFFLINE_DECLINED
    assert asked(card) == [0x50, *then]


def first_only(way: Way) -> Mapping[str, Callable[[ResponseApdu], ResponseApdu]]:
    """What forges the first answer to GENERATE AC and leaves the second, an AAC, as it is."""
    change = way.forged.get("GENERATE AC")
    left = [change] if change else []
    return {"GENERATE AC": lambda response: left.pop()(response) if left else response}


def unasked(_request: object) -> None:
    raise AssertionError("the issuer was asked")


def test_a_second_cryptogram_that_is_not_signed_declines_what_the_issuer_approved() -> None:
    given: list[ResponseApdu] = []

    def forged(response: ResponseApdu) -> ResponseApdu:
        given.append(response)
        return response if len(given) == 1 else altering(0x9F4B, response)

    card = ContactCard(
        aip=0x7D00,
        records=rsa(Issuing(0x7D00)),
        forged={"GENERATE AC": forged},
        grants=(Cryptogram.ARQC.value, None),
    )
    ended = paid(card, host=lambda _request: OnlineAnswer(b"00"))
    assert (ended.tvr, ended.outcome) == (Tvr.CDA_FAILED, Outcome.ONLINE_DECLINED)
    assert ended.cryptograms == (Cryptogram.ARQC, Cryptogram.TC)
