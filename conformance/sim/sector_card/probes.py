"""Cards that a lane must cope with: each is the conforming one with one rule replaced."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.sim.rule import Rule
from conformance.sim.sector_card.rules import PurseCardRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.sector_card.state import PurseCardState, Update


def _other_mac2(mac: bytes) -> bytes:
    return bytes((mac[0] ^ 1,)) + mac[1:]


def _write_nothing(_card: PurseCardState, _updates: list[Update]) -> None:
    """Pays, and forgets to write the composite record."""


PROBES: Mapping[str, PurseCardRules] = MappingProxyType(
    {
        "forged-mac2": replace(PurseCardRules(), mac2=Rule("HW-19", _other_mac2)),
        "entry-not-written": replace(PurseCardRules(), write=Rule("HW-18", _write_nothing)),
    }
)
"""By name: `forged-mac2` answers the debit with a MAC2 that no PSAM accepts, `entry-not-written` pays and
keeps the old record 1 of 0019."""
