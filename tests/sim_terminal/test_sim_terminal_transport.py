"""The validator and transport cards: torn, repeated, foreign, listed, without PSAM, power cuts, garbled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sim_terminal_bus import Passenger, bus_with

from conformance.codec import apdu, purse, transport
from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalRefused
from conformance.link.tear import Tear
from conformance.model.terminal import (
    Blacklist,
    Fault,
    Operation,
    Parameters,
    StopFare,
    TransitTerms,
)
from conformance.sim import sector_card
from conformance.sim.card import build
from conformance.sim.combined_card import CombinedCard
from conformance.sim.sector_card import TransportCardData, transport_card
from conformance.sim.terminal import ValidatorRules

if TYPE_CHECKING:
    from sim_terminal_bus import Bus

ANSWER_LOST = Tear("after", "DEBIT FOR PURCHASE")
NEVER_ASKED = Tear("before", "DEBIT FOR PURCHASE")
BOTH = ("transport", "bank")
SERIAL = "5204000000000001"


class Traveller:
    """A transport card in somebody's hand."""

    def __init__(self, number: int = 1, **own: Any) -> None:
        serial = bytes.fromhex(f"520400000000{number:04d}")
        self.link = MemoryCard(transport_card(TransportCardData(serial=serial, **own)))

    @property
    def balance(self) -> int:
        self.link.reset()
        self.link.exchange(apdu.select(transport.NAME))
        return int.from_bytes(self.link.exchange(purse.get_balance()).data, "big")


def running(**terms: Any) -> Bus:
    bus = bus_with(ValidatorRules())
    bus.device.load(Parameters(transit=TransitTerms(**{"purses": BOTH, **terms})))
    return bus


@pytest.fixture
def bus() -> Bus:
    return running()


def test_a_ride_costs_the_fare_once_and_says_all_that_settles_it(bus):
    card = Traveller()
    assert bus.tap(card) == "completed"
    (sale,) = bus.records("sale")
    assert (sale.amount, card.balance, bus.signal) == (100, 4_900, "accepted")
    assert sale.details["card"] == SERIAL
    assert sale.details.keys() >= {"tac", "psam", "psam_sequence", "card_sequence", "city", "acceptor_city"}


def test_what_the_card_says_is_proved_by_the_key_of_the_clearing_centre(bus):
    from conformance.crypto.purse import PurseScheme
    from conformance.sim.sector_card.personalisation import tac_key

    bus.tap(Traveller())
    (sale,) = bus.records("sale")
    values = {
        "amount": (100).to_bytes(4, "big"),
        "type": b"\x09",
        "terminal": bytes.fromhex(sale.details["psam"]),
        "terminal_sequence": int(sale.details["psam_sequence"]).to_bytes(4, "big"),
        "date": bytes.fromhex("20260701"),
        "time": bytes.fromhex(sale.date_time[11:19].replace(":", "")),
    }
    expected = PurseScheme().tac_of(tac_key(bytes.fromhex(SERIAL)), values)
    assert sale.details["tac"] == expected.hex().upper()


def test_a_card_torn_before_the_debit_pays_anew(bus):
    card = Traveller()
    assert bus.tap(card, NEVER_ASKED) == "lost"
    assert bus.tap(card) == "completed"
    assert (card.balance, len(bus.records("sale")), bus.records("exception")) == (4_900, 1, [])


def test_a_lost_debit_is_proved_and_the_psam_verifies_it(bus):
    card = Traveller()
    bus.tap(card, ANSWER_LOST)
    bus.device.wait(119)
    assert bus.tap(card) == "completed"
    assert "GET TRANS PROVE" in bus.commands
    assert [each.details["tac_valid"] for each in bus.records("sale")] == ["yes"]
    assert card.balance == 4_900


@pytest.mark.parametrize("seconds", [121, 3_600])
def test_what_nobody_came_back_for_is_an_exception(bus, seconds):
    card = Traveller()
    bus.tap(card, ANSWER_LOST)
    bus.device.wait(seconds)
    assert [each.reason for each in bus.records("exception")] == ["扣款结果未知"]
    assert bus.tap(card) == "completed"
    assert card.balance == 4_800


def test_a_card_served_between_leaves_the_proof_unverified(bus):
    torn, other = Traveller(), Traveller(2)
    bus.tap(torn, ANSWER_LOST)
    assert bus.tap(other) == "completed"
    assert bus.tap(torn) == "completed"
    assert [each.details["tac_valid"] for each in bus.records("sale")] == ["yes", "unverified"]
    assert (torn.balance, other.balance) == (4_900, 4_900)


def test_two_torn_cards_are_each_proved(bus):
    cards = Traveller(), Traveller(2)
    for card in cards:
        bus.tap(card, ANSWER_LOST)
    assert [bus.tap(card) for card in cards] == ["completed", "completed"]
    assert [each.details["tac_valid"] for each in bus.records("sale")] == ["unverified", "yes"]


def test_the_same_card_does_not_pay_twice_in_a_row(bus):
    card = Traveller()
    bus.tap(card)
    assert (bus.tap(card), bus.signal, card.balance) == ("ignored", "do-not-repeat", 4_900)


@pytest.mark.parametrize(
    ("own", "balance"),
    [
        ({"balance": 99}, 99),
        ({"ends": "20260630"}, 5_000),
        ({"starts": "20260702"}, 5_000),
        ({"city": "5201", "interoperable": 0}, 5_000),
    ],
)
def test_a_card_that_may_not_ride_keeps_its_money(bus, own, balance):
    card = Traveller(**own)
    assert (bus.tap(card), card.balance, bus.records("sale")) == ("declined", balance, [])


