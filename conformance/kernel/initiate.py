"""GET PROCESSING OPTIONS: fill the PDOL, send, read the answer, tell the card's decision (PB-7.2, PB-7.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.afl import Afl, AflError
from conformance.codec.bits import Ttq
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import IssuerApplicationData, Track2, from_bcd, to_bcd
from conformance.kernel.answers import objects_of, template
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from conformance.codec.apdu import ResponseApdu
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink

CHINA = bytes.fromhex("0156")
YUAN = bytes.fromhex("0156")

_MANDATORY = (Tag.AIP, Tag.ATC, Tag.AC, Tag.ISSUER_APPLICATION_DATA, Tag.TRACK2)
_PREAUTHORISATION = b"\x02"  # DF60: the card gives no cryptogram (PB-7.3, PB-8)
_DECISION_BITS = 0x30  # of CVR byte 2 (PB-4.3)
_IDD_WITH_BALANCE_FIRST = (0x01, 0x03)  # PB-4.3


class CardDecision(Enum):
    """What the card made of the transaction; the value is its bits in the CVR (PB-4.3)."""

    AAC = 0x00
    TC = 0x10
    ARQC = 0x20


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the terminal brings into one purchase. Amount in fen, `when` in local time.

    `further` is terminal data by tag besides: a merchant name, DF60 of the extended application and so on.
    """

    amount: int
    ttq: Ttq
    unpredictable_number: bytes
    when: datetime
    country: bytes = CHINA
    currency: bytes = YUAN
    type: int = 0
    further: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[int, bytes]:
        """Terminal data by tag; what a PDOL asks for beyond these is filled with zeros."""
        return {
            **self.further,
            Tag.TTQ: self.ttq.to_bytes(),
            Tag.AMOUNT_AUTHORISED: to_bcd(self.amount, 6),
            Tag.TERMINAL_COUNTRY: self.country,
            Tag.TRANSACTION_CURRENCY: self.currency,
            Tag.TRANSACTION_TYPE: bytes((self.type,)),
            Tag.TRANSACTION_DATE: bytes.fromhex(f"{self.when:%y%m%d}"),
            Tag.TRANSACTION_TIME: bytes.fromhex(f"{self.when:%H%M%S}"),
            Tag.UNPREDICTABLE_NUMBER: self.unpredictable_number,
        }


@dataclass(frozen=True, slots=True)
class Left:
    """An amount in fen, and the tag that GET DATA gives it under: 9F79 or 9F5D."""

    tag: int
    amount: int


@dataclass(frozen=True, slots=True)
class Initiated:
    """A qPBOC transaction after the card's answer to GPO. `values` are the answer's objects by tag."""

    application: Application
    purchase: Purchase
    values: Mapping[int, bytes]
    issuer_application_data: IssuerApplicationData
    pan: str
    afl: Afl | None

    @property
    def decision(self) -> CardDecision:
        return _decision(self.issuer_application_data)

    @property
    def psn(self) -> str:
        return self.values.get(Tag.PAN_SEQUENCE_NUMBER, b"").hex()

    @property
    def atc(self) -> int:
        return int.from_bytes(self.values[Tag.ATC], "big")

    @property
    def cryptogram(self) -> bytes:
        """9F26; empty at a pre-authorisation, which has none."""
        return self.values.get(Tag.AC, b"")

    @property
    def left(self) -> Left | None:
        """What the card says it holds after this debit: 9F79 from the IDD, else 9F5D; None when it is silent.

        The two differ where 9F68 counts a cumulative limit in, so each is compared with its own kind only.
        """
        discretionary = self.issuer_application_data.idd
        if discretionary and discretionary[0] in _IDD_WITH_BALANCE_FIRST:
            return _left(Tag.EC_BALANCE, discretionary[1:6])
        return _left(
            Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT, self.values.get(Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT)
        )

    @property
    def held_before(self) -> int | None:
        """What the card held before this debit, in fen, in the kind that `left` has."""
        if self.left is None:
            return None
        return self.left.amount + (self.purchase.amount if self.decision is CardDecision.TC else 0)


def initiate(card: CardLink, application: Application, purchase: Purchase) -> Initiated:
    """Send GPO and read a qPBOC answer. A card whose PDOL asks for no TTQ is none for qPBOC."""
    pdol = application.pdol
    if pdol is None or all(entry.tag != Tag.TTQ for entry in pdol.entries):
        raise TerminatedError("pdol-without-ttq")
    response = card.exchange(apdu.get_processing_options(pdol.fill(purchase.values)))
    return answered(application, purchase, response)


def answered(application: Application, purchase: Purchase, response: ResponseApdu) -> Initiated:
    """Read a qPBOC answer to GPO; terminates when it is none."""
    answer = objects_of(template(response, Tag.RESPONSE_TEMPLATE_2, "gpo"))
    values = {tag: each.value for tag, each in answer.items()}
    without_ac = purchase.further.get(Tag.CAPP_TRANSACTION_INDICATOR) == _PREAUTHORISATION
    missing = [tag for tag in _MANDATORY if tag not in values and not (without_ac and tag == Tag.AC)]
    if missing:
        raise TerminatedError("gpo-object-missing", tag_hex(missing[0]))
    issuer_data = _issuer_data(values[Tag.ISSUER_APPLICATION_DATA])
    proves_online = Ttq.ODA_FOR_ONLINE in purchase.ttq and Tag.AFL in values
    pan, afl = _pan(values[Tag.TRACK2]), _afl(values.get(Tag.AFL), _decision(issuer_data), proves_online)
    return Initiated(application, purchase, values, issuer_data, pan, afl)


def _issuer_data(value: bytes) -> IssuerApplicationData:
    try:
        return IssuerApplicationData.parse(value)
    except ValueError as error:
        raise TerminatedError("gpo-malformed", str(error)) from None


def _decision(issuer_data: IssuerApplicationData) -> CardDecision:
    """The first result in the CVR: TC, ARQC, and AAC for everything else (PB-7.3)."""
    bits = issuer_data.cvr[1] & _DECISION_BITS
    return next((each for each in CardDecision if each.value == bits), CardDecision.AAC)


def _pan(track2: bytes) -> str:
    try:
        return Track2.parse(track2).pan
    except ValueError as error:
        raise TerminatedError("gpo-malformed", f"57: {error}") from None


def _afl(value: bytes | None, decision: CardDecision, proves_online: bool) -> Afl | None:
    """The records of a TC, and of an ARQC that the reader asked to be signed (PB-4.5)."""
    if decision is CardDecision.AAC or (decision is CardDecision.ARQC and not proves_online):
        return None
    if value is None:
        raise TerminatedError("gpo-object-missing", tag_hex(Tag.AFL))
    try:
        return Afl.parse(value)
    except AflError as error:
        raise TerminatedError("afl-malformed", str(error)) from None


def _left(tag: int, digits: bytes | None) -> Left | None:
    return Left(tag, from_bcd(digits)) if digits and digits.hex().isdecimal() else None
