from __future__ import annotations

import pytest
from sim_terminal_bus import Passenger, bus_with

from conformance.link.outcomes import CardMute, ReaderGone
from conformance.model.terminal import Blacklist, FlashRecord, Indication, Parameters, TransactionRecord
from conformance.sim.card import PROBES
from conformance.sim.terminal import ValidatorRules

GPO = "GET PROCESSING OPTIONS"


def test_a_good_card_pays_the_fare(bus):
    card = Passenger()
    bus.tap(card)
    assert card.balance == 4900


def test_the_sale_is_recorded_with_the_cards_own_words(bus):
    bus.tap(Passenger())
    (sale,) = bus.records("sale")
    assert (sale.pan, sale.psn, sale.atc, sale.amount) == ("6210948000000011", "01", 2, 100)


def test_the_record_carries_cryptogram_unpredictable_number_and_iad(bus):
    bus.tap(Passenger())
    (sale,) = bus.records("sale")
    assert [len(sale.cryptogram), len(sale.unpredictable_number), sale.iad[:8]] == [16, 8, "07010103"]


def test_the_record_is_stored_before_the_acceptance_is_shown(bus):
    bus.tap(Passenger())
    shown = bus.device.observe(Indication)[-1]
    assert bus.records("sale")[0].at_ms <= shown.at_ms


def test_the_acceptance_shows_the_balance_after_the_debit(bus):
    bus.tap(Passenger())
    shown = bus.device.observe(Indication)[-1]
    assert (shown.signal, shown.balance) == ("accepted", 4900)


def test_a_whole_tap_takes_between_200_and_300_modelled_milliseconds(bus):
    bus.tap(Passenger())
    assert 200 <= bus.presentation.ended_ms - bus.presentation.field_on_ms <= 300


def test_two_validators_of_one_seed_send_the_same_unpredictable_number():
    buses = [bus_with(ValidatorRules()) for _ in range(2)]
    for each in buses:
        each.tap(Passenger())
    assert len({each.records("sale")[0].unpredictable_number for each in buses}) == 1


def test_every_tap_has_an_unpredictable_number_of_its_own(bus):
    for pan in ("6210948000000111", "6210948000000222"):
        bus.tap(Passenger(pan=pan))
    first, second = bus.records("sale")
    assert first.unpredictable_number != second.unpredictable_number


def test_too_small_a_balance_is_declined_with_its_reason(bus):
    card = Passenger(balance=50)
    assert bus.tap(card) == "declined"
    shown = bus.device.observe(Indication)[-1]
    assert (shown.text, shown.balance) == ("余额不足", 50)


def test_too_small_a_balance_leaves_no_record_and_no_debit(bus):
    card = Passenger(balance=50)
    bus.tap(card)
    assert (bus.device.observe(TransactionRecord), card.balance) == ((), 50)


def test_a_forged_fdda_signature_is_declined_without_a_sale(bus):
    assert bus.tap(Passenger(rules=PROBES["fdda-signature-forged"])) == "declined"
    assert not bus.records("sale")


def test_without_the_ca_key_nothing_is_sold(bus):
    bus.device.load(Parameters(capks=()))
    assert bus.tap(Passenger()) == "declined"


@pytest.mark.parametrize(
    ("expires", "outcome"), [("260630", "declined"), ("260701", "completed"), ("260702", "completed")]
)
def test_a_card_is_good_to_the_end_of_its_last_day(bus, expires, outcome):
    assert bus.tap(Passenger(expires=expires)) == outcome


def test_an_expired_card_is_not_debited(bus):
    card = Passenger(expires="260630")
    bus.tap(card)
    assert card.balance == 5000


@pytest.mark.parametrize(("effective", "outcome"), [("260701", "completed"), ("260702", "declined")])
def test_a_card_is_good_from_its_first_day(bus, effective, outcome):
    assert bus.tap(Passenger(effective=effective)) == outcome


def test_a_card_that_is_for_atms_only_is_declined(bus):
    assert bus.tap(Passenger(elements={0x9F07: b"\xc2\x00"})) == "declined"


def test_a_card_without_an_expiry_date_is_declined(bus):
    assert bus.tap(Passenger(elements={0x5F24: None})) == "declined"


def test_a_blacklisted_card_is_refused_and_recorded(bus):
    bus.device.load(Parameters(blacklist=Blacklist(7, ("6210948000000011",))))
    assert bus.tap(Passenger()) == "declined"
    (hit,) = bus.records("blacklist-hit")
    assert (hit.pan, hit.reason) == ("6210948000000011", "blacklist version 7")


def test_a_blacklisted_card_is_read_no_further_than_its_gpo_answer(bus):
    bus.device.load(Parameters(blacklist=Blacklist(7, ("6210948000000011",))))
    bus.tap(Passenger())
    assert bus.commands[-1] == GPO


def test_a_fare_that_reaches_the_transaction_limit_is_not_sold_contactless(bus):
    bus.device.load(Parameters(transaction_limit=100))
    assert bus.tap(Passenger()) == "declined"
    assert bus.commands == []


def test_a_second_tap_within_the_interval_is_not_to_repeat(bus):
    card = Passenger()
    bus.tap(card)
    assert bus.tap(card) == "ignored"
    assert (bus.signal, GPO in bus.commands) == ("do-not-repeat", False)


def test_a_tap_after_the_interval_pays_again(bus):
    card = Passenger()
    bus.tap(card)
    bus.device.wait(2)
    assert bus.tap(card) == "completed"
    assert card.balance == 4800


def test_another_card_with_the_same_counter_and_random_numbers_pays(bus):
    first, second = Passenger(pan="6210948000000111"), Passenger(pan="6210948000000222")
    bus.tap(second)
    bus.device.wait(3)
    bus.tap(first)
    assert bus.tap(second) == "completed"


def test_a_card_that_keeps_no_pan_in_a_record_does_not_pay_twice(bus):
    card = Passenger(elements={0x5A: None})
    bus.tap(card)
    assert bus.tap(card) == "ignored"
    assert card.balance == 4900


def test_a_card_that_falls_silent_is_asked_to_come_back(bus):
    class Silent:
        def reset(self):
            raise CardMute("silent")

    assert bus.device.present(Silent()).outcome == "lost"
    assert bus.signal == "present-again"


def test_a_reader_that_is_gone_is_the_benchs_fault_and_raised(bus):
    class Unplugged:
        def reset(self):
            raise ReaderGone("unplugged")

    with pytest.raises(ReaderGone):
        bus.device.present(Unplugged())


def test_nothing_waits_after_a_good_tap(bus):
    bus.tap(Passenger())
    assert bus.device.observe(FlashRecord) == ()