def test_a_card_that_ends_today_rides(bus):
    assert bus.tap(Traveller(starts="20260701", ends="20260701")) == "completed"


def test_a_listed_card_is_refused_with_a_record(bus):
    card = Traveller()
    bus.device.load(Parameters(blacklist=Blacklist(9, (SERIAL,))))
    assert (bus.tap(card), card.balance) == ("declined", 5_000)
    assert [each.reason for each in bus.records("blacklist-hit")] == ["blacklist version 9"]


def test_without_its_psam_the_validator_takes_bank_cards_alone(bus):
    card, bank = Traveller(), Passenger()
    bus.device.disturb(Fault("psam-removed"))
    assert (bus.tap(card), bus.tap(bank), card.balance) == ("declined", "completed", 5_000)
    bus.device.disturb(Fault("psam-inserted"))
    assert bus.tap(card) == "completed"


def test_idle_puts_the_psam_back(bus):
    bus.device.disturb(Fault("psam-removed"))
    bus.device.operate(Operation("idle"))
    bus.device.load(Parameters(transit=TransitTerms(purses=BOTH)))
    assert bus.tap(Traveller()) == "completed"


def test_a_psam_of_other_keys_debits_nothing(bus):
    card = Traveller()
    bus.device._slot.insert(MemoryCard(sector_card.toll_psam()))
    assert (bus.tap(card), card.balance, bus.records("sale")) == ("declined", 5_000, [])


@pytest.mark.parametrize(
    ("purses", "outcomes"),
    [
        (("bank",), ("declined", "completed")),
        (("transport",), ("completed", "declined")),
        (("bank", "transport"), ("completed", "completed")),
    ],
)
def test_only_the_purses_of_the_operator_pay(purses, outcomes):
    bus = running(purses=purses)
    assert (bus.tap(Traveller()), bus.tap(Passenger())) == outcomes


def test_on_a_line_with_stops_a_transport_card_pays_flat_or_not_at_all():
    stops = (StopFare(3, 9, 300),)
    flat, refusing = (running(stops=stops, stop=3, continue_plain=plain) for plain in (True, False))
    card = Traveller()
    assert (refusing.tap(card), flat.tap(card), card.balance) == ("declined", "completed", 4_900)


@pytest.mark.parametrize(
    "terms",
    [
        {"purses": ("cash",)},
        {"city": "52"},
        {"city": "安顺市区"},
        {"online_s": 0},
        {"online_s": 601},
        {"prove_s": -1},
    ],
)
def test_terms_that_cannot_be_are_refused(terms):
    with pytest.raises(TerminalRefused):
        running(**terms)


def test_idle_gives_up_what_was_under_way(bus):
    card = Traveller()
    bus.tap(card, ANSWER_LOST)
    bus.device.operate(Operation("idle"))
    bus.device.wait(600)
    assert bus.records("exception") == []


@pytest.mark.parametrize("units", range(12))
@pytest.mark.parametrize("tear", [None, ANSWER_LOST])
def test_a_power_cut_anywhere_in_a_ride_loses_and_doubles_nothing(units, tear):
    """Every amount that left a card stands in one record when it has come back."""
    bus, card = running(), Traveller()
    bus.device.disturb(Fault("power-cut", {"after": str(units)}))
    for _ in range(2):
        bus.tap(card, tear)
        tear = None
        bus.device.wait(5)
    bus.tap(card)
    sold = sum(each.amount for each in bus.records("sale"))
    numbers = [(each.details["card"], each.details["card_sequence"]) for each in bus.records("sale")]
    assert (5_000 - card.balance, len(set(numbers))) == (sold, len(numbers))


class Tampered:
    """A card whose answer to the exchange of this number is another one."""

    def __init__(self, card: MemoryCard, number: int, answer: ResponseApdu | int) -> None:
        self._card, self._number, self._answer = card, number, answer

    def reset(self) -> bytes:
        return self._card.reset()

    def exchange(self, command):
        response = self._card.exchange(command)
        self._number -= 1
        if self._number != -1:
            return response
        if isinstance(self._answer, int):
            return ResponseApdu(response.data[: self._answer], response.sw)
        return self._answer


ANSWERS = st.builds(
    ResponseApdu,
    st.binary(max_size=64),
    st.sampled_from([0x9000, 0x6A82, 0x6985, 0x9302, 0x9401, 0x6283]).map(StatusWord),
)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(number=st.integers(0, 8), answer=ANSWERS | st.integers(0, 60))
def test_any_answer_ends_in_a_stated_way_and_sells_nothing_unproved(number, answer):
    bus, card = running(), Traveller()
    shown = bus.device.present(Tampered(card.link, number, answer))
    assert shown.outcome in {"completed", "declined", "lost", "ignored"}
    sales = bus.records("sale")
    assert (shown.outcome == "completed") is bool(sales)
    assert card.balance == 5_000 - sum(each.amount for each in sales) or bus.records("exception") or not sales


def test_a_card_of_two_applications_answers_for_the_one_that_was_selected():
    bank = build("electronic-cash", balance=3_000)
    link = MemoryCard(CombinedCard(transport_card(TransportCardData()), bank))
    link.reset()
    assert link.exchange(apdu.select(transport.NAME)).ok
    assert link.exchange(purse.get_balance()).data == (5_000).to_bytes(4, "big")
    assert link.exchange(apdu.select(b"2PAY.SYS.DDF01")).ok
    assert not link.exchange(purse.get_balance()).ok
    link.reset()
    assert not link.exchange(purse.get_balance()).ok


def test_a_fare_that_no_purse_can_name_is_more_than_the_card_holds(bus):
    card = Traveller()
    bus.device.load(Parameters(fare=999_999_999_999))
    assert (bus.tap(card), card.balance) == ("declined", 5_000)
