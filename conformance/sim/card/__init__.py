"""Simulated PBOC cards, personalised: debit and credit over contacts, electronic cash, qPBOC.

`build` makes a card from a profile; `CardRules` is the table of what it does; a defect replaces one entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sim.card.card import ATR, CONTACT_ATR, SimulatedCard
from conformance.sim.card.personalisation import Particulars, issue, personalise
from conformance.sim.card.probes import PROBES
from conformance.sim.card.profile import load
from conformance.sim.card.rules import CardRules
from conformance.sim.card.state import Interface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.crypto.rsa import RsaPrivateKey

__all__ = ["ATR", "CONTACT_ATR", "PROBES", "CardRules", "Interface", "SimulatedCard", "build"]

_RULES = CardRules()


def build(  # noqa: PLR0913  one keyword for each thing that makes a card this card
    profile: str = "electronic-cash",
    *,
    rules: CardRules = _RULES,
    balance: int | None = None,
    pan: str = "6210948000000011",
    psn: str = "01",
    expires: str = "301231",
    effective: str = "140101",
    seed: int = 0,
    icc_key: RsaPrivateKey | None = None,
    elements: Mapping[int, bytes | None] | None = None,
    interface: str | None = None,
    contact_atr: bytes = CONTACT_ATR,
) -> SimulatedCard:
    """Personalise one card with one application; ValueError for a profile or particulars that cannot be.

    `balance` is in fen, without it the profile's (50.00); dates are YYMMDD; `seed` fixes the card's random
    numbers. `icc_key` replaces the demonstration authority's: above 1024 bits the fDDA signature moves from
    the GPO response into a record (PB-6.2). `elements` replaces elements of the profile by tag, or with None
    removes them. `interface` is "contact" or "contactless", without it the profile's first; the card has the
    others of its profile too, and `SimulatedCard.turn_to` takes it there. `contact_atr` is by default of T=0.
    """
    own = Particulars(pan, psn, expires, effective, tuple((elements or {}).items()), icc_key)
    plan = load(profile)
    turned = Interface(interface) if interface else plan.interfaces[0]
    images = {each: personalise(plan, own, each) for each in dict.fromkeys((turned, *plan.interfaces))}
    application = issue(images[turned], balance, images, interface=turned)
    return SimulatedCard((application,), rules, seed, turned, contact_atr)
