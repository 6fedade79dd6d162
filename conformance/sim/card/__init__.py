"""Simulated PBOC cards, personalised: debit and credit over contacts, electronic cash, qPBOC.

`build` makes a card from a profile; `CardRules` is the table of what it does; a defect replaces one entry.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.crypto import laboratory
from conformance.sim.card.card import ATR, CONTACT_ATR, T1_ATR, SimulatedCard
from conformance.sim.card.consistency import refuse_inconsistent
from conformance.sim.card.magnetic import stripe_of
from conformance.sim.card.personalisation import Particulars, issue, personalise
from conformance.sim.card.probes import PROBES
from conformance.sim.card.profile import load
from conformance.sim.card.rules import CardRules
from conformance.sim.card.state import Interface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.crypto.laboratory import Laboratory
    from conformance.crypto.rsa import RsaPrivateKey
    from conformance.sim.card.plan import ApplicationPlan, Profile
    from conformance.sim.card.state import Application

__all__ = [
    "ATR",
    "CONTACT_ATR",
    "PROBES",
    "T1_ATR",
    "CardRules",
    "Interface",
    "SimulatedCard",
    "build",
    "interfaces",
    "offline_pin",
]

_RULES = CardRules()


def interfaces(profile: str) -> tuple[str, ...]:
    """The sides from which cards of a profile are spoken to; ValueError for an unknown profile."""
    return tuple(each.value for each in load(profile).interfaces)


def offline_pin(profile: str) -> str | None:
    """The offline PIN that a profile's first application is personalised with, None without one."""
    return load(profile).applications[0].pin


def build(  # noqa: PLR0913  one keyword for each thing that makes a card this card
    profile: str | Profile = "electronic-cash",
    *,
    rules: CardRules = _RULES,
    balance: int | None = None,
    pan: str | None = None,
    psn: str | None = None,
    expires: str | None = None,
    effective: str | None = None,
    seed: int = 0,
    icc_key: RsaPrivateKey | None = None,
    elements: Mapping[int, bytes | None] | None = None,
    interface: str | None = None,
    contact_atr: bytes = CONTACT_ATR,
    authorities: Laboratory | None = None,
) -> SimulatedCard:
    """Personalise one card; ValueError for a profile or particulars that cannot be.

    A finished image is taken as it is, or refused with everything that is inconsistent (`DocumentErrors`).

    `profile` is a shipped profile's name, the path of a file, or a profile that was read. What is not given
    is the profile's: `balance` in fen, the holder's numbers, dates as YYMMDD. `seed` fixes the card's random
    numbers. `icc_key` replaces the profile's or the authorities': above 1024 bits the fDDA signature moves
    from the GPO response into a record (PB-6.2). `elements` replaces elements of the profile by tag, or with
    None removes them. All of this goes for every application that has no such thing of its own.

    `interface` is "contact" or "contactless", without it the profile's first; the card has the others of its
    profile too, and `SimulatedCard.turn_to` takes it there. `contact_atr` is by default of T=0 (`link.t0`);
    `T1_ATR` is of T=1.
    `authorities` certify the card, without them those of the laboratory in use.
    """
    plan = load(profile) if isinstance(profile, str) else profile
    turned = Interface(interface) if interface else plan.interfaces[0]
    if turned not in plan.interfaces:
        raise ValueError(f"a card of profile {plan.name!r} has no {turned.value} interface")
    given = {"pan": pan, "psn": psn, "expires": expires, "effective": effective}
    certified_by = authorities or laboratory.in_use()
    refuse_inconsistent(plan, certified_by)
    holder = replace(plan.holder, **{name: value for name, value in given.items() if value is not None})

    def application(each: ApplicationPlan) -> Application:
        own = Particulars(replace(holder, **dict(each.holder)), tuple((elements or {}).items()), icc_key)
        images = {
            side: personalise(plan.issuer, each, own, side, certified_by)
            for side in dict.fromkeys((turned, *each.interfaces))
            if side in each.interfaces
        }
        first = next(iter(images))
        return issue(images[first], balance, images, interface=first)

    applications = tuple(map(application, plan.applications))
    stripe = None if plan.stripe is None else stripe_of(plan.stripe, applications[0].elements)
    return SimulatedCard(applications, rules, seed, turned, contact_atr, stripe)
