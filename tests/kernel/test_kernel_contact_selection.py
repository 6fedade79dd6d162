"""Selection on the contact interface: directory, list of AIDs, choice, blocked applications, reselection."""

from __future__ import annotations

import pytest
from contact_cards import DEBIT, TODAY, UNIONPAY, terminal

from conformance.kernel.candidates import (
    ContactCandidate,
    candidates,
    first_by_priority,
    from_aid_list,
    from_directory,
)
from conformance.kernel.contact import enter, read
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import SupportedAid, Terms

CREDIT = bytes.fromhex("A000000333010102")
PSE = "6F15840E315041592E5359532E4444463031A5038801019000"
FIRST = "701A61184F08A00000033301010150094445424954204C54448701019000"
SECOND = "700F610D4F08A0000003330101028701829000"
END = "6A83"
DEBIT_FCI = "6F0E8408A000000333010101A50250009000"
CREDIT_FCI = "6F0E8408A000000333010102A50250009000"
GPO = "800A7C0008010100100101009000"
TERMS = Terms(1000, TODAY)


def test_the_directory_is_read_until_its_end(scripted):
    found = from_directory(scripted(PSE, FIRST, SECOND, END), [UNIONPAY])
    assert found == (ContactCandidate(DEBIT, "DEBIT LTD", 1), ContactCandidate(CREDIT, "", 2, True))


def test_an_application_that_the_terminal_lacks_is_no_candidate(scripted):
    assert from_directory(scripted(PSE, FIRST, SECOND, END), [SupportedAid(CREDIT)])[0].aid == CREDIT


def test_without_partial_selection_only_the_whole_name_counts(scripted):
    exact = SupportedAid(UNIONPAY.aid, partial=False)
    assert from_directory(scripted(PSE, FIRST, END), [exact]) == ()


@pytest.mark.parametrize("answer", ["6A82", "6283", "9000", "6F00" + "9000"])
def test_without_a_readable_pse_the_list_of_aids_is_tried(scripted, answer):
    found = candidates(scripted(answer, DEBIT_FCI, "6A82"), [UNIONPAY])
    assert [each.aid for each in found] == [DEBIT]


def test_an_empty_directory_leads_to_the_list_of_aids(scripted):
    found = candidates(scripted(PSE, END, DEBIT_FCI, "6A82"), [UNIONPAY])
    assert [each.aid for each in found] == [DEBIT]


def test_the_next_occurrence_is_asked_for_until_there_is_none(scripted):
    card = scripted(DEBIT_FCI, CREDIT_FCI, "6A82")
    assert [each.aid for each in from_aid_list(card, [UNIONPAY])] == [DEBIT, CREDIT]
    assert [each.p2 for each in card.asked] == [0, 2, 2]


def test_the_next_occurrence_is_not_asked_for_after_the_whole_name(scripted):
    card = scripted(DEBIT_FCI)
    assert [each.aid for each in from_aid_list(card, [SupportedAid(DEBIT)])] == [DEBIT]


def test_a_card_that_repeats_itself_is_not_asked_for_ever(scripted):
    assert len(from_aid_list(scripted(*[DEBIT_FCI] * 20), [UNIONPAY])) == 1


def test_a_blocked_application_is_passed_over(scripted):
    blocked = DEBIT_FCI.removesuffix("9000") + "6283"
    assert [each.aid for each in from_aid_list(scripted(blocked, CREDIT_FCI, "6A82"), [UNIONPAY])] == [CREDIT]


def test_a_blocked_card_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="card-blocked"):
        candidates(scripted("6A81"), [UNIONPAY])


def test_a_candidate_that_needs_confirmation_is_not_chosen_unasked():
    assert first_by_priority([ContactCandidate(DEBIT, "", 1, needs_confirmation=True)]) is None


def test_the_cardholder_chooses_from_the_list_in_order_of_priority(scripted):
    shown = []

    def choose(listed):
        shown.extend(each.aid for each in listed)
        return listed[1]

    card = scripted(PSE, SECOND, FIRST, END, CREDIT_FCI, GPO)
    assert enter(card, terminal(), TERMS, choice=choose).application.df_name == CREDIT
    assert shown == [DEBIT, CREDIT]


def test_a_cardholder_who_chooses_nothing_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="no-application"):
        enter(scripted(PSE, SECOND, FIRST, END), terminal(), TERMS, choice=lambda _listed: None)


def test_the_only_application_is_taken_unasked_when_it_needs_no_confirmation(scripted):
    card = scripted(PSE, FIRST, END, DEBIT_FCI, GPO)
    assert enter(card, terminal(), TERMS, choice=lambda _listed: None).application.df_name == DEBIT


def test_the_only_application_that_needs_confirmation_is_shown(scripted):
    with pytest.raises(TerminatedError, match="no-application"):
        enter(scripted(PSE, SECOND, END), terminal(), TERMS, choice=lambda _listed: None)


@pytest.mark.parametrize("refusal", [("6283",), ("6A82",), (DEBIT_FCI, "6985")])
def test_an_application_that_refuses_leaves_the_list(scripted, refusal):
    second = SECOND.replace("870182", "870102")
    card = scripted(PSE, FIRST, second, END, *refusal, CREDIT_FCI, GPO)
    assert enter(card, terminal(), TERMS).application.df_name == CREDIT


def test_when_every_application_refuses_there_is_none(scripted):
    with pytest.raises(TerminatedError, match="no-application"):
        enter(scripted(PSE, FIRST, END, DEBIT_FCI, "6985"), terminal(), TERMS)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("6700", "gpo-refused"),
        ("80037C00089000", "afl-malformed"),
        ("8000" + "9000", "gpo-malformed"),
        ("770482027C009000", "gpo-object-missing"),
        ("700082027C009000", "gpo-malformed"),
    ],
)
def test_any_other_answer_to_gpo_ends_the_transaction(scripted, answer, reason):
    card = scripted(PSE, FIRST, END, DEBIT_FCI, answer)
    with pytest.raises(TerminatedError, match=reason):
        read(card, enter(card, terminal(), TERMS))


def test_what_was_downloaded_for_an_aid_goes_before_the_terminals_own():
    wide = SupportedAid(UNIONPAY.aid, floor_limit=700)
    narrow = SupportedAid(DEBIT, floor_limit=900, default_ddol=b"\x9a\x03")
    device = terminal(aids=(wide, narrow), floor_limit=500)
    assert device.settled_for(CREDIT).floor_limit == 700
    assert device.settled_for(DEBIT).floor_limit == 900
    assert device.settled_for(DEBIT).default_ddol == b"\x9a\x03"
    assert device.settled_for(b"\xa0\x00\x00\x00\x04").floor_limit == 500
