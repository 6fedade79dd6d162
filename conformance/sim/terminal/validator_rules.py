"""The table of rules that the bus validator is built with; a defect replaces exactly one entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.kernel import capp
from conformance.sim.rule import Rule
from conformance.sim.terminal.parts.tariff import SegmentedFare, transfer_price
from conformance.sim.terminal.rules import ReaderRules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from conformance.kernel.capp import Extension
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink
    from conformance.sim.terminal.bank_line import Attempt, BankLine
    from conformance.sim.terminal.parts.tariff import Boarding, Price, TransferTerms

_READER = ReaderRules()


def driver_present(needed: bool, driver: str) -> bool:
    """Where a driver is needed, nobody rides before one has signed on (TR-33)."""
    return bool(driver) or not needed


def blacklist_fresh(age_days: int, most_days: int | None) -> bool:
    """A blacklist older than the limit stops sales (TR-13)."""
    return most_days is None or age_days <= most_days


def sells_offline(_up: bool) -> bool:
    """Electronic cash needs no network (TR-21)."""
    return True


def companion(elapsed_ms: int, within_ms: int) -> bool:
    """A card that pays again so soon pays for a companion (TR-10)."""
    return elapsed_ms < within_ms


def transfer(fare: int, last: Boarding | None, now: Boarding, terms: TransferTerms) -> Price:
    """What a change takes off (TR-22, TR-23); the card's record tells no class of card."""
    return transfer_price(fare, last, now, "ordinary", terms)


def clock_behind(last: datetime, now: datetime) -> bool:
    """The card was on a journey at a time that the terminal's clock has not reached (TR-16)."""
    return now < last


def segment(tariff: SegmentedFare, boarded: int, alighted: int) -> int:
    """The fare between two stops; the highest where the table does not hold the pair (TR-24)."""
    try:
        return tariff.between(boarded, alighted)
    except KeyError:
        return tariff.most


def missing_exit(tariff: SegmentedFare) -> int:
    """A journey without an exit costs the highest fare (TR-25)."""
    return tariff.most


def serves_plain(continue_plain: bool) -> bool:
    """A card without the extended application pays the flat fare, or is refused, as told (TR-27)."""
    return continue_plain


def in_order(purses: Sequence[str]) -> Sequence[str]:
    """Of a card that has several purses the first pays that the operator names (TR-31)."""
    return purses


def travels(home: bool, interoperable: int) -> bool:
    """A transport card of another city is taken where it says that it may be (TR-34)."""
    return home or interoperable == 1


def proves(age_ms: int, within_ms: int) -> bool:
    """A debit whose answer was lost is proved by its card, so long after it was sent (TR-30)."""
    return age_ms <= within_ms


def undone(_line: BankLine, _attempt: Attempt) -> None:
    """The reversal that was kept before an unanswered sale was sent stays, and goes next (TR-35)."""


def sold_unanswered(proved: bool) -> bool:
    """Without an answer in time a ride rests on the card's own signature (TR-35)."""
    return proved


@dataclass(frozen=True, slots=True)
class ValidatorRules:
    """What a conforming validator does; `reader` is what it does with a card."""

    reader: ReaderRules = _READER
    driver_present: Rule[Callable[[bool, str], bool]] = Rule("TR-33", driver_present)
    blacklist_fresh: Rule[Callable[[int, int | None], bool]] = Rule("TR-13", blacklist_fresh)
    sells_offline: Rule[Callable[[bool], bool]] = Rule("TR-21", sells_offline)
    companion: Rule[Callable[[int, int], bool]] = Rule("TR-10", companion)
    read_journey: Rule[Callable[[CardLink, Application, Extension], bytes | None]] = Rule("TR-28", capp.read)
    serves_plain: Rule[Callable[[bool], bool]] = Rule("TR-27", serves_plain)
    clock_behind: Rule[Callable[[datetime, datetime], bool]] = Rule("TR-16", clock_behind)
    transfer: Rule[Callable[[int, Boarding | None, Boarding, TransferTerms], Price]] = Rule("TR-22", transfer)
    segment: Rule[Callable[[SegmentedFare, int, int], int]] = Rule("TR-24", segment)
    missing_exit: Rule[Callable[[SegmentedFare], int]] = Rule("TR-25", missing_exit)
    purse_order: Rule[Callable[[Sequence[str]], Sequence[str]]] = Rule("TR-31", in_order)
    travels: Rule[Callable[[bool, int], bool]] = Rule("TR-34", travels)
    proves: Rule[Callable[[int, int], bool]] = Rule("TR-30", proves)
    undone: Rule[Callable[[BankLine, Attempt], None]] = Rule("TR-35", undone)
    sold_unanswered: Rule[Callable[[bool], bool]] = Rule("TR-35", sold_unanswered)
    mac2_accepted: Rule[Callable[[bool], bool]] = Rule("TR-29", bool)
