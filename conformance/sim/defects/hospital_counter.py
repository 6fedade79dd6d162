"""Defective hospital counters: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import iso8583
from conformance.codec.iso8583 import Business, CardRead, PanEntry
from conformance.codec.values import Track2
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal.hospital_counter import rules as conforming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model.terminal import Stripe, TransactionRecord
    from conformance.sim.host import Bill
    from conformance.sim.terminal.hospital_counter.desk import Desk
    from conformance.sim.terminal.hospital_counter.lines import HospitalLine
    from conformance.sim.terminal.hospital_counter.rules import Share
    from conformance.sim.terminal.parts.stripe_reader import StripeReader

DEVICE = "hospital-counter"


def _as_typed(bill: Bill, typed: int | None) -> int:
    return bill.amount if typed is None else typed


def _takes_no_funds_for_payment(business: Business, response: str) -> bool:
    return response == "51" or conforming.approves(business, response)


def _completes_in_any_case(business: Business, response: str) -> bool:
    return business is Business.COMPLETION or conforming.approves(business, response)


def _forgets() -> bool:
    return False


def _voids_and_keeps_quiet(desk: Desk, record: TransactionRecord) -> bool:
    attempt = desk.bank.void(record)
    if attempt.message is not None:
        desk.bank.stands(attempt.message)
    return False


def _as_if_first(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(lines)


def _takes_without_locking(hospital: HospitalLine, bill: str, _counter: str) -> Bill:
    return hospital.bill(bill)


def _any_card(_original: TransactionRecord, _pan: str) -> bool:
    return True


def _each_refund_alone(original: TransactionRecord, _refunded: int, amount: int) -> bool:
    return amount <= original.amount


def _no_reference(_reference: str) -> str:
    return ""


def _no_more_than_authorised(original: TransactionRecord, amount: int, _percent: int) -> bool:
    return amount <= original.amount


def _latest_deposit_alone(
    deposits: Sequence[TransactionRecord], surplus: int, batch: int
) -> tuple[Share, ...]:
    return conforming.shares(deposits[-1:], surplus, batch)


def _for_ever(wrong: int, _tries: int) -> bool:
    return wrong < 9


def _keeps_the_bill(_bill: str) -> str:
    return ""


def _asks_for_no_chip(service_code: str | None, _failed: bool, _fallback: bool) -> str:
    return "refuse" if service_code is None else "sale"


def _falls_back(service_code: str | None, failed: bool, _fallback: bool) -> str:
    return conforming.stripe_use(service_code, failed, True)


def _reads_leniently(_reader: StripeReader, stripe: Stripe) -> Track2 | None:
    """Any separator; a track that does not say that there is a chip is taken to have none."""
    pan, _, rest = (stripe.track2 or "").strip(";?").replace("D", "=").partition("=")
    return Track2(pan, rest[:4] or "3012", rest[4:7] or "101", rest[7:]) if pan else None


def _as_a_chip(track: Track2, pin_block: bytes, *, fallback: bool) -> CardRead:
    read = conforming.stripe_read(track, pin_block, fallback=fallback)
    return CardRead(PanEntry.CONTACT, read.pan, read.expiry, b"\x01", read.track2, pin_block)


def _reads_for_ever(_failures: int, _attempts: int) -> bool:
    return True


def _every_end_is_a_failure(_reason: str) -> bool:
    return True


def _sends_without_clearing(_desk: Desk) -> bool:
    return True


def _stops_at_unknown(desk: Desk) -> bool:
    """Goes on only after a reversal that the bank has accepted, and not when there was nothing to reverse."""
    cleared = desk.bank.send_reversals()
    last = [iso8583.decode(each.frame).response for each in desk.chassis.line.all()[-1:]]
    return cleared and last != ["25"]


DEFECTS = (
    Defect(
        id="stops-at-unknown-original",
        clause="HC-03",
        kills="MED-PAY-031",
        finding="bill-state-differs",
        device=DEVICE,
        replaces="clears_reversals",
        rule=Rule("HC-03", _stops_at_unknown),
        purpose="Takes no more payments after a reversal that found nothing to reverse.",
    ),
    Defect(
        id="amount-as-typed",
        clause="HC-01",
        kills="MED-PAY-010",
        finding="value-differs",
        device=DEVICE,
        replaces="amount_due",
        rule=Rule("HC-01", _as_typed),
        purpose="Takes the amount that the cashier typed instead of the bill's.",
    ),
    Defect(
        id="no-funds-taken-for-payment",
        clause="HC-02",
        kills="MED-PAY-020",
        finding="record-unexpected",
        device=DEVICE,
        replaces="approves",
        rule=Rule("HC-02", _takes_no_funds_for_payment),
        purpose="Takes response 51 for an approval.",
    ),
    Defect(
        id="no-reversal-kept",
        clause="HC-03",
        kills="MED-PAY-030",
        finding="queue-length-differs",
        device=DEVICE,
        replaces="keeps_unanswered",
        rule=Rule("HC-03", _forgets),
        purpose="Keeps no reversal of a message that is not answered.",
    ),
    Defect(
        id="voids-and-shows-paid",
        clause="HC-04",
        kills="MED-PAY-040",
        finding="books-differ",
        device=DEVICE,
        replaces="without_hospital",
        rule=Rule("HC-04", _voids_and_keeps_quiet),
        purpose="Voids a payment that the hospital was not told of, and shows and tells it as made.",
    ),
    Defect(
        id="reprint-unmarked",
        clause="HC-05",
        kills="MED-PAY-050",
        finding="receipt-lacks",
        device=DEVICE,
        replaces="reprint",
        rule=Rule("HC-05", _as_if_first),
        purpose="Prints a receipt a second time as if it were the first.",
    ),
    Defect(
        id="bill-not-locked",
        clause="HC-06",
        kills="MED-PAY-060",
        finding="bill-state-differs",
        device=DEVICE,
        replaces="locked",
        rule=Rule("HC-06", _takes_without_locking),
        purpose="Takes the money for a bill without taking the bill.",
    ),
    Defect(
        id="void-to-any-card",
        clause="HC-07",
        kills="MED-PAY-070",
        finding="message-count-differs",
        device=DEVICE,
        replaces="same_card",
        rule=Rule("HC-07", _any_card),
        purpose="Voids a payment with another card than the one that paid.",
    ),
    Defect(
        id="refunds-not-added-up",
        clause="HC-08",
        kills="MED-PAY-080",
        finding="message-count-differs",
        device=DEVICE,
        replaces="refund_within",
        rule=Rule("HC-08", _each_refund_alone),
        purpose="Compares each refund alone with what was paid.",
    ),
    Defect(
        id="deposit-without-reference",
        clause="HC-09",
        kills="MED-PAY-090",
        finding="value-differs",
        device=DEVICE,
        replaces="bank_reference",
        rule=Rule("HC-09", _no_reference),
        purpose="Tells the hospital of a deposit without the bank's reference.",
    ),
    Defect(
        id="completes-no-more-than-authorised",
        clause="HC-10",
        kills="MED-PAY-100",
        finding="record-count-differs",
        device=DEVICE,
        replaces="completion_within",
        rule=Rule("HC-10", _no_more_than_authorised),
        purpose="Refuses a completion above the amount that was authorised.",
    ),
    Defect(
        id="completes-after-refusal",
        clause="HC-11",
        kills="MED-PAY-110",
        finding="record-count-differs",
        device=DEVICE,
        replaces="approves",
        rule=Rule("HC-11", _completes_in_any_case),
        purpose="Takes every answer to a completion for an approval.",
    ),
    Defect(
        id="latest-deposit-alone",
        clause="HC-12",
        kills="MED-PAY-120",
        finding="books-differ",
        device=DEVICE,
        replaces="shares",
        rule=Rule("HC-12", _latest_deposit_alone),
        purpose="Gives back from the latest deposit alone.",
    ),
    Defect(
        id="pins-without-end",
        clause="HC-14",
        kills="MED-PAY-140",
        finding="message-count-differs",
        device=DEVICE,
        replaces="asks_again",
        rule=Rule("HC-14", _for_ever),
        purpose="Lets the cardholder try PINs without end.",
    ),
    Defect(
        id="bill-kept-after-refusal",
        clause="HC-14",
        kills="MED-PAY-140",
        finding="bill-state-differs",
        device=DEVICE,
        replaces="releases",
        rule=Rule("HC-14", _keeps_the_bill),
        purpose="Keeps a bill locked that was not paid.",
    ),
    Defect(
        id="chip-card-by-stripe",
        clause="HC-23",
        kills="MED-PAY-230",
        finding="message-count-differs",
        device=DEVICE,
        replaces="stripe_use",
        rule=Rule("HC-23", _asks_for_no_chip),
        purpose="Takes the stripe of a card that has a chip.",
    ),
    Defect(
        id="request-before-reversal",
        clause="HC-25",
        kills="MED-PAY-250",
        finding="order-differs",
        device=DEVICE,
        replaces="clears_reversals",
        rule=Rule("HC-25", _sends_without_clearing),
        purpose="Sends the next payment while a reversal waits.",
    ),
    Defect(
        id="stripe-of-chip-card-taken",
        clause="MG-01",
        kills="COR-MIG-010",
        finding="indication-missing",
        device=DEVICE,
        replaces="stripe_use",
        rule=Rule("MG-01", _asks_for_no_chip),
        purpose="Takes the stripe of a composite card while its chip is in order.",
    ),
    Defect(
        id="stripe-sent-as-chip",
        clause="MG-02",
        kills="COR-MIG-020",
        finding="value-differs",
        device=DEVICE,
        replaces="stripe_read",
        rule=Rule("MG-02", _as_a_chip),
        purpose="Sends a stripe payment with the entry mode of a chip.",
    ),
    Defect(
        id="fallback-after-failure",
        clause="MG-03",
        kills="COR-MIG-030",
        finding="indication-unexpected",
        device=DEVICE,
        replaces="stripe_use",
        rule=Rule("MG-03", _falls_back),
        purpose="Falls back to the stripe after the chip could not be read.",
    ),
    Defect(
        id="chip-retried-for-ever",
        clause="MG-04",
        kills="COR-MIG-040",
        finding="indication-missing",
        device=DEVICE,
        replaces="reads_again",
        rule=Rule("MG-04", _reads_for_ever),
        purpose="Asks for a chip that cannot be read again and again.",
    ),
    Defect(
        id="fallback-for-blocked-card",
        clause="MG-05",
        kills="COR-MIG-050",
        finding="message-count-differs",
        device=DEVICE,
        replaces="chip_failed",
        rule=Rule("MG-05", _every_end_is_a_failure),
        purpose="Takes a blocked application for a chip that failed, and falls back.",
    ),
    Defect(
        id="fallback-without-application",
        clause="MG-06",
        kills="COR-MIG-060",
        finding="message-count-differs",
        device=DEVICE,
        replaces="chip_failed",
        rule=Rule("MG-06", _every_end_is_a_failure),
        purpose="Takes a card without a common application for a chip that failed, and falls back.",
    ),
    Defect(
        id="unknown-track-is-no-chip",
        clause="MG-11",
        kills="COR-MIG-110",
        finding="message-count-differs",
        device=DEVICE,
        replaces="track_read",
        rule=Rule("MG-11", _reads_leniently),
        purpose="Takes a track that does not say whether there is a chip for one without.",
    ),
)
