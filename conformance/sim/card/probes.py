"""Cards that terminals must refuse: each a conforming card but for one rule, for cases to present."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.link.outcomes import CardMute
from conformance.sim.card import security
from conformance.sim.card.rules import CardRules
from conformance.sim.card.state import APPLICATION_BLOCKED, NOT_SUPPORTED, Refused
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.status import StatusWord
    from conformance.sim.card.state import Application, CardState, Transaction


def _forged_signature(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """9F4B with its last bit turned."""
    signature = security.fdda_signature(rules, application, transaction)
    return signature[:-1] + bytes((signature[-1] ^ 1,))


def _mute(_card: CardState) -> None:
    """A chip that answers to reset, and to no command."""
    raise CardMute("the chip says nothing")


def _card_blocked(_card: CardState) -> None:
    raise Refused(NOT_SUPPORTED)


def _application_blocked(_application: Application) -> StatusWord:
    return APPLICATION_BLOCKED


PROBES: Mapping[str, CardRules] = MappingProxyType(
    {
        "fdda-signature-forged": dataclasses.replace(
            CardRules(), fdda_signature=Rule("PB-6.2", _forged_signature)
        ),
        "mute": dataclasses.replace(CardRules(), card_blocked=Rule("MG-03", _mute)),
        "card-blocked": dataclasses.replace(CardRules(), card_blocked=Rule("PB-2", _card_blocked)),
        "application-blocked": dataclasses.replace(
            CardRules(), select_status=Rule("PB-2", _application_blocked)
        ),
    }
)
