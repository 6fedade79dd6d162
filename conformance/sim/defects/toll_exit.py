"""Defective toll exits: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal import rules as reader
from conformance.sim.terminal.toll_exit.vehicle import Observed

if TYPE_CHECKING:
    from datetime import date, datetime

    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated
    from conformance.kernel.oda import CaKeys
    from conformance.sim.terminal.till import Till
    from conformance.sim.terminal.toll_exit.bank import BankTender
    from conformance.sim.terminal.toll_exit.lane import Lane
    from conformance.sim.terminal.toll_exit.vehicle import Vehicle

DEVICE = "toll-exit"


def _nothing_verified(_transaction: Transaction, _ca_keys: CaKeys, _today: date) -> None:
    """Takes every signature for good."""


def _as_keyed(_toll: int, keyed: int) -> int:
    return keyed


def _never(*_told: object) -> bool:
    return False


def _always(*_told: object) -> bool:
    return True


def _sell_though_refused(till: Till, initiated: Initiated) -> str:
    till.store("sale", initiated.purchase, initiated)
    return reader.refuse(till, initiated)


def _sell_when_torn(till: Till, transaction: Transaction) -> str:
    till.store("sale", transaction.initiated.purchase, transaction.initiated)
    return till.ask_again()


def _always_isolated(_vehicle: Vehicle, *, behind: bool) -> bool:
    return behind in {True, False}


def _written_class(_confirmed: int, _measured: int, written: int) -> int:
    return written


def _always_a_short_turn(_seconds: int, _within: int) -> Observed:
    return Observed.U_TURN


def _by_the_time_of_day(came: datetime, now: datetime) -> int:
    return int((now - _on(now, came)).total_seconds())


def _on(day: datetime, time: datetime) -> datetime:
    return time.replace(year=day.year, month=day.month, day=day.day)


def _charge_the_highest(vehicle: Vehicle, _observed: Observed, highest: int) -> Vehicle:
    return replace(vehicle, observed=Observed.NORMAL, toll=highest)


def _forget_what_was_under_way(lane: Lane) -> None:
    lane.under_way.torn = None
    lane.release_what_is_paid()


def _sell_before_reversing(_tender: BankTender) -> bool:
    return True


DEFECTS = (
    Defect(
        id="lane-without-oda",
        clause="HW-01",
        kills="TOL-EXT-010",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.authentication",
        rule=Rule("PB-6.2", _nothing_verified),
        purpose="Lets a vehicle pass on a signature that it does not verify.",
    ),
    Defect(
        id="reader-takes-any-amount",
        clause="HW-02",
        kills="TOL-EXT-020",
        finding="operation-accepted",
        device=DEVICE,
        replaces="keyed_amount",
        rule=Rule("HW-02", _as_keyed),
        purpose="Debits the amount that it is sent, not that of the tariff.",
    ),
    Defect(
        id="electronic-cash-beyond-limit",
        clause="HW-03",
        kills="TOL-EXT-030",
        finding="command-sent",
        device=DEVICE,
        replaces="beyond_limit",
        rule=Rule("HW-03", _never),
        purpose="Asks electronic cash for any toll.",
    ),
    Defect(
        id="lane-sells-on-aac",
        clause="HW-04",
        kills="TOL-EXT-040",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.refused_by_card",
        rule=Rule("HW-04", _sell_though_refused),
        purpose="Stores a sale though the card declined.",
    ),
    Defect(
        id="lane-sells-when-torn",
        clause="HW-05",
        kills="TOL-EXT-050",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.lost_at_last_record",
        rule=Rule("TR-05a", _sell_when_torn),
        purpose="Takes a tap that was torn at the last record for done.",
    ),
    Defect(
        id="paid-vehicle-pays-again",
        clause="HW-06",
        kills="TOL-EXT-060",
        finding="record-count-differs",
        device=DEVICE,
        replaces="already_paid",
        rule=Rule("HW-06", _never),
        purpose="Debits a card again for a vehicle that has paid.",
    ),
    Defect(
        id="next-card-pays-for-first",
        clause="HW-07",
        kills="TOL-EXT-070",
        finding="command-sent",
        device=DEVICE,
        replaces="isolated",
        rule=Rule("HW-07", _always_isolated),
        purpose="Takes the first vehicle's toll from whatever card comes.",
    ),
    Defect(
        id="barrier-without-record",
        clause="HW-08",
        kills="TOL-EXT-080",
        finding="way-opened",
        device=DEVICE,
        replaces="interlock",
        rule=Rule("HW-08", _always),
        purpose="Raises the barrier though the record could not be stored.",
    ),
    Defect(
        id="exit-status-taken-for-entry",
        clause="HW-09",
        kills="TOL-EXT-090",
        finding="value-differs",
        device=DEVICE,
        replaces="assessment.entered",
        rule=Rule("HW-09", _always),
        purpose="Takes a card last written at an exit for one that entered.",
    ),
    Defect(
        id="plate-not-compared",
        clause="HW-10",
        kills="TOL-EXT-100",
        finding="value-differs",
        device=DEVICE,
        replaces="assessment.plate_matches",
        rule=Rule("HW-10", _always),
        purpose="Does not compare the plates.",
    ),
    Defect(
        id="toll-of-the-written-class",
        clause="HW-11",
        kills="TOL-EXT-110",
        finding="value-differs",
        device=DEVICE,
        replaces="assessment.paid_class",
        rule=Rule("HW-11", _written_class),
        purpose="Takes the toll of the class on the card, whatever the monitor confirmed.",
    ),
    Defect(
        id="every-turn-is-short",
        clause="HW-12",
        kills="TOL-EXT-120",
        finding="value-differs",
        device=DEVICE,
        replaces="assessment.u_turn",
        rule=Rule("HW-12", _always_a_short_turn),
        purpose="Takes every turn for one within the time.",
    ),
    Defect(
        id="over-time-not-seen",
        clause="HW-13",
        kills="TOL-EXT-130",
        finding="value-differs",
        device=DEVICE,
        replaces="assessment.over_time",
        rule=Rule("HW-13", _never),
        purpose="Finds no journey too long.",
    ),
    Defect(
        id="minimum-time-not-seen",
        clause="HW-14",
        kills="TOL-EXT-140",
        finding="value-differs",
        device=DEVICE,
        replaces="assessment.too_fast",
        rule=Rule("HW-14", _never),
        purpose="Finds no journey too short.",
    ),
    Defect(
        id="negative-journey-time",
        clause="HW-15",
        kills="TOL-EXT-150",
        finding="value-differs",
        device=DEVICE,
        replaces="assessment.clock_behind",
        rule=Rule("HW-15", _never),
        purpose="Computes a negative time and accuses the vehicle.",
    ),
    Defect(
        id="journey-by-time-of-day",
        clause="HW-16",
        kills="TOL-EXT-160",
        finding="record-unexpected",
        device=DEVICE,
        replaces="assessment.travelled",
        rule=Rule("HW-16", _by_the_time_of_day),
        purpose="Subtracts times of day, so that a journey over midnight is negative.",
    ),
    Defect(
        id="highest-toll-at-once",
        clause="HW-17",
        kills="TOL-EXT-170",
        finding="command-sent",
        device=DEVICE,
        replaces="without_card",
        rule=Rule("HW-17", _charge_the_highest),
        purpose="Charges the highest toll without the station's authority.",
    ),
    Defect(
        id="written-record-not-read-back",
        clause="HW-18",
        kills="TOL-EXT-180",
        finding="record-count-differs",
        device=DEVICE,
        replaces="written_back",
        rule=Rule("HW-18", _always),
        purpose="Trusts that 0019 was written.",
    ),
    Defect(
        id="mac2-not-verified",
        clause="HW-19",
        kills="TOL-EXT-190",
        finding="record-unexpected",
        device=DEVICE,
        replaces="mac2_accepted",
        rule=Rule("HW-19", _always),
        purpose="Lets a vehicle pass whatever the PSAM says of MAC2.",
    ),
    Defect(
        id="second-debit-after-lost-answer",
        clause="HW-20",
        kills="TOL-EXT-200",
        finding="command-sent",
        device=DEVICE,
        replaces="resumes",
        rule=Rule("HW-20", _never),
        purpose="Debits a card again whose answer to the debit was lost.",
    ),
    Defect(
        id="debit-forgotten-at-power-cut",
        clause="HW-25",
        kills="TOL-EXT-250",
        finding="command-sent",
        device=DEVICE,
        replaces="recovers",
        rule=Rule("HW-25", _forget_what_was_under_way),
        purpose="Forgets at its start a debit that was not journalled, and charges again.",
    ),
    Defect(
        id="sells-before-reversing",
        clause="HW-26",
        kills="TOL-EXT-260",
        finding="order-differs",
        device=DEVICE,
        replaces="reverses_first",
        rule=Rule("HW-26", _sell_before_reversing),
        purpose="Goes online with the next sale while a reversal waits.",
    ),
)
