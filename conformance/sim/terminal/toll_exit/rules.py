"""The table of rules that the toll exit is built with; a defect replaces exactly one entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.codec.toll import ENTERED
from conformance.kernel.contact import ContactRules
from conformance.sim.rule import Rule
from conformance.sim.terminal.rules import ReaderRules
from conformance.sim.terminal.toll_exit.receipt import receipt_lines
from conformance.sim.terminal.toll_exit.vehicle import Observed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from conformance.model.terminal import TollTerms, TransactionRecord
    from conformance.sim.terminal.toll_exit.bank import BankTender
    from conformance.sim.terminal.toll_exit.lane import Lane
    from conformance.sim.terminal.toll_exit.vehicle import Vehicle

_READER = ReaderRules()
_METRES_A_KM, _SECONDS_AN_HOUR = 1000, 3600


def entered(status: int) -> bool:
    """The card was written at an entry, and at no exit since (HW-09)."""
    return status in ENTERED


def clock_behind(came: datetime, now: datetime) -> bool:
    """The lane's clock says that the vehicle has yet to come (HW-15)."""
    return now < came


def travelled(came: datetime, now: datetime) -> int:
    """Seconds on the road, over midnight too (HW-16)."""
    return int((now - came).total_seconds())


def same(one: object, other: object) -> bool:
    """What the lane recognised is what the record says (HW-10, HW-11)."""
    return one == other


def u_turn(seconds: int, within: int) -> Observed:
    """Out where it came in: soon after, or later (HW-12)."""
    return Observed.U_TURN if seconds <= within else Observed.LATE_U_TURN


def too_fast(seconds: int, metres: int, fastest_kmh: int) -> bool:
    """Nobody drives this distance in so short a time (HW-14)."""
    return seconds * fastest_kmh * _METRES_A_KM < metres * _SECONDS_AN_HOUR


def over_time(seconds: int, metres: int, slowest_kmh: int) -> bool:
    """The vehicle stayed longer than even a slow one drives (HW-13)."""
    return seconds * slowest_kmh * _METRES_A_KM > metres * _SECONDS_AN_HOUR


def paid_class(confirmed: int, measured: int, _written: int) -> int:
    """The class that was confirmed, without a confirmation the measured one (HW-11)."""
    return confirmed or measured


def may_pay(vehicle: Vehicle) -> bool:
    """Nothing unusual was observed, or the monitor authorised it; what is refused is not to be authorised."""
    if vehicle.refused or vehicle.toll is None:
        return False
    return vehicle.observed == Observed.NORMAL or bool(vehicle.authorised_by)


def isolated(vehicle: Vehicle, *, behind: bool) -> bool:
    """A card may be the next vehicle's, unless nobody is behind or the collector confirmed it (HW-07)."""
    return not behind or vehicle.card_confirmed


def without_card(vehicle: Vehicle, observed: Observed, _highest: int) -> Vehicle:
    """Nobody knows where it came from: nothing is due before the station says so (HW-17)."""
    return replace(vehicle, observed=observed)


def interlock(stored: bool) -> bool:
    """The barrier rises for what is stored, and for nothing else (HW-08)."""
    return stored


def keyed_amount(_toll: int, _keyed: int) -> int | None:
    """No amount reaches the reader but from the tariff (HW-02)."""
    return None


def beyond_limit(toll: int, limit: int) -> bool:
    """Electronic cash is not asked for more than its limit (HW-03)."""
    return toll > limit


def written_back(written: bytes, read: bytes) -> bool:
    """What stands in 0019 after the debit is what was written (HW-18)."""
    return written == read


def recover(lane: Lane) -> None:
    """A debit under way when the power failed waits for its card; a passage that is stored may go (HW-25)."""
    lane.keep_what_was_under_way()
    lane.release_what_is_paid()


def reverse_first(tender: BankTender) -> bool:
    """Nothing goes online before what was not answered is undone; True when nothing is left (HW-26)."""
    return tender.send_reversals()


def needs_entry(open_fee: int | None) -> bool:
    """Only a closed station asks where a vehicle came in (HW-32)."""
    return open_fee is None


def card_valid(starts: str, ends: str, today: str) -> bool:
    """A toll user card pays from its first day to its last, both included; dates are YYYYMMDD (HW-33)."""
    return starts <= today <= ends


