"""The hospital counter through its door: what bank, hospital, cashier and patient see of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sim_counter_bench import OTHER_PAN, PAN, Bench

from conformance.codec import iso8583
from conformance.link.outcomes import CardMute, TerminalRefused
from conformance.model.terminal import CounterTerms, Operation, Parameters, ParametersInForce, Presentation
from conformance.sim.host import Script, put_data


def test_a_bill_is_paid_and_both_know(bench: Bench) -> None:
    assert bench.pay() == "completed"
    (sale,) = bench.sent
    assert (sale.amount, sale.text(22), iso8583.check(sale)) == (12_050, "051", ())
    assert (bench.bank_holds, bench.hospital.paid("B1"), bench.hospital.total()) == (12_050, True, 12_050)
    assert bench.hospital.disagreements(bench.bank.acquirer.entries) == ()
    assert (bench.kinds, len(bench.receipts), bench.queue) == (["sale"], 1, [])


def test_a_query_shows_what_is_owed(bench: Bench) -> None:
    bench.operate("query", bill="B1")
    assert bench.signals[-1] == "bill"


def test_an_amount_that_is_typed_changes_nothing(bench: Bench) -> None:
    bench.operate("pay", bill="B1", amount="1.00", pins="right")
    bench.insert()
    assert bench.sent[0].amount == 12_050


@pytest.mark.parametrize("bill", ["B1", "none"])
def test_a_bill_that_cannot_be_taken_is_refused(bench: Bench, bill: str) -> None:
    bench.hospital.lock("B1", "kiosk")
    bench.operate("pay", bill=bill, pins="right")
    assert bench.signals[-1] == "declined"
    assert (bench.insert().outcome, bench.sent) == ("ignored", [])


def test_a_card_that_nobody_ordered_is_ignored(bench: Bench) -> None:
    assert bench.insert().outcome == "ignored"


def test_a_lost_answer_leaves_a_reversal_that_goes_first(bench: Bench) -> None:
    bench.bank.lose_answers = 1
    assert bench.pay() == "declined"
    assert (bench.queue, bench.hospital.paid("B1")) == ([("reversal", "pending")], False)
    assert bench.hospital.entries[-1].outcome.value == "3"
    assert bench.pay("B2") == "completed"
    assert (bench.mtis, bench.bank_holds, bench.queue) == (["0200", "0400", "0200"], 5_000, [])
    assert {35, 36, 52}.isdisjoint(bench.sent[1].fields)


def test_a_lost_request_is_reversed_to_no_effect(bench: Bench) -> None:
    bench.bank.lose_requests = 1
    assert bench.pay() == "declined"
    assert bench.pay() == "completed"
    assert (bench.bank_holds, bench.hospital.total(), bench.queue) == (12_050, 12_050, [])


def test_a_reversal_that_is_not_answered_blocks_what_comes(bench: Bench) -> None:
    bench.bank.lose_answers = 2
    bench.pay()
    assert bench.pay("B2") == "declined"
    assert bench.mtis == ["0200", "0400"]


def test_without_a_line_no_reversal_is_given_up(bench: Bench) -> None:
    bench.bank.lose_answers = 1
    bench.pay()
    bench.disturb("network-down")
    assert [bench.pay("B2") for _ in range(5)] == ["declined"] * 5
    assert bench.queue == [("reversal", "pending")]
    bench.disturb("network-up")
    assert (bench.pay("B2"), bench.bank_holds) == ("completed", 5_000)


def test_a_counter_without_room_takes_no_money(bench: Bench) -> None:
    bench.disturb("store-full", room="1")
    assert (bench.pay(), bench.sent) == ("declined", [])
    bench.disturb("store-full", room="2")
    assert bench.pay() == "completed"


def test_a_discharge_that_cannot_be_stored_gives_nothing_back(bench: Bench) -> None:
    bench.deposit("30.00")
    bench.disturb("store-full", room="1")
    bench.operate("discharge", patient="P1")
    assert (bench.insert().outcome, bench.bank_holds) == ("declined", 3_000)


TOP_UP = Script(bytes.fromhex("00000001"), (put_data(0x9F58, b"\x07"),))


def test_the_issuer_is_told_what_its_script_did(bench: Bench) -> None:
    bench.issuer.send_script(PAN, TOP_UP)
    assert bench.pay() == "completed"
    assert (bench.mtis, iso8583.check(bench.sent[1])) == (["0200", "0620"], ())
    assert bench.bank.acquirer.entries[-1].script_results == bytes.fromhex("2000000001")
    assert bench.bank.acquirer.entries[-1].response == "00"


def test_a_notice_that_is_not_answered_goes_again_before_the_next_payment(bench: Bench) -> None:
    bench.issuer.send_script(PAN, TOP_UP)
    honest = bench.bank.exchange

    def exchange(frame: bytes) -> bytes:
        bench.bank.lose_answers = int(iso8583.decode(frame).mti == "0620")
        return honest(frame)

    bench.servers[0]._answer = exchange
    assert bench.pay() == "completed"
    bench.servers[0]._answer = honest
    assert bench.pay("B2") == "completed"
    assert bench.mtis == ["0200", "0620", "0620", "0200"]


def test_without_a_line_nothing_is_sent_and_nothing_waits(bench: Bench) -> None:
    bench.disturb("network-down")
    assert (bench.pay(), bench.sent, bench.queue) == ("declined", [], [])
    bench.disturb("network-up")
    assert bench.pay() == "completed"


def test_a_payment_that_the_hospital_cannot_note_is_voided(bench: Bench) -> None:
    bench.operate("pay", bill="B1", pins="right")
    bench.hospital.down = True
    assert bench.insert().outcome == "declined"
    assert (bench.bank_holds, bench.kinds, len(bench.receipts)) == (0, ["sale", "void"], 1)
    assert "状态 未支付，已撤销" in bench.receipts[0].lines
    bench.hospital.down = False
    assert bench.pay() == "completed"
    assert (bench.bank_holds, bench.hospital.total(), bench.queue) == (12_050, 12_050, [])


def test_where_neither_hears_the_payment_waits_and_is_told_later(bench: Bench) -> None:
    bench.operate("pay", bill="B1", pins="right")
    bench.hospital.down = True
    counted = bench.bank.exchange
    calls: list[bytes] = []

    def dies_after_the_sale(frame: bytes) -> bytes:
        calls.append(frame)
        if len(calls) > 1:
            raise ValueError("gone")
        return counted(frame)

    bench.bank.exchange = dies_after_the_sale
    bench.servers[0]._answer = dies_after_the_sale
    assert bench.insert().outcome == "completed"
    assert bench.queue == [("hospital", "pending"), ("reversal", "pending")]
    bench.hospital.down = False
    bench.servers[0]._answer = counted
    bench.operate("resolve")
    assert (bench.hospital.paid("B1"), bench.bank_holds, bench.queue) == (True, 12_050, [])


def test_a_power_cut_before_the_receipt_is_made_good(bench: Bench) -> None:
    bench.disturb("power-cut-at", moment="approved")
    assert bench.pay() == "lost"
    assert (bench.hospital.paid("B1"), bench.bank_holds, bench.kinds) == (True, 12_050, ["sale"])
    (receipt,) = bench.receipts
    assert receipt.lines[0] == "补打"


def test_wrong_pins_end_with_the_last_try_and_free_the_bill(bench: Bench) -> None:
    assert bench.pay(pins="wrong wrong wrong right") == "declined"
    assert (len(bench.sent), bench.signals.count("wrong-pin"), bench.bank_holds) == (3, 2, 0)
    assert bench.pay(pan=OTHER_PAN) == "completed"


def test_the_second_try_may_be_right(bench: Bench) -> None:
    assert bench.pay(pins="wrong right") == "completed"
    assert [message.trace for message in bench.sent] == [1, 2]


def test_without_a_pin_nothing_is_sent(bench: Bench) -> None:
    assert (bench.pay(pins=""), bench.sent) == ("declined", [])


def test_a_card_without_funds_leaves_the_bill_unpaid(bench: Bench) -> None:
    bench.operate("deposit", patient="P1", amount="999.00", pins="right")
    bench.insert()
    assert (bench.pay(), bench.hospital.paid("B1")) == ("declined", False)


def test_a_void_needs_the_card_that_paid(bench: Bench) -> None:
    bench.pay()
    bench.operate("take-back", record="1")
    assert (bench.insert(OTHER_PAN).outcome, len(bench.sent)) == ("declined", 1)
    bench.operate("take-back", record="1")
    assert bench.insert().outcome == "completed"
    assert (bench.bank_holds, bench.hospital.paid("B1"), bench.hospital.total()) == (0, False, 0)
    assert bench.sent[1].text(61)[:12] == "000001000001"


def test_another_day_takes_a_refund_instead_of_a_void(bench: Bench) -> None:
    bench.pay()
    bench.operate("settle")
    bench.operate("take-back", record="1")
    assert bench.insert().outcome == "declined"
    for amount, outcome in (("100.00", "completed"), ("20.51", "declined"), ("20.50", "completed")):
        bench.operate("refund", record="1", amount=amount)
        assert bench.insert().outcome == outcome
    assert (bench.bank_holds, bench.hospital.total()) == (0, 0)


def test_the_batch_balances(bench: Bench) -> None:
    bench.pay()
    bench.deposit("30.00")
    bench.operate("take-back", record="2")
    bench.insert()
    bench.operate("settle")
    assert bench.bank.acquirer.entries[-1].response == "00"
    assert iso8583.Totals.parse(bench.sent[-1].text(48)).debit == 15_050
    answer = bench.bank.acquirer.totals("10000001", 1)
    assert (answer.debit, answer.credit) == (15_050, 3_000)


def test_a_deposit_stands_in_the_hospitals_ledger_with_the_banks_reference(bench: Bench) -> None:
    bench.deposit("500.00")
    entry = bench.hospital.entries[-1]
    assert (entry.kind, entry.amount, entry.reference) == (
        "deposit",
        50_000,
        bench.records[-1].details["reference"],
    )


@pytest.mark.parametrize(("amount", "outcome"), [("115.00", "completed"), ("115.01", "declined")])
def test_a_completion_goes_to_115_percent(bench: Bench, amount: str, outcome: str) -> None:
    bench.operate("authorise", patient="P1", amount="100.00", pins="right")
    assert bench.insert().outcome == "completed"
    bench.operate("complete", record="1", amount=amount)
    assert bench.insert().outcome == outcome


@pytest.mark.parametrize(("days", "outcome"), [(30, "completed"), (31, "declined")])
def test_a_pre_authorisation_lasts_thirty_days(bench: Bench, days: int, outcome: str) -> None:
    bench.operate("authorise", patient="P1", amount="100.00", pins="right")
    bench.insert()
    bench.now += timedelta(days=days)
    bench.operate("complete", record="1", amount="100.00")
    assert bench.insert().outcome == outcome


def test_a_pre_authorisation_is_cancelled_and_a_completion_voided(bench: Bench) -> None:
    bench.operate("authorise", patient="P1", amount="100.00", pins="right")
    bench.insert()
    bench.operate("complete", record="1", amount="90.00")
    bench.insert()
    bench.operate("take-back", record="2")
    assert bench.insert().outcome == "completed"
    bench.operate("take-back", record="1")
    assert bench.insert().outcome == "completed"
    assert (bench.kinds, bench.issuer.available(PAN)) == (
        ["pre-authorisation", "completion", "completion-void", "cancel"],
        100_000,
    )


def test_a_discharge_gives_back_what_is_left(bench: Bench) -> None:
    bench.deposit("300.00")
    bench.operate("settle")
    bench.deposit("200.00")
    bench.hospital.charge("P1", 25_000)
    bench.operate("discharge", patient="P1")
    assert bench.insert().outcome == "completed"
    assert [(each.kind, each.amount) for each in bench.records[2:]] == [("void", 20_000), ("refund", 5_000)]
    assert (bench.bank_holds, bench.hospital.total(), bench.hospital.prepaid("P1")) == (25_000, 25_000, 0)


@pytest.mark.parametrize("service", ["201", "220", "601", "620"])
def test_the_stripe_of_a_chip_card_is_refused(bench: Bench, service: str) -> None:
    bench.operate("pay", bill="B1", pins="right")
    bench.swipe(f";{PAN}=3012{service}0000?")
    assert (bench.signals[-1], "enter-pin" in bench.signals, bench.sent) == ("insert-card", False, [])
    assert bench.insert().outcome == "completed"


def test_a_card_without_a_chip_pays_by_its_stripe(bench: Bench) -> None:
    bench.operate("pay", bill="B1", pins="right")
    assert bench.swipe(f";{PAN}=30121010000?").outcome == "completed"
    (sale,) = bench.sent
    assert (sale.text(22), {23, 55} & set(sale.fields), iso8583.check(sale)) == ("021", set(), ())
    assert sale.text(60)[12:13] == "0"


@pytest.mark.parametrize(
    "track", [None, f";{PAN}D30122010000?", f";{PAN}=3012?", f";{PAN}=30?", ";=3012201?", f";{PAN}?"]
)
def test_a_track_that_makes_no_sense_pays_nothing(bench: Bench, track: str | None) -> None:
    bench.operate("pay", bill="B1", pins="right")
    bench.swipe(track)
    assert (bench.sent, bench.signals[-1]) == ([], "present-again")


class Mute:
    """A chip that does not even answer to reset."""

    def reset(self) -> bytes:
        raise CardMute("no answer to reset")

    def exchange(self, command: object) -> object:
        raise CardMute(str(command))


def mute(bench: Bench) -> Presentation:
    return bench.counter.present(Mute(), "contact")


def test_a_chip_that_cannot_be_read_is_no_reason_to_swipe(bench: Bench) -> None:
    bench.operate("pay", bill="B1", pins="right")
    assert mute(bench).outcome == "lost"
    bench.swipe(f";{PAN}=30122010000?")
    assert (bench.sent, bench.signals[-1]) == ([], "insert-card")


def test_three_failures_of_a_chip_are_the_last(bench: Bench) -> None:
    bench.operate("pay", bill="B1", pins="right")
    assert [mute(bench).outcome for _ in range(4)] == ["lost", "lost", "declined", "ignored"]
    assert bench.pay() == "completed"


def test_before_fallback_was_closed_a_failed_chip_may_swipe_and_says_so() -> None:
    with Bench(terms={"fallback": True}) as bench:
        bench.operate("pay", bill="B1", pins="right")
        mute(bench)
        assert bench.swipe(f";{PAN}=30122010000?").outcome == "completed"
        assert bench.sent[0].text(60)[12:13] == "2"


def test_a_card_without_our_application_never_falls_back() -> None:
    with Bench(terms={"fallback": True}) as bench:
        bench.operate("pay", bill="B1", pins="right")
        assert bench.insert(elements={0x4F: bytes.fromhex("A000000999010101")}).outcome == "declined"
        assert (bench.swipe(f";{PAN}=30122010000?").outcome, bench.sent) == ("ignored", [])


def test_a_pad_that_was_opened_gives_no_pin(bench: Bench) -> None:
    bench.disturb("pin-pad-tampered")
    bench.pay()
    assert all(52 not in message.fields for message in bench.sent)


def test_paper_that_runs_out_is_shown(bench: Bench) -> None:
    bench.disturb("paper-left", lines="2")
    assert bench.pay() == "completed"
    assert ("out-of-paper" in bench.signals, bench.receipts[0].whole) == (True, False)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("paying", {}),
        ("pay", {}),
        ("pay", {"bill": "B1", "pins": "guess"}),
        ("deposit", {"patient": "P1", "amount": "-1"}),
        ("deposit", {"patient": "P1", "amount": "0"}),
        ("refund", {"record": "7", "amount": "1"}),
    ],
)
def test_what_makes_no_sense_is_refused_at_the_door(
    bench: Bench, name: str, arguments: dict[str, str]
) -> None:
    with pytest.raises(TerminalRefused):
        bench.counter.operate(Operation(name, arguments))


def test_the_terms_in_force_are_shown(bench: Bench) -> None:
    (shown,) = bench.counter.observe(ParametersInForce)
    assert (shown.others["pin_tries"], shown.others["fallback"]) == ("3", "False")


def test_an_address_that_is_none_is_refused(bench: Bench) -> None:
    with pytest.raises(TerminalRefused):
        bench.counter.load(Parameters(counter=CounterTerms(hospital="here")))
