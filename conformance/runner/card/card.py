"""The facade `card` of a case: a card under test, driven through its link by the kernel's own functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.afl import Afl, AflError
from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag
from conformance.codec.values import fen, from_bcd, yuan
from conformance.crypto.rsa import RsaPublicKey
from conformance.kernel import contactless, oda
from conformance.kernel.answers import template
from conformance.kernel.initiate import Purchase, initiate
from conformance.kernel.preprocess import OFFLINE_QPBOC
from conformance.kernel.select import parse_fci
from conformance.kernel.termination import TerminatedError
from conformance.link.traced import TracedCard
from conformance.runner.card.authentication import contact_icc_key, contact_issuer, enciphered_block
from conformance.runner.card.certified import CaKeys
from conformance.runner.card.contact import ContactDialogue
from conformance.runner.card.extended import ExtendedApplication
from conformance.runner.card.issuer import Issuer
from conformance.runner.card.lacks import BenchLacksError
from conformance.runner.card.tap import Tap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.apdu import ResponseApdu
    from conformance.codec.tlv import Tlv
    from conformance.crypto.issuer_keys import IssuerKeys
    from conformance.crypto.sm2_keys import Sm2PublicKey
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink
    from conformance.model.terminal import Capk
    from conformance.runner.card.certified import Read
    from conformance.runner.journal import Journal

_NOON = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001  a terminal's local time has no zone


@dataclass(frozen=True, slots=True)
class Signed:
    """What a purchase's dynamic signature is judged with: the ICC key, the signature, the terminal's data."""

    icc_key: RsaPublicKey
    signature: bytes
    terminal_data: bytes


class Card:
    """A card as a case sees it. The verbs send one command each, unless their name says more."""

    def __init__(  # noqa: PLR0913, PLR0917  what a bench gives with a card
        self,
        link: CardLink,
        journal: Journal,
        capks: tuple[Capk, ...],
        issuer: IssuerKeys | None = None,
        sm_ca_keys: Mapping[tuple[bytes, int], Sm2PublicKey] = MappingProxyType({}),
        pin: str | None = None,
    ) -> None:
        self._link = TracedCard(link, journal.exchanged, clock=journal.clock, number=journal.next_number)
        self._journal = journal
        self._ca_keys = {(key.rid, key.index): _public_key(key) for key in capks}
        self._pin = pin
        self._application: Application | None = None
        self._selected: Tlv | None = None
        self._afl: Afl | None = None
        self._certified = CaKeys(self._ca_keys, sm_ca_keys)
        self.contact = ContactDialogue(self.exchange, Issuer(issuer))
        self.contactless = Tap(self.exchange, Issuer(issuer))
        self.extended = ExtendedApplication(self.exchange, self._counter_now)

    @property
    def last_exchange(self) -> int | None:
        return self._journal.last_exchange

    def reset(self) -> bytes:
        """Switch the field, or the card's power, off and on."""
        self.contactless.card = {}
        return self._link.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Send any command."""
        return self._link.exchange(command)

    def send(self, command: str) -> ResponseApdu:
        """Send any command, in hex."""
        return self.exchange(CommandApdu.decode(bytes.fromhex(command)))

    @property
    def pin(self) -> str:
        """The offline PIN, on a bench that offers "pin"."""
        if self._pin is None:
            raise BenchLacksError("the offline PIN")
        return self._pin

    @property
    def wrong_pin(self) -> str:
        """A PIN that differs from the right one in its last digit."""
        return f"{self.pin[:-1]}{(int(self.pin[-1]) + 1) % 10}"

    def verify_enciphered(self, pin: str, *, challenge: bytes | None = None) -> ResponseApdu:
        """VERIFY with the PIN enciphered for the card, over a new challenge of its own, or this one."""
        given = self.contact.get_challenge().data if challenge is None else challenge
        enciphered = enciphered_block(contact_icc_key(self.contact, self._ca_keys, _NOON.date()), pin, given)
        return self.exchange(CommandApdu(0x00, 0x20, 0x00, 0x88, enciphered))

    def fci(self, tag: int) -> bytes:
        """The value of a data object anywhere in the FCI of the last SELECT; nothing where it is not."""
        found = self._selected.find(tag) if self._selected is not None else None
        return b"" if found is None else found.value

    @property
    def icc_key(self) -> RsaPublicKey:
        """The card's key by what it gave over contacts; a certificate that does not verify ends the step."""
        return contact_icc_key(self.contact, self._ca_keys, _NOON.date())

    @property
    def issuer_key(self) -> RsaPublicKey:
        """The issuer's key, in the same way."""
        return contact_issuer(self.contact, self._ca_keys, _NOON.date()).public_key

    @property
    def issuer_certificate_ends(self) -> str:
        """The month in which the issuer's certificate ends, YYMM."""
        expiry = contact_issuer(self.contact, self._ca_keys, _NOON.date()).expiry
        return expiry[2:] + expiry[:2]

    def number(self, tag: int) -> int:
        """The value that GET DATA gives, as a binary number."""
        return int.from_bytes(self._object(tag))

    def object(self, tag: int) -> bytes:
        """The value that GET DATA gives; a refusal ends the step."""
        return self._object(tag)

    def select(self, aid: str, *, next_occurrence: bool = False) -> ResponseApdu:
        """SELECT by AID in hex, first or next; a well-formed FCI is remembered for its PDOL."""
        response = self.exchange(apdu.select(bytes.fromhex(aid), next_occurrence=next_occurrence))
        self._application = self._selected = None
        if response.ok:
            try:
                self._selected = template(response, Tag.FCI_TEMPLATE, "select")
                self._application = parse_fci(self._selected, b"")
            except TerminatedError:
                return response
        return response

    def pdol_data(self, *, amount: str = "0.01", unpredictable_number: str = "00000001") -> bytes:
        """What the PDOL asks for, filled for an offline qPBOC purchase."""
        if self._application is None or self._application.pdol is None:
            raise TerminatedError("pdol-missing")
        return self._application.pdol.fill(_purchase(amount, unpredictable_number).values)

    def get_processing_options(self, data: bytes) -> ResponseApdu:
        """GET PROCESSING OPTIONS with these data in template 83; the AFL of the answer is remembered."""
        response = self.exchange(apdu.get_processing_options(data))
        self._afl = None
        if response.ok:
            answer = template(response, Tag.RESPONSE_TEMPLATE_2, "gpo")
            locator = answer.find(Tag.AFL)
            self._afl = _afl(locator.value) if locator else None
        return response

    @property
    def afl(self) -> Afl:
        """The AFL of the last answer to GET PROCESSING OPTIONS."""
        if self._afl is None:
            raise TerminatedError("afl-missing")
        return self._afl

    def read_record(self, sfi: int, record: int) -> ResponseApdu:
        """READ RECORD."""
        return self.exchange(apdu.read_record(sfi, record))

    def read_all_but_the_last_record(self) -> None:
        """Every record of the AFL, in its order, except the one at which the card commits."""
        *before, _ = self.afl.records()
        for sfi, record, _ in before:
            self.read_record(sfi, record)

    def get_data(self, tag: int) -> ResponseApdu:
        """GET DATA."""
        return self.exchange(apdu.get_data(tag))

    def balance(self) -> str:
        """The electronic cash balance in yuan."""
        digits = self._object(Tag.EC_BALANCE)
        if not digits.hex().isdecimal():
            raise TerminatedError("get-data-malformed", f"9F79: {digits.hex().upper()} is no amount")
        return yuan(from_bcd(digits))

    def transaction_counter(self) -> int:
        """The application transaction counter (9F36)."""
        return int.from_bytes(self._object(Tag.ATC))

    def purchase(self, *, amount: str, unpredictable_number: str) -> Signed:
        """A whole offline purchase up to the last record; what its signature is judged with."""
        terms = _purchase(amount, unpredictable_number)
        initiated = initiate(self._link, contactless.enter(self._link), terms)
        read = contactless.read_last(self._link, contactless.read_before_last(self._link, initiated))
        return Signed(
            icc_key=self._icc_key(read, initiated.pan, initiated.application.rid),
            signature=read.values[Tag.SIGNED_DYNAMIC_APPLICATION_DATA],
            terminal_data=oda.signed_terminal_data(
                terms, read.values.get(Tag.CARD_AUTHENTICATION_RELATED_DATA)
            ),
        )

    def _icc_key(self, read: contactless.Transaction, pan: str, rid: bytes) -> RsaPublicKey:
        """The card's key out of its certificates; a CA key that this bench lacks is no fault of the card."""
        oda.require(read.values)
        try:
            ca_key = oda.ca_key_for(rid, read.values, self._ca_keys)
        except TerminatedError as ending:
            raise BenchLacksError(ending.detail) from None
        return oda.icc_key(read.values, read.static_data, pan, ca_key, _NOON.date())

    def key_of(self, read: Read) -> RsaPublicKey:
        """The card's RSA key by the certificates that it showed in `contact` or `contactless`."""
        return self._certified.icc_key(read)

    def sm_key_of(self, read: Read) -> Sm2PublicKey:
        """The card's SM2 key by the certificates that it showed in `contact` or `contactless`."""
        return self._certified.sm_icc_key(read)

    def signature_in(self, answer: ResponseApdu) -> bytes:
        """The signature in an answer to INTERNAL AUTHENTICATE, format 80 (PB-2)."""
        return template(answer, Tag.RESPONSE_TEMPLATE_1, "internal-authenticate").value

    def hold(self, sfi: int, record: str, *, amount: str = "1.00") -> ResponseApdu:
        """A whole pre-authorisation of the record with this ID; the answer to GPO."""
        self.contactless.select()
        self.extended.read(sfi, record)
        answer = self.contactless.initiate(amount, told={Tag.CAPP_TRANSACTION_INDICATOR: "02"})
        if answer.response.ok:
            self.contactless.finish()
        return answer.response

    def _counter_now(self) -> bytes:
        """The ATC of the transaction under way, else the one that the card tells."""
        return self.contactless.card.get(Tag.ATC) or self._object(Tag.ATC)

    def _object(self, tag: int) -> bytes:
        response = self.get_data(tag)
        return template(response, tag, "get-data").value


def _purchase(amount: str, unpredictable_number: str) -> Purchase:
    return Purchase(fen(amount), OFFLINE_QPBOC, bytes.fromhex(unpredictable_number), _NOON)


def _public_key(key: Capk) -> RsaPublicKey:
    return RsaPublicKey(int.from_bytes(key.modulus), int.from_bytes(key.exponent))


def _afl(value: bytes) -> Afl:
    try:
        return Afl.parse(value)
    except AflError as error:
        raise TerminatedError("afl-malformed", str(error)) from None
