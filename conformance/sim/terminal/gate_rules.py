"""The table of rules that the scenic gate is built with; a defect replaces exactly one entry."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.sim.rule import Rule
from conformance.sim.terminal.parts.tariff import GroupFare
from conformance.sim.terminal.rules import ReaderRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, timedelta

    from conformance.kernel.initiate import Initiated
    from conformance.model.terminal import Entitlements, GateTerms
    from conformance.sim.terminal.parts.passages import Visit

_TOKEN_BYTES = 16
_READER = ReaderRules()


def keyed_people(text: str, most: int) -> int | None:
    """The number of people that was keyed in, None for what is none, or too many (SC-04)."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    return int(text) if 1 <= int(text) <= most else None


def price(terms: GateTerms, ticket_class: str, people: int) -> int:
    """What these people pay, in fen: the class's price, by the group tariff (SC-01, SC-03, SC-15)."""
    each = next(known.price for known in terms.classes if known.name == ticket_class)
    return GroupFare(each, {share.least: share.percent for share in terms.group_shares}).of(people)


def within_limit(amount: int, limit: int | None) -> bool:
    """More than the limit of one tap is sold at the window (SC-02, SC-05)."""
    return limit is None or amount <= limit


def opens_for(outcome: str) -> bool:
    """Only a completed sale opens the lane (SC-09, SC-10)."""
    return outcome == "completed"


def passages(people: int) -> int:
    """As many passages as were paid (SC-03)."""
    return people


def locks(left: int) -> bool:
    """The lane locks behind the last one (SC-01, SC-03)."""
    return left <= 0


def reports_unused(left: int) -> bool:
    """Passages that nobody used within their time are recorded, for a refund at the window (SC-06)."""
    return left > 0


def leaves_free(visit: Visit | None) -> bool:
    """Who came in goes out without paying (SC-07)."""
    return visit is not None


def still_valid(since: timedelta, valid_s: int) -> bool:
    """A ticket admits once within its validity (SC-08)."""
    return since.total_seconds() < valid_s


def credit_kept(age_ms: int, credit_s: int) -> bool:
    """A passage that was paid and withheld is kept for its card (SC-11)."""
    return age_ms < credit_s * 1000


def synchronised(_old: Entitlements | None, new: Entitlements) -> Entitlements:
    """The newest list alone decides: a ticket that is not in it is revoked (SC-13)."""
    return new


def entitled(tickets: Entitlements, token: str, today: date) -> int | None:
    """The people of a ticket of today for this card; None without one (SC-13, SC-19)."""
    found = (each for each in tickets.tickets if (each.token, each.day) == (token, today.isoformat()))
    return next((each.people for each in found), None)


def token(key: bytes, pan: str) -> str:
    """What stands for a card in lists and entry records: keyed, so that no list gives a PAN away (SC-14)."""
    return hmac.digest(key, pan.encode("ascii"), "sha256")[:_TOKEN_BYTES].hex().upper()


def nothing_of_the_card(_initiated: Initiated) -> str:
    """The PAN in the record of an entry without payment: none (SC-14)."""
    return ""


@dataclass(frozen=True, slots=True)
class GateRules:
    """What a conforming gate does; `reader` is what it does with a card."""

    reader: ReaderRules = _READER
    keyed_people: Rule[Callable[[str, int], int | None]] = Rule("SC-04", keyed_people)
    price: Rule[Callable[[GateTerms, str, int], int]] = Rule("SC-03", price)
    within_limit: Rule[Callable[[int, int | None], bool]] = Rule("SC-02", within_limit)
    opens_for: Rule[Callable[[str], bool]] = Rule("SC-10", opens_for)
    passages: Rule[Callable[[int], int]] = Rule("SC-03", passages)
    locks: Rule[Callable[[int], bool]] = Rule("SC-01", locks)
    reports_unused: Rule[Callable[[int], bool]] = Rule("SC-06", reports_unused)
    leaves_free: Rule[Callable[[Visit | None], bool]] = Rule("SC-07", leaves_free)
    still_valid: Rule[Callable[[timedelta, int], bool]] = Rule("SC-08", still_valid)
    credit_kept: Rule[Callable[[int, int], bool]] = Rule("SC-11", credit_kept)
    synchronised: Rule[Callable[[Entitlements | None, Entitlements], Entitlements]] = Rule(
        "SC-13", synchronised
    )
    entitled: Rule[Callable[[Entitlements, str, date], int | None]] = Rule("SC-13", entitled)
    token: Rule[Callable[[bytes, str], str]] = Rule("SC-14", token)
    entry_pan: Rule[Callable[[Initiated], str]] = Rule("SC-14", nothing_of_the_card)
