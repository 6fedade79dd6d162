"""Simulated cards and issuer on either side of a terminal: what a whole transaction is tested with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contact_cards import terminal

from conformance.codec.tags import Tag
from conformance.codec.tlv import encode
from conformance.codec.values import from_bcd
from conformance.crypto import sm_authority
from conformance.kernel.cvm import Cardholder
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.qpboc import ContactlessTerminal
from conformance.kernel.transact import contact, contactless
from conformance.kernel.transaction import ContactTerminal, Terms
from conformance.link.memory import MemoryCard
from conformance.sim import card as sim_card
from conformance.sim.host.issuer import Account, Authorisation, Issuer

if TYPE_CHECKING:
    from conformance.kernel.issuer import OnlineRequest
    from conformance.kernel.result import Result
    from conformance.sim.card import CardRules

PAN = "6210948000000011"
WHEN = datetime(2026, 5, 4, 8, 30)  # noqa: DTZ001
NO_CVM = bytes.fromhex("00000000000000001F00")
_SM = sm_authority.demonstration()
SM_KEYS = {(_SM.rid, _SM.ca_index): _SM.ca.public}


@dataclass
class Bank:
    """The way to the simulated issuer, and what was asked there."""

    issuer: Issuer = field(default_factory=lambda: Issuer((Account(PAN, 1_000_000),)))
    asked: list[OnlineRequest] = field(default_factory=list)

    def __call__(self, request: OnlineRequest) -> OnlineAnswer:
        self.asked.append(request)
        values = request.values
        pan = values[Tag.PAN].hex() if Tag.PAN in values else values[Tag.TRACK2].hex().partition("d")[0]
        amount = from_bcd(values[Tag.AMOUNT_AUTHORISED])
        decision = self.issuer.authorise(Authorisation(pan, amount, "2605", values), "debit", "reference")
        scripts = tuple(encode(tag, decision.card[tag]) for tag in (0x71, 0x72) if tag in decision.card)
        return OnlineAnswer(
            decision.response.encode(), decision.card.get(Tag.ISSUER_AUTHENTICATION_DATA, b""), scripts
        )


def card(
    profile: str = "electronic-cash",
    interface: str = "contact",
    *,
    rules: CardRules | None = None,
    elements: dict[int, bytes | None] | None = None,
    **particulars: Any,
) -> MemoryCard:
    """A fresh card in its reader; its CVM list asks for nothing unless a test says otherwise."""
    changed = {0x8E: NO_CVM, **(elements or {})}
    built = sim_card.build(
        profile, interface=interface, elements=changed, **({"rules": rules} if rules else {}), **particulars
    )
    link = MemoryCard(built)
    link.reset()
    return link


def device(**changed: Any) -> ContactTerminal:
    """The laboratory's terminal, with SM keys beside RSA."""
    return terminal(**{"sm_ca_keys": SM_KEYS, **changed})


def inserted(link: Any, host: Any = lambda _: None, amount: int = 1000, **changed: Any) -> Result:
    terms = Terms(amount, WHEN, **changed.pop("terms", {}))
    holder = changed.pop("holder", Cardholder())
    return contact(link, device(**changed), terms, host, holder)


def tapped(link: Any, host: Any = lambda _: None, amount: int = 1000, **changed: Any) -> Result:
    terms, holder = Terms(amount, WHEN), changed.pop("holder", Cardholder())
    base = device(**changed.pop("base", {}))
    extension = changed.pop("extension", None)
    reader = ContactlessTerminal(base, **changed)
    return contactless(link, reader, terms, host, holder, extension=extension)
