"""What a bus validator is told besides what every terminal is (TR-16 to TR-27)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transfer:
    """Who pays `percent` of the fare after a change: more than `least_s` and less than `window_s` later."""

    percent: int
    window_s: int
    least_s: int = 300


@dataclass(frozen=True, slots=True)
class StopFare:
    """The price between two stops, in fen; the same in both directions."""

    first: int
    last: int
    fare: int


@dataclass(frozen=True, slots=True)
class TransitTerms:
    """Where the vehicle is and what a ride costs. None and an empty table: one flat fare for every ride.

    `line`, `vehicle` and `stop` change as the vehicle goes. `stops` is the segmented tariff. `continue_plain`
    lets a card without the extended application pay the flat fare, otherwise it is refused. `driver_needed`
    refuses cards until a driver signed on. `blacklist_days` is the age at which a blacklist is too old.
    A card that pays again within `companion_s` pays for a companion. A ride lasts at most `ride_most_s`;
    then its exit is missing.

    `purses` are those that may pay, "bank" and "transport": of a card that has both, the first one does.
    `city` is where the vehicle is, four digits as transport cards have them. A transport card whose debit was
    not answered is asked for its proof within `prove_s`. Where a card wants it the issuer is asked, and has
    `online_s` to answer; with None nobody is asked.
    """

    line: str = ""
    vehicle: str = ""
    stop: int = 0
    direction: str = ""
    transfer: Transfer | None = None
    stops: tuple[StopFare, ...] = ()
    continue_plain: bool = True
    driver_needed: bool = False
    blacklist_days: int | None = None
    companion_s: int = 0
    ride_most_s: int = 14_400
    purses: tuple[str, ...] = ("bank",)
    city: str = "5204"
    prove_s: int = 120
    online_s: int | None = None
