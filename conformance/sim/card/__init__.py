"""Simulated PBOC cards: personalised, contactless, with electronic cash and qPBOC.

`build` makes a card from a profile; `CardRules` is the table of what it does; a defect replaces one entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sim.card.card import ATR, SimulatedCard
from conformance.sim.card.personalisation import Particulars, issue, personalise
from conformance.sim.card.probes import PROBES
from conformance.sim.card.profile import load
from conformance.sim.card.rules import CardRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.crypto.rsa import RsaPrivateKey

__all__ = ["ATR", "PROBES", "CardRules", "SimulatedCard", "build"]

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
) -> SimulatedCard:
    """Personalise one card with one application; ValueError for a profile or particulars that cannot be.

    `balance` is in fen, without it the profile's (50.00); dates are YYMMDD; `seed` fixes the card's random
    numbers. `icc_key` replaces the demonstration authority's: above 1024 bits the fDDA signature moves from
    the GPO response into a record (PB-6.2). `elements` replaces elements of the profile by tag, or with None
    removes them.
    """
    own = Particulars(pan, psn, expires, effective, tuple((elements or {}).items()), icc_key)
    return SimulatedCard((issue(personalise(load(profile), own), balance),), rules, seed)
