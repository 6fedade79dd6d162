"""Defective bus validators: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from conformance.kernel import capp, restrictions
from conformance.kernel.capp import CappKeys
from conformance.kernel.termination import TerminatedError
from conformance.model.terminal import Blacklist
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal import rules as conforming
from conformance.sim.terminal.latency import exchange_latency
from conformance.sim.terminal.parts.tariff import Price, share
from conformance.sim.terminal.parts.upload_queue import UploadCodes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.kernel.capp import Extension
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated, Purchase
    from conformance.kernel.oda import CaKeys
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink
    from conformance.sim.terminal.bank_line import Attempt, BankLine
    from conformance.sim.terminal.parts.blacklist import BlacklistInForce
    from conformance.sim.terminal.parts.flash import TornTap
    from conformance.sim.terminal.parts.record_store import RecordStore
    from conformance.sim.terminal.parts.tariff import Boarding, SegmentedFare, TransferTerms
    from conformance.sim.terminal.rules import Moment
    from conformance.sim.terminal.till import Till

DEVICE = "bus-validator"
_GET_PROCESSING_OPTIONS = 0xA8
_SLOWER_US = 600_000


def _nothing_verified(_transaction: Transaction, _ca_keys: CaKeys, _today: date) -> None:
    """Takes every signature for good."""


def _slow_gpo(command: CommandApdu, response: ResponseApdu) -> int:
    extra = _SLOWER_US if command.ins == _GET_PROCESSING_OPTIONS else 0
    return exchange_latency(command, response) + extra


def _sell_though_refused(till: Till, initiated: Initiated) -> str:
    till.store("sale", initiated.purchase, initiated)
    return conforming.refuse(till, initiated)


def _sell_without_answer(till: Till, terms: Purchase) -> str:
    till.store("sale", terms)
    return conforming.ask_again(till, terms)


def _never_resumed(_torn: TornTap, _held: int | None) -> bool:
    return False


def _sell_when_torn(till: Till, transaction: Transaction) -> str:
    till.store("sale", transaction.initiated.purchase, transaction.initiated)
    return till.ask_again()


def _never_expires(_age_ms: int, _t2_ms: int) -> bool:
    return False


def _forget_waiting(_waiting: Sequence[TornTap]) -> Sequence[TornTap]:
    return ()


def _never_repeated(_elapsed_ms: int, _interval_ms: int) -> bool:
    return False


def _after_the_debit(moment: Moment) -> bool:
    return moment is conforming.Moment.AFTER_LAST_RECORD


def _expired_a_day_late(expiry: date, today: date) -> bool:
    return restrictions.expired(expiry + timedelta(days=1), today)


def _never_full(_waiting: int, _capacity: int) -> bool:
    return False


def _nobody_rides_along(_elapsed_ms: int, _within_ms: int) -> bool:
    return False


def _cleared_first(in_force: BlacklistInForce, blacklist: Blacklist) -> None:
    in_force.replace(Blacklist(0))
    in_force.replace(blacklist)


def _always_fresh(_age_days: int, _most_days: int | None) -> bool:
    return True


def _effective_at_once(_effective: date, _today: date) -> bool:
    return False


def _never_behind(_last: datetime, _now: datetime) -> bool:
    return False


def _a_day_late(local: datetime) -> datetime:
    return local - timedelta(days=1)


def _everything_settled(_settled: int, stored: int) -> int:
    return stored


def _always_room(_records: RecordStore) -> bool:
    return True


def _only_00() -> UploadCodes:
    return UploadCodes(accepted=frozenset({"00"}))


def _network_needed(up: bool) -> bool:
    return up


def _full_fare(fare: int, _last: Boarding | None, _now: Boarding, _terms: TransferTerms) -> Price:
    return Price(fare)


def _always_half(fare: int, last: Boarding | None, _now: Boarding, terms: TransferTerms) -> Price:
    return Price(fare) if last is None else Price(share(fare, terms.percent), transfer=True)


def _most_expensive(tariff: SegmentedFare, _boarded: int, _alighted: int) -> int:
    return tariff.most


def _nothing_owed(_tariff: SegmentedFare) -> int:
    return 0


def _entered_though_torn(till: Till, terms: Purchase) -> str:
    till.store("entry", terms)
    return till.ask_again()


def _plain_for_all(_continue_plain: bool) -> bool:
    return True


def _read_unverified(card: CardLink, application: Application, extension: Extension) -> bytes | None:
    """Reads with a challenge, and lets go of the MAC."""
    seen: list[bytes] = []

    def not_compared(_initial: bytes, message: bytes) -> bytes:
        seen.append(message)
        return message

    unsigned = CappKeys(not_compared, bytes)
    try:
        return capp.read(card, application, replace(extension, keys=lambda _sfi: unsigned))
    except TerminatedError:
        return seen[-1] if seen else None


def _any_number_of_cards(_cards: int) -> bool:
    return True


def _nobody_needed(_needed: bool, _driver: str) -> bool:
    return True


def _never(*_told: object) -> bool:
    return False


def _always(*_told: object) -> bool:
    return True


def _last_first(purses: Sequence[str]) -> Sequence[str]:
    return tuple(reversed(purses))


def _not_reversed(line: BankLine, attempt: Attempt) -> None:
    line.chassis.reversals.drop(attempt.trace)


DEFECTS = (
    Defect(
        id="green-before-oda",
        clause="TR-01",
        kills="TRN-BUS-010",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.authentication",
        rule=Rule("PB-6.2", _nothing_verified),
        purpose="Sells without verifying the fDDA signature.",
    ),
    Defect(
        id="slow-tap",
        clause="TR-02",
        kills="TRN-BUS-020",
        finding="latency-exceeded",
        device=DEVICE,
        replaces="reader.latency",
        rule=Rule("TR-02", _slow_gpo),
        purpose="Takes 600 ms longer over every GET PROCESSING OPTIONS.",
    ),
    Defect(
        id="sells-on-aac",
        clause="TR-03",
        kills="TRN-BUS-030",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.refused_by_card",
        rule=Rule("TR-03", _sell_though_refused),
        purpose="Stores a sale though the card declined.",
    ),
    Defect(
        id="sale-at-gpo",
        clause="TR-04",
        kills="TRN-BUS-040",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.lost_at_gpo",
        rule=Rule("TR-04", _sell_without_answer),
        purpose="Stores a sale when the card left before its answer to GET PROCESSING OPTIONS.",
    ),
    Defect(
        id="second-gpo-after-lost-answer",
        clause="TR-05a",
        kills="TRN-BUS-050",
        finding="command-sent",
        device=DEVICE,
        replaces="reader.resumes",
        rule=Rule("TR-05a", _never_resumed),
        purpose="Starts a new transaction with a card whose torn tap waits to be completed.",
    ),
    Defect(
        id="flash-trusted-without-commit",
        clause="TR-05b",
        kills="TRN-BUS-051",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.lost_at_last_record",
        rule=Rule("TR-05a", _sell_when_torn),
        purpose="Takes a tap that was torn at the last record for done.",
    ),
    Defect(
        id="flash-never-expires",
        clause="TR-06",
        kills="TRN-BUS-060",
        finding="record-count-differs",
        device=DEVICE,
        replaces="reader.flash_expired",
        rule=Rule("TR-06", _never_expires),
        purpose="Keeps a flash record beyond T2.",
    ),
    Defect(
        id="flash-forgotten-by-other-card",
        clause="TR-08",
        kills="TRN-BUS-080",
        finding="command-sent",
        device=DEVICE,
        replaces="reader.flash_after_other_card",
        rule=Rule("TR-08", _forget_waiting),
        purpose="Drops the waiting flash records when another card is served.",
    ),
    Defect(
        id="no-anti-passback",
        clause="TR-09",
        kills="TRN-BUS-090",
        finding="record-count-differs",
        device=DEVICE,
        replaces="reader.repeated",
        rule=Rule("TR-09", _never_repeated),
        purpose="Debits the same card again within the anti-passback interval.",
    ),
    Defect(
        id="blacklist-after-last-record",
        clause="TR-11",
        kills="TRN-BUS-110",
        finding="balance-differs",
        device=DEVICE,
        replaces="reader.blacklist_moment",
        rule=Rule("TR-11", _after_the_debit),
        purpose="Consults the blacklist only after the last record, when the card has paid.",
    ),
    Defect(
        id="expiry-off-by-one",
        clause="TR-14",
        kills="TRN-BUS-140",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.expired",
        rule=Rule("TR-14", _expired_a_day_late),
        purpose="Accepts an application that expired yesterday.",
    ),
    Defect(
        id="flash-oldest-dropped",
        clause="TR-07",
        kills="TRN-BUS-070",
        finding="record-count-differs",
        device=DEVICE,
        replaces="reader.flash_full",
        rule=Rule("TR-07", _never_full),
        purpose="Keeps more torn taps than it has room for, and moves none to the exceptions.",
    ),
    Defect(
        id="companion-not-marked",
        clause="TR-10",
        kills="TRN-BUS-100",
        finding="value-differs",
        device=DEVICE,
        replaces="companion",
        rule=Rule("TR-10", _nobody_rides_along),
        purpose="Does not mark the second fare of one card.",
    ),
    Defect(
        id="blacklist-cleared-before-load",
        clause="TR-12",
        kills="TRN-BUS-120",
        finding="parameter-version-differs",
        device=DEVICE,
        replaces="reader.blacklist_update",
        rule=Rule("TR-12", _cleared_first),
        purpose="Clears the blacklist in force before the new one is whole.",
    ),
    Defect(
        id="stale-blacklist-accepted",
        clause="TR-13",
        kills="TRN-BUS-130",
        finding="indication-missing",
        device=DEVICE,
        replaces="blacklist_fresh",
        rule=Rule("TR-13", _always_fresh),
        purpose="Goes on selling by a blacklist of any age.",
    ),
    Defect(
        id="effective-date-ignored",
        clause="TR-15",
        kills="TRN-BUS-150",
        finding="indication-missing",
        device=DEVICE,
        replaces="reader.not_yet_effective",
        rule=Rule("TR-15", _effective_at_once),
        purpose="Accepts an application that is not effective yet.",
    ),
    Defect(
        id="discount-with-clock-behind",
        clause="TR-16",
        kills="TRN-BUS-160",
        finding="value-differs",
        device=DEVICE,
        replaces="clock_behind",
        rule=Rule("TR-16", _never_behind),
        purpose="Does not notice that its clock is behind the card's last journey.",
    ),
    Defect(
        id="date-of-yesterday",
        clause="TR-17",
        kills="TRN-BUS-170",
        finding="value-differs",
        device=DEVICE,
        replaces="reader.transaction_time",
        rule=Rule("TR-17", _a_day_late),
        purpose="Gives the card the date of the day before.",
    ),
    Defect(
        id="unsent-forgotten-at-start",
        clause="TR-18",
        kills="TRN-BUS-180",
        finding="queue-length-differs",
        device=DEVICE,
        replaces="reader.settled_at_start",
        rule=Rule("TR-18", _everything_settled),
        purpose="Takes all stored records for settled when it starts.",
    ),
    Defect(
        id="validator-debits-without-room",
        clause="TR-19",
        kills="TRN-BUS-190",
        finding="balance-differs",
        device=DEVICE,
        replaces="reader.room",
        rule=Rule("TR-19", _always_room),
        purpose="Starts transactions that it has no room to record.",
    ),
    Defect(
        id="answer-94-not-understood",
        clause="TR-20",
        kills="TRN-BUS-200",
        finding="queue-length-differs",
        device=DEVICE,
        replaces="reader.upload_codes",
        rule=Rule("TR-20", _only_00),
        purpose="Sends a record for ever that the host has already accepted.",
    ),
    Defect(
        id="no-sale-without-network",
        clause="TR-21",
        kills="TRN-BUS-210",
        finding="record-count-differs",
        device=DEVICE,
        replaces="sells_offline",
        rule=Rule("TR-21", _network_needed),
        purpose="Refuses cards while its network is down.",
    ),
    Defect(
        id="change-at-full-fare",
        clause="TR-22",
        kills="TRN-BUS-220",
        finding="value-differs",
        device=DEVICE,
        replaces="transfer",
        rule=Rule("TR-22", _full_fare),
        purpose="Charges the full fare after a change.",
    ),
    Defect(
        id="change-always-cheaper",
        clause="TR-23",
        kills="TRN-BUS-230",
        finding="value-differs",
        device=DEVICE,
        replaces="transfer",
        rule=Rule("TR-23", _always_half),
        purpose="Discounts every second tap, whatever the vehicle and the time.",
    ),
    Defect(
        id="segment-at-the-highest-fare",
        clause="TR-24",
        kills="TRN-BUS-240",
        finding="value-differs",
        device=DEVICE,
        replaces="segment",
        rule=Rule("TR-24", _most_expensive),
        purpose="Charges the highest fare of the line for every segment.",
    ),
    Defect(
        id="missing-exit-unpaid",
        clause="TR-25",
        kills="TRN-BUS-250",
        finding="value-differs",
        device=DEVICE,
        replaces="missing_exit",
        rule=Rule("TR-25", _nothing_owed),
        purpose="Charges nothing for a journey whose exit is missing.",
    ),
    Defect(
        id="torn-entry-recorded",
        clause="TR-26",
        kills="TRN-BUS-260",
        finding="record-unexpected",
        device=DEVICE,
        replaces="reader.lost_at_update",
        rule=Rule("TR-26", _entered_though_torn),
        purpose="Stores an entry that the card rolled back.",
    ),
    Defect(
        id="plain-card-never-refused",
        clause="TR-27",
        kills="TRN-BUS-270",
        finding="indication-missing",
        device=DEVICE,
        replaces="serves_plain",
        rule=Rule("TR-27", _plain_for_all),
        purpose="Charges the flat fare though it was told to refuse plain cards.",
    ),
    Defect(
        id="journey-mac-not-verified",
        clause="TR-28",
        kills="TRN-BUS-280",
        finding="indication-missing",
        device=DEVICE,
        replaces="read_journey",
        rule=Rule("TR-28", _read_unverified),
        purpose="Takes a journey without looking at its MAC.",
    ),
    Defect(
        id="transport-mac2-not-verified",
        clause="TR-29",
        kills="TRN-BUS-290",
        finding="record-unexpected",
        device=DEVICE,
        replaces="mac2_accepted",
        rule=Rule("TR-29", _always),
        purpose="Sells a ride whatever the PSAM says of MAC2.",
    ),
    Defect(
        id="transport-card-debited-again",
        clause="TR-30",
        kills="TRN-BUS-300",
        finding="command-sent",
        device=DEVICE,
        replaces="proves",
        rule=Rule("TR-30", _never),
        purpose="Debits a transport card again whose answer to the debit was lost.",
    ),
    Defect(
        id="last-purse-first",
        clause="TR-31",
        kills="TRN-BUS-310",
        finding="purse-differs",
        device=DEVICE,
        replaces="purse_order",
        rule=Rule("TR-31", _last_first),
        purpose="Debits the purse that the operator puts last.",
    ),
    Defect(
        id="first-of-two-cards-served",
        clause="TR-32",
        kills="TRN-BUS-320",
        finding="indication-missing",
        device=DEVICE,
        replaces="reader.one_at_a_time",
        rule=Rule("TR-32", _any_number_of_cards),
        purpose="Serves whichever of two cards answers first.",
    ),
    Defect(
        id="sells-without-driver",
        clause="TR-33",
        kills="TRN-BUS-330",
        finding="indication-missing",
        device=DEVICE,
        replaces="driver_present",
        rule=Rule("TR-33", _nobody_needed),
        purpose="Sells before a driver has signed on.",
    ),
    Defect(
        id="every-city-taken",
        clause="TR-34",
        kills="TRN-BUS-340",
        finding="record-unexpected",
        device=DEVICE,
        replaces="travels",
        rule=Rule("TR-34", _always),
        purpose="Takes a transport card of another city that may not be used elsewhere.",
    ),
    Defect(
        id="unanswered-ride-not-reversed",
        clause="TR-35",
        kills="TRN-BUS-350",
        finding="queue-length-differs",
        device=DEVICE,
        replaces="undone",
        rule=Rule("TR-35", _not_reversed),
        purpose="Keeps no reversal of a sale that was not answered.",
    ),
    Defect(
        id="unanswered-ride-unproved",
        clause="TR-35",
        kills="TRN-BUS-350",
        finding="record-count-differs",
        device=DEVICE,
        replaces="sold_unanswered",
        rule=Rule("TR-35", _always),
        purpose="Sells an unanswered ride to a card whose signature does not hold.",
    ),
)
