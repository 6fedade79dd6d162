"""The plan of a card: what a profile says of it, as plain values (docs/cards.md)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.sim.card.capp import CAPP_CACHE
from conformance.sim.card.state import Interface

if TYPE_CHECKING:
    from conformance.codec.documents import Document
    from conformance.crypto.keys import CardKeys
    from conformance.crypto.rsa import RsaPrivateKey
    from conformance.crypto.sm2_keys import Sm2PrivateKey

Elements = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """One record: where it is, whether offline data authentication covers it, and the tags it holds."""

    sfi: int
    record: int
    signed: bool
    holds: tuple[int, ...]

    @property
    def place(self) -> str:
        """As a profile writes it: "2.1"."""
        return f"{self.sfi}.{self.record}"


@dataclass(frozen=True, slots=True)
class PathPlan:
    """One way through a transaction: every element that it shows, and its records in AFL order."""

    elements: Elements
    records: tuple[RecordPlan, ...]


@dataclass(frozen=True, slots=True)
class InterfacePlan:
    """The paths of one interface (PB-7.2, PB-7.6), and those for a terminal that asks for SM (PB-6.3).

    Over contacts `debit_credit` is always there, contactless `qpboc`. `fci` is the A5 of a finished image.
    """

    qpboc: PathPlan | None = None
    debit_credit: PathPlan | None = None
    cash: PathPlan | None = None
    sm: InterfacePlan | None = None
    fci: bytes | None = None

    @property
    def ordinary(self) -> PathPlan:
        """The path whose elements the application shows outside of a transaction."""
        ordinary = self.qpboc or self.debit_credit
        if ordinary is None:
            raise ValueError("an interface without qPBOC, debit and credit is none")
        return ordinary

    @property
    def paths(self) -> tuple[PathPlan, ...]:
        """All of them without SM, the ordinary one first."""
        return tuple(path for path in (self.qpboc, self.debit_credit, self.cash) if path is not None)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose card it is; dates are YYMMDD."""

    pan: str = "6210948000000011"
    psn: str = "01"
    expires: str = "301231"
    effective: str = "140101"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues it: `identifier` goes into the issuer's certificate, `certificates_expire` is MMYY."""

    identifier: str
    certificates_expire: str
    service_code: str
    track2_discretionary: str


@dataclass(frozen=True, slots=True)
class StripePlan:
    """The magnetic stripe beside the chip, without sentinels; None where a track follows from the chip."""

    track1: str | None = None
    track2: str | None = None


@dataclass(frozen=True, slots=True)
class CappRecord:
    """A record of an extended application file as personalised: ID, length, data, and its own key."""

    management_key: bytes = field(repr=False)
    content: bytes


@dataclass(frozen=True, slots=True)
class CappFile:
    """A file of the extended application as DGI A001 has it (PB-8).

    `size` is bytes, 0 without limit, of a variable file; a cyclic one has `cyclic_records` instead.
    """

    sfi: int
    record_length: int
    open_key: bytes = field(repr=False)
    size: int = 0
    cyclic_records: int = 0
    records: tuple[CappRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationPlan:
    """One application of a kind of card.

    Keys are None where the issuer's authority has or derives them; `pin_change_key` names the key that hides
    a new PIN, `pin_limit` is None where it is the PIN try counter's first value; `holder` holds what differs
    from the card's; `capp_cache` is the room for updates, in bytes; `script_mac_limit` the wrong script MACs
    in a row that the card endures, None for any number. `holding` is empty but for a finished image: its data
    groups, each with the tags in it.
    """

    name: str
    contactless: InterfacePlan | None
    contact: InterfacePlan | None
    holder: tuple[tuple[str, str], ...] = ()
    icc_key: RsaPrivateKey | None = None
    sm_icc_key: Sm2PrivateKey | None = None
    keys: CardKeys | None = None
    sm_keys: CardKeys | None = None
    pin: str | None = None
    pin_change_key: str = "enc"
    pin_limit: int | None = None
    holding: tuple[tuple[int, frozenset[int]], ...] = ()
    capp_files: tuple[CappFile, ...] = ()
    capp_cache: int = CAPP_CACHE
    script_mac_limit: int | None = None

    @property
    def is_image(self) -> bool:
        """The application was given as finished data groups."""
        return bool(self.holding)

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """The interfaces of this application; the first is the one that cards are built for."""
        contactless = (Interface.CONTACTLESS,) if self.contactless else ()
        return contactless + ((Interface.CONTACT,) if self.contact else ())

    def interface(self, interface: Interface) -> InterfacePlan | None:
        return self.contactless if interface is Interface.CONTACTLESS else self.contact


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of card: its applications in the order of the file, the first being the one that cards show."""

    name: str
    title: tuple[tuple[str, str], ...]
    issuer: Issuer
    holder: Holder
    stripe: StripePlan | None
    applications: tuple[ApplicationPlan, ...]
    document: Document = field(repr=False, compare=False)

    def holder_of(self, application: ApplicationPlan) -> Holder:
        """The holder's numbers as an application shows them."""
        return replace(self.holder, **dict(application.holder))

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """The interfaces that any application has, those of the first application first."""
        return tuple(dict.fromkeys(each for one in self.applications for each in one.interfaces))
