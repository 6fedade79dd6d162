"""The hospital information system: bills, payments, refunds, and who disagrees with whom."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from conformance.codec.iso8583 import Business
from conformance.sim.host import Hospital, HospitalRules
from conformance.sim.host.hospital import Bill, Disagreement, HospitalRefused, Outcome
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from sim_host_counter import Counter

BILL = Bill("B1", "P1", 2000)


@pytest.fixture
def hospital() -> Hospital:
    return Hospital((BILL, Bill("B2", "P2", 500)))


def test_a_bill_says_what_is_owed(hospital: Hospital) -> None:
    assert hospital.bill("B1") == BILL


def test_a_bill_that_nobody_wrote_is_refused(hospital: Hospital) -> None:
    with pytest.raises(HospitalRefused, match="no bill B9"):
        hospital.bill("B9")


@pytest.mark.parametrize(
    ("response", "outcome", "paid"),
    [
        ("00", Outcome.OK, True),
        ("05", Outcome.FAILED, False),
        ("51", Outcome.FAILED, False),
        (None, Outcome.TIMEOUT, False),
    ],
)
def test_a_bill_is_paid_by_an_approval_alone(
    hospital: Hospital, response: str | None, outcome: Outcome, paid: bool
) -> None:
    assert (hospital.pay("B1", response).outcome, hospital.paid("B1")) == (outcome, paid)


def test_a_bill_is_taken_by_one_counter_at_a_time(hospital: Hospital) -> None:
    hospital.lock("B1", "counter 1")
    with pytest.raises(HospitalRefused, match="counter 1"):
        hospital.lock("B1", "kiosk 2")


def test_a_paid_bill_is_not_taken_again(hospital: Hospital) -> None:
    hospital.pay("B1", "00", "000000000001")
    with pytest.raises(HospitalRefused, match="is paid"):
        hospital.lock("B1", "counter 1")


@pytest.mark.parametrize("response", ["05", None])
def test_a_bill_that_was_not_paid_is_free_again(hospital: Hospital, response: str | None) -> None:
    hospital.lock("B1", "counter 1")
    hospital.pay("B1", response)
    assert hospital.lock("B1", "kiosk 2") == BILL


def test_an_abandoned_bill_is_free_again(hospital: Hospital) -> None:
    hospital.lock("B1", "counter 1")
    hospital.unlock("B1", "counter 1")
    assert hospital.lock("B1", "kiosk 2") == BILL


def test_a_reversed_payment_opens_the_bill(hospital: Hospital) -> None:
    hospital.pay("B1", "00", "000000000001")
    hospital.undone("000000000001")
    assert (hospital.paid("B1"), hospital.total()) == (False, 0)


def test_refunds_stay_within_what_was_paid(hospital: Hospital) -> None:
    hospital.pay("B1", "00", "000000000001")
    hospital.refund("B1", 1500, "00", "000000000002")
    with pytest.raises(HospitalRefused, match="cannot be refunded 501"):
        hospital.refund("B1", 501, "00")


def test_a_refund_that_the_bank_refused_takes_nothing(hospital: Hospital) -> None:
    hospital.pay("B1", "00", "000000000001")
    hospital.refund("B1", 1500, "61")
    assert hospital.total() == 2000


def test_deposits_make_what_a_patient_has_prepaid(hospital: Hospital) -> None:
    hospital.deposit("P1", 10_000, "00", "000000000001")
    hospital.deposit("P1", 5_000, None)
    hospital.refund("P1", 4_000, "00", "000000000002")
    assert hospital.prepaid("P1") == 6_000


def test_a_system_that_is_down_notes_nothing(hospital: Hospital) -> None:
    hospital.down = True
    with pytest.raises(HospitalRefused, match="does not answer"):
        hospital.pay("B1", "00")
    assert hospital.entries == ()


def test_bank_and_hospital_agree_when_both_know(counter: Counter, hospital: Hospital) -> None:
    answer = counter.sale()
    hospital.pay("B1", answer.response, answer.text(37))
    assert hospital.disagreements(counter.acquirer.entries) == ()


def test_an_approval_that_never_arrived_is_the_banks_alone(counter: Counter, hospital: Hospital) -> None:
    answer = counter.sale()
    hospital.pay("B1", None)
    assert hospital.disagreements(counter.acquirer.entries) == (
        Disagreement(answer.text(37), "bank", 2000, 0),
    )


def test_a_reversal_settles_that_disagreement(counter: Counter, hospital: Hospital) -> None:
    counter.sale()
    hospital.pay("B1", None)
    counter.reverse(counter.sent[-1])
    assert hospital.disagreements(counter.acquirer.entries) == ()


def test_a_void_that_the_hospital_missed_is_the_hospitals_alone(counter: Counter, hospital: Hospital) -> None:
    answer = counter.sale()
    hospital.pay("B1", answer.response, answer.text(37))
    counter.later(Business.VOID, answer, 2000)
    assert [one.who for one in hospital.disagreements(counter.acquirer.entries)] == ["hospital"]


def test_one_fen_is_a_disagreement(counter: Counter, hospital: Hospital) -> None:
    answer = counter.sale(2001)
    hospital.pay("B1", answer.response, answer.text(37))
    assert hospital.disagreements(counter.acquirer.entries) == (
        Disagreement(answer.text(37), "both", 2001, 2000),
    )


def test_a_refund_known_to_both_is_no_disagreement(counter: Counter, hospital: Hospital) -> None:
    paid = counter.sale()
    hospital.pay("B1", paid.response, paid.text(37))
    returned = counter.later(Business.REFUND, paid, 500)
    hospital.refund("B1", 500, returned.response, returned.text(37))
    assert hospital.disagreements(counter.acquirer.entries) == ()


def test_one_replaced_rule_takes_silence_for_payment() -> None:
    rules = dataclasses.replace(HospitalRules(), outcome_of=Rule("HC-02", lambda _response: Outcome.OK))
    hospital = Hospital((BILL,), rules)
    hospital.pay("B1", None)
    assert hospital.paid("B1")
