"""Defective hospital counters: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.iso8583 import Business, CardRead, PanEntry
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal.hospital_counter import rules as conforming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.codec.values import Track2
    from conformance.model.terminal import TransactionRecord
    from conformance.sim.host import Bill
    from conformance.sim.terminal.hospital_counter.desk import Desk
    from conformance.sim.terminal.hospital_counter.lines import HospitalLine
    from conformance.sim.terminal.hospital_counter.rules import Share

DEVICE = "hospital-counter"


def _as_typed(bill: Bill, typed: int | None) -> int:
    return bill.amount if typed is None else typed


def _takes_no_funds_for_payment(business: Business, response: str) -> bool:
    return response == "51" or conforming.approves(business, response)


def _completes_in_any_case(business: Business, response: str) -> bool:
    return business is Business.COMPLETION or conforming.approves(business, response)


def _forgets() -> bool:
    return False


def _leaves_it(_desk: Desk, _record: TransactionRecord) -> bool:
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


def _oldest_deposit_alone(deposits: Sequence[TransactionRecord], surplus: int, batch: int) -> tuple[Share, ...]:
    return conforming.shares(deposits[:1], surplus, batch)


def _for_ever(wrong: int, _tries: int) -> bool:
    return wrong < 9


def _keeps_the_bill(_bill: str) -> str:
    return ""


def _asks_for_no_chip(service_code: str | None, _failed: bool, _fallback: bool) -> str:  # noqa: FBT001  a rule's shape
    return "refuse" if service_code is None else "sale"


def _falls_back(service_code: str | None, failed: bool, _fallback: bool) -> str:  # noqa: FBT001  a rule's shape
    return conforming.stripe_use(service_code, failed, True)  # noqa: FBT003  the same


def _unknown_is_no_chip(service_code: str | None, failed: bool, fallback: bool) -> str:  # noqa: FBT001  a rule's shape
    known = None if service_code is None else service_code
    return "sale" if known is not None and not known[:1].isdigit() else conforming.stripe_use(known, failed, fallback)


def _as_a_chip(track: Track2, pin_block: bytes, *, fallback: bool) -> CardRead:
    read = conforming.stripe_read(track, pin_block, fallback=fallback)
    return CardRead(PanEntry.CONTACT, read.pan, read.expiry, b"\x01", read.track2, pin_block)


def _reads_for_ever(_failures: int, _attempts: int) -> bool:
    return True


def _every_end_is_a_failure(_reason: str) -> bool:
    return True


def _sends_without_clearing(_desk: Desk) -> bool:
    return True
