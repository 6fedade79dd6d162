"""What a scenic gate is told besides what every terminal is (SC rows)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TicketClass:
    """A class of ticket, "adult" or "child", and its price in fen."""

    name: str
    price: int


@dataclass(frozen=True, slots=True)
class GroupShare:
    """Groups of `least` people or more pay so many percent of the price."""

    least: int
    percent: int


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A ticket that was sold before: `token` stands for the card, `day` is the day that it is for."""

    token: str
    day: str
    people: int = 1


@dataclass(frozen=True, slots=True)
class Entitlements:
    """The pre-sold tickets as the ticket server last told them, with its version; the list replaces the old.

    `key` is the key of the tokens: HMAC-SHA256 of the PAN, first 16 bytes, hexadecimal.
    """

    version: int
    key: bytes
    tickets: tuple[Entitlement, ...] = ()


@dataclass(frozen=True, slots=True)
class GateTerms:
    """What a passage costs and when it is granted.

    The first class is the default. `single_limit` is the most that the gate takes offline in one tap, in fen,
    None without limit. A passage not made within `passage_s` is closed again; `credit_s` is how long one that
    was paid and could not be granted is kept for its card, and `valid_s` how long a ticket admits once.
    `lane` names the lane, and `direction` is "in" or "out".
    """

    classes: tuple[TicketClass, ...] = ()
    group_shares: tuple[GroupShare, ...] = ()
    group_most: int = 50
    single_limit: int | None = None
    passage_s: int = 10
    credit_s: int = 600
    valid_s: int = 43_200
    lane: str = "1"
    direction: str = "in"
