"""Pre-processing before the field is switched on: from the amount to the TTQ (PB-7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.codec.bits import Ttq
from conformance.kernel.termination import TerminatedError

_ONE_YUAN = 100  # "one unit" of PB-7.1, read as one unit of the currency [own reading]

OFFLINE_QPBOC = Ttq.QPBOC | Ttq.OFFLINE_ONLY | Ttq.FDDA_VERSION_01


class OtherInterfaceError(TerminatedError):
    """Contactless will not do; the card may be put into the contact reader."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("other-interface", detail)


@dataclass(frozen=True, slots=True)
class Limits:
    """Contactless limits in fen; a check whose limit is None is not made."""

    transaction: int | None = None
    cvm: int | None = None
    floor: int | None = None


def preprocess(
    amount: int,
    limits: Limits,
    capabilities: Ttq = OFFLINE_QPBOC,
    *,
    extended_application: bool = False,
    status_check: bool = False,
) -> Ttq:
    """The TTQ for this amount in fen; raises OtherInterfaceError when contactless will not do.

    The five checks of PB-7.1 in their order; the first, the status check of one yuan, is optional there.
    """
    offline_only = Ttq.OFFLINE_ONLY in capabilities
    if amount == 0 and offline_only and not extended_application:
        raise OtherInterfaceError("amount 0, offline only")
    if limits.transaction is not None and amount >= limits.transaction:
        raise OtherInterfaceError(f"amount {amount}, limit {limits.transaction}")
    ttq = capabilities
    if not offline_only and (amount == 0 or (status_check and amount == _ONE_YUAN)):
        ttq |= Ttq.ONLINE_CRYPTOGRAM_REQUIRED
    if limits.cvm is not None and amount >= limits.cvm:
        ttq |= Ttq.CVM_REQUIRED
    if limits.floor is not None and amount > limits.floor:
        ttq |= Ttq.ONLINE_CRYPTOGRAM_REQUIRED
    return ttq
