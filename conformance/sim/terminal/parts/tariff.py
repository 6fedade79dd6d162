"""What a ride or an admission costs; amounts are fen, shares are percent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class FlatFare:
    """One price for every ride (TR-01)."""

    fare: int


@dataclass(frozen=True, slots=True)
class Boarding:
    """Where and when a card was tapped. `at` is None when the terminal's clock was not valid."""

    device: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TransferTerms:
    """Who pays `percent` of the fare after a change (TR-22, TR-23); above 100 counts as 100.

    A change lies more than `least` and less than `window` after the last tap, at another device.
    """

    percent: int
    window: timedelta
    least: timedelta = timedelta(seconds=300)
    card_classes: frozenset[str] = frozenset({"ordinary"})


@dataclass(frozen=True, slots=True)
class Price:
    """What is to be paid, and whether a transfer discount is in it (transfer flag 01)."""

    amount: int
    transfer: bool = False


def transfer_price(
    fare: int, last: Boarding | None, now: Boarding, card_class: str, terms: TransferTerms
) -> Price:
    """The discounted fare where every condition of a change is met, otherwise the full one."""
    if last is None or card_class not in terms.card_classes or not _changed(last, now, terms):
        return Price(fare)
    return Price(share(fare, terms.percent), transfer=True)


def _changed(last: Boarding, now: Boarding, terms: TransferTerms) -> bool:
    if last.at is None or now.at is None or last.device == now.device:
        return False
    return terms.least < now.at - last.at < terms.window


def share(amount: int, percent: int) -> int:
    """A percentage of an amount, at most the whole, half a fen rounded up."""
    return (amount * min(percent, 100) + 50) // 100


@dataclass(frozen=True, slots=True)
class SegmentedFare:
    """Prices by stops, each pair once with the lower number first (TR-24)."""

    table: Mapping[tuple[int, int], int]

    def between(self, boarded: int, alighted: int) -> int:
        """The same in both directions; KeyError for a pair that the table does not hold."""
        return self.table[min(boarded, alighted), max(boarded, alighted)]

    @property
    def most(self) -> int:
        """The price of a ride whose exit is missing (TR-25)."""
        return max(self.table.values())


@dataclass(frozen=True, slots=True)
class GroupFare:
    """A price for each person, and the shares of it that groups of so many people or more pay."""

    each: int
    shares: Mapping[int, int]

    def of(self, people: int) -> int:
        """What the whole group pays; ValueError for a group of nobody."""
        if people < 1:
            raise ValueError(f"{people} is no number of people")
        reached = max((least for least in self.shares if least <= people), default=None)
        return people * (self.each if reached is None else share(self.each, self.shares[reached]))
