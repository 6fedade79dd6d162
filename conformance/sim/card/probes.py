"""Cards that terminals must refuse: each a conforming card but for one rule, for cases to present."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.sim.card import security
from conformance.sim.card.rules import CardRules
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.card.state import Application, Transaction


def _forged_signature(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """9F4B with its last bit turned."""
    signature = security.fdda_signature(rules, application, transaction)
    return signature[:-1] + bytes((signature[-1] ^ 1,))


PROBES: Mapping[str, CardRules] = MappingProxyType(
    {
        "fdda-signature-forged": dataclasses.replace(
            CardRules(), fdda_signature=Rule("PB-6.2", _forged_signature)
        ),
    }
)
