from __future__ import annotations

from conformance.codec.tags import Tag
from conformance.kernel.contactless import authenticate, enter, read_before_last, read_last
from conformance.kernel.initiate import initiate
from conformance.kernel.recovery import amount_of, last_atc, shows_pan

PAN = "6210948000000011"


def torn_at_the_last_record(card, terms, *, committed: bool):
    transaction = read_before_last(card, initiate(card, enter(card), terms))
    if committed:
        read_last(card, transaction)
    card.reset()
    enter(card)
    return transaction


def test_a_committed_card_completes_the_fdda_signature_without_gpo(card, terms, ca_keys):
    transaction = torn_at_the_last_record(card, terms, committed=True)
    authenticate(read_last(card, transaction), ca_keys, terms.when.date())


def test_a_committed_card_shows_the_balance_after_the_debit(card, terms):
    transaction = torn_at_the_last_record(card, terms, committed=True)
    assert amount_of(card, Tag.EC_BALANCE) == transaction.initiated.left.amount


def test_a_card_that_rolled_back_shows_the_balance_before(card, terms):
    transaction = torn_at_the_last_record(card, terms, committed=False)
    assert amount_of(card, Tag.EC_BALANCE) == transaction.initiated.held_before


def test_the_atc_is_that_of_the_last_transaction(card, terms):
    transaction = torn_at_the_last_record(card, terms, committed=True)
    assert last_atc(card) == transaction.initiated.atc


def test_a_card_that_gives_no_atc_has_none(scripted):
    assert last_atc(scripted("6A88")) is None


def test_an_answer_that_is_no_object_gives_no_atc(scripted):
    assert last_atc(scripted("00119000")) is None


def test_an_amount_that_is_not_digits_is_none(scripted):
    assert amount_of(scripted("9F790600000000490A9000"), Tag.EC_BALANCE) is None


def test_the_pan_is_shown_by_its_record(card):
    enter(card)
    assert shows_pan(card, (2, 1), PAN)


def test_another_pan_is_not_shown(card):
    enter(card)
    assert not shows_pan(card, (2, 1), "6210948000000029")


def test_a_card_without_that_record_does_not_show_the_pan(card):
    enter(card)
    assert not shows_pan(card, (9, 9), PAN)


def test_a_record_whose_pan_is_not_digits_does_not_show_it(scripted):
    assert not shows_pan(scripted("700A5A08FFFFFFFFFFFFFFFF9000"), (2, 1), PAN)
