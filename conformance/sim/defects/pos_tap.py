"""Defective point-of-sale terminals: what they do with cards in their field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.kernel.issuer import OnlineAnswer
    from conformance.kernel.qpboc import Tapped
    from conformance.kernel.select import Candidate
    from conformance.kernel.transaction import SupportedAid

DEVICE = "pos"


def _never_approved(_state: Tapped, _answer: OnlineAnswer) -> bool:
    return False


def _always_approved(_state: Tapped, _answer: OnlineAnswer) -> bool:
    return True


def _last_listed(candidates: Sequence[Candidate], _supported: Sequence[SupportedAid]) -> Candidate | None:
    return candidates[-1] if candidates else None


DEFECTS = (
    Defect(
        id="pos-tap-online-declines",
        clause="PB-7.4",
        kills="COR-CLS-180",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.approved_online",
        rule=Rule("PB-7.4", _never_approved),
        purpose="Declines a card in its field whatever the issuer answers.",
    ),
    Defect(
        id="pos-tap-online-approves",
        clause="PB-7.4",
        kills="COR-CLS-190",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.approved_online",
        rule=Rule("PB-7.4", _always_approved),
        purpose="Approves a card in its field whatever the issuer answers.",
    ),
    Defect(
        id="pos-tap-last-application",
        clause="PB-1",
        kills="COR-CLS-200",
        finding="value-differs",
        device=DEVICE,
        replaces="contactless.choose",
        rule=Rule("PB-1", _last_listed),
        purpose="Takes the last application of the PPSE, whatever their priorities.",
    ),
)
