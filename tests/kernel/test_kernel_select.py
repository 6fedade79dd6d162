from __future__ import annotations

import pytest

from conformance.kernel.select import UNIONPAY, Candidate, choose, read_directory, select_application
from conformance.kernel.termination import TerminatedError

DEBIT = bytes.fromhex("A000000333010101")
CREDIT = bytes.fromhex("A000000333010102")
VISA = bytes.fromhex("A0000000031010")
PPSE_FCI = (
    "6F30840E325041592E5359532E4444463031A51EBF0C1B61194F08A000000333010101500A50424F43204445424954870101"
)


def test_a_directory_entry_is_read_from_a_live_cards_ppse(scripted):
    assert read_directory(scripted(PPSE_FCI + "9000")) == (Candidate(DEBIT, 1),)


def test_an_entry_without_aid_is_no_candidate(scripted):
    assert read_directory(scripted("6F0AA508BF0C0561038701019000")) == ()


def test_a_card_without_ppse_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="ppse-refused: 6A82"):
        read_directory(scripted("6A82"))


def test_an_issuers_extension_of_the_aid_is_chosen_by_partial_selection():
    extended = bytes.fromhex("A0000003330101065133020000000017")
    assert choose([Candidate(extended, 1)], [UNIONPAY]) == Candidate(extended, 1)


def test_the_highest_priority_is_chosen():
    assert choose([Candidate(CREDIT, 2), Candidate(DEBIT, 1)], [UNIONPAY]) == Candidate(DEBIT, 1)


def test_of_equal_priority_the_cards_order_decides():
    assert choose([Candidate(CREDIT, 1), Candidate(DEBIT, 1)], [UNIONPAY]) == Candidate(CREDIT, 1)


def test_an_application_of_another_scheme_is_not_chosen():
    assert choose([Candidate(VISA, 1)], [UNIONPAY]) is None


def test_an_entry_without_priority_comes_last(scripted):
    directory = scripted("6F1EA51CBF0C19610A4F08A000000333010102610B4F06A000000333018701029000")
    assert [candidate.priority for candidate in read_directory(directory)] == [16, 2]


def test_the_pdol_is_read_from_a5(scripted):
    application = select_application(scripted("6F128408A000000333010101A5069F38039F66049000"), DEBIT)
    assert application.pdol is not None
    assert application.pdol.length == 4


def test_a_9f38_beside_a5_is_no_pdol(scripted):
    application = select_application(scripted("6F128408A0000003330101019F38039F6604A5009000"), DEBIT)
    assert application.pdol is None


def test_a_df_name_of_another_application_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="df-name-differs"):
        select_application(scripted("6F0C8408A000000333010102A5009000"), DEBIT)


def test_a_blocked_application_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="select-refused: 6283"):
        select_application(scripted("6F0C8408A000000333010101A5006283"), DEBIT)


def test_an_object_that_stands_twice_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="object-twice: 84"):
        select_application(scripted("6F148408A0000003330101018408A0000003330101019000"), DEBIT)


def test_a_torn_tlv_ends_the_transaction(scripted):
    with pytest.raises(TerminatedError, match="select-malformed"):
        select_application(scripted("6F148408A09000"), DEBIT)
