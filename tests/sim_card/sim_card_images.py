"""Cards whose images say more than the shipped profiles do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.sim.card import CardRules, Interface, SimulatedCard
from conformance.sim.card.personalisation import Particulars, issue, personalise
from conformance.sim.card.profile import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.card.image import Image


def image(interface: Interface, changed: Mapping[int, bytes | None] | None = None) -> Image:
    plan = load("electronic-cash")
    own = Particulars(plan.holder, tuple((changed or {}).items()))
    return personalise(plan.issuer, plan.applications[0], own, interface)


def with_pdol(one: Image, more: str) -> Image:
    """The image asks the terminal for more, its FCI as before."""
    pdol = one.elements[Tag.PDOL] + bytes.fromhex(more)
    return replace(one, pdol=Dol.parse(pdol), elements={**one.elements, Tag.PDOL: pdol})


def card(
    one: Image,
    balance: int = 5000,
    rules: CardRules | None = None,
    others: Mapping[Interface, Image] | None = None,
    **more: Any,
) -> SimulatedCard:
    """A fresh card of one image, in its reader; `others` are its images for other interfaces."""
    contactless = one.paths.qpboc is not None
    interface = Interface.CONTACTLESS if contactless else Interface.CONTACT
    application = issue(one, balance, others or {}, interface=interface)
    made = SimulatedCard((application,), rules or CardRules(), interface=interface, **more)
    made.power_on()
    return made
