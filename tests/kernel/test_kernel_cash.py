"""Electronic cash over contacts, with the simulated card (PB-7.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from contact_cards import terminal, unreachable

from conformance.codec import apdu
from conformance.codec.bits import Tsi, Tvr
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.kernel import recovery
from conformance.kernel.cvm import Cardholder
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.transact import contact
from conformance.kernel.transaction import ActionCodes, Cryptogram, Outcome, Terms
from conformance.link.memory import MemoryCard
from conformance.sim import card as sim_card

AID = bytes.fromhex("A000000333010101")
WHEN = datetime(2026, 5, 4, 8, 30)  # noqa: DTZ001
DEVICE = terminal(electronic_cash=True, cash_limit=20000, floor_limit=50000)


def purse(balance=5000, **elements):
    """A card whose purse asks for no CVM: with the PIN first, every payment would go online."""
    elements = {"t8E": "00000000000000001F00", **elements}
    changed = {int(tag[1:], 16): bytes.fromhex(value) for tag, value in elements.items()}
    link = MemoryCard(sim_card.build(balance=balance, interface="contact", elements=changed))
    link.reset()
    return link


def balance(card):
    card.reset()
    card.exchange(apdu.select(AID))
    return recovery.amount_of(card, Tag.EC_BALANCE)


def paid(card, amount=1000, device=DEVICE, host=unreachable, holder=None, **terms):
    return contact(card, device, Terms(amount, WHEN, **terms), host, holder or Cardholder())


def test_an_amount_below_the_limit_is_paid_from_the_purse():
    card = purse()
    result = paid(card)
    assert (result.outcome, result.electronic_cash) == (Outcome.OFFLINE_APPROVED, True)
    assert result.values[Tag.EC_ISSUER_AUTHORISATION_CODE] == b"ECC001"
    assert balance(card) == 4000


def test_the_purse_sets_no_bit_and_is_not_held_against_the_floor_limit():
    result = paid(purse(), device=replace(DEVICE, floor_limit=1, draw=lambda: 1))
    assert (result.tvr, result.cryptograms) == (Tvr(0), (Cryptogram.TC,))
    assert result.tsi == Tsi.ODA | Tsi.CVM | Tsi.CARD_RISK_MANAGEMENT | Tsi.TERMINAL_RISK_MANAGEMENT


@pytest.mark.parametrize(
    ("device", "amount", "asked"),
    [
        (DEVICE, 19999, "01"),
        (DEVICE, 20000, "00"),
        (replace(DEVICE, cash_limit=None), 49999, "01"),
        (replace(DEVICE, cash_limit=None), 50000, "00"),
        (replace(DEVICE, electronic_cash=False), 100, "00"),
    ],
)
def test_9f7a_asks_for_the_purse_below_the_terminals_limit(device, amount, asked):
    result = paid(purse(balance=100_000), amount, device)
    assert result.values[Tag.EC_TERMINAL_SUPPORT].hex() == asked


@pytest.mark.parametrize("terms", [{"type": 1}, {"type": 9, "other": 100}, {"online_only": True}])
def test_only_a_purchase_asks_for_the_purse(terms):
    assert paid(purse(), **terms).values[Tag.EC_TERMINAL_SUPPORT] == b"\x00"


def test_an_amount_above_the_balance_is_paid_as_debit():
    result = paid(purse(balance=500), 1000)
    assert not result.electronic_cash
    assert Tag.EC_ISSUER_AUTHORISATION_CODE not in result.values


def test_below_the_reset_threshold_it_goes_online_with_a_pin():
    requests = []

    def host(request):
        requests.append(request)
        return OnlineAnswer(b"00")

    card = purse(t9F6D="000000004500")
    result = paid(card, host=host, holder=Cardholder(online_pin=lambda _pan: b"\x99" * 8))
    assert result.cryptograms[0] is Cryptogram.ARQC
    assert requests[0].values[Tag.PIN_DATA] == b"\x99" * 8
    assert balance(card) == 5000


def test_at_the_reset_threshold_it_stays_offline():
    assert paid(purse(t9F6D="000000004000")).outcome is Outcome.OFFLINE_APPROVED


def test_below_the_reset_threshold_an_offline_terminal_still_pays():
    card = purse(t9F6D="000000004500")
    assert paid(card, device=replace(DEVICE, type=0x23)).outcome is Outcome.OFFLINE_APPROVED
    assert balance(card) == 4000


def test_a_denial_code_declines():
    device = replace(
        DEVICE, action_codes=ActionCodes(denial=Tvr.EXCEPTION_FILE), listed=lambda _pan, _psn: True
    )
    assert paid(purse(), device=device).cryptograms == (Cryptogram.AAC,)


def test_an_online_code_goes_online():
    codes = ActionCodes(online=Tvr.EXCEPTION_FILE)
    device = replace(DEVICE, action_codes=codes, listed=lambda _pan, _psn: True)
    assert paid(purse(), device=device).cryptograms[0] is Cryptogram.ARQC


@pytest.mark.parametrize(("type_", "cryptogram"), [(0x22, Cryptogram.ARQC), (0x23, Cryptogram.AAC)])
def test_a_card_that_does_not_tell_its_balance_is_not_paid_from_offline(type_, cryptogram):
    result = paid(Silent(purse()), device=replace(DEVICE, type=type_))
    assert result.cryptograms[0] is cryptogram


class Silent:
    """A card that refuses GET DATA."""

    def __init__(self, card) -> None:
        self.card = card

    def exchange(self, command):
        response = self.card.exchange(command)
        return type(response)(b"", type(response.sw)(0x6A88)) if command.name == "GET DATA" else response


def test_an_amount_that_differs_between_gpo_and_gac_is_refused_by_the_card():
    """The card compares what PDOL and CDOL said (PB-7.6)."""
    assert paid(Doubled(purse())).outcome is Outcome.OFFLINE_DECLINED


class Doubled:
    """A wire that turns the amount of GPO into another."""

    def __init__(self, card) -> None:
        self.card = card

    def exchange(self, command):
        if command.name == "GET PROCESSING OPTIONS":
            data = command.data.replace(to_bcd(1000, 6), to_bcd(1, 6))
            command = replace(command, data=data)
        return self.card.exchange(command)
