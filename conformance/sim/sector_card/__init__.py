"""Simulated cards of the sectors: toll user card, transport card, the PSAM of each.

Each is made from its personalisation. `PurseCardRules` and `PsamRules` are the tables of what they do; a
probe replaces one entry. `CARDS` are those with test values, by name.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.sim.sector_card.personalisation import (
    PSAM_TERMINAL,
    TollCardData,
    TransportCardData,
    toll_card,
    toll_psam,
    transport_card,
    transport_psam,
)
from conformance.sim.sector_card.probes import PROBES
from conformance.sim.sector_card.psam import Psam
from conformance.sim.sector_card.psam_rules import PsamRules
from conformance.sim.sector_card.purse_card import PurseCard
from conformance.sim.sector_card.rules import PurseCardRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "CARDS",
    "PROBES",
    "PSAM_TERMINAL",
    "Psam",
    "PsamRules",
    "PurseCard",
    "PurseCardRules",
    "TollCardData",
    "TransportCardData",
    "toll_card",
    "toll_psam",
    "transport_card",
    "transport_psam",
]

CARDS: Mapping[str, Callable[[], PurseCard]] = MappingProxyType(
    {
        "toll-user": lambda: toll_card(TollCardData()),
        "transport": lambda: transport_card(TransportCardData()),
    }
)
