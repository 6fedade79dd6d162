"""The device against its own declaration: what it shows of itself, beside what its ICS says (design 6).

Nothing is judged by a case here. What a device does not show is left open, and never counts against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.bits import Aip
from conformance.codec.dol import Dol, DolError
from conformance.codec.tags import Tag
from conformance.codec.tlv import TlvError, decode_one
from conformance.codec.values import fen
from conformance.kernel.termination import TerminatedError
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import LinkOutcome
from conformance.link.traced import TracedCard
from conformance.model.terminal import Operation
from conformance.runner.execute import Stage
from conformance.runner.journal import Journal, journalled
from conformance.sim.card import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.codec.tlv import Tlv
    from conformance.model.case import TestCase
    from conformance.model.iut import Product
    from conformance.model.run import Exchange
    from conformance.runner.card import Card
    from conformance.runner.opening import OpenBench

    _Asks = Mapping[str, tuple[Callable[[Card], bool | None], str]]

_DEBIT = "A0000003330101"
_GPO = 0xA8
_QPBOC = 0x20  # TTQ byte 1, bit 6: qPBOC supported (PB-7.3)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the product declares and the device shows; `shown` is None where it does not."""

    item: str
    declared: str
    shown: str | None
    by: str

    @property
    def contradicted(self) -> bool:
        return self.shown is not None and self.shown != self.declared


def claims(product: Product, bench: OpenBench, cases: Sequence[TestCase]) -> Iterator[Claim]:
    """Hold the device on the bench against the product's declaration.

    Of a card, the sample that is asked is the one for the first of `cases` that the bench can present.
    """
    yield from _identity(product, bench)
    shown = _terminal_shows(bench) if bench.terminal is not None else _card_shows(bench, cases)
    for item, (yes, by) in shown.items():
        if item in product.ics:
            yield Claim(f"ics.{item}", _word(product.ics[item]), None if yes is None else _word(yes), by)


def _word(answer: bool) -> str:
    return "true" if answer else "false"


def _identity(product: Product, bench: OpenBench) -> Iterator[Claim]:
    found = bench.firmware
    if found is None:
        return
    yield Claim("product.firmware", product.firmware, found.version if found.by else None, "identify")
    if product.firmware_digest is not None:
        digest = None if found.origin == "declared" else found.digest
        yield Claim("product.firmware_digest", product.firmware_digest, digest, "identify")


def _terminal_shows(bench: OpenBench) -> Mapping[str, tuple[bool | None, str]]:
    """What a terminal tells the laboratory's card in GET PROCESSING OPTIONS, where it can be given one."""
    ttq = _terminal_qualifiers(bench) if "card" in bench.offers else None
    qpboc = None if ttq is None else bool(ttq[0] & _QPBOC)
    observed = {"TERMINAL.CONTACTLESS": None if ttq is None else True, "TERMINAL.EC": qpboc}
    return {item: (shown, "9F66 in GET PROCESSING OPTIONS") for item, shown in observed.items()}


def _terminal_qualifiers(bench: OpenBench) -> bytes | None:
    exchanges: list[Exchange] = []
    link = MemoryCard(build("electronic-cash", balance=fen("50.00")))
    journal = Journal()
    card = TracedCard(link, exchanges.append, clock=journal.clock, number=journal.next_number)
    if bench.terminal is None:
        return None
    try:
        bench.terminal.operate(Operation("idle"))
        bench.terminal.present(card)
    except LinkOutcome:
        return None
    for exchange in exchanges:
        data = exchange.command[5:]
        if exchange.command[1] == _GPO and len(data) >= 6 and data[0] == 0x83:
            return data[2:6]  # 9F66 stands first in the PDOL of our card
    return None


def _card_shows(bench: OpenBench, cases: Sequence[TestCase]) -> Mapping[str, tuple[bool | None, str]]:
    """What a card answers on each side that a sample can be asked on; the contact side costs an ATC."""
    held = [each for each in cases if bench.samples is not None and bench.samples.lacking(each) is None]
    over_contacts = [each for each in held if each.interface == "contact"]
    return {**_told(bench, held, _CARD), **_told(bench, over_contacts, _CONTACT)}


def _told(bench: OpenBench, cases: Sequence[TestCase], asks: _Asks) -> Mapping[str, tuple[bool | None, str]]:
    """What the sample of the first of these cases tells of each item; nothing without a case."""
    if not cases:
        return {}
    journal = Journal()
    with journalled(journal):
        card = Stage(bench, journal, {}).card(cases[0])
        card.reset()
        return {item: (_asked(ask, card), by) for item, (ask, by) in asks.items()}


def _asked(ask: Callable[[Card], bool | None], card: Card) -> bool | None:
    try:
        return ask(card)
    except (LinkOutcome, TerminatedError, TlvError, DolError, LookupError, ValueError):
        return None


def _holds_cash(card: Card) -> bool | None:
    return card.get_data(Tag.EC_BALANCE).ok if card.select(_DEBIT).ok else None


def _wants_qualifiers(card: Card) -> bool | None:
    """The PDOL of a card in the field asks for 9F66; one in a slot says nothing about it."""
    pdol = _of_fci(card, Tag.PDOL)
    wanted = {entry.tag for entry in Dol.parse(pdol.value).entries} if pdol else set()
    return True if Tag.TTQ in wanted else None


def _names_log(card: Card) -> bool | None:
    return _of_fci(card, Tag.LOG_ENTRY) is not None


def _of_fci(card: Card, tag: int) -> Tlv | None:
    """An object of the FCI, wherever it stands; LookupError for a card that is not selected."""
    answer = card.select(_DEBIT)
    if not answer.ok:
        raise LookupError(_DEBIT)
    return decode_one(answer.data).find(tag)


def _profile_bit(bit: Aip, *, alone: bool = True) -> Callable[[Card], bool | None]:
    """A bit of the AIP over contacts; where it is not `alone` in saying so, an absent one says nothing."""

    def ask(card: Card) -> bool | None:
        card.contact.start()
        shown = bool(Aip.from_bytes(card.contact.card[Tag.AIP]) & bit)
        return shown if shown or alone else None

    return ask


_CARD: _Asks = {
    "CARD.EC": (_holds_cash, "GET DATA 9F79"),
    "CARD.QPBOC": (_wants_qualifiers, "9F38 of the FCI"),
    "CARD.TRANSACTION_LOG": (_names_log, "9F4D of the FCI"),
}
_IN_AIP = "82 in GET PROCESSING OPTIONS"
_CONTACT: _Asks = {
    "CARD.SDA": (_profile_bit(Aip.SDA), _IN_AIP),
    "CARD.DDA": (_profile_bit(Aip.DDA), _IN_AIP),
    "CARD.CDA": (_profile_bit(Aip.CDA), _IN_AIP),
    # An issuer can also be authenticated by what CDOL2 asks for (EMV Book 3, 10.9).
    "CARD.ISSUER_AUTHENTICATION": (_profile_bit(Aip.ISSUER_AUTHENTICATION, alone=False), _IN_AIP),
}
