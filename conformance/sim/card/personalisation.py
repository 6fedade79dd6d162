"""Personalisation: a profile and one card's own particulars become the image that the card answers from.

Images never change, and whatever never changes in an answer is encoded here, once. Certificates come from the
demonstration authority and are kept: a card that differs in its balance alone costs no signature.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.afl import Afl, AflEntry
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import CardProcessing, Ctq
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.codec.values import Track2, from_bcd, pan_to_bytes, to_bcd
from conformance.crypto import authority
from conformance.crypto.certificates import SignedKey, make_icc_certificate, make_issuer_certificate
from conformance.crypto.keys import CardKeys, derive_udk
from conformance.crypto.symmetric import TDES
from conformance.sim.card.paths import Path, Paths, Security, Way
from conformance.sim.card.state import OK, Application, Interface, Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.crypto.rsa import RsaPrivateKey
    from conformance.sim.card.profile import Profile, RecordPlan

GPO_SIGNATURE_LIMIT = 128  # bytes: an ICC key above 1024 bits has no room in the GPO response (PB-6.2)
FILLED_WHEN_READ = frozenset({Tag.SIGNED_DYNAMIC_APPLICATION_DATA, Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT})
_SHOWN_AT_GPO = (
    Tag.AIP,
    Tag.AFL,
    Tag.TRACK2,
    Tag.PAN_SEQUENCE_NUMBER,
    Tag.PRODUCT_IDENTIFICATION,
    Tag.CARDHOLDER_NAME,
)
_SHOWN_AT_SELECT = (
    Tag.APPLICATION_LABEL,
    Tag.APPLICATION_PRIORITY_INDICATOR,
    Tag.PDOL,
    Tag.LANGUAGE_PREFERENCE,
    Tag.ISSUER_CODE_TABLE_INDEX,
    Tag.APPLICATION_PREFERRED_NAME,
)
_ALWAYS_REQUIRED = (
    Tag.AID,
    Tag.AIP,
    Tag.APPLICATION_CURRENCY,
    Tag.APPLICATION_VERSION_CARD,
    Tag.ATC,
    Tag.ISSUER_APPLICATION_DATA,
    Tag.LAST_ONLINE_ATC,
    Tag.LOG_ENTRY,
    Tag.LOG_FORMAT,
    Tag.PIN_TRY_COUNTER,
)
_REQUIRED: Mapping[Interface, tuple[int, ...]] = {
    Interface.CONTACTLESS: (*_ALWAYS_REQUIRED, Tag.CARD_PROCESSING, Tag.CTQ, Tag.EC_BALANCE, Tag.PDOL),
    Interface.CONTACT: (*_ALWAYS_REQUIRED, Tag.CDOL1, Tag.CDOL2),
}
_NO_OTHERS: Mapping[Interface, Image] = MappingProxyType({})
_SERIAL = bytes.fromhex("000001")
_DISCRETIONARY_IDS = range(1, 6)  # PB-4.3
_WHOLE_RECORD_SIGNED_FROM_SFI = 11  # PB-6.1: up to SFI 10 the record template itself is not signed


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its encoded objects by tag, and the whole answer where reading fills in nothing."""

    objects: tuple[tuple[int, bytes], ...]
    answer: ResponseApdu | None


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """What personalisation fixed: `elements` are values by tag, `gpo_objects` encoded objects by tag.

    An image is of one interface. `paths` are its ways with RSA and 3DES, `sm_paths` those with SM2 and SM4,
    None for a card without them (PB-6.3); the records of all of them stand together in `records`.
    `load_log_sfi` is None without a load log. Issuer scripts replace an image.
    """

    elements: Mapping[int, bytes]
    df_name: bytes
    fci: bytes
    directory_entry: bytes
    pdol: Dol
    log_format: Dol
    log_sfi: int
    records: Mapping[tuple[int, int], Record]
    paths: Paths
    cdol1: Dol
    cdol2: Dol
    ddol: Dol
    load_log_sfi: int | None
    gpo_objects: Mapping[int, bytes]
    issuer_application_data: bytes
    processing: CardProcessing
    qualifiers: Ctq
    icc_key: RsaPrivateKey
    keys: CardKeys
    pin: str | None = field(repr=False)
    pin_change_key: bytes = field(repr=False)
    sm_paths: Paths | None = None

    def amount(self, tag: int) -> int | None:
        """An n12 element in fen, None where the profile has none."""
        value = self.elements.get(tag)
        return None if value is None else from_bcd(value)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is one card's own. `expires` and `effective` are YYMMDD; `elements` replaces or (None) removes."""

    pan: str
    psn: str
    expires: str
    effective: str
    elements: tuple[tuple[int, bytes | None], ...] = ()
    icc_key: RsaPrivateKey | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """One path as personalised: its AFL, its elements with certificates, its records."""

    afl: Afl
    elements: Mapping[int, bytes]
    records: Mapping[tuple[int, int], Record]

    def path(self, way: Way, security: Security) -> Path:
        return Path(way, self.elements[Tag.AIP], self.elements[Tag.AFL], security)