def without_psam(lane: Lane, _vehicle: Vehicle) -> str:
    """Without its PSAM the lane takes no toll user card, and everything else (HW-21)."""
    return lane.decline("PSAM 不可用")


def as_given(sequence: int) -> int:
    """The journal has the PSAM's number as the PSAM gave it (HW-22)."""
    return sequence


def nothing_due(_toll: int) -> int:
    """An exempt vehicle owes nothing (HW-28)."""
    return 0


def part_taken(parts: Sequence[int]) -> int:
    """What was paid in part counts against the toll (HW-30)."""
    return sum(parts)


def offline_too_long(down_s: int, most_s: int) -> bool:
    """A lane without its line goes on, and says so at the limit (HW-24)."""
    return down_s > most_s


def journal_convoy(lane: Lane, vehicle: Vehicle) -> None:
    """A vehicle of a convoy passes without paying, and not unseen (HW-29)."""
    lane.journal("convoy", vehicle)


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """What makes a passage unusual, in the order in which it is looked at."""

    entered: Rule[Callable[[int], bool]] = Rule("HW-09", entered)
    clock_behind: Rule[Callable[[datetime, datetime], bool]] = Rule("HW-15", clock_behind)
    travelled: Rule[Callable[[datetime, datetime], int]] = Rule("HW-16", travelled)
    class_matches: Rule[Callable[[int, int], bool]] = Rule("HW-11", same)
    plate_matches: Rule[Callable[[str, str], bool]] = Rule("HW-10", same)
    u_turn: Rule[Callable[[int, int], Observed]] = Rule("HW-12", u_turn)
    too_fast: Rule[Callable[[int, int, int], bool]] = Rule("HW-14", too_fast)
    over_time: Rule[Callable[[int, int, int], bool]] = Rule("HW-13", over_time)
    paid_class: Rule[Callable[[int, int, int], int]] = Rule("HW-11", paid_class)


@dataclass(frozen=True, slots=True)
class TollRules:
    """What a conforming lane does, rule by rule with its clause, `reader` with electronic cash."""

    assessment: AssessmentRules = AssessmentRules()
    without_card: Rule[Callable[[Vehicle, Observed, int], Vehicle]] = Rule("HW-17", without_card)
    may_pay: Rule[Callable[[Vehicle], bool]] = Rule("HW-09", may_pay)
    already_paid: Rule[Callable[[bool], bool]] = Rule("HW-06", bool)
    isolated: Rule[Callable[..., bool]] = Rule("HW-07", isolated)
    needs_entry: Rule[Callable[[int | None], bool]] = Rule("HW-32", needs_entry)
    exempt_toll: Rule[Callable[[int], int]] = Rule("HW-28", nothing_due)
    part_taken: Rule[Callable[[Sequence[int]], int]] = Rule("HW-30", part_taken)
    convoy: Rule[Callable[[Lane, Vehicle], None]] = Rule("HW-29", journal_convoy)
    offline_alarm: Rule[Callable[[int, int], bool]] = Rule("HW-24", offline_too_long)
    receipt: Rule[Callable[[TransactionRecord, TollTerms, bool], Sequence[str]]] = Rule(
        "HW-34", receipt_lines
    )
    keyed_amount: Rule[Callable[[int, int], int | None]] = Rule("HW-02", keyed_amount)
    beyond_limit: Rule[Callable[[int, int], bool]] = Rule("HW-03", beyond_limit)
    reader: ReaderRules = _READER
    interlock: Rule[Callable[[bool], bool]] = Rule("HW-08", interlock)
    card_valid: Rule[Callable[[str, str, str], bool]] = Rule("HW-33", card_valid)
    without_psam: Rule[Callable[[Lane, Vehicle], str]] = Rule("HW-21", without_psam)
    psam_number: Rule[Callable[[int], int]] = Rule("HW-22", as_given)
    resumes: Rule[Callable[[object, object], bool]] = Rule("HW-20", same)
    mac2_accepted: Rule[Callable[[bool], bool]] = Rule("HW-19", bool)
    written_back: Rule[Callable[[bytes, bytes], bool]] = Rule("HW-18", written_back)
    recovers: Rule[Callable[[Lane], None]] = Rule("HW-25", recover)
    reverses_first: Rule[Callable[[BankTender], bool]] = Rule("HW-26", reverse_first)
    contact: ContactRules = ContactRules()
