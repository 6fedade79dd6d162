"""Personalisation: a profile and one card's own particulars become the image that the card answers from.

Images never change, and whatever never changes in an answer is encoded here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
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
from conformance.crypto import laboratory
from conformance.crypto.rsa import RsaPrivateKey
from conformance.crypto.symmetric import SM4, TDES
from conformance.sim.card import certification
from conformance.sim.card.capp import CappMemory
from conformance.sim.card.certification import held, static_data
from conformance.sim.card.image import Image, Record
from conformance.sim.card.paths import Path, Paths, Security, Way
from conformance.sim.card.state import OK, Application, Interface, Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.crypto.laboratory import Laboratory
    from conformance.sim.card.plan import (
        ApplicationPlan,
        Holder,
        InterfacePlan,
        Issuer,
        PathPlan,
        RecordPlan,
    )

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
_SHOWN_IN_DIRECTORY = (Tag.AID, Tag.APPLICATION_LABEL, Tag.APPLICATION_PRIORITY_INDICATOR)
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
REQUIRED: Mapping[Interface, tuple[int, ...]] = {
    Interface.CONTACTLESS: (*_ALWAYS_REQUIRED, Tag.CARD_PROCESSING, Tag.CTQ, Tag.EC_BALANCE, Tag.PDOL),
    Interface.CONTACT: (*_ALWAYS_REQUIRED, Tag.CDOL1, Tag.CDOL2),
}
_NO_OTHERS: Mapping[Interface, Image] = MappingProxyType({})
_DISCRETIONARY_IDS = range(1, 6)  # PB-4.3
_NO_EXTENSION = b"\x00"  # DF61, PB-8


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is one card's own; `elements` replaces or (None) removes, `icc_key` replaces the profile's."""

    holder: Holder
    elements: tuple[tuple[int, bytes | None], ...] = ()
    icc_key: RsaPrivateKey | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FinishedPath:
    """One path as personalised: what it is, what proves it, its elements with certificates, its records."""

    way: Way
    security: Security
    plans: tuple[RecordPlan, ...]
    elements: Mapping[int, bytes]
    records: Mapping[tuple[int, int], Record]

    @property
    def sm(self) -> bool:
        return self.security.symmetric is SM4

    def path(self) -> Path:
        return Path(self.way, self.elements[Tag.AIP], self.elements[Tag.AFL], self.security)


@lru_cache(maxsize=4096)
def personalise(
    issuer: Issuer,
    plan: ApplicationPlan,
    own: Particulars,
    interface: Interface,
    authorities: Laboratory | None = None,
) -> Image:
    """Make the image of one interface of an application; ValueError for elements that no card can work with.

    `authorities` certify it, without them the demonstration's.
    """
    return _Personalisation(issuer, plan, own, interface, authorities or laboratory.demonstration()).image()


def finished_paths(
    issuer: Issuer, plan: ApplicationPlan, own: Particulars, interface: Interface, authorities: Laboratory
) -> tuple[FinishedPath, ...]:
    """The paths of one interface as a card would have them, whether or not one can work with them."""
    return _Personalisation(issuer, plan, own, interface, authorities).paths()


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
        pin_limit=elements[Tag.PIN_TRY_COUNTER][0] if image.pin_limit is None else image.pin_limit,
        second_balance=from_bcd(elements.get(Tag.SECOND_EC_BALANCE, bytes(6))),
        deducted=from_bcd(elements.get(Tag.DEDUCTED_AMOUNT, bytes(6))),
        capp=CappMemory.of(image.capp_files),
    )
    return Application(image, memory, {interface: image, **others})