@lru_cache(maxsize=4096)
def personalise(profile: Profile, own: Particulars, interface: Interface = Interface.CONTACTLESS) -> Image:
    """Make the image of one card's interface; ValueError for elements that no card can work with."""
    ways = _ways(profile, own, interface)
    elements = ways[0].elements
    keys = _keys(own.pan, own.psn)
    return Image(
        elements=elements,
        df_name=elements[Tag.AID],
        fci=_fci(elements),
        directory_entry=tlv.encode(
            Tag.APPLICATION_TEMPLATE,
            _objects(elements, (Tag.AID, Tag.APPLICATION_LABEL, Tag.APPLICATION_PRIORITY_INDICATOR)),
        ),
        pdol=_dol(elements, Tag.PDOL),
        log_format=Dol.parse(elements[Tag.LOG_FORMAT]),
        log_sfi=elements[Tag.LOG_ENTRY][0],
        records=_together(profile, ways),
        paths=_paths(interface, ways, Security(TDES, keys, _icc_key(profile, own))),
        cdol1=_dol(elements, Tag.CDOL1),
        cdol2=_dol(elements, Tag.CDOL2),
        ddol=_dol(elements, Tag.DDOL),
        load_log_sfi=elements[Tag.LOAD_LOG_ENTRY][0] if Tag.LOAD_LOG_ENTRY in elements else None,
        gpo_objects={tag: tlv.encode(tag, elements[tag]) for tag in _SHOWN_AT_GPO if tag in elements},
        issuer_application_data=elements[Tag.ISSUER_APPLICATION_DATA],
        processing=CardProcessing.from_bytes(elements.get(Tag.CARD_PROCESSING, bytes(4))),
        qualifiers=Ctq.from_bytes(elements.get(Tag.CTQ, bytes(2))),
        icc_key=_icc_key(profile, own),
        keys=keys,
        pin=profile.pin,
        pin_change_key=keys.ac if profile.pin_change_key == "ac" else keys.enc,
    )


def issue(
    image: Image,
    balance: int | None = None,
    others: Mapping[Interface, Image] = _NO_OTHERS,
    *,
    interface: Interface = Interface.CONTACTLESS,
) -> Application:
    """An application fresh from personalisation; `balance` in fen instead of the profile's.

    `image` is that of `interface`; `others` are its images for other interfaces. ValueError for a balance
    that has no twelve digits.
    """
    elements = image.elements
    stored = elements.get(Tag.EC_BALANCE, bytes(6)) if balance is None else to_bcd(balance, 6)
    memory = Memory(
        atc=int.from_bytes(elements[Tag.ATC], "big"),
        last_online_atc=int.from_bytes(elements[Tag.LAST_ONLINE_ATC], "big"),
        balance=from_bcd(stored),
        pin_tries=elements[Tag.PIN_TRY_COUNTER][0],
        pin=image.pin,
        pin_limit=elements[Tag.PIN_TRY_COUNTER][0],
    )
    return Application(image, memory, {interface: image, **others})


def _ways(profile: Profile, own: Particulars, interface: Interface) -> tuple[_Way, ...]:
    """The paths of an interface, the ordinary one first; ValueError when the profile has none such."""
    if interface is Interface.CONTACTLESS and profile.records:
        return (_way(profile, own, interface, (), _plans(profile, _icc_key(profile, own))),)
    if interface is Interface.CONTACT and profile.contact:
        ordinary, cash = profile.contact, profile.contact_cash
        plain = _way(profile, own, interface, ordinary.elements, ordinary.records)
        if cash is None:
            return (plain,)
        return plain, _way(profile, own, interface, ordinary.elements + cash.elements, cash.records)
    raise ValueError(f"a card of profile {profile.name!r} has no {interface.value} interface")


