"""A tap whose last record was lost is completed by its own card alone, and by that only if it committed."""

from __future__ import annotations

import pytest
from simulated_parties import PAN, card, device, tapped
from test_kernel_paths import Indicator, balance, extension

from conformance.codec.bits import Ttq
from conformance.kernel import qpboc, transact
from conformance.kernel.cvm import Cardholder
from conformance.kernel.preprocess import OFFLINE_QPBOC
from conformance.kernel.transaction import Outcome
from conformance.link.tear import Tear, torn
from conformance.model.rule import Rule

OTHER = "6210948000000029"
VERSION_00 = OFFLINE_QPBOC.without(Ttq.FDDA_VERSION_01)


def tear(link, when="after", ttq=OFFLINE_QPBOC, **changed):
    """The torn tap over 10.00 of a card that left at its last record."""
    result = tapped(torn(link, Tear(when, "last record")), ttq=ttq, **changed)
    assert (result.outcome, result.torn is None) == (Outcome.LOST, False)
    return result.torn


def resumed(link, state, host=lambda _: None, **rules):
    link.reset()
    table = qpboc.ContactlessRules(**rules)
    return transact.resume(link, state, host, Cardholder(), table)


@pytest.mark.parametrize("profile", ["electronic-cash", "sm-beside-rsa"])
@pytest.mark.parametrize("ttq", [OFFLINE_QPBOC, VERSION_00])
def test_a_card_that_committed_is_approved_without_a_second_debit(profile, ttq):
    link = card(profile, "contactless")
    result = resumed(link, tear(link, ttq=ttq))
    assert (result.outcome, result.response_code, result.torn) == (Outcome.OFFLINE_APPROVED, "Y1", None)
    assert (result.pan, balance(link)) == (PAN, 4000)


def test_a_card_that_rolled_back_is_not():
    link = card("electronic-cash", "contactless")
    assert resumed(link, tear(link, "before")) is None
    assert balance(link) == 5000


@pytest.mark.parametrize("ttq", [OFFLINE_QPBOC, VERSION_00])
def test_another_card_in_the_same_state_is_not_taken_for_it(ttq):
    """ATC and balance are alike, its saved record is there: signature or PAN tell the cards apart."""
    link = card("electronic-cash", "contactless")
    other = card("electronic-cash", "contactless", pan=OTHER, seed=1)
    assert tapped(other, ttq=ttq).outcome is Outcome.OFFLINE_APPROVED
    assert resumed(other, tear(link, ttq=ttq)) is None


def test_a_card_that_paid_elsewhere_since_is_not_taken_for_it():
    link = card("electronic-cash", "contactless")
    state = tear(link)
    link.reset()
    assert tapped(link).outcome is Outcome.OFFLINE_APPROVED
    assert resumed(link, state) is None


@pytest.mark.parametrize("command", ["SELECT", "GET DATA", "READ RECORD"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_lost_again_it_stays_torn(command, when):
    link = card("electronic-cash", "contactless")
    state = tear(link)
    again = resumed(torn(link, Tear(when, command)), state)
    assert (again.outcome, again.torn is None) == (Outcome.LOST, False)
    assert resumed(link, again.torn).outcome is Outcome.OFFLINE_APPROVED
    assert balance(link) == 4000


@pytest.mark.parametrize(("indicator", "amount", "left"), [(1, 300, 99_700), (2, 6000, 94_000)])
def test_with_the_extended_application_the_card_proves_it(indicator, amount, left):
    link = card("extended-application", "contactless")
    plan = extension(Indicator(indicator), amount)
    state = tear(link, extended_application=True, extension=plan)
    assert resumed(link, state).outcome is Outcome.OFFLINE_APPROVED
    assert balance(link) == left


def test_a_card_that_expired_in_its_last_record_is_judged_after_all():
    """5F24 may stand in the last record alone; what it says is looked at when that record came."""
    link = card("electronic-cash", "contactless")
    state = tear(link)
    declining = Rule("a defect", lambda _state: qpboc.Turn.DECLINE)
    assert resumed(link, state, expiry=declining).outcome is Outcome.OFFLINE_DECLINED


def test_the_terminal_of_the_kernel_is_the_one_that_was_torn():
    link = card("electronic-cash", "contactless")
    assert tear(link).terminal.base.aids == device().aids
