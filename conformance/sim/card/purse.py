"""The electronic cash of a card: one currency, or two that share nothing but the card (PB-3, PB-7.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Purse:
    """The tags of one of them, each an amount n12 but `currency`."""

    currency: int
    balance: int
    limit: int
    single: int
    threshold: int
    cvm: int


FIRST = Purse(
    Tag.APPLICATION_CURRENCY,
    Tag.EC_BALANCE,
    Tag.EC_BALANCE_LIMIT,
    Tag.EC_SINGLE_LIMIT,
    Tag.EC_RESET_THRESHOLD,
    Tag.CARD_CVM_LIMIT,
)
SECOND = Purse(
    Tag.EC_SECOND_CURRENCY,
    Tag.SECOND_EC_BALANCE,
    Tag.SECOND_EC_BALANCE_LIMIT,
    Tag.SECOND_EC_SINGLE_LIMIT,
    Tag.SECOND_EC_RESET_THRESHOLD,
    Tag.SECOND_CARD_CVM_LIMIT,
)
PURSES = (FIRST, SECOND)


def purse_of(elements: Mapping[int, bytes], currency: bytes | None) -> Purse | None:
    """The purse of the transaction's currency, the first before the second; None in any other currency."""
    held = (each for each in PURSES if currency is not None and elements.get(each.currency) == currency)
    return next(held, None)


def shown_as(purse: Purse) -> Mapping[int, int]:
    """What GET DATA of the first purse's tags shows in a transaction with this purse (PB-7.6)."""
    asked = (FIRST.balance, FIRST.threshold, FIRST.limit, FIRST.single, FIRST.cvm)
    return dict(
        zip(asked, (purse.balance, purse.threshold, purse.limit, purse.single, purse.cvm), strict=True)
    )