def _paths(interface: Interface, ways: tuple[_Way, ...], security: Security) -> Paths:
    if interface is Interface.CONTACTLESS:
        return Paths(qpboc=ways[0].path(Way.QPBOC, security))
    cash = ways[1].path(Way.CASH, security) if ways[1:] else None
    return Paths(debit_credit=ways[0].path(Way.DEBIT_CREDIT, security), cash=cash)


def _way(
    profile: Profile,
    own: Particulars,
    interface: Interface,
    differing: tuple[tuple[int, bytes], ...],
    plans: tuple[RecordPlan, ...],
) -> _Way:
    afl = _afl(plans)
    elements = _changed(_elements(profile, own) | dict(differing), own)
    _check(profile, elements, interface)
    certified = _certificates(profile, own, _icc_key(profile, own), _static(plans, elements))
    elements = _changed({**elements, **certified, Tag.AFL: afl.encode()}, own)
    records = {(plan.sfi, plan.record): _record(plan, elements) for plan in plans}
    return _Way(afl, elements, records)


def _together(profile: Profile, ways: tuple[_Way, ...]) -> dict[tuple[int, int], Record]:
    """The records of all paths, which lie in the same files: where two paths share one, it is the same."""
    records: dict[tuple[int, int], Record] = {}
    for way in ways:
        for place, record in way.records.items():
            if records.setdefault(place, record) != record:
                raise ValueError(
                    f"two paths of profile {profile.name!r} differ in SFI {place[0]} record {place[1]}"
                )
    return records


def _icc_key(profile: Profile, own: Particulars) -> RsaPrivateKey:
    return own.icc_key or profile.icc_key or authority.demonstration().icc


def _dol(elements: Mapping[int, bytes], tag: int) -> Dol:
    return Dol.parse(elements.get(tag, b""))


def _elements(profile: Profile, own: Particulars) -> dict[int, bytes]:
    """The profile's elements and this card's own."""
    track2 = Track2(own.pan, own.expires[:4], profile.service_code, profile.track2_discretionary)
    return dict(profile.elements) | {
        Tag.PAN: pan_to_bytes(own.pan),
        Tag.PAN_SEQUENCE_NUMBER: bytes.fromhex(own.psn),
        Tag.EXPIRATION_DATE: bytes.fromhex(own.expires),
        Tag.EFFECTIVE_DATE: bytes.fromhex(own.effective),
        Tag.TRACK2: track2.encode(),
    }


def _changed(elements: dict[int, bytes], own: Particulars) -> dict[int, bytes]:
    """The elements with what the caller wants otherwise, certificates included."""
    changed: dict[int, bytes | None] = {**elements, **dict(own.elements)}
    return {tag: value for tag, value in changed.items() if value is not None}


def _check(profile: Profile, elements: Mapping[int, bytes], interface: Interface) -> None:
    missing = [tlv.tag_hex(tag) for tag in _REQUIRED[interface] if tag not in elements]
    if missing:
        raise ValueError(f"a card of profile {profile.name!r} cannot do without {', '.join(missing)}")
    template = elements[Tag.ISSUER_APPLICATION_DATA]
    if len(template) != 8 and not (len(template) == 10 and template[9] in _DISCRETIONARY_IDS):
        raise ValueError(
            f"9F10 of profile {profile.name!r} is 07 DKI CVN CVR algorithm [length id], not {template.hex()}"
        )


def _plans(profile: Profile, icc_key: RsaPrivateKey) -> tuple[RecordPlan, ...]:
    """The records of this card: one for the signature only where the GPO response cannot hold it."""
    if icc_key.public.size > GPO_SIGNATURE_LIMIT:
        return profile.records
    return tuple(plan for plan in profile.records if Tag.SIGNED_DYNAMIC_APPLICATION_DATA not in plan.holds)


