"""Defective toll exits: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec.toll import PassStatus
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal import rules as reader
from conformance.sim.terminal.toll_exit.receipt import masked, receipt_lines
from conformance.sim.terminal.toll_exit.vehicle import Observed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated
    from conformance.kernel.oda import CaKeys
    from conformance.model.terminal import TollTerms, TransactionRecord
    from conformance.sim.terminal.parts.flash import Sale
    from conformance.sim.terminal.rules import Moment
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


def _after_the_debit(moment: Moment) -> bool:
    return moment is reader.Moment.AFTER_LAST_RECORD


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


def _sell_without_psam(lane: Lane, vehicle: Vehicle) -> str:
    return lane.sell(vehicle, "purse")


def _cut_short(sequence: int) -> int:
    return sequence & 7


def _as_resumed(_begun: Sale, now: Sale) -> Sale:
    return now


def _as_owed(toll: int) -> int:
    return toll


def _nothing_taken(_parts: Sequence[int]) -> int:
    return 0


def _entered_by_hand(status: int) -> bool:
    return status == PassStatus.CLOSED_MTC_ENTRY


def _without_last_day(starts: str, ends: str, today: str) -> bool:
    return starts <= today < ends


def _pass_unseen(_lane: Lane, _vehicle: Vehicle) -> None:
    """Lets a vehicle of a convoy through without a line in the journal."""


def _with_whole_number(record: TransactionRecord, terms: TollTerms, again: bool) -> Sequence[str]:
    lines = receipt_lines(record, terms, again)
    return [line.replace(masked(record.pan), record.pan) for line in lines]


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
    Defect(
        id="toll-without-psam",
        clause="HW-21",
        kills="TOL-EXT-210",
        finding="record-unexpected",
        device=DEVICE,
        replaces="without_psam",
        rule=Rule("HW-21", _sell_without_psam),
        purpose="Lets a toll user card pass though no PSAM is there to debit it.",
    ),
    Defect(
        id="psam-number-cut-short",
        clause="HW-22",
        kills="TOL-EXT-220",
        finding="order-differs",
        device=DEVICE,
        replaces="psam_number",
        rule=Rule("HW-22", _cut_short),
        purpose="Journals the lowest bits of the PSAM's number alone.",
    ),
    Defect(
        id="lane-blacklist-after-debit",
        clause="HW-23",
        kills="TOL-EXT-230",
        finding="balance-differs",
        device=DEVICE,
        replaces="reader.blacklist_moment",
        rule=Rule("HW-23", _after_the_debit),
        purpose="Looks into the blacklist when the card has paid.",
    ),
    Defect(
        id="offline-limit-not-told",
        clause="HW-24",
        kills="TOL-EXT-240",
        finding="value-differs",
        device=DEVICE,
        replaces="offline_alarm",
        rule=Rule("HW-24", _never),
        purpose="Raises no alarm however long the network is gone.",
    ),
    Defect(
        id="shift-of-the-return",
        clause="HW-27",
        kills="TOL-EXT-270",
        finding="value-differs",
        device=DEVICE,
        replaces="reader.resumed_sale",
        rule=Rule("HW-27", _as_resumed),
        purpose="Books a resumed payment to the shift in which the card came back.",
    ),
    Defect(
        id="exempt-vehicle-charged",
        clause="HW-28",
        kills="TOL-EXT-280",
        finding="way-not-opened",
        device=DEVICE,
        replaces="exempt_toll",
        rule=Rule("HW-28", _as_owed),
        purpose="Asks a vehicle for its toll that was declared exempt.",
    ),
    Defect(
        id="convoy-not-journalled",
        clause="HW-29",
        kills="TOL-EXT-290",
        finding="record-count-differs",
        device=DEVICE,
        replaces="convoy",
        rule=Rule("HW-29", _pass_unseen),
        purpose="Lets a convoy through without a line in the journal.",
    ),
    Defect(
        id="part-forgotten",
        clause="HW-30",
        kills="TOL-EXT-300",
        finding="record-count-differs",
        device=DEVICE,
        replaces="part_taken",
        rule=Rule("HW-30", _nothing_taken),
        purpose="Asks for the whole toll though a part of it was paid.",
    ),
    Defect(
        id="electronic-entry-refused",
        clause="HW-31",
        kills="TOL-EXT-310",
        finding="record-count-differs",
        device=DEVICE,
        replaces="assessment.entered",
        rule=Rule("HW-31", _entered_by_hand),
        purpose="Takes an electronic entry for none.",
    ),
    Defect(
        id="open-station-asks-for-entry",
        clause="HW-32",
        kills="TOL-EXT-320",
        finding="record-count-differs",
        device=DEVICE,
        replaces="needs_entry",
        rule=Rule("HW-32", _always),
        purpose="Asks for a pass card at an open station.",
    ),
    Defect(
        id="last-day-refused",
        clause="HW-33",
        kills="TOL-EXT-330",
        finding="record-count-differs",
        device=DEVICE,
        replaces="card_valid",
        rule=Rule("HW-33", _without_last_day),
        purpose="Refuses a toll user card on its last day.",
    ),
    Defect(
        id="receipt-with-whole-number",
        clause="HW-34",
        kills="TOL-EXT-340",
        finding="receipt-lacks",
        device=DEVICE,
        replaces="receipt",
        rule=Rule("HW-34", _with_whole_number),
        purpose="Prints the whole number of the card.",
    ),
)