@dataclass(frozen=True, slots=True)
class _Personalisation:
    """One application's interface under the authorities that certify it."""

    issuer: Issuer
    plan: ApplicationPlan
    own: Particulars
    interface: Interface
    authorities: Laboratory

    def image(self) -> Image:
        paths = self.paths()
        for path in paths:
            self._check(path.elements)
        made, sm_made = _paths(paths, sm=False), _paths(paths, sm=True)
        image = self._image(paths[0].elements, paths[0].security)
        sm_paths = sm_made if sm_made != Paths() else None
        return replace(image, paths=made, sm_paths=sm_paths, records=self._together(paths))

    def paths(self) -> tuple[FinishedPath, ...]:
        """The ordinary path first, those with SM last."""
        plans = self.plan.interface(self.interface)
        if plans is None:
            raise ValueError(f"application {self.plan.name!r} has no {self.interface.value} interface")
        sm = self._finished(plans.sm, self._sm_security()) if plans.sm else ()
        return (*self._finished(plans, self._security()), *sm)

    def _image(self, elements: Mapping[int, bytes], security: Security) -> Image:
        """The image without its paths and records."""
        keys = security.keys
        return Image(
            elements=elements,
            df_name=elements[Tag.AID],
            fci=_fci(elements, self.interface, self._finished_fci),
            directory_entry=tlv.encode(Tag.APPLICATION_TEMPLATE, held(elements, _SHOWN_IN_DIRECTORY)),
            pdol=_dol(elements, Tag.PDOL),
            log_format=Dol.parse(elements[Tag.LOG_FORMAT]),
            log_sfi=elements[Tag.LOG_ENTRY][0],
            records={},
            paths=Paths(),
            cdol1=_dol(elements, Tag.CDOL1),
            cdol2=_dol(elements, Tag.CDOL2),
            ddol=_dol(elements, Tag.DDOL),
            load_log_sfi=elements[Tag.LOAD_LOG_ENTRY][0] if Tag.LOAD_LOG_ENTRY in elements else None,
            gpo_objects={tag: tlv.encode(tag, elements[tag]) for tag in _SHOWN_AT_GPO if tag in elements},
            issuer_application_data=elements[Tag.ISSUER_APPLICATION_DATA],
            processing=CardProcessing.from_bytes(elements.get(Tag.CARD_PROCESSING, bytes(4))),
            qualifiers=Ctq.from_bytes(elements.get(Tag.CTQ, bytes(2))),
            icc_key=self._icc_key,
            keys=keys,
            pin=self.plan.pin,
            pin_change_key=self.plan.pin_change_key,
            capp_files=self.plan.capp_files,
            pin_limit=self.plan.pin_limit,
            capp_cache=self.plan.capp_cache,
            script_mac_limit=self.plan.script_mac_limit,
        )

    def _finished(self, plans: InterfacePlan, security: Security) -> tuple[FinishedPath, ...]:
        listed = ((Way.QPBOC, plans.qpboc), (Way.DEBIT_CREDIT, plans.debit_credit), (Way.CASH, plans.cash))
        return tuple(self._path(way, path, security) for way, path in listed if path is not None)

    def _path(self, way: Way, path: PathPlan, security: Security) -> FinishedPath:
        elements = self._changed({**self._derived(), **dict(path.elements)})
        plans = path.records if Tag.AFL in elements else _placed(path.records, security)
        certified = self._certified(elements, static_data(plans, elements), security)
        elements = self._changed({Tag.AFL: _afl(plans).encode(), **certified, **elements})
        records = {(plan.sfi, plan.record): _record(plan, elements) for plan in plans}
        return FinishedPath(way, security, plans, elements, records)

    def _derived(self) -> dict[int, bytes]:
        """What follows from the holder; an element of the profile counts before it."""
        holder, issuer = self.own.holder, self.issuer
        track2 = Track2(holder.pan, holder.expires[:4], issuer.service_code, issuer.track2_discretionary)
        return {
            Tag.PAN: pan_to_bytes(holder.pan),
            Tag.PAN_SEQUENCE_NUMBER: bytes.fromhex(holder.psn),
            Tag.EXPIRATION_DATE: bytes.fromhex(holder.expires),
            Tag.EFFECTIVE_DATE: bytes.fromhex(holder.effective),
            Tag.TRACK2: track2.encode(),
        }

    def _changed(self, elements: dict[int, bytes]) -> dict[int, bytes]:
        """The elements with what the caller wants otherwise, certificates included."""
        changed: dict[int, bytes | None] = {**elements, **dict(self.own.elements)}
        return {tag: value for tag, value in changed.items() if value is not None}

    def _certified(
        self, elements: Mapping[int, bytes], static: bytes, security: Security
    ) -> dict[int, bytes]:
        """Certificates by the authorities; those that the profile has itself count before them."""
        code, pan = elements.get(Tag.DATA_AUTHENTICATION_CODE, bytes(2)), self.own.holder.pan
        key, authorities = security.icc_key, self.authorities
        if isinstance(key, RsaPrivateKey):
            return certification.rsa(authorities.rsa, self.issuer, key, pan, code, static)
        return certification.sm(authorities.sm, self.issuer, key, pan, code, static)

    def _together(self, paths: tuple[FinishedPath, ...]) -> dict[tuple[int, int], Record]:
        """The records of all paths, which lie in the same files: where two share one, it is the same."""
        records: dict[tuple[int, int], Record] = {}
        for path in paths:
            for place, record in path.records.items():
                if records.setdefault(place, record) != record:
                    sfi, number = place
                    raise ValueError(
                        f"two paths of application {self.plan.name!r} differ in SFI {sfi} record {number}"
                    )
        return records

    def _check(self, elements: Mapping[int, bytes]) -> None:
        missing = [tlv.tag_hex(tag) for tag in REQUIRED[self.interface] if tag not in elements]
        if missing:
            raise ValueError(f"application {self.plan.name!r} cannot do without {', '.join(missing)}")
        template = elements[Tag.ISSUER_APPLICATION_DATA]
        if len(template) != 8 and not (len(template) == 10 and template[9] in _DISCRETIONARY_IDS):
            raise ValueError(
                f"9F10 of application {self.plan.name!r} is 07 DKI CVN CVR algorithm [length id],"
                f" not {template.hex()}"
            )

    @property
    def _finished_fci(self) -> bytes | None:
        plans = self.plan.interface(self.interface)
        return plans.fci if plans else None

    @property
    def _icc_key(self) -> RsaPrivateKey:
        return self.own.icc_key or self.plan.icc_key or self.authorities.rsa.icc

    def _security(self) -> Security:
        holder, master = self.own.holder, self.authorities.rsa.imk
        keys = self.plan.keys or certification.card_keys(TDES, master, holder.pan, holder.psn)
        return Security(TDES, keys, self._icc_key)

    def _sm_security(self) -> Security:
        holder, authority = self.own.holder, self.authorities.sm
        keys = self.plan.sm_keys or certification.card_keys(SM4, authority.imk, holder.pan, holder.psn)
        return Security(SM4, keys, self.plan.sm_icc_key or authority.icc)