def _static(plans: Iterable[RecordPlan], elements: Mapping[int, bytes]) -> bytes:
    """The static data to be authenticated: signed records, and the AIP where 9F4A asks for it (PB-6.1)."""
    content = b"".join(
        _objects(elements, plan.holds)
        if plan.sfi < _WHOLE_RECORD_SIGNED_FROM_SFI
        else tlv.encode(Tag.READ_RECORD_TEMPLATE, _objects(elements, plan.holds))
        for plan in plans
        if plan.signed
    )
    return content + b"".join(elements[tag] for tag in elements.get(Tag.SDA_TAG_LIST, b""))


def _certificates(
    profile: Profile, own: Particulars, icc_key: RsaPrivateKey, static: bytes
) -> dict[int, bytes]:
    """The certificates and what belongs to them; an empty remainder is no element."""
    issuer = _issuer_certificate(profile.issuer_identifier, profile.certificates_expire)
    icc = _icc_certificate(icc_key, own.pan, profile.certificates_expire, static)
    certified = {
        Tag.CA_PUBLIC_KEY_INDEX: bytes((authority.demonstration().ca_index,)),
        Tag.ISSUER_PUBLIC_KEY_CERTIFICATE: issuer.certificate,
        Tag.ISSUER_PUBLIC_KEY_REMAINDER: issuer.remainder,
        Tag.ISSUER_PUBLIC_KEY_EXPONENT: issuer.exponent,
        Tag.ICC_PUBLIC_KEY_CERTIFICATE: icc.certificate,
        Tag.ICC_PUBLIC_KEY_REMAINDER: icc.remainder,
        Tag.ICC_PUBLIC_KEY_EXPONENT: icc.exponent,
    }
    return {tag: value for tag, value in certified.items() if value}


@cache
def _issuer_certificate(identifier: str, expires: str) -> SignedKey:
    demonstration = authority.demonstration()
    return make_issuer_certificate(
        demonstration.ca, demonstration.issuer.public, identifier, expires, _SERIAL
    )


@lru_cache(maxsize=4096)
def _icc_certificate(icc_key: RsaPrivateKey, pan: str, expires: str, static: bytes) -> SignedKey:
    issuer = authority.demonstration().issuer
    return make_icc_certificate(issuer, icc_key.public, pan, expires, _SERIAL, static)


@lru_cache(maxsize=4096)
def _keys(pan: str, psn: str) -> CardKeys:
    master = authority.demonstration().imk
    return CardKeys(*(derive_udk(key, pan, psn) for key in (master.ac, master.mac, master.enc)))


def _afl(plans: Iterable[RecordPlan]) -> Afl:
    """One AFL entry for every run of records in one file; the signed ones of a run come first."""
    entries = []
    for (sfi, _), run in groupby(enumerate(plans), lambda item: (item[1].sfi, item[1].record - item[0])):
        records = [plan for _, plan in run]
        signed = sum(plan.signed for plan in records)
        entries.append(AflEntry(sfi, records[0].record, records[-1].record, signed))
    return Afl(tuple(entries))


def _fci(elements: Mapping[int, bytes]) -> bytes:
    """The FCI of one interface: the PDOL differs, and the load log stands where there is one (PB-1)."""
    logs = _objects(elements, (Tag.LOG_ENTRY, Tag.LOAD_LOG_ENTRY))
    issuer = tlv.encode(Tag.FCI_ISSUER_DISCRETIONARY_DATA, logs)
    proprietary = tlv.encode(Tag.FCI_PROPRIETARY_TEMPLATE, _objects(elements, _SHOWN_AT_SELECT) + issuer)
    return tlv.encode(Tag.FCI_TEMPLATE, tlv.encode(Tag.DF_NAME, elements[Tag.AID]) + proprietary)


def _record(plan: RecordPlan, elements: Mapping[int, bytes]) -> Record:
    held = [tag for tag in plan.holds if tag in elements or tag in FILLED_WHEN_READ]
    objects = tuple((tag, b"" if tag in FILLED_WHEN_READ else tlv.encode(tag, elements[tag])) for tag in held)
    if FILLED_WHEN_READ.intersection(held):
        return Record(objects, None)
    content = tlv.encode(Tag.READ_RECORD_TEMPLATE, b"".join(encoded for _, encoded in objects))
    return Record(objects, ResponseApdu(content, OK))


def _objects(elements: Mapping[int, bytes], tags: Iterable[int]) -> bytes:
    return b"".join(tlv.encode(tag, elements[tag]) for tag in tags if tag in elements)
