"""A simulated card at its door: in the field, or over contacts with T=0 or T=1 (PB-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.link.memory import MemoryCard
from conformance.link.t0 import T0Card
from conformance.sim.card import CONTACT_ATR, T1_ATR, build

if TYPE_CHECKING:
    from conformance.link.card import CardLink
    from conformance.sim.card.plan import Profile


def served(profile: str | Profile, over: str | None = None, **particulars: Any) -> CardLink:
    """A card as a reader sees it, over "contactless", "t0" or "t1"; `particulars` are those of `build`.

    Without `over` it has its first interface, contacts with T=0. ValueError as for `build`.
    """
    interface = None if over is None else "contactless" if over == "contactless" else "contact"
    atr = T1_ATR if over == "t1" else CONTACT_ATR
    return T0Card(MemoryCard(build(profile, interface=interface, contact_atr=atr, **particulars)))
