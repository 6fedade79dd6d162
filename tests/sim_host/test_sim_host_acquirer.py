"""The acquirer: every message it answers, twice where that matters, and what its ledger says afterwards."""

from __future__ import annotations

import dataclasses

import pytest
from sim_host_counter import OTHER_PAN, PAN, Calendar, Counter, chip

from conformance.codec import iso8583
from conformance.codec.iso8583 import Business, CardRead, Message, Network, PanEntry, Totals, build
from conformance.sim.host import AcquirerRules
from conformance.sim.host.acquirer import Acquirer
from conformance.sim.host.pin import pin_block
from conformance.sim.rule import Rule

TEST_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
OPENING = 100_000


def money(counter: Counter) -> tuple[int, int]:
    """Balance, and what is available."""
    return counter.issuer.balance(PAN), counter.issuer.available(PAN)


def completed(counter: Counter, amount: int = 11_500) -> tuple[Message, Message]:
    held = counter.first(Business.PRE_AUTHORISATION, 10_000)
    return held, counter.later(Business.COMPLETION, held, amount)


def test_a_sale_is_approved_and_paid(counter: Counter) -> None:
    answer = counter.sale()
    assert (answer.mti, answer.response, money(counter)) == ("0210", "00", (98_000, 98_000))


def test_an_answer_is_as_the_table_has_it(counter: Counter) -> None:
    assert iso8583.check(counter.sale()) == ()


def test_an_answer_carries_the_arpc(counter: Counter) -> None:
    assert counter.sale().card[0x91].endswith(b"00")


def test_a_message_with_a_field_missing_gets_30(counter: Counter) -> None:
    counter.sale()
    fields = {number: value for number, value in counter.sent[-1].fields.items() if number != 49}
    assert counter.send(dataclasses.replace(counter.sent[-1], fields=fields)).response == "30"


def test_a_sale_that_comes_again_is_not_paid_again(counter: Counter) -> None:
    counter.sale()
    assert (counter.send(counter.sent[-1]).response, money(counter)) == ("94", (98_000, 98_000))


def test_a_wrong_pin_is_told(counter_with) -> None:
    counter = counter_with(pin="123456")
    blocks = [pin_block(TEST_KEY, pin, PAN) for pin in ("654321", "123456")]
    answers = [counter.first(Business.SALE, 2000, pin_block=block).response for block in blocks]
    assert answers == ["55", "00"]


def test_a_void_gives_the_money_back(counter: Counter) -> None:
    sold = counter.sale()
    assert (counter.later(Business.VOID, sold, 2000).response, money(counter)[0]) == ("00", OPENING)


def test_a_void_of_another_card_finds_nothing(counter: Counter) -> None:
    sold = counter.sale()
    assert counter.later(Business.VOID, sold, 2000, pan=OTHER_PAN).response == "25"


def test_a_void_of_another_amount_is_refused(counter: Counter) -> None:
    sold = counter.sale()
    assert counter.later(Business.VOID, sold, 1999).response == "64"


def test_a_void_of_another_trace_finds_nothing(counter: Counter) -> None:
    sold = counter.sale()
    wrong = dataclasses.replace(sold, fields={**sold.fields, 11: "000777"})
    assert counter.later(Business.VOID, wrong, 2000).response == "25"


def test_a_second_void_finds_nothing(counter: Counter) -> None:
    sold = counter.sale()
    counter.later(Business.VOID, sold, 2000)
    assert (counter.later(Business.VOID, sold, 2000).response, money(counter)[0]) == ("25", OPENING)


def test_a_settled_batch_is_not_voided(counter: Counter) -> None:
    sold = counter.sale()
    counter.settle(Totals(2000, 1, 0, 0))
    assert counter.later(Business.VOID, sold, 2000).response == "25"


def test_refunds_together_stay_within_the_sale(counter: Counter) -> None:
    sold = counter.sale()
    answers = [counter.later(Business.REFUND, sold, amount).response for amount in (1500, 501, 500)]
    assert (answers, money(counter)[0]) == (["00", "61", "00"], OPENING)


def test_a_voided_sale_is_not_refunded(counter: Counter) -> None:
    sold = counter.sale()
    counter.later(Business.VOID, sold, 2000)
    assert counter.later(Business.REFUND, sold, 1).response == "25"


def test_a_reversal_takes_the_sale_back(counter: Counter) -> None:
    counter.sale()
    assert (counter.reverse(counter.sent[-1]).response, money(counter)[0]) == ("00", OPENING)


def test_a_reversal_that_comes_again_changes_nothing(counter: Counter) -> None:
    counter.sale()
    sold = counter.sent[-1]
    assert [counter.reverse(sold).response for _ in range(3)] == ["00"] * 3
    assert money(counter)[0] == OPENING


