"""Which rule sets which bit of TVR and TSI: one entry each, in the order of the bits (PB-4.2).

The clauses of EMV are of general knowledge, confidence M. An entry has its bit's name in lower case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from conformance.codec.bits import Tsi, Tvr
from conformance.model.rule import Rule

if TYPE_CHECKING:
    from typing import Self

Mark: TypeAlias = Rule[Callable[[int], int]]
"""Takes TVR or TSI as a number, gives it with the bit set."""


def sets(clause: str, bit: Tvr | Tsi) -> Mark:
    """The rule that sets one bit."""
    return Rule(clause, lambda field: field | bit)


@dataclass(frozen=True, slots=True)
class MarkRules:
    """The bits of TVR and TSI with the clause that asks for each."""

    oda_not_performed: Mark = sets("EMV Book 3 10.3", Tvr.ODA_NOT_PERFORMED)
    sda_failed: Mark = sets("EMV Book 2 5.4", Tvr.SDA_FAILED)
    icc_data_missing: Mark = sets("EMV Book 3 7.5", Tvr.ICC_DATA_MISSING)
    exception_file: Mark = sets("EMV Book 4 6.5.5", Tvr.EXCEPTION_FILE)
    dda_failed: Mark = sets("EMV Book 2 6.5", Tvr.DDA_FAILED)
    cda_failed: Mark = sets("EMV Book 2 6.6", Tvr.CDA_FAILED)
    version_differs: Mark = sets("EMV Book 3 10.4.1", Tvr.VERSION_DIFFERS)
    expired: Mark = sets("EMV Book 3 10.4.3", Tvr.EXPIRED)
    not_yet_effective: Mark = sets("EMV Book 3 10.4.3", Tvr.NOT_YET_EFFECTIVE)
    service_not_allowed: Mark = sets("EMV Book 3 10.4.2", Tvr.SERVICE_NOT_ALLOWED)
    new_card: Mark = sets("EMV Book 3 10.6.3", Tvr.NEW_CARD)
    cvm_failed: Mark = sets("EMV Book 3 10.5", Tvr.CVM_FAILED)
    unrecognised_cvm: Mark = sets("EMV Book 3 10.5", Tvr.UNRECOGNISED_CVM)
    pin_tries_exceeded: Mark = sets("EMV Book 3 10.5.1", Tvr.PIN_TRIES_EXCEEDED)
    no_pin_pad: Mark = sets("EMV Book 3 10.5.1", Tvr.NO_PIN_PAD)
    pin_not_entered: Mark = sets("EMV Book 3 10.5.1", Tvr.PIN_NOT_ENTERED)
    online_pin_entered: Mark = sets("EMV Book 3 10.5.2", Tvr.ONLINE_PIN_ENTERED)
    floor_limit: Mark = sets("EMV Book 3 10.6.1", Tvr.FLOOR_LIMIT)
    lower_offline_limit: Mark = sets("EMV Book 3 10.6.3", Tvr.LOWER_OFFLINE_LIMIT)
    upper_offline_limit: Mark = sets("EMV Book 3 10.6.3", Tvr.UPPER_OFFLINE_LIMIT)
    random_selection: Mark = sets("EMV Book 3 10.6.2", Tvr.RANDOM_SELECTION)
    merchant_forced: Mark = sets("EMV Book 4 6.5.5", Tvr.MERCHANT_FORCED)
    default_tdol: Mark = sets("EMV Book 3 9.2.2", Tvr.DEFAULT_TDOL)
    issuer_authentication_failed: Mark = sets("EMV Book 3 10.9", Tvr.ISSUER_AUTHENTICATION_FAILED)
    script_failed_before_ac: Mark = sets("EMV Book 3 10.10", Tvr.SCRIPT_FAILED_BEFORE_AC)
    script_failed_after_ac: Mark = sets("EMV Book 3 10.10", Tvr.SCRIPT_FAILED_AFTER_AC)
    oda: Mark = sets("EMV Book 3 10.3", Tsi.ODA)
    cvm: Mark = sets("EMV Book 3 10.5", Tsi.CVM)
    card_risk_management: Mark = sets("EMV Book 3 10.8", Tsi.CARD_RISK_MANAGEMENT)
    issuer_authentication: Mark = sets("EMV Book 3 10.9", Tsi.ISSUER_AUTHENTICATION)
    terminal_risk_management: Mark = sets("EMV Book 3 10.6", Tsi.TERMINAL_RISK_MANAGEMENT)
    script: Mark = sets("EMV Book 3 10.10", Tsi.SCRIPT)

    def of(self: Self, bit: Tvr | Tsi) -> Mark:
        """The entry of one bit."""
        mark: Mark = getattr(self, str(bit.name).lower())
        return mark