def _paths(paths: tuple[FinishedPath, ...], *, sm: bool) -> Paths:
    made = {each.way: each.path() for each in paths if each.sm is sm}
    return Paths(made.get(Way.QPBOC), made.get(Way.DEBIT_CREDIT), made.get(Way.CASH))


def _placed(plans: tuple[RecordPlan, ...], security: Security) -> tuple[RecordPlan, ...]:
    """The records of a path: one for the signature only where the GPO response cannot hold it (PB-6.2)."""
    if not security.signs_in_gpo:
        return plans
    return tuple(plan for plan in plans if Tag.SIGNED_DYNAMIC_APPLICATION_DATA not in plan.holds)


def _dol(elements: Mapping[int, bytes], tag: int) -> Dol:
    return Dol.parse(elements.get(tag, b""))


def _afl(plans: Iterable[RecordPlan]) -> Afl:
    """One AFL entry for every run of records in one file; the signed ones of a run come first."""
    entries = []
    for (sfi, _), run in groupby(enumerate(plans), lambda item: (item[1].sfi, item[1].record - item[0])):
        records = [plan for _, plan in run]
        signed = sum(plan.signed for plan in records)
        entries.append(AflEntry(sfi, records[0].record, records[-1].record, signed))
    return Afl(tuple(entries))


def _fci(elements: Mapping[int, bytes], interface: Interface, finished: bytes | None) -> bytes:
    """The FCI of one interface: the PDOL differs, and of BF0C there stands what the card has (PB-1, PB-8)."""
    name = tlv.encode(Tag.DF_NAME, elements[Tag.AID])
    if finished is not None:
        return tlv.encode(Tag.FCI_TEMPLATE, name + finished)
    shown = [Tag.LOG_ENTRY, Tag.LOAD_LOG_ENTRY]
    extended = elements.get(Tag.EXTENDED_APPLICATION, _NO_EXTENSION) != _NO_EXTENSION
    if extended and interface is Interface.CONTACTLESS:
        shown.append(Tag.EXTENDED_APPLICATION)
    issuer = tlv.encode(Tag.FCI_ISSUER_DISCRETIONARY_DATA, held(elements, shown))
    proprietary = tlv.encode(Tag.FCI_PROPRIETARY_TEMPLATE, held(elements, _SHOWN_AT_SELECT) + issuer)
    return tlv.encode(Tag.FCI_TEMPLATE, name + proprietary)


def _record(plan: RecordPlan, elements: Mapping[int, bytes]) -> Record:
    tags = [tag for tag in plan.holds if tag in elements or tag in FILLED_WHEN_READ]
    objects = tuple((tag, b"" if tag in FILLED_WHEN_READ else tlv.encode(tag, elements[tag])) for tag in tags)
    if FILLED_WHEN_READ.intersection(tags):
        return Record(objects, None)
    content = tlv.encode(Tag.READ_RECORD_TEMPLATE, b"".join(encoded for _, encoded in objects))
    return Record(objects, ResponseApdu(content, OK))