def test_a_reversal_of_what_never_came_finds_nothing(counter: Counter) -> None:
    counter.sale()
    lost = dataclasses.replace(counter.sent[-1], fields={**counter.sent[-1].fields, 11: "000777"})
    assert (counter.reverse(lost).response, money(counter)[0]) == ("25", 98_000)


def test_a_reversal_of_a_refused_sale_moves_nothing(counter: Counter) -> None:
    counter.sale(OPENING + 1)
    assert (counter.reverse(counter.sent[-1]).response, money(counter)[0]) == ("00", OPENING)


def test_the_reversal_of_a_void_pays_again(counter: Counter) -> None:
    sold = counter.sale()
    counter.later(Business.VOID, sold, 2000)
    counter.reverse(counter.sent[-1])
    assert money(counter)[0] == 98_000


def test_a_refunded_sale_is_no_longer_reversed(counter: Counter) -> None:
    sold = counter.sale()
    sent = counter.sent[-1]
    counter.later(Business.REFUND, sold, 500)
    assert (counter.reverse(sent).response, money(counter)[0]) == ("25", 98_500)


def test_a_pre_authorisation_holds(counter: Counter) -> None:
    counter.first(Business.PRE_AUTHORISATION, 10_000)
    assert money(counter) == (OPENING, 90_000)


def test_a_cancelled_pre_authorisation_holds_nothing(counter: Counter) -> None:
    held = counter.first(Business.PRE_AUTHORISATION, 10_000)
    counter.later(Business.PRE_AUTHORISATION_CANCEL, held, 10_000)
    assert money(counter) == (OPENING, OPENING)


@pytest.mark.parametrize(("amount", "response"), [(11_500, "00"), (11_501, "61"), (1, "00")])
def test_a_completion_goes_to_115_percent(counter: Counter, amount: int, response: str) -> None:
    assert completed(counter, amount)[1].response == response


def test_a_completion_takes_the_money_and_ends_the_hold(counter: Counter) -> None:
    completed(counter)
    assert money(counter) == (88_500, 88_500)


@pytest.mark.parametrize(("days", "response"), [(30, "00"), (31, "25")])
def test_a_pre_authorisation_lasts_thirty_days(
    counter: Counter, calendar: Calendar, days: int, response: str
) -> None:
    held = counter.first(Business.PRE_AUTHORISATION, 10_000)
    calendar.pass_days(days)
    assert counter.later(Business.COMPLETION, held, 10_000).response == response


def test_a_pre_authorisation_is_completed_once(counter: Counter) -> None:
    held, _ = completed(counter, 5000)
    assert counter.later(Business.COMPLETION, held, 5000).response == "25"


def test_a_voided_completion_holds_again(counter: Counter) -> None:
    _, taken = completed(counter)
    counter.later(Business.COMPLETION_VOID, taken, 11_500)
    assert money(counter) == (OPENING, 90_000)


def test_a_voided_completion_can_be_completed_again(counter: Counter) -> None:
    held, taken = completed(counter)
    counter.later(Business.COMPLETION_VOID, taken, 11_500)
    assert counter.later(Business.COMPLETION, held, 10_000).response == "00"


def test_a_reversed_completion_holds_again(counter: Counter) -> None:
    completed(counter)
    counter.reverse(counter.sent[-1])
    assert money(counter) == (OPENING, 90_000)


def test_the_reversal_of_a_completion_void_restores_the_completion(counter: Counter) -> None:
    _, taken = completed(counter)
    counter.later(Business.COMPLETION_VOID, taken, 11_500)
    counter.reverse(counter.sent[-1])
    assert money(counter) == (88_500, 88_500)


def test_a_completion_void_whose_hold_is_gone_is_no_longer_reversed(counter: Counter) -> None:
    _, taken = completed(counter)
    counter.later(Business.COMPLETION_VOID, taken, 11_500)
    void = counter.sent[-1]
    counter.reverse(counter.sent[0])
    assert (counter.reverse(void).response, money(counter)) == ("25", (OPENING, OPENING))


def test_a_completed_pre_authorisation_is_no_longer_reversed(counter: Counter) -> None:
    completed(counter)
    assert counter.reverse(counter.sent[0]).response == "25"


def test_an_upload_is_accepted_once(counter: Counter) -> None:
    answers = [counter.upload().response for _ in range(3)]
    paid = [one for one in counter.issuer.movements if one.kind == "electronic cash"]
    assert (answers, len(paid)) == (["00", "94", "94"], 1)


def test_an_upload_at_settlement_is_the_same_transaction(counter: Counter) -> None:
    counter.upload()
    card = CardRead.chip(PanEntry.CONTACTLESS, chip(200, 7, 0x40))
    again = build(
        Business.OFFLINE_UPLOAD_AT_SETTLEMENT, counter.terminal, counter.next(), amount=200, card=card
    )
    assert counter.send(again).response == "94"


