"""Defective bus validators: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from conformance.kernel import restrictions
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal import rules as conforming
from conformance.sim.terminal.latency import exchange_latency

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated, Purchase
    from conformance.kernel.oda import CaKeys
    from conformance.sim.terminal.parts.flash import TornTap
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


DEFECTS = (
    Defect(
        id="green-before-oda",
        clause="TR-01",
        kills="TRN-BUS-010",
        finding="record-unexpected",
        device=DEVICE,
        replaces="tap.authentication",
        rule=Rule("PB-6.2", _nothing_verified),
        purpose="Sells without verifying the fDDA signature.",
    ),
    Defect(
        id="slow-tap",
        clause="TR-02",
        kills="TRN-BUS-020",
        finding="latency-exceeded",
        device=DEVICE,
        replaces="latency",
        rule=Rule("TR-02", _slow_gpo),
        purpose="Takes 600 ms longer over every GET PROCESSING OPTIONS.",
    ),
    Defect(
        id="sells-on-aac",
        clause="TR-03",
        kills="TRN-BUS-030",
        finding="record-unexpected",
        device=DEVICE,
        replaces="tap.refused_by_card",
        rule=Rule("TR-03", _sell_though_refused),
        purpose="Stores a sale though the card declined.",
    ),
    Defect(
        id="sale-at-gpo",
        clause="TR-04",
        kills="TRN-BUS-040",
        finding="record-unexpected",
        device=DEVICE,
        replaces="tap.lost_at_gpo",
        rule=Rule("TR-04", _sell_without_answer),
        purpose="Stores a sale when the card left before its answer to GET PROCESSING OPTIONS.",
    ),
    Defect(
        id="second-gpo-after-lost-answer",
        clause="TR-05a",
        kills="TRN-BUS-050",
        finding="command-sent",
        device=DEVICE,
        replaces="tap.resumes",
        rule=Rule("TR-05a", _never_resumed),
        purpose="Starts a new transaction with a card whose torn tap waits to be completed.",
    ),
    Defect(
        id="flash-trusted-without-commit",
        clause="TR-05b",
        kills="TRN-BUS-051",
        finding="record-unexpected",
        device=DEVICE,
        replaces="tap.lost_at_last_record",
        rule=Rule("TR-05a", _sell_when_torn),
        purpose="Takes a tap that was torn at the last record for done.",
    ),
    Defect(
        id="flash-never-expires",
        clause="TR-06",
        kills="TRN-BUS-060",
        finding="record-count-differs",
        device=DEVICE,
        replaces="flash_expired",
        rule=Rule("TR-06", _never_expires),
        purpose="Keeps a flash record beyond T2.",
    ),
    Defect(
        id="flash-forgotten-by-other-card",
        clause="TR-08",
        kills="TRN-BUS-080",
        finding="command-sent",
        device=DEVICE,
        replaces="tap.flash_after_other_card",
        rule=Rule("TR-08", _forget_waiting),
        purpose="Drops the waiting flash records when another card is served.",
    ),
    Defect(
        id="no-anti-passback",
        clause="TR-09",
        kills="TRN-BUS-090",
        finding="record-count-differs",
        device=DEVICE,
        replaces="tap.repeated",
        rule=Rule("TR-09", _never_repeated),
        purpose="Debits the same card again within the anti-passback interval.",
    ),
    Defect(
        id="blacklist-after-last-record",
        clause="TR-11",
        kills="TRN-BUS-110",
        finding="balance-differs",
        device=DEVICE,
        replaces="tap.blacklist_moment",
        rule=Rule("TR-11", _after_the_debit),
        purpose="Consults the blacklist only after the last record, when the card has paid.",
    ),
    Defect(
        id="expiry-off-by-one",
        clause="TR-14",
        kills="TRN-BUS-140",
        finding="record-unexpected",
        device=DEVICE,
        replaces="tap.expired",
        rule=Rule("TR-14", _expired_a_day_late),
        purpose="Accepts an application that expired yesterday.",
    ),
)
