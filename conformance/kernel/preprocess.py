"""Pre-processing before the field is switched on: from the amount to the TTQ (PB-7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.codec.bits import Ttq
from conformance.kernel.termination import TerminatedError

OFFLINE_QPBOC = Ttq.QPBOC | Ttq.OFFLINE_ONLY | Ttq.FDDA_VERSION_01


@dataclass(frozen=True, slots=True)
class Limits:
    """Contactless limits in fen; a check whose limit is None is not made."""

    transaction: int | None = None
    cvm: int | None = None
    floor: int | None = None


def preprocess(
    amount: int, limits: Limits, capabilities: Ttq = OFFLINE_QPBOC, *, extended_application: bool = False
) -> Ttq:
    """The TTQ for this amount in fen; terminates with "other-interface" when contactless will not do.

    Checks 2 to 5 of PB-7.1; the optional status check is off by default there, and this terminal lacks it.
    """
    offline_only = Ttq.OFFLINE_ONLY in capabilities
    if amount == 0 and offline_only and not extended_application:
        raise TerminatedError("other-interface", "amount 0, offline only")
    if limits.transaction is not None and amount >= limits.transaction:
        raise TerminatedError("other-interface", f"amount {amount}, limit {limits.transaction}")
    ttq = capabilities
    if amount == 0 and not offline_only:
        ttq |= Ttq.ONLINE_CRYPTOGRAM_REQUIRED
    if limits.cvm is not None and amount >= limits.cvm:
        ttq |= Ttq.CVM_REQUIRED
    if limits.floor is not None and amount > limits.floor:
        ttq |= Ttq.ONLINE_CRYPTOGRAM_REQUIRED
    return ttq