def test_another_tc_of_the_same_card_is_another_transaction(counter: Counter) -> None:
    assert [counter.upload(200, chip(200, atc, 0x40)).response for atc in (7, 8)] == ["00", "00"]


def test_a_declined_offline_transaction_never_enters_settlement(counter: Counter) -> None:
    assert counter.upload(200, chip(200, 7, 0x00)).response == "05"


def test_a_refused_upload_may_be_mended(counter: Counter) -> None:
    forged = chip(200, 7, 0x40) | {0x9F26: bytes(8)}
    assert [counter.upload(200, forged).response, counter.upload().response] == ["05", "00"]


@pytest.mark.parametrize(
    ("network", "cid", "response"),
    [
        (Network.TC_BALANCED, 0x40, "00"),
        (Network.TC_UNBALANCED, 0x40, "00"),
        (Network.TC_BALANCED, 0x00, "30"),
        (Network.DECLINED_BALANCED, 0x00, "00"),
        (Network.DECLINED_BALANCED, 0x40, "30"),
    ],
)
def test_certificates_and_declines_are_told_apart(
    counter: Counter, network: Network, cid: int, response: str
) -> None:
    card = CardRead.chip(PanEntry.CONTACT, chip(2000, 1, cid))
    message = build(
        Business.TC_UPLOAD,
        counter.terminal,
        counter.next(),
        amount=2000,
        card=card,
        network=network,
        extra={62: "61"},
    )
    assert counter.send(message).response == response


def test_a_script_notice_is_kept_with_its_result(counter: Counter) -> None:
    sold = counter.sale()
    results = bytes.fromhex("2000000001")
    original = iso8583.Original(17, sold.trace)
    message = build(
        Business.SCRIPT_NOTICE,
        counter.terminal,
        counter.next(),
        card=CardRead.chip(PanEntry.CONTACT, chip(2000) | {0xDF31: results}),
        original=original,
        extra={25: "00", 32: sold.text(32), 37: sold.text(37), 64: bytes(8)},
    )
    answer = counter.send(message)
    assert (answer.mti, answer.response) == ("0630", "00")
    assert counter.acquirer.entries[-1].script_results == results


def test_a_script_notice_leaves_its_sale_voidable(counter: Counter) -> None:
    sold = counter.sale()
    message = build(
        Business.SCRIPT_NOTICE,
        counter.terminal,
        counter.next(),
        card=CardRead.chip(PanEntry.CONTACT, chip(2000) | {0xDF31: bytes(5)}),
        original=iso8583.Original(17, sold.trace),
        extra={25: "00", 32: sold.text(32), 37: sold.text(37), 64: bytes(8)},
    )
    counter.send(message)
    assert counter.later(Business.VOID, sold, 2000).response == "00"


def test_a_settlement_counts_what_stands(counter: Counter) -> None:
    first = counter.sale()
    counter.sale(500)
    counter.reverse(counter.sent[-1])
    counter.upload()
    counter.later(Business.REFUND, first, 300)
    assert counter.acquirer.totals("10000001", 17) == Totals(2200, 2, 300, 1)


@pytest.mark.parametrize(
    ("totals", "outcome"),
    [(Totals(2000, 1, 0, 0), 1), (Totals(2001, 1, 0, 0), 2), (Totals(2000, 2, 0, 0), 2)],
)
def test_a_settlement_says_whether_it_balances(counter: Counter, totals: Totals, outcome: int) -> None:
    counter.sale()
    assert Totals.parse(counter.settle(totals).text(48)).outcome == outcome


def test_another_terminals_batch_is_its_own(counter: Counter) -> None:
    counter.sale()
    assert counter.acquirer.totals("10000002", 17) == Totals(0, 0, 0, 0)


def test_the_ledger_is_numbered_without_a_gap(counter: Counter) -> None:
    for _ in range(5):
        counter.sale(1)
    assert [entry.number for entry in counter.acquirer.entries] == [1, 2, 3, 4, 5]


def test_every_message_is_written_down_refused_ones_too(counter: Counter) -> None:
    counter.sale(OPENING + 1)
    assert [entry.response for entry in counter.acquirer.entries] == ["51"]


def test_one_replaced_rule_doubles_an_upload(counter_with) -> None:
    rules = dataclasses.replace(
        AcquirerRules(), same_certificate=Rule("OF-03", lambda _entry, _message: False)
    )
    counter = counter_with(rules)
    assert [counter.upload().response for _ in range(2)] == ["00", "00"]


def test_what_is_no_request_gets_30(counter: Counter) -> None:
    answer = counter.sale()
    assert counter.acquirer.answer(answer).response == "30"


def test_what_is_no_message_is_refused(counter: Counter) -> None:
    with pytest.raises(iso8583.MessageError):
        Acquirer(counter.issuer).exchange(b"\0\1\0")
