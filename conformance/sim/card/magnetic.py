"""The magnetic stripe beside the chip: as the profile gives it, or as it follows from the chip (PB-9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.values import Track2
from conformance.model.terminal import Stripe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.card.plan import StripePlan


def stripe_of(plan: StripePlan, elements: Mapping[int, bytes]) -> Stripe:
    """Both tracks with their sentinels; one that the plan leaves out says what the chip says (57, 5F20)."""
    chip = Track2.parse(elements[Tag.TRACK2])
    rest = f"{chip.expiry}{chip.service_code}{chip.discretionary}"
    name = elements.get(Tag.CARDHOLDER_NAME, b"").decode("ascii")
    first = plan.track1 or (f"B{chip.pan}^{name}^{rest}" if name else None)
    second = plan.track2 or f"{chip.pan}={rest}"
    return Stripe(None if first is None else f"%{first}?", f";{second}?")
